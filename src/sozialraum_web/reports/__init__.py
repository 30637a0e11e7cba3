"""Reports of the site: builder, preview, background job, archive (Berichte)."""
