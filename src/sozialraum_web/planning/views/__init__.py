"""Pages of planning (Seiten der Planung)."""
