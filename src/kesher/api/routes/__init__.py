"""The routes, a file for each room."""
