"""The command line: `kesher …`."""
