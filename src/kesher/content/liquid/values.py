"""How a value becomes text: no control characters, no reordering of the line around it, no unsafe address."""

from __future__ import annotations

import re
from html import escape as escape_html
from typing import Any

from liquid import Markup

# C0 and C1 controls, and the explicit directional characters with which a value could reorder the text around it
# (UAX #9: embeddings, overrides, isolates and their ends). Tab and line feed stay.
_UNWELCOME = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
# Either of the two above: nearly every address has neither, and one look is enough.
_UNTIDY_URL = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2066-\u2069\u3000]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms"})


class Isolated(str):
    """A text that carries its own directional isolate."""

    __slots__ = ()


def show(value: Any, *, html: bool) -> str:
    """A value as it stands in the output."""
    if type(value) is Markup or type(value) is Isolated:
        return str(value)
    text = value if isinstance(value, str) else as_text(value)
    if _UNWELCOME.search(text):
        text = _UNWELCOME.sub("", text)
    return escape_html(text) if html else text


def as_text(value: Any) -> str:
    """A value that is no string as its reader would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    return str(value)


def safe_url(url: str) -> str:
    """The address without line breaks or controls; `#` when a value brought a scheme that a link may not have."""
    text = url if _UNTIDY_URL.search(url) is None else _SPACE.sub("%20", _UNWELCOME.sub("", url).strip())
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text if text.startswith("#") else "#"
    return text if scheme[1].lower() in LINK_SCHEMES else "#"


def one_line(text: str) -> str:
    """Text for a header: one line, without characters that could end it or start another."""
    return _SPACE.sub(" ", text).strip()
