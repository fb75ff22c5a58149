"""Regular expressions that cannot run away: a small language that both evaluators read alike.

    abc . [a-z] [^0-9] \\d \\w \\s \\D \\W \\S    characters (\\w: Latin and Hebrew letters, digits, _)
    ^ $                                     the text's beginning and end
    ( ) |                                   groups (never captured) and choices
    ? * + {2} {2,} {2,5}                    repeats

No back-references and no look-around, so an automaton answers in one pass: in memory the one below (Thompson,
“Regular Expression Search Algorithm”, CACM 11/6, 1968), in PostgreSQL its own, which needs no backtracking for such a
pattern either. A pattern has at most 200 characters and, its repeats written out, 300 states; a text longer than 1,000
characters meets none. So one answer costs at most 300,000 steps, whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MAX_PATTERN = 200
MAX_STATES = 300
MAX_REPEAT = 100
MAX_SUBJECT = 1_000


class PatternInvalid(ValueError):
    """The pattern is not of the language; `en` and `he` say why and where."""

    def __init__(self, en: str, he: str) -> None:
        super().__init__(en)
        self.en = en
        self.he = he


@dataclass(frozen=True, slots=True)
class _Chars:
    """One character within the ranges of code points, or outside of them."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def accepts(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges) is not self.negated


