"""Hot tables are split by `shard`, so that several processes, and one day several databases, can share the work."""

SHARDS = 64
"""Fixed for the life of an installation: rows carry it."""


def shard_of(profile_id: int) -> int:
    """The shard of a profile and of every row that belongs to it."""
    return profile_id % SHARDS
