"""Tables of the room."""

from django.contrib.postgres.fields import ArrayField
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

    `kind` and `name`: `event` its name, `trait` its name, `segment` and `list` their keys, `consent` the channel,
    `score` the model, `object` the kind.
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


class ScoreModel(models.Model):
    """How leads are scored: `definition` as its author wrote it, and what the statements of a tick need of it.

    `maxima`: the limits of the kinds of events that have one, by slot. `stage_backs`: whether one may fall back from
    the stage. `stage_base`: 1 when everybody is at least in the first stage, else 0. `revision` counts the edits; a
    score of an older one is counted anew.
    """

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    definition = models.JSONField()
    state = models.TextField(default="building")
    revision = models.IntegerField(default=1)
    half_life_seconds = models.FloatField()
    maxima = ArrayField(models.FloatField())
    fit_maximum = models.FloatField()
    fit_grades = ArrayField(models.FloatField())
    engagement_grades = ArrayField(models.FloatField())
    stages = ArrayField(models.TextField())
    stage_backs = ArrayField(models.BooleanField())
    stage_base = models.SmallIntegerField()
    build_cursor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "segments_score_model"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="segments_score_model_key_uq")]


class ScoreDependency(models.Model):
    """A model is worth another look for a profile when this happens to it (see Dependency).

    `asks`: one of its rules asks about it; else it only brings points of engagement.
    """

    pk = models.CompositePrimaryKey("workspace_id", "kind", "name", "model_id")
    workspace_id = models.IntegerField()
    kind = models.TextField()
    name = models.TextField()
    model_id = models.BigIntegerField()
    asks = models.BooleanField()

    class Meta:
        db_table = "segments_score_dependency"
        indexes = [models.Index(fields=["model_id"], name="segments_score_dep_model_ix")]


class Score(models.Model):
    """What a model gives a profile. Engagement was `uncapped`, and `capped` with its `maxima`, at `counted_at`, and has
    been decaying since; so a row tells its value at any moment by itself.

    `ahead_at`: from then on the log holds events that were still ahead, or were never counted here: it is counted
    anew. `kept_stage`: the highest stage reached from which one does not fall back. `due_at`: see Timer.
    """

    pk = models.CompositePrimaryKey("model_id", "profile_id")
    model_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    revision = models.IntegerField()
    fit = models.FloatField()
    uncapped = models.FloatField()
    capped = ArrayField(models.FloatField())
    maxima = ArrayField(models.FloatField())
    half_life_seconds = models.FloatField()
    counted_at = models.DateTimeField()
    ahead_at = models.DateTimeField(null=True)
    grade = models.TextField()
    stage = models.TextField(null=True)
    kept_stage = models.TextField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "segments_score"
        indexes = [
            models.Index(fields=["due_at"], name="segments_score_due_ix", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["profile_id"], name="segments_score_profile_ix"),
        ]


class Import(models.Model):
    """A file of people: what its columns are, and how far it is loaded. `state`: imports/types.py."""

    workspace_id = models.IntegerField()
    filename = models.TextField()
    file = models.TextField()
    state = models.TextField()
    encoding = models.TextField()
    delimiter = models.TextField()
    header = models.JSONField()
    samples = models.JSONField()
    rows = models.IntegerField()
    mapping = models.JSONField()
    list_key = models.TextField(null=True)
    consent = models.JSONField(null=True)
    done = models.IntegerField()
    accepted = models.IntegerField()
    created = models.IntegerField()
    refused = models.IntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "segments_import"
        indexes = [models.Index(fields=["workspace_id", "-id"], name="segments_import_recent_ix")]


class ImportRefusal(models.Model):
    """A row of a file that was not taken, as it stood there, and why; forgotten after a week."""

    pk = models.CompositePrimaryKey("import_id", "number")
    import_id = models.BigIntegerField()
    number = models.IntegerField()
    cells = models.JSONField()
    problems = models.JSONField()

    class Meta:
        db_table = "segments_import_refusal"
