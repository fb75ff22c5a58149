"""Kinds of leaf: a class each. A new one is a new file here, nothing else; see `types.Leaf`."""
