"""How a lead is scored."""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from kesher.events.types import SystemEvent
from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.operators import OPERATORS, number_of
from kesher.segments.reading import Mistake, Reader, checked_text
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Reference, Scope, Score, Verdict
from kesher.segments.types.scores import LETTERS, LOWEST, TOLERANCE
from kesher.segments.words import Words, attached, label, phrase, quoted, value

_GRADES = tuple(letter + digit for letter in LETTERS for digit in "1234")
_NUMBERS = ("fit", "engagement")
_OPS = {
    "grade": ("eq", "ne", "in", "ge"),
    "stage": ("eq", "ne", "in", "ge", "lt"),
    "fit": ("eq", "ne", "lt", "le", "gt", "ge"),
    "engagement": ("lt", "le", "gt", "ge"),
}
_SIGNS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "eq": ("=", compare.eq),
    "ne": ("<>", compare.ne),
    "lt": ("<", compare.lt),
    "le": ("<=", compare.le),
    "gt": (">", compare.gt),
    "ge": (">=", compare.ge),
}
_NOTHING = Score()
_SAID = {
    "grade": Words("grade", "הציון"),
    "stage": Words("stage", "השלב"),
    "fit": Words("fit", "ההתאמה"),
    "engagement": Words("engagement", "המעורבות"),
}


