"""Start page, search, downloads, static pages: the only app that reads all others."""
