"""Imported releases and what may be read from them."""
