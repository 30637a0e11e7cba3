"""What planning rooms share: records with number, version, history and undo, and the areas they name (Datensätze)."""