@dataclass(frozen=True, slots=True)
class _Edge:
    """The text's beginning (`^`) or its end (`$`)."""

    sign: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One after another."""

    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several."""

    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A part from `low` to `high` times; None: without end."""

    part: _Part
    low: int
    high: int | None


_Part = _Chars | _Edge | _Row | _Choice | _Repeat

_DIGITS = ((0x30, 0x39),)
_WORD = (*_DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0x5D0, 0x5EA))
_SPACE = ((0x09, 0x0D), (0x20, 0x20))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_LITERAL = {"n": "\n", "t": "\t", "r": "\r"}
_REPEATS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def parse(self) -> _Part:
        part = self._choice()
        if self._next():
            raise self._wrong("a group is closed that was not opened", "נסגרה קבוצה שלא נפתחה")
        return part

    def _next(self) -> str:
        return self.source[self.at : self.at + 1]

    def _take(self) -> str:
        taken = self._next()
        self.at += 1
        return taken

    def _wrong(self, en: str, he: str) -> PatternInvalid:
        place = min(self.at, len(self.source)) + 1
        return PatternInvalid(f"At character {place} of the pattern: {en}.", f"בתו {place} של התבנית: {he}.")

    def _choice(self) -> _Part:
        parts = [self._row()]
        while self._next() == "|":
            self._take()
            parts.append(self._row())
        return parts[0] if len(parts) == 1 else _Choice(tuple(parts))

    def _row(self) -> _Part:
        parts: list[_Part] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        if not parts:
            raise self._wrong("there is nothing to look for", "אין כאן מה לחפש")
        return parts[0] if len(parts) == 1 else _Row(tuple(parts))

    def _repeated(self, atom: _Part) -> _Part:
        sign = self._next()
        if sign not in ("?", "*", "+", "{"):
            return atom
        if isinstance(atom, _Edge):
            raise self._wrong("an edge cannot be repeated", "אי אפשר לחזור על קצה הטקסט")
        self._take()
        low, high = self._counts() if sign == "{" else _REPEATS[sign]
        if self._next() in ("?", "*", "+", "{"):
            raise self._wrong("a repeat of a repeat needs a group", "חזרה על חזרה מחייבת סוגריים")
        return _Repeat(atom, low, high)

    def _counts(self) -> tuple[int, int | None]:
        end = self.source.find("}", self.at)
        low, comma, high = self.source[self.at : end].partition(",")
        numbers = [part for part in (low, high) if part]
        if end < 0 or not low or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in numbers):
            raise self._wrong("{ begins a count such as {2} or {2,5}", "אחרי { בא מספר, למשל {2} או {2,5}")
        self.at = end + 1
        least = int(low)
        most = least if not comma else (int(high) if high else None)
        if max(map(int, numbers)) > MAX_REPEAT or (most is not None and not 1 <= most >= least):
            raise self._wrong(f"a count goes from 0 to {MAX_REPEAT}", f"מספר החזרות הוא מ־0 עד {MAX_REPEAT}")
        return least, most

    def _atom(self) -> _Part:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == ".":
            return _Chars((), negated=True)
        if char in ("^", "$"):
            return _Edge(char)
        if char == "\\":
            return self._escape()
        if char in ("?", "*", "+", "{"):
            raise self._wrong("there is nothing to repeat", "אין על מה לחזור")
        return _one(char)

    def _group(self) -> _Part:
        if self.source.startswith("?:", self.at):
            self.at += 2
        elif self._next() == "?":
            raise self._wrong("look-around and flags are not allowed", "מבט קדימה או אחורה ודגלים אינם אפשריים")
        part = self._choice()
        if self._take() != ")":
            raise self._wrong("a group is not closed", "קבוצה לא נסגרה")
        return _Row((part,))

    def _escape(self) -> _Chars:
        char = self._take()
        if char.lower() in _CLASSES and char:
            return _Chars(_CLASSES[char.lower()], negated=char.isupper())
        if not char or (char.isalnum() and char not in _LITERAL):
            raise self._wrong(
                "only \\d \\w \\s \\D \\W \\S \\n \\t \\r and signs can follow a \\",
                "אחרי \\ יכולים לבוא רק d w s D W S n t r וסימנים",
            )
        return _one(_LITERAL.get(char, char))

    def _class(self) -> _Chars:
        negated = self._next() == "^"
        if negated:
            self._take()
        ranges: list[tuple[int, int]] = []
        while self._next() != "]":
            first = self._member()
            if self._next() == "-" and self.source[self.at + 1 : self.at + 2] not in ("]", ""):
                self._take()
                last = self._member()
                if len(first) != 1 or len(last) != 1 or first[0][0] > last[0][1]:
                    raise self._wrong("this range is the wrong way round", "הטווח הפוך")
                first = ((first[0][0], last[0][1]),)
            ranges += first
        self._take()
        if not ranges:
            raise self._wrong("a class is empty", "קבוצת התווים ריקה")
        return _Chars(tuple(ranges), negated)

    def _member(self) -> tuple[tuple[int, int], ...]:
        char = self._take()
        if not char or char == "[":
            raise self._wrong("a class is not closed, or [ lacks its \\", "קבוצת תווים לא נסגרה, או שחסר \\ לפני [")
        if char != "\\":
            return _one(char).ranges
        escaped = self._escape()
        if escaped.negated:
            raise self._wrong("\\D, \\W and \\S cannot stand in a class", "\\D, \\W ו־\\S אינם אפשריים בקבוצת תווים")
        return escaped.ranges


def _one(char: str) -> _Chars:
    return _Chars(((ord(char), ord(char)),))


def _states(part: _Part) -> int:
    """How many states the automaton needs, repeats written out."""
    match part:
        case _Row(parts) | _Choice(parts):
            return sum(map(_states, parts)) + len(parts)
        case _Repeat(inner, low, high):
            return (_states(inner) + 1) * max(low, high or low + 1)
    return 1


@lru_cache(maxsize=1_024)
def parse_pattern(source: str) -> Pattern:
    """The pattern that a text spells; PatternInvalid says what is wrong with it."""
    if len(source) > MAX_PATTERN:
        raise PatternInvalid(
            f"A pattern has at most {MAX_PATTERN} characters.", f"בתבנית יש לכל היותר {MAX_PATTERN} תווים."
        )
    part = _Parser(source).parse()
    if _states(part) > MAX_STATES:
        raise PatternInvalid(
            "The pattern repeats too much; lower its counts.", "יש בתבנית יותר מדי חזרות; כדאי להקטין את המספרים."
        )
    return Pattern(part)


class Pattern:
    """A pattern as an automaton. A state is a pair: what it asks (characters, an edge, or None), and where it goes."""

    def __init__(self, part: _Part) -> None:
        self.part = part
        self._states: list[tuple[_Chars | _Edge | None, tuple[int, ...]]] = [(None, ())]
        self._first = self._build(part, 0)

    def found_in(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text."""
        if len(text) > MAX_SUBJECT:
            return False
        here: set[int] = set()
        for position in range(len(text) + 1):
            here = self._reached({*here, self._first}, position, len(text))
            if 0 in here:
                return True
            if position < len(text):
                here = self._after(here, ord(text[position]))
        return False

    def postgres(self) -> str:
        """The same pattern for PostgreSQL's `~`."""
        return _spelt(self.part)

    def _add(self, asks: _Chars | _Edge | None, *targets: int) -> int:
        self._states.append((asks, targets))
        return len(self._states) - 1

    def _build(self, part: _Part, then: int) -> int:
        """The state from which `part`, then the state `then`, is looked for."""
        match part:
            case _Row(parts):
                for each in reversed(parts):
                    then = self._build(each, then)
                return then
            case _Choice(parts):
                return self._add(None, *(self._build(each, then) for each in parts))
            case _Repeat(inner, low, high):
                return self._build_repeat(inner, low, high, then)
        return self._add(part, then)

    def _build_repeat(self, inner: _Part, low: int, high: int | None, then: int) -> int:
        start = then
        if high is None:
            start = self._add(None, then)
            self._states[start] = (None, (self._build(inner, start), then))
        else:
            for _ in range(high - low):
                start = self._add(None, self._build(inner, start), then)
        for _ in range(low):
            start = self._build(inner, start)
        return start

    def _reached(self, states: Iterable[int], position: int, length: int) -> set[int]:
        """The states reached without reading a character."""
        found: set[int] = set()
        left = list(states)
        while left:
            state = left.pop()
            if state in found:
                continue
            found.add(state)
            asks, targets = self._states[state]
            if asks is None or (isinstance(asks, _Edge) and position == (0 if asks.sign == "^" else length)):
                left += targets
        return found

    def _after(self, states: Iterable[int], code: int) -> set[int]:
        """The states reached by reading a character."""
        found: set[int] = set()
        for state in states:
            asks, targets = self._states[state]
            if isinstance(asks, _Chars) and asks.accepts(code):
                found.update(targets)
        return found


def _spelt(part: _Part) -> str:
    match part:
        case _Chars((), True):
            return "."
        case _Chars(((low, high),), False) if low == high:
            return _code(low)
        case _Chars(ranges, negated):
            listed = "".join(_code(low) if low == high else f"{_code(low)}-{_code(high)}" for low, high in ranges)
            return f"[{'^' if negated else ''}{listed}]"
        case _Edge(sign):
            return sign
        case _Row(parts):
            return "".join(f"(?:{_spelt(each)})" if isinstance(each, _Choice) else _spelt(each) for each in parts)
        case _Choice(parts):
            return "|".join(map(_spelt, parts))
        case _Repeat(inner, low, high):
            counts = f"{{{low}}}" if low == high else f"{{{low},{'' if high is None else high}}}"
            return f"(?:{_spelt(inner)}){counts}"
    raise TypeError(f"not a pattern: {part!r}")


def _code(code: int) -> str:
    """A character that means only itself: letters and digits as they are, the rest by their number."""
    return chr(code) if chr(code).isalnum() else f"\\U{code:08x}"
