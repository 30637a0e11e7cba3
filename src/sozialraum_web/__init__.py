"""The site: Django, outside; only releases come in."""
