"""What is the same for many messages: accounts, brand kits, templates, kept for a few seconds."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import structlog
from django.conf import settings

from kesher.content.queries import get_brand_kit, get_compiled
from kesher.content.types import BrandKit
from kesher.kernel.db import Conn
from kesher.kernel.errors import KesherError
from kesher.kernel.sealed import SealBroken, unseal
from kesher.kernel.sql import statements_of
from kesher.messaging.domains.keyring import KeyRing
from kesher.messaging.registry import Account
from kesher.messaging.sender.batch import Claimed, Job, Outcome
from kesher.messaging.types import Reason, State

_sql = statements_of("kesher.messaging")
_log = structlog.get_logger("kesher.sender")
_KEPT_SECONDS = 5.0
_SEALED_SECONDS = 60.0


class Directory:
    """Turns claimed messages into jobs; used by one thread at a time."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[int, str], Account | SealBroken] = {}
        self._brands: dict[int, BrandKit] = {}
        self._keys = KeyRing()
        self._fresh_until = 0.0

    def jobs_of(self, conn: Conn, messages: list[Claimed], *, now: datetime) -> tuple[list[Job], list[Outcome]]:
        """The jobs of the messages, and outcomes for those that cannot be written, now or at all."""
        if time.monotonic() >= self._fresh_until:
            self._refresh(conn)
        jobs: list[Job] = []
        failed: list[Outcome] = []
        for message in messages:
            account = self._account_of(message)
            try:
                if account is None:
                    failed.append(Outcome(message.id, State.FAILED, Reason.NO_PROVIDER))
                    continue
                template = get_compiled(conn, message.template_version_id)
                brand = self._brand_of(conn, message.workspace_id)
            except KesherError as error:
                failed.append(Outcome(message.id, State.FAILED, Reason.TEMPLATE_ERROR, answer=str(error)))
                continue
            if isinstance(account, SealBroken):
                # Not through another account in its place; it goes out once the secret is entered again.
                wait = Outcome(message.id, State.RESERVED, Reason.RETRY, str(account), retry_seconds=_SEALED_SECONDS)
                failed.append(wait)
                continue
            if template.workspace_id != message.workspace_id:
                failed.append(Outcome(message.id, State.FAILED, Reason.TEMPLATE_ERROR, answer="another workspace's"))
                continue
            jobs.append(Job(message, template, brand, account, now, self._keys.signers_of(message.workspace_id)))
        return jobs, failed

    def _account_of(self, message: Claimed) -> Account | SealBroken | None:
        account = self._accounts.get((message.workspace_id, message.channel))
        return account or (_environment_account() if message.channel == "email" else None)

    def _brand_of(self, conn: Conn, workspace_id: int) -> BrandKit:
        brand = self._brands.get(workspace_id)
        if brand is None:
            brand = self._brands[workspace_id] = get_brand_kit(conn, workspace_id)
        return brand

    def _refresh(self, conn: Conn) -> None:
        """Read the accounts anew; one that did not change stays the same object, and so keeps its connections."""
        loaded: dict[tuple[int, str], Account | SealBroken] = {}
        for workspace_id, channel, number, kind, name, values, secret, rate in _sql.run(conn, "load_accounts"):
            try:
                opened = unseal(bytes(secret)) if secret is not None else None
            except SealBroken as error:
                _log.warning("secret_unreadable", account=name, workspace_id=workspace_id, reason=str(error))
                loaded[workspace_id, channel] = error
                continue
            account = Account(number, kind, name, values, opened, rate)
            known = self._accounts.get((workspace_id, channel))
            loaded[workspace_id, channel] = known if known == account and known is not None else account
        self._accounts = loaded
        self._keys.refresh(conn)
        self._brands.clear()
        self._fresh_until = time.monotonic() + _KEPT_SECONDS


def find_account(conn: Conn, *, workspace_id: int) -> Account:
    """The account by which a workspace's e-mail leaves now; SealBroken when its secret cannot be read."""
    row = _sql.run(conn, "find_account", {"workspace_id": workspace_id}).fetchone()
    if row is None:
        return _environment_account()
    number, kind, name, values, secret, rate = row
    return Account(number, kind, name, values, unseal(bytes(secret)) if secret is not None else None, rate)


_environment: Account | None = None


def _environment_account() -> Account:
    """The account of the environment: KESHER_SMTP_URL, else the capture mailbox."""
    global _environment
    url = settings.SMTP_URL
    kind = "smtp" if url else "capture"
    wanted = Account(None, kind, "environment", {"port": settings.MAILBOX_PORT}, secret=url)
    if _environment != wanted:
        _environment = replace(wanted)
    assert _environment is not None
    return _environment
