"""Tables of the room. Runs are moved by the statements in sql/, not through these models."""

from django.db import models
from django.db.models import Q


class Journey(models.Model):
    """A journey under a lasting key. `state` is `draft`, `live`, `paused` or `archived`. `moves` says where people of
    earlier versions go who stand at a node: node → node of the current version, or null to leave. `hook_number` grows
    when the address of its webhook is replaced. `layout` is how it lies on the canvas, whatever the version."""

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    state = models.TextField(default="draft")
    current_version_id = models.BigIntegerField(null=True)
    moves = models.JSONField(default=dict, db_default={})
    hook_number = models.IntegerField(default=1, db_default=1)
    layout = models.JSONField(default=dict, db_default={})
    created_at = models.DateTimeField()

    class Meta:
        db_table = "journeys_journey"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="journeys_journey_key_uq")]


class Version(models.Model):
    """A published graph; it never changes. `digest` is that of the definition's canonical JSON."""

    workspace_id = models.IntegerField()
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    definition = models.JSONField()
    digest = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "journeys_version"
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journeys_version_number_uq")]


class Draft(models.Model):
    """What is being written beside the version in force. `revision` grows with every save, and with every publishing
    by another way, so that nobody overwrites what she has not seen. `source` is the definition's JSON as text, since
    jsonb would lose the order of the nodes."""

    journey = models.OneToOneField(Journey, on_delete=models.CASCADE, related_name="draft")
    revision = models.IntegerField(default=1)
    source = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.TextField()

    class Meta:
        db_table = "journeys_draft"


class Run(models.Model):
    """One profile's pass through one version. `state`: `ready` (within a tick), `waiting`, `completed`, `exited`,
    `failed`. `entry_key` is the value of which she has one run. At `due_at` the node is asked again, at `exit_due_at`
    the exit rules are."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    shard = models.SmallIntegerField()
    profile_id = models.BigIntegerField()
    origin_profile_id = models.BigIntegerField()
    journey_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    state = models.TextField()
    node = models.TextField()
    visit = models.IntegerField(default=1)
    entered_at = models.DateTimeField()
    node_entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    exit_due_at = models.DateTimeField(null=True)
    signal = models.JSONField(null=True)
    context = models.JSONField(default=dict)
    entry_event_id = models.BigIntegerField(null=True)
    entry_key = models.TextField(null=True)
    goal_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(null=True)

    class Meta:
        db_table = "journeys_run"
        indexes = [
            models.Index(fields=["journey_id", "due_at"], condition=Q(state="waiting"), name="journeys_run_due_ix"),
            models.Index(
                fields=["journey_id", "exit_due_at"],
                condition=Q(exit_due_at__isnull=False),
                name="journeys_run_exit_due_ix",
            ),
            models.Index(fields=["profile_id", "journey_id"], name="journeys_run_profile_ix"),
            models.Index(
                fields=["version_id", "node"], condition=Q(ended_at__isnull=True), name="journeys_run_active_ix"
            ),
            models.Index(fields=["journey_id", "-id"], name="journeys_run_recent_ix"),
            models.Index(
                fields=["workspace_id", "goal_at"], condition=Q(goal_at__isnull=False), name="journeys_run_goal_ix"
            ),
            models.Index(fields=["journey_id", "ended_at"], condition=Q(state="failed"), name="journeys_run_failed_ix"),
        ]


class Schedule(models.Model):
    """When a journey's next scheduled entry is due in a shard, when the one before was, and how far the one under way
    has come: everybody up to profile `cursor` has entered."""

    pk = models.CompositePrimaryKey("journey_id", "shard")
    journey_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    due_at = models.DateTimeField()
    previous_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "journeys_schedule"
        indexes = [models.Index(fields=["due_at"], name="journeys_schedule_due_ix")]


class DateTimer(models.Model):
    """When a person's own date lets her into a journey."""

    pk = models.CompositePrimaryKey("journey_id", "profile_id")
    journey_id = models.BigIntegerField()
    profile_id = models.BigIntegerField()
    shard = models.SmallIntegerField()
    due_at = models.DateTimeField()

    class Meta:
        db_table = "journeys_date_timer"
        indexes = [models.Index(fields=["journey_id", "due_at"], name="journeys_date_timer_due_ix")]


class Counter(models.Model):
    """How many entered and left each node of a version on a day (of UTC), kept up by the tick; the canvas is drawn from
    it."""

    pk = models.CompositePrimaryKey("version_id", "node", "outcome", "day")
    version_id = models.BigIntegerField()
    node = models.TextField()
    outcome = models.TextField()
    day = models.DateField()
    count = models.BigIntegerField(default=0)

    class Meta:
        db_table = "journeys_counter"


