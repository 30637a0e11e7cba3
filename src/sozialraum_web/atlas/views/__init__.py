"""Pages of the atlas, one file per subject."""
