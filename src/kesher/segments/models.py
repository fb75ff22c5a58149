"""Tables of the room."""

from django.db import models


class Segment(models.Model):
    """A rule that selects profiles. `state` is `building`, `live` or `removing`.

    `level` is 0 for a rule over no other segment, else one above the highest of those it names: a tick settles the
    levels in order. `holds_empty`: the rule holds for someone of whom nothing is known. `build_cursor`: while
    building, the last profile that was looked at under the present rule.
    """

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    rule = models.JSONField()
    state = models.TextField(default="building")
    revision = models.IntegerField(default=1)
    level = models.IntegerField(default=0)
    holds_empty = models.BooleanField(default=False)
    build_cursor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "segments_segment"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="segments_segment_key_uq")]


class Dependency(models.Model):
    """A segment is worth another look for a profile when this happens to it.

    `kind` and `name`: `event` its name, `trait` its name, `segment` and `list` their keys, `consent` the channel.
    """

    pk = models.CompositePrimaryKey("workspace_id", "kind", "name", "segment_id")
    workspace_id = models.IntegerField()
    kind = models.TextField()
    name = models.TextField()
    segment_id = models.BigIntegerField()

    class Meta:
        db_table = "segments_dependency"
        indexes = [models.Index(fields=["segment_id"], name="segments_dependency_segment_ix")]


class KnownProfile(models.Model):
    """A profile that was looked at when it was new: rules that hold for a stranger (“did not …”) were tried on it."""

    profile_id = models.BigIntegerField(primary_key=True)
    shard = models.SmallIntegerField()

    class Meta:
        db_table = "segments_known_profile"


class Membership(models.Model):
    """A profile is in a segment now, since `entered_at`."""

    pk = models.CompositePrimaryKey("segment_id", "profile_id")
    segment_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "segments_membership"
        indexes = [models.Index(fields=["profile_id"], name="segments_membership_profile_ix")]


class Timer(models.Model):
    """Not later than this the profile's answer to the segment's rule could change although nothing happens.

    It may be early: an event that postpones the change leaves the row as it is, and the look at `due_at` moves it.
    """

    pk = models.CompositePrimaryKey("segment_id", "profile_id")
    segment_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    due_at = models.DateTimeField()

    class Meta:
        db_table = "segments_timer"
        indexes = [
            models.Index(fields=["due_at"], name="segments_timer_due_ix"),
            models.Index(fields=["profile_id"], name="segments_timer_profile_ix"),
        ]


class List(models.Model):
    """A manual membership."""

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "segments_list"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="segments_list_key_uq")]


class ListMember(models.Model):
    """A profile on a list; `origin_profile_id` when a merge brought it there (the merged profile keeps its own row)."""

    pk = models.CompositePrimaryKey("list_id", "profile_id")
    list_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    added_at = models.DateTimeField()
    origin_profile_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "segments_list_member"
        indexes = [models.Index(fields=["profile_id"], name="segments_list_member_prof_ix")]
