"""Changing a journey that people are in: what differs, in words, and where its people would go."""
