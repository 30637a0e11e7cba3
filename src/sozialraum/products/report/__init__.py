"""Reports (Berichte): plain content first, then one writer per format; templates are stored analyses."""
