"""Tables of the room. The log itself, events_event, is partitioned by day: see migrations/0002."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Source(models.Model):
    """Where events come from: a site, an app, a till. Its write key can do nothing but write events."""

    workspace_id = models.IntegerField()
    name = models.TextField()
    write_key = models.TextField(unique=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "events_source"


class Summary(models.Model):
    """How often, first and last a person did a thing: what most rules ask, in one row."""

    pk = models.CompositePrimaryKey("profile_id", "name")
    profile_id = models.BigIntegerField()
    name = models.TextField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    count = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "events_summary"
        indexes = [models.Index(fields=["workspace_id", "name"], name="events_summary_name_ix")]


class MergedSummary(models.Model):
    """What the two parties of a merge had done before it, by name: what an undo needs. `side`: winner or loser."""

    pk = models.CompositePrimaryKey("merge_id", "side", "name")
    merge_id = models.BigIntegerField()
    side = models.TextField()
    name = models.TextField()
    count = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "events_merged_summary"


class Erasure(models.Model):
    """A profile whom the lake is to forget; `event_ids` are rows that the lake has under another profile's number,
    `spared_ids` rows of others that it has under this one."""

    profile_id = models.BigIntegerField(primary_key=True)
    workspace_id = models.IntegerField()
    event_ids = ArrayField(models.BigIntegerField())
    spared_ids = ArrayField(models.BigIntegerField())
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "events_erasure"


class Pulse(models.Model):
    """How many calls of a workspace were received in ten seconds, as the engine of some shards counted them."""

    pk = models.CompositePrimaryKey("workspace_id", "at", "shard")
    workspace_id = models.IntegerField()
    at = models.DateTimeField()
    shard = models.SmallIntegerField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "events_pulse"
