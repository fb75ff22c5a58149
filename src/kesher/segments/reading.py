"""Reads one JSON object of a rule; a mistake is named by its place, with the nearest right name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

MAX_TEXT = 1_000
MAX_ITEMS = 1_000


class Mistake(Exception):
    """One problem in a rule; the parser gathers them into one `RuleInvalid`."""

    def __init__(self, path: str, en: str, he: str) -> None:
        super().__init__(f"{path}: {en}")
        self.problem = Problem(path, Text(en=_literal(en), he=_literal(he)))


class Reader:
    """The fields of one JSON object, each taken once; what nobody took is a mistake."""

    def __init__(self, source: Any, path: str) -> None:
        if not isinstance(source, Mapping):
            raise Mistake(path, "This must be an object.", "כאן צריך לבוא אובייקט.")
        self._source = source
        self._asked: list[str] = []
        self.path = path

    def place(self, name: str) -> str:
        """The path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is there."""
        self._asked.append(name)
        return name in self._source

    def value(self, name: str) -> Any:
        """The field, whatever it is; it must be there."""
        if not self.has(name):
            raise Mistake(self.place(name), f"“{name}” is missing.", f"חסר השדה ”{name}“.")
        return self._source[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A non-empty text (or `default` when the field is absent)."""
        if default is not None and not self.has(name):
            return default
        return checked_text(self.value(name), self.place(name))

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of the allowed names (or `default` when the field is absent)."""
        if default is not None and not self.has(name):
            return default
        given = self.value(name)
        if not isinstance(given, str) or given not in allowed:
            raise unknown(self.place(name), given, allowed)
        return given

    def items(self, name: str, most: int = MAX_ITEMS) -> list[Any]:
        """A non-empty array of at most `most` items."""
        given = self.value(name)
        if not isinstance(given, list) or not given:
            raise Mistake(
                self.place(name), "This must be an array with at least one item.", "כאן צריך לבוא מערך שאינו ריק."
            )
        if len(given) > most:
            raise Mistake(self.place(name), f"More than {most} items.", f"יותר מ־{most} פריטים.")
        return given

    def finish(self) -> None:
        """Refuse the fields that nobody asked for."""
        for name in self._source:
            if name not in self._asked:
                raise unknown(self.place(str(name)), name, self._asked)


def checked_text(given: Any, path: str) -> str:
    """A text that PostgreSQL can hold, of 1 to 1,000 characters."""
    if not isinstance(given, str) or not given:
        raise Mistake(path, "This must be a text that is not empty.", "כאן צריך לבוא טקסט שאינו ריק.")
    if len(given) > MAX_TEXT:
        raise Mistake(path, f"This text is longer than {MAX_TEXT} characters.", f"הטקסט ארוך מ־{MAX_TEXT} תווים.")
    if "\0" in given or any("\ud800" <= char <= "\udfff" for char in given):
        raise Mistake(path, "This text contains a character that cannot be stored.", "בטקסט יש תו שלא ניתן לשמור.")
    return given


def unknown(path: str, given: Any, allowed: Collection[str]) -> Mistake:
    """A mistake that names the nearest right name, or all of them when they are few."""
    shown = given if isinstance(given, str) else repr(given)
    shown = shown[:60]
    near = get_close_matches(shown, list(allowed), n=1, cutoff=0.5)
    if near:
        return Mistake(
            path,
            f"“{shown}” is not known here. Did you mean “{near[0]}”?",
            f"”{shown}“ אינו מוכר כאן. הכוונה ל”{near[0]}“?",
        )
    if not allowed:
        return Mistake(
            path, f"“{shown}” is not known here: there is none yet.", f"”{shown}“ אינו מוכר כאן: עדיין אין אף אחד."
        )
    names = ", ".join(sorted(allowed))
    return Mistake(path, f"“{shown}” is not known here. Possible: {names}.", f"”{shown}“ אינו מוכר כאן. אפשר: {names}.")


def _literal(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")
