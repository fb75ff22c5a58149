"""Tables of the room. The ledger is written by the statements in sql/, not through these models."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


class Provider(models.Model):
    """An account through which a channel's messages leave; `settings` follow the provider's schema."""

    workspace_id = models.IntegerField()
    channel = models.TextField()
    kind = models.TextField()
    name = models.TextField()
    settings = models.JSONField(default=dict)
    secret = models.BinaryField(null=True)
    rate_per_second = models.FloatField(null=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        db_table = "messaging_provider"
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "channel", "name"], name="messaging_provider_name_uq")
        ]


class TestCount(models.Model):
    """How many test e-mails a workspace sent within the hour that began at `hour`."""

    workspace_id = models.IntegerField(primary_key=True)
    hour = models.DateTimeField()
    sent = models.IntegerField()

    class Meta:
        db_table = "messaging_test_count"


class Domain(models.Model):
    """A domain from which a workspace writes, with the key that signs for it. `answers` are the text records as last
    seen, by name; `dkim_seen_at` is when the key was first seen in DNS, null while it is not there: then nothing is
    signed with it."""

    workspace_id = models.IntegerField()
    name = models.TextField()
    selector = models.TextField()
    public_key = models.TextField()
    private_key = models.BinaryField()
    signing = models.BooleanField(default=True)
    answers = models.JSONField(default=dict)
    dkim_seen_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_domain"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "name"], name="messaging_domain_name_uq")]


class Policy(models.Model):
    """A workspace's rules of contact: frequency caps, quiet hours, and sending windows by channel and country."""

    workspace_id = models.IntegerField(primary_key=True)
    caps = models.JSONField(default=list)
    quiet_hours = models.JSONField(default=dict)
    windows = models.JSONField(default=list, db_default=[])
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_policy"


class Closing(models.Model):
    """When a calendar closes a place (`messaging.calendars`): the time in which people there are left in peace."""

    pk = models.CompositePrimaryKey("calendar", "place", "starts_at")
    calendar = models.TextField()
    place = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    name = models.JSONField()

    class Meta:
        db_table = "messaging_closing"


class Broadcast(models.Model):
    """One message to everyone in a segment or on a list: one of the two. `audience_cursor` is the last member whose
    message was reserved.

    `state` is `draft`, `scheduled`, `sending`, `paused`, `finished` or `cancelled`; `next_available_at` paces a
    throttled one. `begins_at` is set when it goes to everybody at `scheduled_at` of their own clock: when the first of
    them is due.
    """

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    template_id = models.BigIntegerField()
    template_version_id = models.BigIntegerField(null=True)
    segment_id = models.BigIntegerField(null=True)
    list_id = models.BigIntegerField(null=True)
    topic = models.TextField()
    state = models.TextField(default="draft")
    rate_per_minute = models.IntegerField(null=True)
    scheduled_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    audience_cursor = models.BigIntegerField(default=0)
    audience_done_at = models.DateTimeField(null=True)
    next_available_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_broadcast"
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "key"], name="messaging_broadcast_key_uq"),
            models.CheckConstraint(
                condition=models.Q(segment_id__isnull=True, list_id__isnull=False)
                | models.Q(segment_id__isnull=False, list_id__isnull=True),
                name="messaging_broadcast_audience_ck",
            ),
        ]


class Message(models.Model):
    """The send ledger: one row for each message that was ever to be sent, and what became of it.

    Unique per (run, node, occurrence) or (broadcast, profile as reserved), reserved before any provider is called.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    profile_id = models.BigIntegerField()
    origin_profile_id = models.BigIntegerField()
    lane = models.SmallIntegerField()
    channel = models.TextField()
    purpose = models.TextField()
    priority = models.SmallIntegerField(db_default=50)
    topic = models.TextField()
    template_version_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    node = models.TextField(null=True)
    occurrence = models.IntegerField(null=True)
    broadcast_id = models.BigIntegerField(null=True)
    request_key = models.TextField(null=True)
    context = models.JSONField(null=True)
    state = models.TextField()
    reason = models.TextField(null=True)
    address = models.TextField(null=True)
    language = models.TextField(null=True)
    available_at = models.DateTimeField()
    attempts = models.SmallIntegerField(db_default=0)
    lease_owner = models.TextField(null=True)
    lease_until = models.DateTimeField(null=True)
    provider_id = models.BigIntegerField(null=True)
    answer = models.TextField(null=True)
    uncertain = models.BooleanField(db_default=False)
    reserved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    machine_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_message"
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "node", "occurrence"],
                condition=Q(run_id__isnull=False),
                name="messaging_message_run_uq",
            ),
            models.UniqueConstraint(
                fields=["broadcast_id", "origin_profile_id"],
                condition=Q(broadcast_id__isnull=False),
                name="messaging_message_broadcast_uq",
            ),
            models.UniqueConstraint(
                fields=["workspace_id", "request_key"],
                condition=Q(request_key__isnull=False),
                name="messaging_message_request_uq",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "available_at", "id"], condition=Q(state="reserved"), name="messaging_message_ready_ix"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="messaging_message_lease_ix"),
            models.Index(fields=["profile_id", "sent_at"], name="messaging_message_profile_ix"),
            models.Index(
                fields=["broadcast_id"],
                condition=Q(broadcast_id__isnull=False, state__in=["reserved", "sending"]),
                name="messaging_message_open_ix",
            ),
            models.Index(fields=["workspace_id", "-id"], name="messaging_message_recent_ix"),
            # Rows come in the order of their time, so that a few pages of an index find those of a week.
            BrinIndex(fields=["reserved_at"], name="messaging_message_time_ix", autosummarize=True, pages_per_range=32),
        ]


class Suppression(models.Model):
    """An address that must not be contacted on a channel: hard bounce, complaint, or by hand."""

    pk = models.CompositePrimaryKey("workspace_id", "channel", "address")
    workspace_id = models.IntegerField()
    channel = models.TextField()
    address = models.TextField()
    reason = models.TextField()
    detail = models.TextField(default="")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_suppression"
