"""Everything that writes in planning, as verbs (Schreiben)."""
