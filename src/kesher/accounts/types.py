"""Who may do what: permissions, roles, the actor of a request, and the room's records as others see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, get_args

from kesher.kernel.errors import Forbidden
from kesher.kernel.text import Text

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

PERMISSION_LABELS: dict[Permission, Text] = {
    "accounts:read": Text(en="See the workspace and its members", he="צפייה בסביבת העבודה ובחברי הצוות"),
    "accounts:write": Text(en="Change the workspace's settings", he="שינוי הגדרות סביבת העבודה"),
    "accounts:members": Text(en="Manage members", he="ניהול חברי הצוות"),
    "accounts:owners": Text(en="Make and remove owners", he="מינוי והסרה של בעלים"),
    "accounts:keys": Text(en="Manage API keys", he="ניהול מפתחות API"),
    "accounts:audit": Text(en="Read the audit log", he="צפייה ביומן השינויים"),
    "profiles:read": Text(en="See people", he="צפייה באנשים"),
    "profiles:write": Text(en="Change people and their details", he="שינוי פרטים של אנשים"),
    "profiles:merge": Text(en="Merge people", he="מיזוג אנשים"),
    "profiles:export": Text(en="Export all that is known of a person", he="ייצוא כל המידע על אדם"),
    "profiles:erase": Text(en="Erase people", he="מחיקת אנשים"),
    "consent:read": Text(en="See permissions and topics", he="צפייה בהסכמות ובנושאים"),
    "consent:write": Text(en="Record people's permission", he="רישום הסכמות של אנשים"),
    "consent:topics": Text(en="Manage topics", he="ניהול נושאי דיוור"),
    "events:read": Text(en="See events and sources", he="צפייה באירועים ובמקורות"),
    "events:sources": Text(en="Manage sources and write keys", he="ניהול מקורות ומפתחות כתיבה"),
    "segments:read": Text(en="See segments, lists and scores", he="צפייה בסגמנטים, ברשימות ובניקוד"),
    "segments:write": Text(en="Change segments, lists and scores", he="עריכת סגמנטים, רשימות וניקוד"),
    "content:read": Text(en="See content", he="צפייה בתוכן"),
    "content:write": Text(en="Change content and the brand", he="עריכת תוכן ומותג"),
    "messaging:read": Text(en="See messages and how they leave", he="צפייה בהודעות ובאופן שליחתן"),
    "messaging:send": Text(en="Send single messages", he="שליחת הודעות בודדות"),
    "messaging:broadcast": Text(en="Send broadcasts", he="שליחת דיוורים"),
    "messaging:suppress": Text(en="Block and allow addresses", he="חסימה ושחרור של כתובות"),
    "messaging:policy": Text(en="Set hours and limits", he="קביעת שעות ומגבלות"),
    "messaging:providers": Text(en="Manage providers and domains", he="ניהול ספקי שליחה ודומיינים"),
    "journeys:read": Text(en="See journeys", he="צפייה במסעות"),
    "journeys:write": Text(en="Change journeys", he="עריכת מסעות"),
    "journeys:publish": Text(en="Publish journeys", he="פרסום מסעות"),
}
"""What people call each."""


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
class Timezone:
    """A time zone that a workspace may have: its IANA name, and what people call it."""

    name: str
    label: Text


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
