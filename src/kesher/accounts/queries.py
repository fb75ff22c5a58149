"""Reads of the room. `access_…` asks the actor's permission first."""

from __future__ import annotations

from datetime import datetime

from kesher.accounts import models
from kesher.accounts.errors import UserNotFound, WorkspaceNotChosen, WorkspaceNotFound
from kesher.accounts.records import (
    api_key_record,
    audit_record,
    member_record,
    user_record,
    workspace_record,
)
from kesher.accounts.types import (
    ROLE_PERMISSIONS,
    Actor,
    ApiKey,
    AuditEntry,
    Member,
    MembershipOf,
    Role,
    User,
    Workspace,
)
from kesher.accounts.zones import list_timezones


def get_workspace(workspace_id: int | None = None, *, slug: str | None = None) -> Workspace:
    """A workspace by its id or by its slug; WorkspaceNotFound."""
    row = models.Workspace.objects.filter(**({"slug": slug} if workspace_id is None else {"pk": workspace_id})).first()
    if row is None:
        raise WorkspaceNotFound(key=slug if workspace_id is None else workspace_id)
    return workspace_record(row)


def find_workspace(slug: str) -> Workspace | None:
    """A workspace by its slug."""
    row = models.Workspace.objects.filter(slug=slug).first()
    return workspace_record(row) if row else None


def find_user(email: str) -> User | None:
    """A user by her address, whatever the case of its letters."""
    row = models.User.objects.filter(email__iexact=email.strip()).first()
    return user_record(row) if row else None


def has_users() -> bool:
    """Whether anybody can sign in: an installation without users is to be set up."""
    return models.User.objects.exists()


def get_user(user_id: int) -> User:
    """A user by her id; UserNotFound."""
    row = models.User.objects.filter(pk=user_id).first()
    if row is None:
        raise UserNotFound(key=user_id)
    return user_record(row)


def list_workspaces_of(user_id: int) -> list[MembershipOf]:
    """The workspaces to which a user belongs, by name."""
    rows = models.Membership.objects.select_related("workspace").filter(user_id=user_id)
    return [
        MembershipOf(
            workspace_id=row.workspace_id,
            slug=row.workspace.slug,
            name=row.workspace.name,
            role=Role(row.role),
            permissions=ROLE_PERMISSIONS[Role(row.role)],
        )
        for row in rows.order_by("workspace__name", "workspace_id")
    ]


def access_as_member(user_id: int, *, reference: str | None) -> Actor:
    """The user as an actor in the workspace that `reference` (slug or id) names, or in her only one.

    WorkspaceNotFound also when the workspace exists but she is no member; WorkspaceNotChosen when there is none or
    more than one to choose from.
    """
    rows = models.Membership.objects.select_related("user").filter(user_id=user_id, user__is_active=True)
    if reference is None:
        found = list(rows[:2])
        if len(found) != 1:
            raise WorkspaceNotChosen
    else:
        by_id = reference.isascii() and reference.isdigit() and len(reference) < 19
        found = list(rows.filter(workspace_id=int(reference)) if by_id else rows.filter(workspace__slug=reference))
        if not found:
            raise WorkspaceNotFound(key=reference)
    row = found[0]
    return Actor(
        workspace_id=row.workspace_id,
        name=row.user.email,
        permissions=ROLE_PERMISSIONS[Role(row.role)],
        user_id=user_id,
    )


def access_workspace(actor: Actor) -> Workspace:
    """The actor's workspace with its settings."""
    actor.require("accounts:read")
    return get_workspace(actor.workspace_id)


def access_members(actor: Actor) -> list[Member]:
    """The members of the actor's workspace, by address."""
    actor.require("accounts:read")
    rows = models.Membership.objects.select_related("user").filter(workspace_id=actor.workspace_id)
    return [member_record(row) for row in rows.order_by("user__email")]


def find_member(workspace_id: int, email: str) -> Member | None:
    """The member of that address who can sign in, whatever the case of its letters."""
    rows = models.Membership.objects.select_related("user").filter(workspace_id=workspace_id, user__is_active=True)
    row = rows.filter(user__email__iexact=email.strip()).first()
    return member_record(row) if row is not None else None


def find_owner(workspace_id: int) -> Member | None:
    """The first of a workspace's owners who can sign in."""
    rows = models.Membership.objects.select_related("user").filter(workspace_id=workspace_id, role=Role.OWNER)
    row = rows.filter(user__is_active=True).order_by("pk").first()
    return member_record(row) if row is not None else None


def access_api_keys(actor: Actor) -> list[ApiKey]:
    """The keys of the actor's workspace, the newest first, revoked ones included."""
    actor.require("accounts:keys")
    rows = models.ApiKey.objects.select_related("created_by").filter(workspace_id=actor.workspace_id)
    return [api_key_record(row) for row in rows.order_by("-pk")]


def access_audit(
    actor: Actor,
    *,
    before: int | None = None,
    by: str | None = None,
    action: str | None = None,
    target: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """The newest entries of the audit log with an id below `before`; the index accounts_audit_recent_ix serves it."""
    actor.require("accounts:audit")
    rows = models.AuditEntry.objects.filter(workspace_id=actor.workspace_id)
    given = {"pk__lt": before, "actor": by, "action": action, "target": target, "at__gte": since}
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    return [audit_record(row) for row in rows.order_by("-pk")[:limit]]


__all__ = [
    "access_api_keys",
    "access_as_member",
    "access_audit",
    "access_members",
    "access_workspace",
    "find_owner",
    "find_user",
    "find_workspace",
    "get_user",
    "get_workspace",
    "has_users",
    "list_timezones",
    "list_workspaces_of",
]
