"""Effects (Wirkung): what changed beside what would have changed anyway; every result is a sentence with an interval."""
