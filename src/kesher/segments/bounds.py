"""A condition on a number of things: `op` and `value` of a leaf that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Scope
from kesher.segments.words import Words, phrase, times

MAX_COUNT = 1_000_000
COUNT_FORM = (
    FormField(
        "op",
        "choice",
        Text(en="How often", he="כמה פעמים"),
        default="ge",
        choices=(
            Choice("ge", Text(en="at least", he="לפחות")),
            Choice("eq", Text(en="exactly", he="בדיוק")),
            Choice("le", Text(en="at most", he="לכל היותר")),
            Choice("gt", Text(en="more than", he="יותר מ־")),
            Choice("lt", Text(en="fewer than", he="פחות מ־")),
            Choice("between", Text(en="between", he="בין")),
            Choice("ne", Text(en="not exactly", he="לא בדיוק")),
        ),
    ),
    FormField("value", "count", Text(en="Times", he="פעמים"), default=1, smallest=0, largest=MAX_COUNT),
)
"""A `count` is a whole number, and two of them for `between`. Zero is “did not”."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within `low`..`high` (None: no limit), or outside of it when `inside` is false."""

    low: int
    high: int | None
    inside: bool = True

    def allow(self, n: int) -> bool:
        """Whether so many are right."""
        return (n >= self.low and (self.high is None or n <= self.high)) is self.inside

    def says(self) -> Words:
        """“at least 2 times”."""
        low, high = self.low, self.high
        if high is None:
            if self.inside:
                return phrase("at least {n}", "לפחות {n}", n=times(low))
            return Words("never", "אף פעם") if low == 1 else Words(f"fewer than {low} times", f"פחות מ־{low} פעמים")
        if low == high:
            if not self.inside:
                return (
                    Words("at least once", "לפחות פעם אחת")
                    if low == 0
                    else Words(f"not exactly {low} times", f"לא בדיוק {low} פעמים")
                )
            return Words("never", "אף פעם") if low == 0 else phrase("exactly {n}", "בדיוק {n}", n=times(low))
        return Words(f"between {low} and {high} times", f"בין {low} ל־{high} פעמים")

    def says_number(self) -> Words:
        """“at least 2”."""
        low, high = self.low, self.high
        if high is None:
            return Words(f"at least {low}", f"לפחות {low}") if self.inside else Words(f"below {low}", f"פחות מ־{low}")
        if low == high:
            return Words(str(low), str(low)) if self.inside else Words(f"not {low}", f"לא {low}")
        return Words(f"between {low} and {high}", f"בין {low} ל־{high}")

    def bind(self, scope: Scope) -> tuple[str, str | None]:
        """Both bounds as placeholders."""
        return scope.bind(self.low, "bigint"), None if self.high is None else scope.bind(self.high, "bigint")

    def sql(self, n: str, scope: Scope) -> str:
        """`allow` over a bigint expression that is never NULL."""
        low, high = self.bind(scope)
        within = f"{n} >= {low}" if high is None else f"{n} BETWEEN {low} AND {high}"
        return f"({within})" if self.inside else f"(NOT {within})"


def parse_bounds(reader: Reader) -> Bounds:
    """The bounds of `op` and `value`; “at least one” without them."""
    op = reader.choice("op", ("eq", "ne", "lt", "le", "gt", "ge", "between"), default="ge")
    place = reader.place("value")
    given = reader.value("value") if reader.has("value") or reader.has("op") else 1
    if op == "between":
        if not isinstance(given, list) or len(given) != 2:
            raise Mistake(place, "This must be an array of two numbers.", "כאן צריך לבוא מערך של שני מספרים.")
        low, high = _whole(given[0], f"{place}[0]"), _whole(given[1], f"{place}[1]")
        if low > high:
            raise Mistake(
                place, "The first value must not be above the second.", "הערך הראשון אינו יכול לעלות על השני."
            )
        return Bounds(low, high)
    n = _whole(given, place)
    bounds: dict[str, tuple[int, int | None, bool]] = {
        "eq": (n, n, True),
        "ne": (n, n, False),
        "ge": (n, None, True),
        "gt": (n + 1, None, True),
        "lt": (n, None, False),
        "le": (n + 1, None, False),
    }
    return Bounds(*bounds[op])


def _whole(given: Any, place: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MAX_COUNT:
        raise Mistake(
            place, f"This must be a whole number from 0 to {MAX_COUNT}.", f"כאן צריך לבוא מספר שלם מ־0 עד {MAX_COUNT}."
        )
    return given
