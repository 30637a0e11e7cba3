"""Template tags of the atlas."""
