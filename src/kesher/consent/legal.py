"""The legal profile of a workspace: who answers for its advertising, and which law its messages are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kesher.consent.errors import LegalProfileInvalid
from kesher.consent.models import LegalProfile as LegalProfileRow
from kesher.consent.types import LegalProfile
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import LANGUAGES, Text

_sql = statements_of("kesher.consent")

_ISRAEL = frozenset({"Asia/Jerusalem", "Asia/Tel_Aviv", "Israel"})
_TEXTS = ("name", "address", "unsubscribe_way")
_WORDS = ("registration_number", "phone", "email")
_LONGEST = 500

_WRITE_TEXT = Text(
    en="Write a text of at most 500 characters, on one line.", he="יש לכתוב טקסט של עד 500 תווים, בשורה אחת."
)
_WRITE_EMAIL = Text(
    en="Write an e-mail address such as shop@example.com.", he="יש לכתוב כתובת דוא״ל כגון shop@example.com."
)
_WRITE_FLAG = Text(en="This is either true or false.", he="כאן יש לבחור true או false.")
_UNKNOWN = Text(en="There is no such field.", he="אין שדה כזה.")


def get_legal_profile(conn: Conn, *, workspace_id: int) -> LegalProfile:
    """The workspace's legal profile, as far as it was filled in."""
    row = _sql.run(conn, "legal_profile", {"workspace_id": workspace_id}).fetchone()
    return legal_profile_of(*row) if row is not None else legal_profile_of({}, "")


def legal_profile_of(values: Mapping[str, Any], timezone: str) -> LegalProfile:
    """The profile of stored values. Until somebody has said whether section 30A applies, it does in Israel's time
    zone: to ask too much of a message harms nobody."""
    return LegalProfile(
        name=Text.from_dict(values.get("name", "")),
        registration_number=values.get("registration_number", ""),
        address=Text.from_dict(values.get("address", "")),
        phone=values.get("phone", ""),
        email=values.get("email", ""),
        unsubscribe_way=Text.from_dict(values.get("unsubscribe_way", "")),
        section_30a=values.get("section_30a", timezone in _ISRAEL),
    )


def save_legal_profile(*, workspace_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Replace a workspace's legal profile; LegalProfileInvalid names every mistake."""
    found = [Problem(name, text) for name, value in values.items() for text in _problems_of(name, value)]
    if found:
        raise LegalProfileInvalid(problems=tuple(found))
    LegalProfileRow.objects.update_or_create(
        workspace_id=workspace_id, defaults={"values": dict(values), "updated_at": now}
    )


def _problems_of(name: str, value: Any) -> Iterator[Text]:
    if name == "section_30a":
        if not isinstance(value, bool):
            yield _WRITE_FLAG
    elif name in _TEXTS:
        texts = value.values() if isinstance(value, Mapping) and set(value) <= set(LANGUAGES) else [value]
        if not all(map(_is_line, texts)):
            yield _WRITE_TEXT
    elif name not in _WORDS:
        yield _UNKNOWN
    elif not _is_line(value):
        yield _WRITE_TEXT
    elif name == "email" and value and not _is_email(value):
        yield _WRITE_EMAIL


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
