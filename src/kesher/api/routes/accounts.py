"""Oneself, the workspace, its members, API keys and audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.middleware.csrf import get_token
from ninja import Query
from pydantic import Field

from kesher.accounts import queries, services
from kesher.accounts.types import (
    PERMISSION_LABELS,
    PERMISSIONS,
    ROLE_PERMISSIONS,
    AuditEntry,
    Member,
    MembershipOf,
    Permission,
    Role,
)
from kesher.api.actions import label_of_action
from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import OPEN, SELF, Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Moment, Out, PathId
from kesher.segments import services as segments

routes = Routes("accounts")

_ENTRY = ("id", "at", "actor", "action", "target", "address", "changes")


class MembershipSummary(Out):
    """A workspace in which the user works."""

    workspace_id: int
    slug: str
    name: str
    role: Role
    permissions: list[str]


class Me(Out):
    """The signed-in user."""

    id: int
    email: str
    name: str
    language: str
    workspaces: list[MembershipSummary]


class MeChange(In):
    """What a user may change about herself."""

    name: str | None = Field(None, max_length=200)
    language: str | None = None


class CsrfToken(Out):
    """The value for the X-CSRFToken header; the csrftoken cookie comes with it."""

    csrf_token: str


class WorkspaceDetail(Out):
    """A workspace and its own settings."""

    id: int
    slug: str
    name: str
    timezone: str
    default_language: str
    settings: JsonObject
    created_at: datetime


class WorkspaceChange(In):
    """What is to change; a null inside `settings` removes that setting."""

    name: str | None = Field(None, max_length=200)
    timezone: str | None = Field(None, max_length=64)
    default_language: str | None = None
    settings: JsonObject | None = Field(None, max_length=100)


class MemberDetail(Out):
    """A member of the workspace; `pending` while she has not accepted her invitation."""

    user_id: int
    email: str
    name: str
    role: Role
    last_login_at: datetime | None
    pending: bool


class NewMember(In):
    """Who is to join, and as what."""

    email: str = Field(max_length=254)
    role: Role
    name: str = Field("", max_length=200)
    language: str = "en"


class AddedMember(Out):
    """The member, and the invitation to hand over when she has no password yet."""

    member: MemberDetail
    invitation: str | None


class RoleChange(In):
    """A member's new role."""

    role: Role


class InvitationToken(In):
    """An invitation as it was handed over."""

    token: str = Field(max_length=500)


class InvitationDetail(Out):
    """Who is invited, and into which workspaces."""

    email: str
    name: str
    workspaces: list[str]


class RenewedInvitation(Out):
    """A new invitation to hand over; it holds for three days, once."""

    invitation: str


class InvitationAnswer(In):
    """The invitation and the password that its holder chose."""

    token: str = Field(max_length=500)
    password: str = Field(max_length=200)
    name: str = Field("", max_length=200)


class Accepted(Out):
    """The address with which to sign in now."""

    email: str


class RoleDetail(Out):
    """What a role may do."""

    role: Role
    permissions: list[str]


class PermissionDetail(Out):
    """A permission by its key, and what people call it."""

    key: str
    label: BothTexts


class PermissionCatalogue(Out):
    """All permissions, and which each role holds."""

    permissions: list[PermissionDetail]
    roles: list[RoleDetail]


class TimezoneDetail(Out):
    """A time zone by its IANA name, and what people call it."""

    name: str
    label: BothTexts


