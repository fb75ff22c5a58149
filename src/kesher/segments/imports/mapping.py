"""What each column of a file seems to be, by its name and its values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kesher.profiles.queries import TraitBook
from kesher.profiles.types import TraitType
from kesher.segments.types import ColumnMapping, Target

_WORDS = re.compile(r"[\W_]+")


_KNOWN: dict[str, tuple[Target, str | None]] = {
    **dict.fromkeys(
        ("user id", "userid", "customer id", "id", "external id", "מספר לקוח", "מזהה", "קוד לקוח"),
        (Target.USER_ID, None),
    ),
    **dict.fromkeys(
        ("email", "e mail", "mail", "email address", "אימייל", "מייל", "דוא ל", "דואל", "דואר אלקטרוני"),
        (Target.EMAIL, None),
    ),
    **dict.fromkeys(
        ("phone", "mobile", "cell", "telephone", "phone number", "טלפון", "נייד", "טלפון נייד", "סלולרי"),
        (Target.PHONE, None),
    ),
    **dict.fromkeys(
        ("consent", "opt in", "optin", "subscribed", "newsletter", "marketing", "אישור דיוור", "דיוור", "הסכמה"),
        (Target.CONSENT, None),
    ),
    **dict.fromkeys(("first name", "firstname", "given name", "שם פרטי"), (Target.TRAIT, "first_name")),
    **dict.fromkeys(("last name", "lastname", "surname", "family name", "שם משפחה"), (Target.TRAIT, "last_name")),
    **dict.fromkeys(("name", "full name", "שם", "שם מלא"), (Target.TRAIT, "name")),
    **dict.fromkeys(("language", "lang", "locale", "שפה"), (Target.TRAIT, "language")),
    **dict.fromkeys(("city", "town", "עיר", "יישוב"), (Target.TRAIT, "city")),
    **dict.fromkeys(("country", "מדינה", "ארץ"), (Target.TRAIT, "country")),
    **dict.fromkeys(("birthday", "birth date", "date of birth", "תאריך לידה", "יום הולדת"), (Target.TRAIT, "birthday")),
}


def suggest_mapping(header: Sequence[str], samples: Sequence[Sequence[str]], book: TraitBook) -> list[ColumnMapping]:
    """What the columns seem to be; no identifier and no trait is suggested twice."""
    taken: set[tuple[Target, str | None]] = set()
    found = []
    for column, name in enumerate(header):
        values = [row[column].strip() for row in samples if len(row) > column and row[column].strip()]
        target, trait = _suggested(name, values)
        if (target, trait) in taken:
            target, trait = Target.SKIP, None
        if target is not Target.SKIP:
            taken.add((target, trait))
        kind = book.types.get(trait) or _type_of(values) if trait is not None else None
        found.append(ColumnMapping(column, target, trait, kind))
    return found


def _suggested(name: str, values: Sequence[str]) -> tuple[Target, str | None]:
    words = " ".join(_WORDS.split(name.lower())).strip()
    if words in _KNOWN:
        return _KNOWN[words]
    if values and all("@" in value for value in values):
        return Target.EMAIL, None
    return (Target.TRAIT, words.replace(" ", "_")[:200]) if words else (Target.SKIP, None)


def _type_of(values: Sequence[str]) -> TraitType:
    """The type that all sampled values fit: a number with a leading zero is a text, as of a postal code."""
    for kind, fits in _LOOKS.items():
        if values and all(fits.fullmatch(value) for value in values):
            return kind
    return TraitType.TEXT


_LOOKS = {
    TraitType.NUMBER: re.compile(r"[+-]?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?"),
    TraitType.BOOL: re.compile(r"true|false|yes|no|כן|לא", re.I),
    TraitType.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}"),
    TraitType.DATETIME: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*"),
}
