"""The JSON API under /api/: for the app and for integrators. It calls the rooms' services and queries, nothing else."""
