"""Tables of the room."""

from django.db import models


class Topic(models.Model):
    """What a person can say yes or no to. `purpose` is `marketing`, `transactional` or `tracking`."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    description = models.JSONField(default=dict)
    purpose = models.TextField(default="marketing")
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consent_topic"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="consent_topic_key_uq")]


class LegalProfile(models.Model):
    """Who answers for a workspace's messages by law: `values` are the fields of `types.LegalProfile`."""

    workspace_id = models.IntegerField(primary_key=True)
    values = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "consent_legal_profile"


class Entry(models.Model):
    """One statement of will, as proof: what, when, where from, and the wording that was shown. Never changed."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    profile_id = models.BigIntegerField()
    origin_profile_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    channel = models.TextField()
    topic = models.TextField()
    state = models.TextField()
    source = models.TextField()
    wording = models.TextField(default="")
    evidence = models.JSONField(default=dict)
    given_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "consent_entry"
        indexes = [models.Index(fields=["profile_id", "channel", "topic", "given_at"], name="consent_entry_profile_ix")]


class State(models.Model):
    """What holds now, derived from the entries: the latest by `given_at` (then by id)."""

    pk = models.CompositePrimaryKey("profile_id", "channel", "topic")
    profile_id = models.BigIntegerField()
    channel = models.TextField()
    topic = models.TextField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    state = models.TextField()
    given_at = models.DateTimeField()
    entry_id = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "consent_state"


class ErasedAddress(models.Model):
    """An address of somebody who was erased, as a keyed digest (kernel/digests): whatever import brings it back, it is
    not written to. `kind` is `email` or `phone`."""

    pk = models.CompositePrimaryKey("workspace_id", "kind", "digest")
    workspace_id = models.IntegerField()
    kind = models.TextField()
    digest = models.BinaryField()
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "consent_erased_address"
