"""Tables of the room. Sets of profiles are written by the statements in sql/, not through these models."""

from django.db import models


class Profile(models.Model):
    """One person. `traits` holds typed values (dates as ISO 8601 text); the reserved ones are also columns."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    traits = models.JSONField(default=dict)
    traits_at = models.DateTimeField(null=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    language = models.TextField(null=True)
    timezone = models.TextField(null=True)
    created_at = models.DateTimeField()
    merged_into_id = models.BigIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "profiles_profile"
        indexes = [
            models.Index(fields=["workspace_id", "id"], name="profiles_profile_workspace_ix"),
            models.Index(
                fields=["merged_into_id"],
                name="profiles_profile_merged_ix",
                condition=models.Q(merged_into_id__isnull=False),
            ),
        ]


class Identifier(models.Model):
    """A value by which a person is recognised; it points to the surviving profile."""

    pk = models.CompositePrimaryKey("workspace_id", "kind", "value")
    workspace_id = models.IntegerField()
    kind = models.TextField()
    value = models.TextField()
    profile_id = models.BigIntegerField()
    origin_profile_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "profiles_identifier"
        indexes = [models.Index(fields=["profile_id"], name="profiles_identifier_profile_ix")]


class Merge(models.Model):
    """The loser's history became the winner's; `moved` keeps what an undo needs."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    winner_id = models.BigIntegerField()
    loser_id = models.BigIntegerField()
    reason = models.TextField()
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "profiles_merge"
        indexes = [
            models.Index(fields=["winner_id"], name="profiles_merge_winner_ix"),
            models.Index(fields=["loser_id"], name="profiles_merge_loser_ix"),
        ]


class IdentityConflict(models.Model):
    """A merge or an attachment that the rules refused, and which rule."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    kind = models.TextField()
    value = models.TextField()
    owner_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    rule = models.TextField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "profiles_identity_conflict"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "kind", "value", "owner_id", "other_id"], name="profiles_identity_conflict_uq"
            )
        ]


class Trait(models.Model):
    """The type of a trait in a workspace: declared by a person, or learnt from the first value."""

    pk = models.CompositePrimaryKey("workspace_id", "name")
    workspace_id = models.IntegerField()
    name = models.TextField()
    type = models.TextField()
    declared = models.BooleanField(default=False)
    rejected_count = models.BigIntegerField(default=0)
    rejected_example = models.TextField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "profiles_trait"
