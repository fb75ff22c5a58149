"""One thing, then another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.chains import Chain, Ending, Step
from kesher.segments.happenings import WHERE, Happening
from kesher.segments.moments import parse_duration
from kesher.segments.reading import Mistake, Reader, unknown
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Node, Person, Scope, Verdict
from kesher.segments.windows import WINDOW_FORM, Window, parse_window
from kesher.segments.words import Words, joined

MAX_STEPS = 5
_HEADS = ("event", "not")


@dataclass(frozen=True, slots=True)
class SequenceLeaf(Leaf):
    """`{"sequence": [{"event": "Cart Updated"}, {"not": "Cart Emptied"}, {"event": "Checkout Started", "within":
    {"hours": 2}}, {"not": "Order Completed", "within": {"days": 1}}], "within": {"days": 30}}`.

    Two to five steps, each strictly later than the one before it and at most `within` after it; what a `not` names did
    not happen between its neighbours. A `not` at the end: it did not happen within that time after the last step (which
    must have passed), or until now where no time is given; one step before it is enough. The whole lies in the window
    of `within`, or of `since` and `until`: what is outside of it is not looked at.
    """

    head: ClassVar[str] = "sequence"
    label: ClassVar[Text] = Text(en="Sequence", he="רצף אירועים")
    help: ClassVar[Text] = Text(
        en="The person did one thing, then another, and not a third between them.",
        he="האדם עשה דבר אחד ואחריו דבר אחר, ולא עשה דבר שלישי ביניהם.",
    )
    form = (
        FormField(
            "sequence",
            "items",
            Text(en="Steps", he="צעדים"),
            required=True,
            largest=MAX_STEPS,
            fields=(
                FormField("event", "event", Text(en="Did", he="עשה")),
                FormField("not", "event", Text(en="Did not", he="לא עשה")),
                WHERE,
                FormField("within", "span", Text(en="Within", he="בתוך")),
            ),
        ),
        *WINDOW_FORM,
    )
    chain: Chain
    window: Window

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        window = parse_window(reader)
        items = reader.items(cls.head, most=3 * MAX_STEPS)
        place = reader.place(cls.head)
        return cls(_parse_chain(items, place), window)

    def compile(self, scope: Scope) -> LeafSql:
        return self.chain.compile(self.window, scope)

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        return self.chain.evaluate(person, self.window, now).verdict

    def says(self) -> Words:
        parts = [self.chain.says(), self.window.says()]
        return joined([part for part in parts if part.en])

    def found(self, person: Person, now: datetime) -> Found:
        times = self.chain.evaluate(person, self.window, now).times
        events = [
            event
            for step, at in zip(self.chain.steps, times, strict=False)
            for event in step.happening.of(person)
            if event.occurred_at == at
        ]
        return Found(times or None, events)

    def filters(self) -> tuple[Node, ...]:
        return tuple(part for happening in self.chain.happenings() for part in happening.filters())

    def looks_back(self) -> timedelta | None:
        return self.window.lasts

    def dependencies(self) -> Dependencies:
        return Dependencies(events=frozenset(happening.name for happening in self.chain.happenings()))


def _parse_chain(items: Sequence[Any], place: str) -> Chain:
    steps: list[Step] = []
    without: list[Happening] = []
    ending: Ending | None = None
    for position, item in enumerate(items):
        reader = Reader(item, f"{place}[{position}]")
        head = next((name for name in _HEADS if reader.has(name)), None)
        if head is None:
            raise unknown(reader.path, next(iter(item), ""), _HEADS)
        happening = Happening.parse(reader, head)
        last = position == len(items) - 1
        gap = _gap(reader) if last or (head == "event" and steps) else None
        reader.finish()
        if head == "event":
            steps.append(Step(happening, gap, tuple(without)))
            without = []
        elif not steps:
            raise Mistake(reader.path, "A sequence begins with an event.", "רצף מתחיל באירוע.")
        elif last and not without:
            ending = Ending(happening, gap)
        elif last:
            raise Mistake(reader.path, "Only one “not” can end a sequence.", "רק ”not“ אחד יכול לסיים רצף.")
        else:
            without.append(happening)
    _check_length(steps, ending, place)
    return Chain(tuple(steps), ending)


def _gap(reader: Reader) -> timedelta | None:
    return parse_duration(reader.value("within"), reader.place("within")) if reader.has("within") else None


def _check_length(steps: Sequence[Step], ending: Ending | None, place: str) -> None:
    if len(steps) > MAX_STEPS or len(steps) + (ending is not None) < 2 or steps[0].within is not None:
        raise Mistake(
            place,
            f"A sequence has two to {MAX_STEPS} events, or one and a “not” after it.",
            f"ברצף יש שניים עד {MAX_STEPS} אירועים, או אירוע אחד ו”not“ אחריו.",
        )
