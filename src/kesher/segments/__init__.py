"""The rule language, segments and lists, and who is in them at every moment."""
