"""One row of a file becomes a person, or is refused with every reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.profiles.queries import TraitBook, clean_id
from kesher.profiles.types import TraitType
from kesher.segments.types import ColumnMapping, ReadRow, Target

_YES = frozenset({"yes", "y", "true", "1", "כן", "v", "x", "✓"})
_NO = frozenset({"no", "n", "false", "0", "לא"})
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_KEPT_FROM_RUNNING = re.compile(r"'[=+\-@＝＋－＠]")
_PARTS = re.compile(r"[;|]")

_TOO_LONG = Text(
    en="The row has more fields than the head: {given}, not {wanted}.",
    he="בשורה יש יותר שדות מאשר בכותרת: {given} ולא {wanted}.",
)
_NOBODY = Text(
    en="Nobody can be recognised by this row: it needs a customer id, an e-mail address or a telephone number.",
    he="אי אפשר לזהות אדם לפי השורה הזאת: נדרש מספר לקוח, כתובת דוא״ל או מספר טלפון.",
)
_BAD_ID = Text(en="“{value}” identifies nobody.", he="”{value}“ אינו מזהה אף אחד.")
_BAD_EMAIL = Text(en="“{value}” is not an e-mail address.", he="”{value}“ אינה כתובת דוא״ל.")
_BAD_PHONE = Text(
    en="“{value}” is not a telephone number; write it with its country, such as +972541234567.",
    he="”{value}“ אינו מספר טלפון; יש לכתוב אותו עם קידומת המדינה, למשל ‎+972541234567.",
)
_BAD_VALUE = Text(
    en="“{value}” does not fit the trait “{trait}” ({type}).", he="”{value}“ אינו מתאים למאפיין ”{trait}“ ({type})."
)
_BAD_CONSENT = Text(en="Write yes or no, not “{value}”.", he="יש לכתוב כן או לא, ולא ”{value}“.")


def read_row(
    number: int, cells: Sequence[str], *, header: Sequence[str], mapping: Sequence[ColumnMapping], book: TraitBook
) -> ReadRow:
    """The row as the mapping reads it; an empty field says nothing."""
    user_id: str | None = None
    traits: dict[str, Any] = {}
    consent: bool | None = None
    problems: list[Problem] = []
    if len(cells) > len(header):
        problems.append(Problem("", _filled(_TOO_LONG, given=len(cells), wanted=len(header))))
    for each, value in _told(cells, mapping):
        wrong: Text | None = None
        if each.target is Target.USER_ID:
            user_id = clean_id(value)
            wrong = _BAD_ID if user_id is None else None
        elif each.target is Target.CONSENT:
            consent = True if value.lower() in _YES else False if value.lower() in _NO else None
            wrong = _BAD_CONSENT if consent is None else None
        elif each.key is not None:
            kept = _written(value, book.types.get(each.key) or each.type)
            wrong = None if book.accepts(each.key, kept) else _wrong_value(each.target)
            traits[each.key] = kept
        if wrong is not None:
            kind = book.types.get(each.key or "", TraitType.TEXT)
            shown = _filled(wrong, value=value[:100], trait=each.key or "", type=kind)
            problems.append(Problem(header[each.column], shown))
    if not problems and user_id is None and not (traits.get("email") or traits.get("phone")):
        problems.append(Problem("", _NOBODY))
    return ReadRow(number, cells, user_id, traits, consent, tuple(problems))


def _told(cells: Sequence[str], mapping: Sequence[ColumnMapping]) -> Iterator[tuple[ColumnMapping, str]]:
    for each in mapping:
        value = cells[each.column].strip() if each.column < len(cells) else ""
        # An apostrophe before what a spreadsheet would run as a formula is how exports keep it from running.
        value = value[1:] if _KEPT_FROM_RUNNING.match(value) else value
        if value and each.target is not Target.SKIP:
            yield each, value


def _wrong_value(target: Target) -> Text:
    return {Target.EMAIL: _BAD_EMAIL, Target.PHONE: _BAD_PHONE}.get(target, _BAD_VALUE)


def _written(value: str, kind: TraitType | None) -> Any:
    """The value as traits are written: days with the year first, numbers without marks, yes and no in English."""
    if kind in (TraitType.DATE, TraitType.DATETIME) and (found := _DAY_FIRST.fullmatch(value)):
        day, month, year = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    if kind is TraitType.NUMBER and _GROUPED.fullmatch(value):
        return value.replace(",", "")
    if kind is TraitType.BOOL and value.lower() in _YES | _NO:
        return value.lower() in _YES
    if kind is TraitType.LIST:
        return [part.strip() for part in _PARTS.split(value) if part.strip()]
    return value


def _filled(text: Text, **values: Any) -> Text:
    return Text(text.render("en", **values), text.render("he", **values))
