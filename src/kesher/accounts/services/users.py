"""Users: made, invited, changed. An invitation is a link that an admin hands over; it works once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction

from kesher.accounts import models, validation
from kesher.accounts.errors import (
    InvitationInvalid,
    InvitationNotNeeded,
    MemberNotFound,
    UserExists,
    UserInvalid,
    UserNotFound,
)
from kesher.accounts.records import user_record
from kesher.accounts.types import Actor, Invitation, Role, User
from kesher.kernel import tokens
from kesher.kernel.errors import Problem

_INVITATION = "accounts.invitation"


def create_user(
    *, email: str, password: str | None = None, name: str = "", language: str = "en", now: datetime
) -> User:
    """A new user; without a password she cannot sign in until she accepts an invitation."""
    row = models.User(email=email.strip().lower(), name=name.strip(), language=language, date_joined=now)
    problems = [*validation.email_problems(row.email), *validation.language_problems(language, "language")]
    if row.name:
        problems += validation.name_problems(row.name)
    if password is not None:
        problems += validation.password_problems(password, row)
    _refuse(problems)
    row.set_password(password)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise UserExists(key=row.email) from error
    return user_record(row)


def invite_user(user_id: int) -> str | None:
    """A token with which a user without a password sets one, within three days and once; None when she has one.

    Django's password-reset token lies inside: it dies when the password is set or the time is over.
    """
    row = _user(user_id)
    if row.has_usable_password():
        return None
    payload = f"{row.pk}:{default_token_generator.make_token(row)}"
    return tokens.sign(_INVITATION, payload.encode())


def accept_invitation(token: str, *, password: str, name: str = "") -> User:
    """Set the first password of an invited user; InvitationInvalid when the token is used up or too old."""
    with transaction.atomic():
        row = _invited(token)
        _refuse(validation.password_problems(password, row))
        row.set_password(password)
        if name.strip():
            _refuse(validation.name_problems(name))
            row.name = name.strip()
        row.save()
    return user_record(row)


def read_invitation(token: str) -> Invitation:
    """Whom an invitation invites, and where to; InvitationInvalid when it is used up or too old."""
    with transaction.atomic():
        row = _invited(token)
        workspaces = row.memberships.order_by("workspace__name").values_list("workspace__name", flat=True)
        return Invitation(row.email, row.name, tuple(workspaces))


def renew_invitation(*, workspace_id: int, user_id: int, actor: Actor) -> str:
    """Another token for a member who has not accepted yet, three days from now; an owner's only for an owner."""
    member = models.Membership.objects.select_related("user").filter(workspace_id=workspace_id, user_id=user_id).first()
    if member is None:
        raise MemberNotFound(key=user_id)
    if Role(member.role) is Role.OWNER:
        actor.require("accounts:owners")
    token = invite_user(user_id)
    if token is None:
        raise InvitationNotNeeded(key=member.user.email)
    return token


def set_password(user_id: int, password: str) -> None:
    """Give a user a password; the one that she has already leaves her sessions alone."""
    row = _user(user_id)
    if row.check_password(password):
        return
    _refuse(validation.password_problems(password, row))
    row.set_password(password)
    row.save()


def change_user(user_id: int, *, name: str | None = None, language: str | None = None) -> User:
    """Change one's own name or language."""
    row = _user(user_id)
    problems: list[Problem] = []
    if name is not None:
        problems += validation.name_problems(name)
        row.name = name.strip()
    if language is not None:
        problems += validation.language_problems(language, "language")
        row.language = language
    _refuse(problems)
    row.save()
    return user_record(row)


def _invited(token: str) -> models.User:
    """The user of an invitation that still holds, locked."""
    try:
        user_id, _, once = tokens.unsign(_INVITATION, token).decode().partition(":")
    except tokens.TokenInvalid as error:
        raise InvitationInvalid from error
    row = models.User.objects.select_for_update().filter(pk=int(user_id), is_active=True).first()
    if row is None or row.has_usable_password() or not default_token_generator.check_token(row, once):
        raise InvitationInvalid
    return row


def _user(user_id: int) -> models.User:
    row = models.User.objects.filter(pk=user_id).first()
    if row is None:
        raise UserNotFound(key=user_id)
    return row


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise UserInvalid(problems=tuple(problems))
