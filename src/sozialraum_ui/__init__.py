"""The look: design tokens, base templates, vendored assets and components; no models."""
