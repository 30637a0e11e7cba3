"""Composite indices (Indizes): each a published edition with its recipe, never edited."""