class Gate(models.Model):
    """A node that counts people over all versions of its journey; its row is locked while it counts."""

    pk = models.CompositePrimaryKey("journey_id", "node")
    journey_id = models.BigIntegerField()
    node = models.TextField()
    issued = models.BigIntegerField(default=0)

    class Meta:
        db_table = "journeys_gate"


class Ticket(models.Model):
    """A run's number at a gate: when its turn is (`at`), and when it passed."""

    pk = models.CompositePrimaryKey("journey_id", "node", "number")
    journey_id = models.BigIntegerField()
    node = models.TextField()
    number = models.BigIntegerField()
    run_id = models.BigIntegerField()
    visit = models.IntegerField()
    at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journeys_ticket"
        indexes = [models.Index(fields=["run_id"], name="journeys_ticket_run_ix")]


class CouponPool(models.Model):
    """A pool of unique codes. `warned_at`: it has come below its mark, and that was logged."""

    workspace_id = models.IntegerField()
    key = models.TextField()
    name = models.JSONField()
    warn_below = models.IntegerField()
    warned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "journeys_coupon_pool"
        constraints = [models.UniqueConstraint(fields=["workspace_id", "key"], name="journeys_coupon_pool_key_uq")]


class Coupon(models.Model):
    """A code, and the visit of the run to which it was given."""

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.IntegerField()
    pool_id = models.BigIntegerField()
    code = models.TextField()
    given_at = models.DateTimeField(null=True)
    run_id = models.BigIntegerField(null=True)
    visit = models.IntegerField(null=True)

    class Meta:
        db_table = "journeys_coupon"
        constraints = [
            models.UniqueConstraint(fields=["workspace_id", "code"], name="journeys_coupon_code_uq"),
            models.UniqueConstraint(
                fields=["run_id", "visit"], condition=Q(run_id__isnull=False), name="journeys_coupon_run_uq"
            ),
        ]
        indexes = [
            models.Index(fields=["pool_id", "id"], name="journeys_coupon_pool_ix"),
            models.Index(fields=["pool_id", "id"], condition=Q(given_at=None), name="journeys_coupon_free_ix"),
        ]


class Call(models.Model):
    """A call to the outside, once a visit: a webhook, or a note to a colleague. `state` is `reserved`, `calling` (a
    worker has its lease) or `done`; `outcome` is `ok`, `error`, `timeout` or `withdrawn`. `key` is the same on every
    attempt."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField()
    workspace_id = models.IntegerField()
    kind = models.TextField()
    run_id = models.BigIntegerField()
    node = models.TextField()
    visit = models.IntegerField()
    request = models.JSONField()
    context = models.JSONField()
    state = models.TextField()
    available_at = models.DateTimeField()
    attempts = models.SmallIntegerField()
    lease_owner = models.TextField(null=True)
    lease_until = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    error = models.TextField(null=True)
    reserved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journeys_call"
        constraints = [models.UniqueConstraint(fields=["run_id", "node", "visit"], name="journeys_call_visit_uq")]
        indexes = [
            models.Index(fields=["available_at", "id"], condition=Q(state="reserved"), name="journeys_call_ready_ix"),
            models.Index(fields=["lease_until"], condition=Q(state="calling"), name="journeys_call_lease_ix"),
            models.Index(fields=["workspace_id", "-id"], name="journeys_call_recent_ix"),
        ]


class Secret(models.Model):
    """A secret of the workspace for its journeys' calls, sealed (kernel/sealed.py)."""

    pk = models.CompositePrimaryKey("workspace_id", "name")
    workspace_id = models.IntegerField()
    name = models.TextField()
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "journeys_secret"


class DryRun(models.Model):
    """A dry run that was asked for: how far it is (`done` of `people`), and its numbers once it is `finished`. `state`:
    `waiting`, `working`, `finished`, `failed`."""

    workspace_id = models.IntegerField()
    journey = models.TextField()
    definition = models.JSONField()
    number = models.IntegerField()
    start_at = models.DateTimeField()
    until_at = models.DateTimeField()
    state = models.TextField(default="waiting")
    done = models.IntegerField(default=0)
    people = models.IntegerField(default=0)
    result = models.JSONField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.TextField()

    class Meta:
        db_table = "journeys_dry_run"
        indexes = [models.Index(fields=["workspace_id", "-id"], name="journeys_dry_run_recent_ix")]


class Conversion(models.Model):
    """Goals reached and what they are worth in minor units, kept up by the tick: of a version as a whole (node and
    touch empty), and of each node whose messages have a part in them; by day (of UTC)."""

    pk = models.CompositePrimaryKey("version_id", "node", "touch", "currency", "day")
    version_id = models.BigIntegerField()
    node = models.TextField()
    touch = models.TextField()
    currency = models.TextField()
    day = models.DateField()
    conversions = models.BigIntegerField()
    value = models.BigIntegerField()

    class Meta:
        db_table = "journeys_conversion"
