"""Spatial statistics (räumliche Statistik): neighbours, spatial autocorrelation, segregation, typology, similar areas.

Arrays in, small records out; no file, no engine, no pandas. Every function says in its result what it could not
compute and why. Areas are always named by their position; whoever calls keeps the keys.
"""
