"""Bodies, their meetings and decisions, council papers and tasks (Gremien, Sitzungen, Beschlüsse, Vorlagen, Aufgaben)."""
