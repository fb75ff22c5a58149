"""A form that draws itself: what a screen needs to know of each field, whichever room the field belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice, and what people call it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form.

    `kind` says what is entered (`text`, `whole`, `choice`, …: the rooms' own kinds are named where they are made). `of`
    is what a `reference` names (`segment`, `template`, …); `fields` are those of a record or of each item; `when` are
    the fields, by name, that must have one of these values for this one to be asked. `default` is as it is in JSON.
    """

    name: str
    kind: str
    label: Text
    help: Text | None = None
    required: bool = False
    default: Any = None
    choices: tuple[Choice, ...] = ()
    of: str = ""
    smallest: float | None = None
    largest: float | None = None
    longest: int | None = None
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fields: tuple[FormField, ...] = ()
