"""A text in both of Kesher's languages, written side by side so that neither can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

DEFAULT_LANGUAGE = "en"
LANGUAGES = ("en", "he")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "iw", "ps", "ur", "yi"})

_current: ContextVar[str] = ContextVar("kesher_language", default=DEFAULT_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and Hebrew; `{name}` marks a value filled in by `render`."""

    en: str
    he: str

    def render(self, language: str | None = None, /, **fields: Any) -> str:
        """The sentence in `language` (the current one when omitted), with its fields filled in."""
        template = self.he if (language or _current.get()) == "he" else self.en
        return template.format_map(_Shown(fields))

    def as_dict(self) -> dict[str, str]:
        """`{"en": …, "he": …}`, for JSON."""
        return {"en": self.en, "he": self.he}

    @classmethod
    def from_dict(cls, value: Mapping[str, str] | str) -> Text:
        """The text of a JSON value: a mapping of languages, or one string that serves for both."""
        if isinstance(value, str):
            return cls(en=value, he=value)
        fallback = value.get("en") or value.get("he") or ""
        return cls(en=value.get("en") or fallback, he=value.get("he") or fallback)


class _Shown(dict[str, Any]):
    """Fields for `format_map`: a missing one shows its own name, so that a report of an error never fails."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def base_language(tag: str | None) -> str:
    """The language of a BCP 47 tag: `he-IL` and the old `iw` are `he`; empty when there is none."""
    language = (tag or "").replace("_", "-").split("-")[0].strip().lower()
    return "he" if language == "iw" else language


def direction(language: str) -> str:
    """`rtl` or `ltr`, for an HTML `dir` attribute."""
    return "rtl" if base_language(language) in RIGHT_TO_LEFT else "ltr"


def current_language() -> str:
    """The language in which texts are rendered when none is named."""
    return _current.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Render texts in `language` inside the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)
