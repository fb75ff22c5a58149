"""A message to a colleague before anybody else gets it: marked as a test, outside of the ledger and of every cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from django.conf import settings

from kesher.accounts import queries as accounts
from kesher.content import queries as content
from kesher.content.types import BrandKit, Missing, Rendered, VariantSource
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.addresses import ascii_domain, host_of, is_email, sender_address
from kesher.messaging.domains.keyring import KeyRing
from kesher.messaging.domains.signing import Signer, signer_for
from kesher.messaging.errors import TestRecipientInvalid, TestUnderWay, TooManyTests
from kesher.messaging.registry import Account
from kesher.messaging.sender.directory import find_account
from kesher.messaging.sender.mime import assemble, encode_header, encode_mailbox
from kesher.messaging.sender.single import hand_over
from kesher.messaging.transport import Envelope

_sql = statements_of("kesher.messaging")

MOST_TESTS = 60
"""Of a workspace in an hour."""
_TESTS_LOCK = 0x6B747374
"""The space of the tests' advisory locks ("ktst")."""
_MARK = Text(en="[Test] ", he="[בדיקה] ")


@dataclass(frozen=True, slots=True)
class TestSent:
    """A test that the server took; `captured` when it lies in this installation's own mailbox."""

    recipient: str
    subject: str
    captured: bool


def send_test(
    conn: Conn,
    *,
    workspace_id: int,
    source: VariantSource,
    variables: Mapping[str, Any],
    missing: Missing | str,
    recipient: str,
    now: datetime,
) -> TestSent:
    """Write a variant with `variables` and hand it at once to the workspace's mail server, for a member who has
    accepted her invitation. It is in no ledger, so no report and no cap counts it, and its links are not followed.

    TestRecipientInvalid, TooManyTests, TestUnderWay, TestNotTaken; content's errors pass through.
    """
    member = accounts.find_member(workspace_id, recipient)
    if member is None or member.pending or not is_email(member.email):
        raise TestRecipientInvalid(address=recipient)
    hour = now.replace(minute=0, second=0, microsecond=0)
    _hold(conn, workspace_id, hour)
    rendered = content.preview(source, variables, missing=missing)
    account = find_account(conn, workspace_id=workspace_id)
    subject = _MARK.render(rendered.language) + rendered.subject
    brand = content.get_brand_kit(conn, workspace_id)
    keys = KeyRing()
    keys.refresh(conn, workspace_id=workspace_id)
    letter = _Letter(rendered, subject, brand, account, member.email, now, keys.signers_of(workspace_id))
    hand_over(account, letter.envelope)
    _sql.run(conn, "add_test", {"workspace_id": workspace_id, "hour": hour})
    return TestSent(recipient=member.email, subject=subject, captured=account.kind == "capture")


def _hold(conn: Conn, workspace_id: int, hour: datetime) -> None:
    """Let one test at a time through, and so many an hour. Nothing is written before the server has answered: a
    transaction that has written holds back the readers of the log."""
    held = _sql.run(conn, "hold_tests", {"space": _TESTS_LOCK, "workspace_id": workspace_id}).fetchone()
    if held is None or not held[0]:
        raise TestUnderWay(retry_after=5)
    row = _sql.run(conn, "count_tests", {"workspace_id": workspace_id, "hour": hour}).fetchone()
    if row is not None and row[0] >= MOST_TESTS:
        raise TooManyTests(limit=MOST_TESTS)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A rendered test on its way into an envelope."""

    rendered: Rendered
    subject: str
    brand: BrandKit
    account: Account
    recipient: str
    now: datetime
    signers: Mapping[str, Signer]

    def envelope(self, eight_bit: bool) -> Envelope:
        """The test for a server that takes 8-bit text or one that does not."""
        sender = sender_address(self.brand.sender_email, self.account.settings.get("from_email"), settings.BASE_URL)
        recipient = ascii_domain(self.recipient)
        number = uuid4().hex
        name = self.brand.sender_name.render(self.rendered.language) or self.brand.name.render(self.rendered.language)
        headers = [
            ("Date", format_datetime(self.now)),
            ("From", encode_mailbox(name, sender)),
            ("To", recipient),
            ("Subject", encode_header(self.subject)),
            ("Message-ID", f"<kesher.test.{number}@{host_of(sender)}>"),
            ("Auto-Submitted", "auto-generated"),
        ]
        if self.brand.reply_to and is_email(self.brand.reply_to):
            headers.append(("Reply-To", self.brand.reply_to))
        made = assemble(
            headers,
            text=self.rendered.text.encode("utf-8", "replace"),
            html=self.rendered.html.encode("utf-8", "replace"),
            boundary=f"=_kesher_{number}",
            eight_bit=eight_bit,
        )
        signer = signer_for(self.signers, sender)
        if signer is not None:
            made = signer.sign(made, now=self.now)
        utf8 = not (recipient.isascii() and sender.isascii())
        return Envelope(0, sender, recipient, made, utf8=utf8, eight_bit=not made.isascii())
