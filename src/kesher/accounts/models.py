"""Tables of the room."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


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


class UserManager(BaseUserManager["User"]):
    """Users sign in with their e-mail address; the case of its letters does not matter."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """An operator of the installation, for Django's `createsuperuser`."""
        user = self.model(email=self.normalize_email(email), is_staff=True, is_superuser=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works in Kesher (not a customer: that is a profile)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "accounts_user"
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_uq")]

    def __str__(self) -> str:
        return self.email


class Membership(models.Model):
    """A user's role in a workspace."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)

    class Meta:
        db_table = "accounts_membership"
        constraints = [models.UniqueConstraint(fields=["user", "workspace"], name="accounts_membership_once_uq")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.workspace_id}"


class ApiKey(models.Model):
    """A key for programs: only its hash is kept; `scopes` are permissions such as `segments:write`."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12, db_index=True)
    hash = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_api_key"

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}"


class AuditEntry(models.Model):
    """Who changed what, when and from where; only ever appended (a trigger sees to it: migrations/0002)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    at = models.DateTimeField()
    actor = models.CharField(max_length=300)
    action = models.CharField(max_length=100)
    target = models.CharField(max_length=200)
    changes = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "accounts_audit_entry"
        indexes = [models.Index(fields=["workspace", "-id"], name="accounts_audit_recent_ix")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target}"
