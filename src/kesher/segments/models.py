"""Tables of the room."""

from django.db import models


class Segment(models.Model):
    """A rule that selects profiles; `event_names`, `trait_names`, `depends_on`: what makes it worth looking again."""

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    rule = models.JSONField()
    state = models.TextField(default="building")
    revision = models.IntegerField(default=1)
    event_names = models.JSONField(default=list)
    trait_names = models.JSONField(default=list)
    depends_on = models.JSONField(default=list)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "segments_segment"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="segments_segment_key_uq")]


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
    """When this profile's answer to this segment's rule could change although nothing happens."""

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
    """A profile on a list."""

    pk = models.CompositePrimaryKey("list_id", "profile_id")
    list_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        db_table = "segments_list_member"
        indexes = [models.Index(fields=["profile_id"], name="segments_list_member_prof_ix")]
