"""Comments, subscriptions and mails between those who work together (Austausch)."""
