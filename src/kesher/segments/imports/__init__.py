"""People from a file: received, looked at, mapped, and loaded by the jobs process."""
