"""Reading what is delivered: one file per kind of data source (Datenquellen)."""
