"""Tables of the room."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower


class Workspace(models.Model):
    """One business: everything else belongs to exactly one workspace."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="Asia/Jerusalem")
    default_language = models.CharField(max_length=8, default="he")
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_workspace"

    def __str__(self) -> str:
        return self.name


class EmailUserManager(UserManager["User"]):
    """Users sign in with their e-mail address; the case of its letters does not matter."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who works in Kesher (not a customer: that is a profile)."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=8, default="en")

    objects = EmailUserManager()  # type: ignore[misc]
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["username"]

    class Meta:
        db_table = "accounts_user"
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_uq")]


class Membership(models.Model):
    """A user's role in a workspace."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)

    class Meta:
        db_table = "accounts_membership"
        constraints = [models.UniqueConstraint(fields=["user", "workspace"], name="accounts_membership_once_uq")]


class ApiKey(models.Model):
    """A key for programs: only its hash is kept; `scopes` are permissions such as `segments:write`."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12)
    hash = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_api_key"


class AuditEntry(models.Model):
    """Who changed what, when and from where; only ever appended."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    target = models.CharField(max_length=200)
    changes = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "accounts_audit_entry"
        indexes = [models.Index(fields=["workspace", "-id"], name="accounts_audit_recent_ix")]
