"""From JSON to a model of lead scores; every mistake is named by its place.

```
fit:
  maximum: 100
  rules:
    - {rule: {trait: company_size, op: ge, value: 50}, points: 40, name: A larger company}
  grades: {A: 75, B: 50, C: 25}
engagement:
  half_life: {days: 30}
  events:
    - {event: Page Viewed, where: [{property: path, op: eq, value: /pricing}], points: 10, maximum: 40}
  grades: {"1": 60, "2": 30, "3": 10}
stages:
  - {key: lead}
  - {key: qualified, rule: {score: leads, of: grade, op: ge, value: B2}, back: true}
```

Fit is the sum of the points of the rules that hold, at least 0 and at most the maximum; engagement the sum of the
points of the events, each halving every half-life. A grade needs at least so many points; below all three it is D or 4.
The first stage may leave its rule out: then everybody is in it. A person is in the highest stage whose rule holds; once
there she stays, unless the stage says `back: true`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from kesher.kernel.errors import Problem
from kesher.segments.conditions import parse_filters
from kesher.segments.errors import RuleInvalid, ScoreInvalid
from kesher.segments.moments import parse_duration
from kesher.segments.parsing import parse_rule
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Node, Rule

MAX_PARTS = 50
MAX_STAGES = 20
MAX_POINTS = 10_000
MAX_HALF_LIFE = timedelta(days=3_650)
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FitRule:
    """So many points while the rule holds."""

    rule: Rule
    points: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class EngagingEvent:
    """So many points for each event of the name whose properties pass; together at most `maximum`."""

    event: str
    points: float
    where: Node | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way from stranger to customer; without a rule everybody is at least there."""

    key: str
    name: str
    rule: Rule | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """A model of lead scores. Grades are the least points for A, B, C and for 1, 2, 3."""

    fit: Sequence[FitRule]
    fit_maximum: float
    fit_grades: Sequence[float]
    half_life: timedelta
    engagement: Sequence[EngagingEvent]
    engagement_grades: Sequence[float]
    stages: Sequence[Stage]

    @property
    def maxima(self) -> list[float]:
        """The limits of the kinds of events that have one."""
        return [each.maximum for each in self.engagement if each.maximum is not None]

    def rules(self) -> list[tuple[str, Rule]]:
        """Every rule of the model with its place."""
        fit = [(f"fit.rules[{n}].rule", each.rule) for n, each in enumerate(self.fit)]
        stages = [(f"stages[{n}].rule", each.rule) for n, each in enumerate(self.stages) if each.rule is not None]
        return fit + stages


def parse_score_model(source: Any) -> ScoreModel:
    """The model of a JSON value; ScoreInvalid names every mistake by its place."""
    parser = _Parser()
    model = parser.try_to(lambda: parser.model(Reader(source, "")))
    if parser.problems or model is None:
        raise ScoreInvalid(problems=tuple(parser.problems))
    return model


