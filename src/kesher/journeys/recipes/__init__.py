"""Journeys to begin with: each is a folder with the journey, its templates in both languages, and what it needs."""
