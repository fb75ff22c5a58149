"""The node types that come with the room; each file is one type."""
