"""How one value becomes a trait: its type, and what the reserved traits ask for besides."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any

from kesher.kernel.text import base_language
from kesher.profiles.identifiers import clean_email, clean_phone
from kesher.profiles.traits import DoesNotFit, coerce, learn_type
from kesher.profiles.types import RESERVED_TRAITS, TraitType

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_LONGEST_TAG = 35


def type_of(name: str, value: Any) -> TraitType:
    """The type that a new trait takes from its first value; the reserved ones are texts."""
    return TraitType.TEXT if name in RESERVED_TRAITS else learn_type(value)


def fit_trait(name: str, value: Any, kind: TraitType, *, israeli: bool, zones: Container[str]) -> Any:
    """The value as it is stored; DoesNotFit when it cannot be."""
    fitting = coerce(value, kind)
    if name not in RESERVED_TRAITS:
        return fitting
    kept: str | None
    if name == "email":
        kept = clean_email(fitting)
    elif name == "phone":
        kept = clean_phone(fitting, israeli=israeli)
    elif name == "timezone":
        kept = fitting if fitting in zones else None
    else:
        kept = fitting if language_of(fitting) is not None else None
    if kept is None:
        raise DoesNotFit
    return kept


def language_of(tag: str | None) -> str | None:
    """The base language of a language tag; None when it is no tag."""
    return base_language(tag) if tag is not None and len(tag) <= _LONGEST_TAG and _TAG.fullmatch(tag) else None
