"""Who may do what: permissions, roles, the actor of a request, and the room's records as others see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, get_args

from kesher.kernel.errors import Forbidden

Permission = Literal[
    "accounts:read",
    "accounts:write",
    "accounts:members",
    "accounts:owners",
    "accounts:keys",
    "accounts:audit",
    "profiles:read",
    "profiles:write",
    "profiles:merge",
    "profiles:export",
    "profiles:erase",
    "consent:read",
    "consent:write",
    "consent:topics",
    "events:read",
    "events:sources",
    "segments:read",
    "segments:write",
    "content:read",
    "content:write",
    "messaging:read",
    "messaging:send",
    "messaging:broadcast",
    "messaging:suppress",
    "messaging:policy",
    "messaging:providers",
    "journeys:read",
    "journeys:write",
    "journeys:publish",
]
"""`room:verb`. A route names one of them; a role and an API key hold a set of them."""

PERMISSIONS: frozenset[str] = frozenset(get_args(Permission))


class Role(StrEnum):
    """What a member is in a workspace, from the most to the least powerful."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


_VIEWER = frozenset(permission for permission in PERMISSIONS if permission.endswith(":read"))
_EDITOR = _VIEWER | {
    "profiles:write",
    "consent:write",
    "segments:write",
    "content:write",
    "messaging:send",
    "messaging:broadcast",
    "journeys:write",
    "journeys:publish",
}

ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: PERMISSIONS,
    Role.ADMIN: PERMISSIONS - {"accounts:owners"},
    Role.EDITOR: _EDITOR,
    Role.VIEWER: _VIEWER,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which workspace, with which permissions; `name` is what the audit log shows."""

    workspace_id: int
    name: str
    permissions: frozenset[str]
    user_id: int | None = None
    api_key_id: int | None = None

    def require(self, permission: Permission) -> None:
        """Forbidden unless the actor holds `permission`."""
        if permission not in self.permissions:
            raise Forbidden(permission=permission)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One business and its own settings."""

    id: int
    slug: str
    name: str
    timezone: str
    default_language: str
    settings: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """A person who works in Kesher."""

    id: int
    email: str
    name: str
    language: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """Who sets an installation up."""

    email: str
    password: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class FirstWorkspace:
    """The business for which an installation is set up; `language` is its owner's too."""

    name: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Member:
    """A user's place in a workspace; `pending` while she has not accepted her invitation."""

    user_id: int
    email: str
    name: str
    role: Role
    last_login_at: datetime | None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited, and into which workspaces, by name."""

    email: str
    name: str
    workspaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MembershipOf:
    """A workspace as one of its members sees it in a list."""

    workspace_id: int
    slug: str
    name: str
    role: Role
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key for programs, as far as it may be shown after its creation."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One recorded change."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    address: str | None
    changes: dict[str, Any] = field(default_factory=dict)
