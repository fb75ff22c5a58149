"""From the room's rows to the records that other rooms see."""

from __future__ import annotations

from kesher.accounts import models
from kesher.accounts.types import ApiKey, AuditEntry, Member, Role, User, Workspace


def workspace_record(row: models.Workspace) -> Workspace:
    """A workspace as others see it."""
    return Workspace(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        timezone=row.timezone,
        default_language=row.default_language,
        settings=row.settings,
        created_at=row.created_at,
    )


def user_record(row: models.User) -> User:
    """A user as others see it."""
    return User(id=row.pk, email=row.email, name=row.name, language=row.language, is_active=row.is_active)


def member_record(row: models.Membership) -> Member:
    """A membership, with its user, as others see it."""
    return Member(
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        role=Role(row.role),
        last_login_at=row.user.last_login,
        pending=not row.user.has_usable_password(),
    )


def api_key_record(row: models.ApiKey) -> ApiKey:
    """A key as others see it: never its hash."""
    return ApiKey(
        id=row.pk,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        created_by=row.created_by.email if row.created_by else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def audit_record(row: models.AuditEntry) -> AuditEntry:
    """An entry of the audit log as others see it."""
    return AuditEntry(
        id=row.pk,
        at=row.at,
        actor=row.actor,
        action=row.action,
        target=row.target,
        address=row.address,
        changes=row.changes,
    )
