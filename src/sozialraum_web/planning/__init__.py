"""The planning chain: finding, need, goal with target, measure, status, effect (Planung)."""
