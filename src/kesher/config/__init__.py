"""The composition root: environment, settings, the embedded PostgreSQL, processes and their supervisor."""