class ApiKeyDetail(Out):
    """A key as far as it may be shown again."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewApiKey(In):
    """A key to be made; it can be given only permissions that its maker holds."""

    name: str = Field(max_length=200)
    scopes: list[Permission] = Field(max_length=len(PERMISSIONS))
    expires_at: Moment | None = None


class CreatedApiKey(Out):
    """The key itself, which is not shown again."""

    key: str
    api_key: ApiKeyDetail


class AuditEntryDetail(Out):
    """One recorded change; `label` says the action in words."""

    id: int
    at: datetime
    actor: str
    action: str
    label: BothTexts
    target: str
    address: str | None
    changes: JsonObject


@routes.get("/csrf", permission=OPEN)
def get_csrf_token(call: Call) -> CsrfToken:
    """The token that a page needs before its first write, the sign-in itself included."""
    return CsrfToken(csrf_token=get_token(call.request))


@routes.get("/me", permission=SELF)
def get_me(call: Call) -> Me:
    """The signed-in user and the workspaces to choose from."""
    return me_of(call.user_id)


@routes.patch("/me", permission=SELF)
def update_me(call: Call, body: MeChange) -> Me:
    """Change one's own name or language."""
    services.change_user(call.user_id, name=body.name, language=body.language)
    call.audit_user(call.user_id, "accounts.change_user")
    return me_of(call.user_id)


@routes.ask("/invitations/look", permission=OPEN)
def look_at_invitation(call: Call, body: InvitationToken) -> InvitationDetail:
    """Who is invited and where to, before she answers."""
    return InvitationDetail.model_validate(services.read_invitation(body.token))


@routes.post("/invitations/accept", permission=OPEN)
def accept_invitation(call: Call, body: InvitationAnswer) -> Accepted:
    """Choose the first password with an invitation."""
    user = services.accept_invitation(body.token, password=body.password, name=body.name)
    call.audit_user(user.id, "accounts.accept_invitation")
    return Accepted(email=user.email)


@routes.get("/permissions", permission=SELF)
def list_permissions(call: Call) -> PermissionCatalogue:
    """What can be allowed, and what each role is allowed."""
    roles = [RoleDetail(role=role, permissions=sorted(held)) for role, held in ROLE_PERMISSIONS.items()]
    named = [
        PermissionDetail(key=key, label=BothTexts.model_validate(PERMISSION_LABELS[key])) for key in PERMISSION_LABELS
    ]
    return PermissionCatalogue(permissions=named, roles=roles)


@routes.get("/timezones", permission=OPEN)
def list_timezones(call: Call) -> list[TimezoneDetail]:
    """The time zones that a workspace may have."""
    return [TimezoneDetail.model_validate(each) for each in queries.list_timezones()]


@routes.get("/workspace", permission="accounts:read")
def get_workspace(call: Call) -> WorkspaceDetail:
    """The workspace and its settings."""
    return WorkspaceDetail.model_validate(queries.access_workspace(call.actor))


@routes.patch("/workspace", permission="accounts:write")
def update_workspace(call: Call, body: WorkspaceChange) -> WorkspaceDetail:
    """Change the workspace or single settings of it."""
    given = body.model_dump(exclude_unset=True)
    zone = queries.access_workspace(call.actor).timezone
    changed = services.update_workspace(call.workspace_id, **given)
    if changed.timezone != zone:
        segments.follow_workspace_zone(call.conn, workspace_id=call.workspace_id)
    call.audit("accounts.update_workspace", changed.slug, given)
    return WorkspaceDetail.model_validate(changed)


@routes.get("/members", permission="accounts:read")
def list_members(call: Call) -> list[MemberDetail]:
    """Who works in this workspace."""
    return [_member(each) for each in queries.access_members(call.actor)]


@routes.post("/members", permission="accounts:members", status=201)
def add_member(call: Call, body: NewMember) -> AddedMember:
    """Add a user by e-mail; one who is new to Kesher gets an invitation to hand over."""
    user = queries.find_user(body.email) or services.create_user(
        email=body.email, name=body.name, language=body.language, now=call.now
    )
    member = services.add_member(workspace_id=call.workspace_id, user_id=user.id, role=body.role, actor=call.actor)
    call.audit("accounts.add_member", user.email, {"role": body.role})
    return AddedMember(member=_member(member), invitation=services.invite_user(user.id))


