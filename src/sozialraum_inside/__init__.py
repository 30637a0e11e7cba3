"""The Datenwerkstatt: the inside path in a browser (it has no rooms yet)."""
