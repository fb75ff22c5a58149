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


class ObjectKind(models.Model):
    """A kind of thing that people belong to (`company`, `course`): declared by a person, or met in a call. `name` and
    `plural` are in both languages, or empty. `refused_count`: values and relations over a limit, left out."""

    pk = models.CompositePrimaryKey("workspace_id", "key")
    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField(default=dict)
    plural = models.JSONField(default=dict)
    refused_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "profiles_object_kind"


class Object(models.Model):
    """One such thing. `attributes` are JSON as they were told, their latest at `attributes_at`; a removed one waits for
    its relations to be taken away."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    kind = models.TextField()
    key = models.TextField()
    attributes = models.JSONField(default=dict)
    attributes_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "profiles_object"
        constraints = [
            models.UniqueConstraint(
                fields=["workspace_id", "kind", "key"],
                name="profiles_object_key_uq",
                condition=models.Q(removed_at__isnull=True),
            )
        ]


class ObjectRelation(models.Model):
    """A profile belongs to an object; `origin_profile_id` when a merge brought it there (the merged profile keeps its
    own row)."""

    pk = models.CompositePrimaryKey("profile_id", "object_id")
    profile_id = models.BigIntegerField()
    object_id = models.BigIntegerField()
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    role = models.TextField(default="")
    attributes = models.JSONField(default=dict)
    related_at = models.DateTimeField()
    origin_profile_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "profiles_relation"
        indexes = [models.Index(fields=["object_id", "profile_id"], name="profiles_relation_object_ix")]


class ObjectChange(models.Model):
    """What happened to an object and is still to be told to its people, who may be a million: `cursor` is the last
    profile that was told. `changes` is NULL when the object was removed."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    object_id = models.BigIntegerField()
    changes = models.JSONField(null=True)
    cursor = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "profiles_object_change"
        indexes = [models.Index(fields=["object_id", "id"], name="profiles_object_change_ix")]
