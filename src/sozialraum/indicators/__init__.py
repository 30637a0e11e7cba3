"""Indicators (Kennzahlen): from counts to values with intervals, on every level."""
