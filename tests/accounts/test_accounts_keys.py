"""API keys and the audit log."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kesher.accounts import models, queries, services
from kesher.accounts.errors import ApiKeyInvalid, ApiKeyNotFound, ApiKeyRejected
from kesher.accounts.types import PERMISSIONS, Actor
from kesher.kernel.errors import Forbidden

SOON = timedelta(minutes=1)


def test_a_key_opens_its_workspace_with_its_scopes(workspace: int, now: datetime) -> None:
    key, record = services.create_api_key(
        workspace_id=workspace, name="Till", scopes=["segments:read", "profiles:read"], now=now
    )

    actor = services.authenticate_api_key(key, now=now)

    assert (actor.workspace_id, actor.permissions) == (workspace, {"segments:read", "profiles:read"})
    assert record.prefix == key[:12]
    assert actor.name == f"{key[:12]}… Till"


def test_only_the_hash_of_a_key_is_stored(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    key, _ = services.create_api_key(workspace_id=workspace, name="Till", scopes=["segments:read"], now=now)

    row = conn.execute("SELECT k::text, k.hash FROM accounts_api_key k").fetchone()

    assert row is not None
    assert key not in row[0]
    assert key[12:] not in row[0]
    assert key.encode().hex() not in row[0]
    assert bytes(row[1]) == hashlib.sha256(key.encode()).digest()


def test_keys_are_never_alike(workspace: int, now: datetime) -> None:
    keys = {
        services.create_api_key(workspace_id=workspace, name="x", scopes=["segments:read"], now=now)[0]
        for _ in range(20)
    }

    assert len(keys) == 20
    assert all(len(key) == 47 and key.startswith("ksk_") for key in keys)


def test_a_wrong_cut_or_changed_key_opens_nothing(workspace: int, now: datetime) -> None:
    key, _ = services.create_api_key(workspace_id=workspace, name="Till", scopes=["segments:read"], now=now)
    flipped = key[:-1] + ("A" if key[-1] != "A" else "B")

    for wrong in ["", "ksk_", key[:-1], key + "A", flipped, key[:12] + "é" * 35, "\0" * 47, key.upper()]:
        with pytest.raises(ApiKeyRejected):
            services.authenticate_api_key(wrong, now=now)


def test_two_keys_with_one_prefix_are_told_apart(workspace: int, now: datetime) -> None:
    key, first = services.create_api_key(workspace_id=workspace, name="First", scopes=["segments:read"], now=now)
    _, second = services.create_api_key(workspace_id=workspace, name="Second", scopes=["segments:read"], now=now)
    models.ApiKey.objects.filter(pk=second.id).update(prefix=first.prefix)

    assert services.authenticate_api_key(key, now=now).api_key_id == first.id


def test_a_revoked_key_opens_nothing(workspace: int, now: datetime) -> None:
    key, record = services.create_api_key(workspace_id=workspace, name="Till", scopes=["segments:read"], now=now)

    revoked = services.revoke_api_key(workspace_id=workspace, api_key_id=record.id, now=now)
    again = services.revoke_api_key(workspace_id=workspace, api_key_id=record.id, now=now + SOON)

    assert revoked.revoked_at == again.revoked_at == now
    with pytest.raises(ApiKeyRejected):
        services.authenticate_api_key(key, now=now)


def test_a_key_ends_at_its_expiry(workspace: int, now: datetime) -> None:
    key, _ = services.create_api_key(
        workspace_id=workspace, name="Till", scopes=["segments:read"], expires_at=now + SOON, now=now
    )

    services.authenticate_api_key(key, now=now + SOON / 2)

    with pytest.raises(ApiKeyRejected):
        services.authenticate_api_key(key, now=now + SOON)


def test_a_key_of_another_workspace_cannot_be_revoked_from_here(workspace: int, now: datetime) -> None:
    other = services.create_workspace(slug="other", name="Other", now=now)
    _, record = services.create_api_key(workspace_id=workspace, name="Till", scopes=["segments:read"], now=now)

    with pytest.raises(ApiKeyNotFound):
        services.revoke_api_key(workspace_id=other.id, api_key_id=record.id, now=now)


def test_nobody_grants_what_he_does_not_hold(workspace: int, now: datetime) -> None:
    actor = Actor(workspace_id=workspace, name="x", permissions=frozenset({"segments:read"}))

    with pytest.raises(ApiKeyInvalid) as refused:
        services.create_api_key(
            workspace_id=workspace,
            name="x",
            scopes=["segments:read", "segments:write", "everything"],
            grantor=actor,
            now=now,
        )

    assert len(refused.value.problems) == 2


def test_the_last_use_is_written_once_in_five_minutes(workspace: int, now: datetime) -> None:
    key, record = services.create_api_key(workspace_id=workspace, name="x", scopes=["segments:read"], now=now)

    def last_used_after(minutes: float) -> tuple[datetime | None, int]:
        with CaptureQueriesContext(
            connection,
        ) as statements:
            services.authenticate_api_key(key, now=now + timedelta(minutes=minutes))
        return models.ApiKey.objects.get(pk=record.id).last_used_at, len(statements)

    assert last_used_after(0) == (now, 2)
    assert last_used_after(4.9) == (now, 1)
    assert last_used_after(5) == (now + timedelta(minutes=5), 2)


def test_the_audit_log_is_append_only(workspace: int, now: datetime) -> None:
    services.record_audit(workspace, "dana@shop.test", "segments.save", "vip", {"name": "VIP"}, now, "::1")

    for change in (
        lambda: models.AuditEntry.objects.update(actor="nobody"),
        lambda: models.AuditEntry.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert models.AuditEntry.objects.get().actor == "dana@shop.test"


def test_the_audit_log_is_read_in_pages_that_stay_stable_while_it_grows(workspace: int, now: datetime) -> None:
    actor = Actor(workspace_id=workspace, name="x", permissions=PERMISSIONS)
    for number in range(5):
        services.record_audit(workspace, "x", "segments.save", str(number), {}, now)

    first = queries.access_audit(actor, limit=2)
    services.record_audit(workspace, "x", "segments.save", "new", {}, now)
    second = queries.access_audit(actor, before=first[-1].id, limit=2)

    assert [entry.target for entry in first + second] == ["4", "3", "2", "1"]


def test_the_audit_log_can_be_narrowed(workspace: int, now: datetime) -> None:
    actor = Actor(workspace_id=workspace, name="x", permissions=PERMISSIONS)
    services.record_audit(workspace, "dana", "segments.save", "vip", {}, now)
    services.record_audit(workspace, "avi", "segments.delete", "vip", {}, now + SOON)

    assert [e.actor for e in queries.access_audit(actor, by="dana")] == ["dana"]
    assert [e.actor for e in queries.access_audit(actor, action="segments.delete")] == ["avi"]
    assert [e.actor for e in queries.access_audit(actor, since=now + SOON)] == ["avi"]


def test_reads_ask_for_the_permission(workspace: int) -> None:
    nobody = Actor(workspace_id=workspace, name="x", permissions=frozenset())

    for read in (
        queries.access_workspace,
        queries.access_members,
        queries.access_api_keys,
        queries.access_audit,
    ):
        with pytest.raises(Forbidden):
            read(nobody)