@dataclass(frozen=True, slots=True)
class ScoreLeaf(Leaf):
    """`{"score": "leads", "of": "grade", "op": "ge", "value": "B2"}`.

    `of` is `grade` (eq, ne, in, ge; `B` stands for B1 to B4, `2` for A2 to D2; `ge` is at least as good in both),
    `stage` (eq, ne, in, ge, lt in the model's order), `fit` or `engagement` (numbers; engagement takes no eq and ne).
    """

    head: ClassVar[str] = "score"
    label: ClassVar[Text] = Text(en="Lead score", he="ניקוד ליד")
    help: ClassVar[Text] = Text(
        en="The person's grade, fit, engagement or stage.", he="הציון, ההתאמה, המעורבות או השלב של האדם."
    )
    form = (
        FormField("score", "reference", Text(en="Score", he="ניקוד"), required=True, of="score"),
        FormField(
            "of",
            "choice",
            Text(en="Of it", he="ממנו"),
            default="grade",
            choices=tuple(Choice(of, words.text()) for of, words in _SAID.items()),
        ),
        *(
            FormField(
                "op",
                "choice",
                Text(en="Condition", he="תנאי"),
                required=True,
                choices=tuple(Choice(op, OPERATORS[op].label) for op in ops),
                when={"of": (of,)},
            )
            for of, ops in _OPS.items()
        ),
        FormField("value", "grade", Text(en="Grade", he="ציון"), required=True, when={"of": ("grade",)}),
        FormField("value", "reference", Text(en="Stage", he="שלב"), required=True, of="stage", when={"of": ("stage",)}),
        FormField("value", "number", Text(en="Value", he="ערך"), required=True, when={"of": _NUMBERS}),
    )
    key: str
    of: str
    op: str
    value: float = 0.0
    names: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        key, of = reader.text(cls.head), reader.choice("of", tuple(_OPS), default="grade")
        op = reader.choice("op", _OPS[of])
        given, place = reader.value("value"), reader.place("value")
        if of in _NUMBERS:
            number = number_of(given)
            if number is None:
                raise Mistake(place, "This must be a number.", "כאן צריך לבוא מספר.")
            return cls(key, of, op, value=float(number))
        texts = _several(given, place) if op == "in" else [(place, given)]
        if of == "stage":
            return cls(key, of, op, names=frozenset(checked_text(text, where) for where, text in texts))
        found = [_grades(text, where) for where, text in texts]
        if op == "ge":
            best = found[0]
            return cls(key, of, op, names=frozenset(grade for grade in _GRADES if _as_good(grade, best)))
        chosen = frozenset(grade for grades in found for grade in grades)
        return cls(key, of, op, names=frozenset(_GRADES) - chosen if op == "ne" else chosen)

    def compile(self, scope: Scope) -> LeafSql:
        model = (
            f"SELECT m.id, m.stages, m.stage_base FROM segments_score_model m WHERE m.workspace_id = {scope.workspace}"
            f" AND m.key = {scope.bind(self.key, 'text')} AND m.state <> 'removing'"
        )
        # A LEFT JOIN of one row: whom the model has not seen has nothing, and is where everybody is.
        source = (
            "SELECT r.fit, r.uncapped, r.capped, r.maxima, r.half_life_seconds, r.counted_at, r.grade, m.stages,"
            " coalesce(r.stage, m.stages[nullif(m.stage_base, 0)]) AS stage"
            f" FROM (SELECT) AS one LEFT JOIN ({model}) AS m ON true"
            f" LEFT JOIN segments_score r ON r.model_id = m.id AND r.profile_id = {scope.profile}.id"
        )
        if self.of == "grade":
            chosen = scope.bind(sorted(self.names), "text[]")
            return LeafSql(f"coalesce(s.grade, '{LOWEST}') = ANY({chosen})", None, source)
        if self.of == "stage":
            return LeafSql(self._stage_sql(scope), None, source)
        if self.of == "fit":
            return LeafSql(f"coalesce(s.fit, 0) {_SIGNS[self.op][0]} {scope.bind(self.value, 'float8')}", None, source)
        bound = scope.bind(self._bound(), "float8")
        state = "s.uncapped, s.capped, s.maxima"
        value = f"segments_engagement_of({state}, segments_left({scope.now} - s.counted_at, s.half_life_seconds))"
        reached = f"coalesce({value}, 0) >= {bound}"
        crosses = (
            f"CASE WHEN s.counted_at IS NOT NULL THEN segments_engagement_crosses({state}, s.half_life_seconds,"
            f" s.counted_at, ARRAY[{bound}], {scope.now}) END"
        )
        return LeafSql(reached if self.op in ("ge", "gt") else f"(NOT {reached})", crosses, source)

    def _stage_sql(self, scope: Scope) -> str:
        chosen = scope.bind(sorted(self.names), "text[]")
        if self.op in ("eq", "in", "ne"):
            holds = f"coalesce(s.stage = ANY({chosen}), false)"
            return f"(NOT {holds})" if self.op == "ne" else holds
        place = f"array_position(s.stages, ({chosen})[1])"
        reached = f"coalesce(array_position(s.stages, s.stage) >= {place}, false)"
        return reached if self.op == "ge" else f"(NOT {reached})"

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        score = person.scores.get(self.key, _NOTHING)
        if self.of == "grade":
            return Verdict(score.grade in self.names)
        if self.of == "stage":
            return Verdict(self._stage_holds(score))
        if self.of == "fit":
            return Verdict(_SIGNS[self.op][1](score.fit, self.value))
        bound = self._bound()
        reached = score.engagement.at(now) >= bound
        return Verdict(reached == (self.op in ("ge", "gt")), score.engagement.crosses([bound], now))

    def _stage_holds(self, score: Score) -> bool:
        if self.op in ("eq", "in", "ne"):
            return (score.stage in self.names) != (self.op == "ne")
        (wanted,) = self.names
        known = score.stage in score.stages and wanted in score.stages
        reached = known and score.stages.index(str(score.stage)) >= score.stages.index(wanted)
        return reached == (self.op == "ge")

    def _bound(self) -> float:
        """What engagement must reach: see TOLERANCE."""
        return self.value + (-TOLERANCE if self.op in ("ge", "lt") else TOLERANCE)

    def says(self) -> Words:
        wanted = value(sorted(self.names)) if self.of not in _NUMBERS else value(self.value)
        operator = OPERATORS["in" if self.of == "grade" else self.op]
        return phrase(
            "the {of} in {key} {test}",
            "{of} ב־{key} {test}",
            of=_SAID[self.of],
            key=quoted(self.key),
            test=attached(label(operator.label), wanted),
        )

    def found(self, person: Person, now: datetime) -> Found:
        score = person.scores.get(self.key, _NOTHING)
        seen: dict[str, Any] = {"grade": score.grade, "stage": score.stage, "fit": score.fit}
        return Found(seen[self.of] if self.of in seen else round(score.engagement.at(now), 2))

    def dependencies(self) -> Dependencies:
        if self.of == "grade":
            return Dependencies(events=frozenset({SystemEvent.SCORE_GRADE_CHANGED.value}))
        if self.of == "stage":
            return Dependencies(events=frozenset({SystemEvent.STAGE_CHANGED.value}))
        return Dependencies(scores=frozenset({self.key}))

    def references(self) -> tuple[Reference, ...]:
        stages = sorted(self.names) if self.of == "stage" else []
        return (
            Reference("score", self.key, self.head),
            *(Reference("stage", f"{self.key}/{stage}", "value") for stage in stages),
        )


def _several(given: Any, place: str) -> list[tuple[str, Any]]:
    if not isinstance(given, list) or not given:
        raise Mistake(place, "This must be an array with at least one item.", "כאן צריך לבוא מערך שאינו ריק.")
    return [(f"{place}[{position}]", item) for position, item in enumerate(given)]


def _grades(given: Any, place: str) -> frozenset[str]:
    """The grades that `B2`, `B` or `2` stands for."""
    found = frozenset(g for g in _GRADES if given == g or (isinstance(given, str) and len(given) == 1 and given in g))
    if not found:
        raise Mistake(
            place,
            "A grade is a letter from A to D, a digit from 1 to 4, or both: B2.",
            "ציון הוא אות מ־A עד D, ספרה מ־1 עד 4, או שתיהן: B2.",
        )
    return found


def _as_good(grade: str, wanted: Collection[str]) -> bool:
    return grade[0] <= max(each[0] for each in wanted) and grade[1] <= max(each[1] for each in wanted)
