"""Members of a workspace. Only an owner makes or unmakes owners, and one owner always remains."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from kesher.accounts import models
from kesher.accounts.errors import (
    InvitationOpenElsewhere,
    LastOwner,
    MemberExists,
    MemberNotFound,
    UserNotFound,
    WorkspaceNotFound,
)
from kesher.accounts.records import member_record
from kesher.accounts.types import Actor, Member, Role


def add_member(*, workspace_id: int, user_id: int, role: Role | str, actor: Actor | None = None) -> Member:
    """Give a user a role in a workspace; with an actor, only one whom he may give.

    An actor cannot add somebody whose invitation to another workspace is open: its holder would come in here too.
    """
    role = Role(role)
    if actor is not None and role is Role.OWNER:
        actor.require("accounts:owners")
    user = models.User.objects.filter(pk=user_id).first()
    if user is None:
        raise UserNotFound(key=user_id)
    if not models.Workspace.objects.filter(pk=workspace_id).exists():
        raise WorkspaceNotFound(key=workspace_id)
    elsewhere = models.Membership.objects.filter(user=user).exclude(workspace_id=workspace_id)
    if actor is not None and not user.has_usable_password() and elsewhere.exists():
        raise InvitationOpenElsewhere(key=user.email)
    row = models.Membership(workspace_id=workspace_id, user=user, role=role.value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise MemberExists(key=user.email) from error
    return member_record(row)


def change_role(*, workspace_id: int, user_id: int, role: Role | str, actor: Actor) -> Member:
    """Change a member's role; LastOwner when nobody would own the workspace any more."""
    role = Role(role)
    with transaction.atomic():
        row = _member(workspace_id, user_id)
        if Role.OWNER in (role, Role(row.role)):
            actor.require("accounts:owners")
        if role is not Role.OWNER:
            _keep_an_owner(row)
        row.role = role.value
        row.save()
    return member_record(row)


def remove_member(*, workspace_id: int, user_id: int, actor: Actor) -> Member:
    """Take a user out of a workspace; the keys that the user made stay, and say by whom."""
    with transaction.atomic():
        row = _member(workspace_id, user_id)
        if Role(row.role) is Role.OWNER:
            actor.require("accounts:owners")
        _keep_an_owner(row)
        removed = member_record(row)
        row.delete()
    return removed


def _member(workspace_id: int, user_id: int) -> models.Membership:
    """The membership; the workspace's row is locked, so that two owners cannot step down at the same moment."""
    models.Workspace.objects.select_for_update().filter(pk=workspace_id).first()
    row = models.Membership.objects.select_related("user").filter(workspace_id=workspace_id, user_id=user_id).first()
    if row is None:
        raise MemberNotFound(key=user_id)
    return row


def _keep_an_owner(row: models.Membership) -> None:
    if Role(row.role) is not Role.OWNER:
        return
    others = models.Membership.objects.filter(workspace_id=row.workspace_id, role=Role.OWNER).exclude(pk=row.pk)
    if not others.exists():
        raise LastOwner(key=row.user.email)
