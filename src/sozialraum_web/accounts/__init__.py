"""Who works with the site: people, municipalities (tenants), roles."""
