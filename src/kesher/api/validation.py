"""What pydantic found wrong with a request, said in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kesher.api.errors import RequestInvalid
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

_TEXTS = {
    "missing": Text(en="This is required.", he="שדה חובה."),
    "extra_forbidden": Text(en="There is no such field; remove it.", he="אין שדה כזה; יש להסיר אותו."),
    "string": Text(en="Write a text.", he="יש לכתוב טקסט."),
    "string_too_short": Text(en="Write at least {min_length} characters.", he="יש לכתוב לפחות {min_length} תווים."),
    "string_too_long": Text(en="Write at most {max_length} characters.", he="יש לכתוב לכל היותר {max_length} תווים."),
    "string_pattern_mismatch": Text(en="This does not fit the form {pattern}.", he="הערך אינו מתאים לתבנית {pattern}."),
    "int": Text(en="Give a whole number.", he="יש לתת מספר שלם."),
    "float": Text(en="Give a number.", he="יש לתת מספר."),
    "finite_number": Text(en="Give a finite number.", he="יש לתת מספר סופי."),
    "bool": Text(en="Choose true or false.", he="יש לבחור true או false."),
    "datetime": Text(
        en="Give a time with its zone, as in 2026-01-31T09:00:00Z.",
        he="יש לתת מועד עם אזור זמן, למשל 2026-01-31T09:00:00Z.",
    ),
    "timezone": Text(
        en="Give the time with its zone, as in 2026-01-31T09:00:00Z.",
        he="יש לציין את אזור הזמן של המועד, למשל 2026-01-31T09:00:00Z.",
    ),
    "date": Text(en="Give a date, as in 2026-01-31.", he="יש לתת תאריך, למשל 2026-01-31."),
    "list": Text(en="Give a list.", he="יש לתת רשימה."),
    "dict": Text(en="Give an object.", he="יש לתת אובייקט."),
    "model": Text(en="Give an object.", he="יש לתת אובייקט."),
    "too_short": Text(en="Give at least {min_length}.", he="יש לתת לפחות {min_length}."),
    "too_long": Text(en="Give at most {max_length}.", he="יש לתת לכל היותר {max_length}."),
    "literal_error": Text(en="Choose one of: {expected}.", he="יש לבחור אחד מאלה: {expected}."),
    "enum": Text(en="Choose one of: {expected}.", he="יש לבחור אחד מאלה: {expected}."),
    "greater_than": Text(en="Give more than {gt}.", he="יש לתת יותר מ־{gt}."),
    "greater_than_equal": Text(en="Give {ge} or more.", he="יש לתת {ge} או יותר."),
    "less_than": Text(en="Give less than {lt}.", he="יש לתת פחות מ־{lt}."),
    "less_than_equal": Text(en="Give {le} or less.", he="יש לתת {le} או פחות."),
}
_OTHERWISE = Text(en="This value does not fit.", he="הערך אינו מתאים.")


def request_invalid(errors: Iterable[Mapping[str, Any]]) -> RequestInvalid:
    """The error for what ninja collected; a place is named as in the document, without `body` and the like."""
    return RequestInvalid(problems=tuple(_problem(error) for error in errors))


def _problem(error: Mapping[str, Any]) -> Problem:
    kind = str(error["type"])
    text = _TEXTS.get(kind) or _TEXTS.get(kind.split("_")[0], _OTHERWISE)
    # pydantic lists the choices as "'a', 'b' or 'c'".
    context = {name: str(value).replace("' or '", "', '") for name, value in error.get("ctx", {}).items()}
    return Problem(_path(error["loc"]), Text(en=text.render("en", **context), he=text.render("he", **context)))


def _path(location: tuple[Any, ...]) -> str:
    """`("body", "body", "rule", "all", 0)` is `rule.all.0`: the source and ninja's name of the body are left out."""
    source, *rest = location
    if source == "body":
        rest = rest[1:]
    return ".".join(str(part) for part in rest) or str(source)
