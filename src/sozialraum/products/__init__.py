"""What readers hold in their hands: drawings, profiles, reports, exports (Produkte)."""