@routes.patch("/members/{user_id}", permission="accounts:members")
def change_role(call: Call, user_id: PathId, body: RoleChange) -> MemberDetail:
    """Change what a member may do."""
    member = services.change_role(workspace_id=call.workspace_id, user_id=user_id, role=body.role, actor=call.actor)
    call.audit("accounts.change_role", member.email, {"role": body.role})
    return _member(member)


@routes.delete("/members/{user_id}", permission="accounts:members")
def remove_member(call: Call, user_id: PathId) -> None:
    """Take a member out of the workspace."""
    member = services.remove_member(workspace_id=call.workspace_id, user_id=user_id, actor=call.actor)
    call.audit("accounts.remove_member", member.email, {"role": member.role})


@routes.post("/members/{user_id}/invitation", permission="accounts:members")
def renew_invitation(call: Call, user_id: PathId) -> RenewedInvitation:
    """A new invitation for a member who has not accepted yet."""
    token = services.renew_invitation(workspace_id=call.workspace_id, user_id=user_id, actor=call.actor)
    call.audit("accounts.renew_invitation", user_id)
    return RenewedInvitation(invitation=token)


@routes.get("/api-keys", permission="accounts:keys")
def list_api_keys(call: Call) -> list[ApiKeyDetail]:
    """The keys of the workspace, the newest first."""
    return [ApiKeyDetail.model_validate(each) for each in queries.access_api_keys(call.actor)]


@routes.post("/api-keys", permission="accounts:keys", status=201)
def create_api_key(call: Call, body: NewApiKey) -> CreatedApiKey:
    """Make a key; it is shown in this answer and never again."""
    key, record = services.create_api_key(
        workspace_id=call.workspace_id,
        name=body.name,
        scopes=body.scopes,
        created_by_id=call.actor.user_id,
        grantor=call.actor,
        expires_at=body.expires_at,
        now=call.now,
    )
    call.audit("accounts.create_api_key", record.prefix, {"name": record.name, "scopes": list(record.scopes)})
    return CreatedApiKey(key=key, api_key=ApiKeyDetail.model_validate(record))


@routes.delete("/api-keys/{api_key_id}", permission="accounts:keys")
def revoke_api_key(call: Call, api_key_id: PathId) -> ApiKeyDetail:
    """End a key at once."""
    record = services.revoke_api_key(workspace_id=call.workspace_id, api_key_id=api_key_id, now=call.now)
    call.audit("accounts.revoke_api_key", record.prefix, {"name": record.name})
    return ApiKeyDetail.model_validate(record)


@routes.get("/audit", permission="accounts:audit")
def list_audit(
    call: Call,
    actor: Annotated[str | None, Query(None, max_length=300)],
    action: Annotated[str | None, Query(None, max_length=100)],
    target: Annotated[str | None, Query(None, max_length=200)],
    since: Annotated[Moment | None, Query(None)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AuditEntryDetail]:
    """Who changed what, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.access_audit(
        call.actor,
        before=after[0] if after else None,
        by=actor,
        action=action,
        target=target,
        since=since,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=_entry)


def me_of(user_id: int) -> Me:
    """The user as she sees herself."""
    user = queries.get_user(user_id)
    workspaces = [_summary(each) for each in queries.list_workspaces_of(user_id)]
    return Me(id=user.id, email=user.email, name=user.name, language=user.language, workspaces=workspaces)


def _summary(membership: MembershipOf) -> MembershipSummary:
    return MembershipSummary(
        workspace_id=membership.workspace_id,
        slug=membership.slug,
        name=membership.name,
        role=membership.role,
        permissions=sorted(membership.permissions),
    )


def _entry(entry: AuditEntry) -> AuditEntryDetail:
    label = BothTexts.model_validate(label_of_action(entry.action))
    return AuditEntryDetail(label=label, **{name: getattr(entry, name) for name in _ENTRY})


def _member(member: Member) -> MemberDetail:
    return MemberDetail.model_validate(member)
