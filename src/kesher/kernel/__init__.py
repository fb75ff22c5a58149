"""Ids, clock, named SQL, relations, texts, errors: what every room stands on. No marketing word here."""
