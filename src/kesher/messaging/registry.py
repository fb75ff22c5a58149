"""Kinds of providers: each is one class with the settings it needs and how to set it up, in both languages.

A kind of another room (SMS, push, a provider's HTTP interface) registers itself from its app's `ready`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from kesher.kernel.errors import Problem
from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.messaging.errors import ProviderInvalid
from kesher.messaging.transport import Outlet, Transport


@dataclass(frozen=True, slots=True)
class Account:
    """A provider as the sender uses it; the secret is left out of its repr."""

    provider_id: int | None
    kind: str
    name: str
    settings: Mapping[str, Any]
    secret: str | None = field(default=None, repr=False)
    rate_per_second: float | None = None


class ProviderKind(ABC):
    """What a kind of provider tells the settings screen and the sender."""

    key: ClassVar[str]
    channel: ClassVar[str]
    title: ClassVar[Text]
    setup: ClassVar[Text]
    settings: ClassVar[tuple[FormField, ...]]
    """Its form; the kinds of fields are `text`, `code`, `email`, `whole`, `choice` and `boolean`."""
    secret: ClassVar[Text | None] = None

    def server_of(self, settings: Mapping[str, Any]) -> str | None:
        """The server to which an account hands over, as far as its settings name one: what SPF has to allow."""
        return None

    @abstractmethod
    def open(self, account: Account, outlet: Outlet) -> Transport:
        """A transport that hands over what it takes from `outlet`."""

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings with their defaults; ProviderInvalid names each mistake."""
        problems = [
            Problem(f"settings.{name}", _of(_UNKNOWN, name=name))
            for name in sorted(set(settings) - {setting.name for setting in self.settings})
        ]
        checked: dict[str, Any] = {}
        for setting in self.settings:
            value = settings.get(setting.name, setting.default)
            problem = _problem_of(setting, value)
            if problem is not None:
                problems.append(Problem(f"settings.{setting.name}", problem))
            checked[setting.name] = value
        if problems:
            raise ProviderInvalid(problems=tuple(problems))
        return checked


class _Checker(Protocol):
    def __call__(self, setting: FormField, value: Any, /) -> Text | None: ...


_UNKNOWN = Text(en="“{name}” is not a setting of this provider.", he="”{name}“ אינו הגדרה של הספק הזה.")
_REQUIRED = Text(en="This setting is needed.", he="ההגדרה הזאת נדרשת.")
_TEXT = Text(en="This must be one line of text.", he="כאן נדרש טקסט בשורה אחת.")
_NUMBER = Text(en="This must be a whole number of at least 1.", he="כאן נדרש מספר שלם, 1 לפחות.")
_FLAG = Text(en="This is either true or false.", he="כאן יש לבחור true או false.")
_CHOICE = Text(en="Choose one of: {choices}.", he="יש לבחור אחד מאלה: {choices}.")


def _problem_of(setting: FormField, value: Any) -> Text | None:
    if value is None or value == "":
        return _REQUIRED if setting.required else None
    return _CHECKS[setting.kind](setting, value)


def _check_text(setting: FormField, value: Any) -> Text | None:
    return None if isinstance(value, str) and value.isprintable() else _TEXT


def _check_number(setting: FormField, value: Any) -> Text | None:
    return None if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else _NUMBER


def _check_choice(setting: FormField, value: Any) -> Text | None:
    values = [choice.value for choice in setting.choices]
    return None if value in values else _of(_CHOICE, choices=", ".join(values))


def _check_flag(setting: FormField, value: Any) -> Text | None:
    return None if isinstance(value, bool) else _FLAG


_CHECKS: dict[str, _Checker] = {
    "text": _check_text,
    "code": _check_text,
    "email": _check_text,
    "whole": _check_number,
    "choice": _check_choice,
    "boolean": _check_flag,
}


def _of(text: Text, **fields: str) -> Text:
    return Text(en=text.render("en", **fields), he=text.render("he", **fields))


_kinds: dict[str, ProviderKind] = {}

_NO_KIND = Text(en="“{kind}” is not a kind of provider here.", he="”{kind}“ אינו סוג ספק מוכר כאן.")


def register_provider(kind: ProviderKind) -> None:
    """Make a kind of provider known; its key must be new."""
    if kind.key in _kinds:
        raise ValueError(f"the provider kind {kind.key} is registered already")
    _kinds[kind.key] = kind


def get_provider_kind(key: str) -> ProviderKind:
    """The kind of that key; ProviderInvalid when there is none."""
    try:
        return _kinds[key]
    except KeyError:
        raise ProviderInvalid(problems=(Problem("kind", _of(_NO_KIND, kind=key)),)) from None


def list_provider_kinds() -> list[ProviderKind]:
    """Every kind, by key."""
    return [_kinds[key] for key in sorted(_kinds)]
