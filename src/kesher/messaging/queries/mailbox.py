"""Reads of the capture mailbox: real e-mails that went nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings

from kesher.messaging.capture import mailbox_folder
from kesher.messaging.errors import CapturedMailNotFound


@dataclass(frozen=True, slots=True)
class CapturedMail:
    """The head of a captured e-mail, decoded; `key` is its name in the mailbox."""

    key: str
    captured_at: datetime
    sender: str
    recipient: str
    subject: str
    message_id: str

    @property
    def recipient_parts(self) -> tuple[str, ...]:
        """Name and address apart: a name may be of the other direction than the address beside it."""
        name, address = parseaddr(self.recipient)
        return (name, f"<{address}>") if name else (address or self.recipient,)


@dataclass(frozen=True, slots=True)
class CapturedContent:
    """A captured e-mail with its parts, decoded, and as it came."""

    mail: CapturedMail
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    raw: bytes


def list_captured(*, recipient: str | None = None, limit: int = 50, folder: Path | None = None) -> list[CapturedMail]:
    """The newest captured e-mails, to one address when `recipient` is given."""
    found: list[CapturedMail] = []
    for path in _newest(folder or mailbox_folder(settings.DATA_DIR)):
        mail = _read_head(path)
        if mail is not None and (recipient is None or recipient.lower() in mail.recipient.lower()):
            found.append(mail)
            if len(found) == limit:
                break
    return found


def get_captured(key: str, *, folder: Path | None = None) -> CapturedContent:
    """One captured e-mail, whole; CapturedMailNotFound when it is not there (any more)."""
    path = (folder or mailbox_folder(settings.DATA_DIR)) / "new" / Path(key).name
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise CapturedMailNotFound(key=key) from None
    message = message_from_bytes(raw, policy=policy.default)
    headers = tuple((name, str(value)) for name, value in message.items())
    return CapturedContent(
        mail=_head(path.name, message),
        html=_part(message, "html"),
        text=_part(message, "plain"),
        headers=headers,
        raw=raw,
    )


def _newest(folder: Path) -> Iterator[Path]:
    new = folder / "new"
    if new.is_dir():
        yield from sorted(new.iterdir(), key=lambda path: path.name, reverse=True)


def _read_head(path: Path) -> CapturedMail | None:
    try:
        with path.open("rb") as file:
            message = BytesHeaderParser(policy=policy.default).parse(file)
    except FileNotFoundError:  # pushed out by a newer one meanwhile
        return None
    return _head(path.name, message)


def _head(key: str, message: EmailMessage) -> CapturedMail:
    return CapturedMail(
        key=key,
        captured_at=datetime.fromtimestamp(int(key.split(".")[0]) / 1e9, UTC),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
