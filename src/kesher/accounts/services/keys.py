"""API keys: `ksk_` and 32 random bytes, shown once. Only the SHA-256 is kept.

A plain hash is enough here (no salt, no slow function): the key is 256 random bits, not a word that can be guessed.
The first eight characters are kept readable, so that people recognise a key, and to find its row.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from kesher.accounts import models, validation
from kesher.accounts.errors import ApiKeyInvalid, ApiKeyNotFound, ApiKeyRejected
from kesher.accounts.records import api_key_record
from kesher.accounts.types import PERMISSIONS, Actor, ApiKey
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

KEY_MARK = "ksk_"
_PREFIX_LENGTH = 12
_KEY_LENGTH = len(KEY_MARK) + 43
_LAST_USED_EVERY = timedelta(minutes=5)
"""`last_used_at` is written at most this often, so that a busy key does not rewrite its row on every call."""


def create_api_key(
    *,
    workspace_id: int,
    name: str,
    scopes: Iterable[str],
    created_by_id: int | None = None,
    grantor: Actor | None = None,
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[str, ApiKey]:
    """The key itself, which cannot be shown again, and its record; a grantor gives only what he holds himself."""
    wanted = sorted(set(scopes))
    problems = [*validation.name_problems(name), *_scope_problems(wanted, grantor)]
    if expires_at is not None and expires_at <= now:
        text = Text(en="Choose a moment in the future.", he="יש לבחור מועד עתידי.")
        problems.append(Problem("expires_at", text))
    if problems:
        raise ApiKeyInvalid(problems=tuple(problems))
    key = KEY_MARK + secrets.token_urlsafe(32)
    row = models.ApiKey.objects.create(
        workspace_id=workspace_id,
        name=name.strip(),
        prefix=key[:_PREFIX_LENGTH],
        hash=_hash(key),
        scopes=wanted,
        created_by_id=created_by_id,
        created_at=now,
        expires_at=expires_at,
    )
    return key, api_key_record(row)


def authenticate_api_key(key: str, *, now: datetime) -> Actor:
    """The actor behind a key; ApiKeyRejected when it is unknown, revoked or expired."""
    if len(key) != _KEY_LENGTH or not key.isascii() or not key.startswith(KEY_MARK):
        raise ApiKeyRejected
    wanted = _hash(key)
    rows = models.ApiKey.objects.filter(prefix=key[:_PREFIX_LENGTH])
    row = next((row for row in rows if hmac.compare_digest(bytes(row.hash), wanted)), None)
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise ApiKeyRejected
    _note_use(row, now)
    return Actor(
        workspace_id=row.workspace_id,
        name=f"{row.prefix}… {row.name}",
        permissions=frozenset(row.scopes) & PERMISSIONS,
        api_key_id=row.pk,
    )


def revoke_api_key(*, workspace_id: int, api_key_id: int, now: datetime) -> ApiKey:
    """End a key at once; revoking it again changes nothing."""
    rows = models.ApiKey.objects.filter(workspace_id=workspace_id, pk=api_key_id)
    rows.filter(revoked_at=None).update(revoked_at=now)
    row = rows.select_related("created_by").first()
    if row is None:
        raise ApiKeyNotFound(key=api_key_id)
    return api_key_record(row)


def _note_use(row: models.ApiKey, now: datetime) -> None:
    if row.last_used_at is not None and row.last_used_at > now - _LAST_USED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _LAST_USED_EVERY)
    models.ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=now)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("ascii")).digest()


def _scope_problems(scopes: list[str], grantor: Actor | None) -> list[Problem]:
    if not scopes:
        text = Text(en="Choose at least one permission.", he="יש לבחור הרשאה אחת לפחות.")
        return [Problem("scopes", text)]
    problems = []
    for scope in scopes:
        if scope not in PERMISSIONS:
            text = Text(en=f"There is no permission “{scope}”.", he=f"לא קיימת הרשאה ”{scope}“.")
            problems.append(Problem("scopes", text))
        elif grantor is not None and scope not in grantor.permissions:
            text = Text(
                en=f"You cannot give “{scope}”: you do not hold it yourself.",
                he=f"אי אפשר להעניק ”{scope}“: ההרשאה אינה בידיך.",
            )
            problems.append(Problem("scopes", text))
    return problems
