"""Pages of bodies, meetings, papers and tasks (Seiten)."""
