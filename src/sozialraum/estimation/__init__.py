"""Estimation (Schätzverfahren): poverty from microdata, small areas after Fay and Herriot, smoothed rates, precision classes.

Arrays in, small records out; no file, no engine. Unit-level models (Battese–Harter–Fuller, empirical best prediction),
the spatial Fay–Herriot model and BYM2 get modules of their own beside these: each takes areas in the same order and
returns the same words for states.
"""
