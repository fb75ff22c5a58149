"""The brand kit: what may stand in it, and what stands in for what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kesher.consent.queries import legal_profile_of
from kesher.consent.types import LegalProfile
from kesher.content.types import BrandKit
from kesher.kernel.errors import Problem
from kesher.kernel.text import LANGUAGES, Text

_TEXTS = frozenset({"name", "sender_name", "address"})
_EMAILS = frozenset({"sender_email", "reply_to"})
_URLS = frozenset({"website_url", "logo_url"})
_WORDS = frozenset({"phone", "font"})
_KEYS = sorted(_TEXTS | _EMAILS | _URLS | _WORDS | {"colors"})
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_URL = re.compile(r"https?://[^\s\"'<>]+", re.I)
_LONGEST = 500

_UNKNOWN = Text(
    en="There is no such field. The fields are: " + ", ".join(_KEYS) + ".",
    he="אין שדה כזה. השדות הם: " + ", ".join(_KEYS) + ".",
)
_WRITE_TEXT = Text(
    en="Write a text of at most 500 characters, or one for each language (en, he).",
    he="יש לכתוב טקסט של עד 500 תווים, או טקסט לכל שפה (en, he).",
)
_WRITE_EMAIL = Text(
    en="Write an e-mail address such as shop@example.com.", he="יש לכתוב כתובת דוא״ל כגון shop@example.com."
)
_WRITE_URL = Text(en="Write an address that begins with https://.", he="יש לכתוב כתובת שמתחילה ב־https://.")
_WRITE_COLORS = Text(
    en="Write colours as names with values such as #1f5f5b.", he="יש לכתוב צבעים כשמות עם ערכים כגון #1f5f5b."
)


def check_brand(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the values of a brand kit."""
    return [Problem(key, message) for key, value in values.items() for message in _problems_of(key, value)]


def _problems_of(key: str, value: Any) -> Iterator[Text]:
    if key not in _KEYS:
        yield _UNKNOWN
    elif key == "colors":
        if not (isinstance(value, Mapping) and all(_is_color(name, color) for name, color in value.items())):
            yield _WRITE_COLORS
    elif key in _TEXTS:
        if not _is_text(value):
            yield _WRITE_TEXT
    elif not (isinstance(value, str) and len(value) <= _LONGEST):
        yield _WRITE_TEXT
    elif value and key in _EMAILS and not _is_email(value):
        yield _WRITE_EMAIL
    elif value and key in _URLS and not _URL.fullmatch(value):
        yield _WRITE_URL


def _is_color(name: Any, color: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and isinstance(color, str) and bool(_COLOR.fullmatch(color))


def _is_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) <= set(LANGUAGES) and all(_is_text(text) for text in value.values())
    return isinstance(value, str) and len(value) <= _LONGEST


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def brand_from(
    workspace_name: str, timezone: str, values: Mapping[str, Any], legal: Mapping[str, Any] | None = None
) -> BrandKit:
    """The kit of stored values, with those of the legal profile; the workspace's name and zone fill the gaps."""
    name = _text(values.get("name") or workspace_name)
    return BrandKit(
        name=name,
        sender_name=_text(values["sender_name"]) if values.get("sender_name") else name,
        sender_email=values.get("sender_email", ""),
        reply_to=values.get("reply_to", ""),
        address=_text(values.get("address", "")),
        phone=values.get("phone", ""),
        website_url=values.get("website_url", ""),
        logo_url=values.get("logo_url", ""),
        timezone=timezone,
        legal=_plain_legal(legal_profile_of(legal or {}, timezone)),
        colors=dict(values.get("colors", {})),
        font=values.get("font") or "Arial, sans-serif",
    )


def _plain_legal(legal: LegalProfile) -> LegalProfile:
    return replace(
        legal,
        name=_plain(legal.name),
        address=_plain(legal.address),
        unsubscribe_way=_plain(legal.unsubscribe_way),
    )


def _text(value: Any) -> Text:
    return _plain(Text.from_dict(value))


def _plain(text: Text) -> Text:
    # A brand's own braces are no fields.
    return Text(*(part.replace("{", "{{").replace("}", "}}") for part in (text.en, text.he)))
