"""Who acts and what they offer: departments, providers, associations (Akteure, Träger, Angebote)."""
