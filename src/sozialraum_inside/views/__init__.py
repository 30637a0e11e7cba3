"""Pages of the Datenwerkstatt, one file per room."""