class _Parser:
    """Reads the parts; what is wrong in one does not hide what is wrong in another."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def try_to(self, read: Callable[[], _T]) -> _T | None:
        """What `read` gives, or None with its problems noted."""
        try:
            return read()
        except Mistake as mistake:
            self.problems.append(mistake.problem)
        except RuleInvalid as error:
            self.problems.extend(error.problems)
        return None

    def model(self, reader: Reader) -> ScoreModel | None:
        fit = self.try_to(lambda: self._fit(Reader(reader.value("fit"), "fit")))
        engagement = self.try_to(lambda: self._engagement(Reader(reader.value("engagement"), "engagement")))
        stages = self._parts(reader, "stages", self._stage, MAX_STAGES)
        reader.finish()
        self._no_stage_twice(stages)
        if fit is None or engagement is None:
            return None
        return ScoreModel(*fit, *engagement, stages)

    def _fit(self, reader: Reader) -> tuple[list[FitRule], float, list[float]]:
        maximum = _positive(reader.value("maximum"), reader.place("maximum"))
        rules = self._parts(reader, "rules", self._fit_rule, MAX_PARTS)
        grades = _grades(Reader(reader.value("grades"), reader.place("grades")), "ABC")
        reader.finish()
        return rules, maximum, grades

    def _fit_rule(self, reader: Reader, position: int) -> FitRule:
        rule = parse_rule(reader.value("rule"), path=reader.place("rule"))
        found = FitRule(rule, _points(reader), reader.text("name", default=""))
        reader.finish()
        return found

    def _engagement(self, reader: Reader) -> tuple[timedelta, list[EngagingEvent], list[float]]:
        place = reader.place("half_life")
        half_life = parse_duration(reader.value("half_life"), place)
        if half_life > MAX_HALF_LIFE:
            raise Mistake(place, "At most ten years (3,650 days).", "לכל היותר עשר שנים (3,650 ימים).")
        events = self._parts(reader, "events", self._engaging_event, MAX_PARTS)
        grades = _grades(Reader(reader.value("grades"), reader.place("grades")), "123")
        reader.finish()
        return half_life, events, grades

    def _engaging_event(self, reader: Reader, position: int) -> EngagingEvent:
        where = parse_filters(reader.value("where"), reader.place("where")) if reader.has("where") else None
        maximum = _positive(reader.value("maximum"), reader.place("maximum")) if reader.has("maximum") else None
        found = EngagingEvent(reader.text("event"), _points(reader), where, maximum)
        reader.finish()
        return found

    def _stage(self, reader: Reader, position: int) -> Stage:
        key = reader.text("key")
        if not _KEY.fullmatch(key):
            raise Mistake(
                reader.place("key"),
                "A key starts with a small Latin letter; letters, digits, _ and - follow, at most 60 in all.",
                "מפתח מתחיל באות לטינית קטנה, ואחריה אותיות קטנות, ספרות, _ ו־-; לכל היותר 60 תווים.",
            )
        if position > 0 and not reader.has("rule"):
            raise Mistake(
                reader.place("rule"),
                "Only the first stage can do without a rule.",
                "רק השלב הראשון יכול להיות בלי כלל.",
            )
        rule = parse_rule(reader.value("rule"), path=reader.place("rule")) if reader.has("rule") else None
        back = reader.value("back") if reader.has("back") else False
        if not isinstance(back, bool):
            raise Mistake(reader.place("back"), "This must be true or false.", "כאן צריך לבוא true או false.")
        found = Stage(key, reader.text("name", default=key), rule, back)
        reader.finish()
        return found

    def _parts(self, reader: Reader, name: str, read: Callable[[Reader, int], _T], most: int) -> list[_T]:
        """The items of an array that may be absent or empty."""
        if not reader.has(name):
            return []
        place = reader.place(name)
        given = reader.value(name)
        if not isinstance(given, list) or len(given) > most:
            problem = Mistake(place, f"This must be an array of at most {most}.", f"כאן צריך לבוא מערך של עד {most}.")
            self.problems.append(problem.problem)
            return []
        found = [self.try_to(partial(_read_item, read, item, f"{place}[{n}]", n)) for n, item in enumerate(given)]
        return [each for each in found if each is not None]

    def _no_stage_twice(self, stages: Sequence[Stage]) -> None:
        seen: set[str] = set()
        for position, stage in enumerate(stages):
            if stage.key in seen:
                again = Mistake(
                    f"stages[{position}].key",
                    f"There are two stages “{stage.key}”.",
                    f"יש שני שלבים בשם ”{stage.key}“.",
                )
                self.problems.append(again.problem)
            seen.add(stage.key)


def _read_item(read: Callable[[Reader, int], _T], item: Any, place: str, position: int) -> _T:
    return read(Reader(item, place), position)


def _points(reader: Reader) -> float:
    points = _number(reader.value("points"), reader.place("points"))
    if points == 0 or abs(points) > MAX_POINTS:
        raise Mistake(
            reader.place("points"),
            f"Points are at most {MAX_POINTS} either way, and not 0.",
            f"הניקוד הוא לכל היותר {MAX_POINTS} לכל כיוון, ואינו 0.",
        )
    return points


def _positive(given: Any, place: str) -> float:
    number = _number(given, place)
    if not 0 < number <= 1_000_000:
        raise Mistake(
            place, "This must be more than 0, and at most 1,000,000.", "כאן צריך לבוא מספר חיובי, לכל היותר 1,000,000."
        )
    return number


def _number(given: Any, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise Mistake(place, "This must be a number.", "כאן צריך לבוא מספר.")
    return float(given)


def _grades(reader: Reader, names: str) -> list[float]:
    """The least points for each grade, from the best on; they must fall."""
    found = [_positive(reader.value(name), reader.place(name)) for name in names]
    reader.finish()
    if not found[0] > found[1] > found[2]:
        raise Mistake(
            reader.path,
            f"Each grade needs fewer points than the one before: {' > '.join(names)}.",
            f"כל ציון צריך לדרוש פחות נקודות מקודמו: {' > '.join(names)}.",
        )
    return found
