"""The ways into a journey that come with the room; each file is one kind."""
