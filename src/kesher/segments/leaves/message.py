"""What became of the messages that were sent to the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from kesher.consent.types import CHANNELS
from kesher.events.types import SystemEvent
from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.bounds import COUNT_FORM
from kesher.segments.leaves.event import read_event_leaf
from kesher.segments.leaves.sequence import SequenceLeaf
from kesher.segments.moments import parse_duration
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Reference, Scope, Verdict
from kesher.segments.windows import WINDOW_FORM
from kesher.segments.words import Words, phrase

STATES: Mapping[str, str] = {
    "sent": SystemEvent.MESSAGE_SENT,
    "held": SystemEvent.MESSAGE_HELD,
    "failed": SystemEvent.MESSAGE_FAILED,
    "bounced": SystemEvent.MESSAGE_BOUNCED,
    "opened": SystemEvent.MESSAGE_OPENED,
    "clicked": SystemEvent.MESSAGE_CLICKED,
    "unsubscribed": SystemEvent.MESSAGE_UNSUBSCRIBED,
    "complained": SystemEvent.MESSAGE_COMPLAINED,
}
_SAID: Mapping[str, Words] = {
    "sent": Words("sent", "נשלחה"),
    "held": Words("held back", "נעצרה"),
    "failed": Words("failed", "נכשלה"),
    "bounced": Words("bounced", "חזרה"),
    "opened": Words("opened", "נפתחה"),
    "clicked": Words("clicked", "הוקלקה"),
    "unsubscribed": Words("unsubscribed", "הובילה להסרה"),
    "complained": Words("complained about", "דווחה כספאם"),
}
_CHOICES = tuple(Choice(state, words.text()) for state, words in _SAID.items())
_CHANNELS = tuple(Choice(channel, name) for channel, name in CHANNELS.items())
_BY_MACHINES = ("opened", "clicked")
_CHOSEN = ("template", "journey", "node", "broadcast", "channel")
_REFERRED = ("template", "journey", "broadcast")


@dataclass(frozen=True, slots=True)
class MessageLeaf(Leaf):
    """`{"message": "clicked", "template": "welcome", "link": "https://shop.example/sale", "within": {"days": 7}}`.

    The message is chosen by `template`, `journey`, `node` (of the journey), `broadcast` and `channel`, a click also by
    the beginning of its `link`; any message without them. `op` and `value` count, “at least once” without them; the
    window is that of an event. `{"message": "sent", "template": "welcome", "without": "opened", "after": {"days": 3}}`
    holds three days after a sending that was not followed by an opening of such a message. What a machine opened or
    clicked counts for nothing.
    """

    head: ClassVar[str] = "message"
    label: ClassVar[Text] = Text(en="Message", he="הודעה")
    help: ClassVar[Text] = Text(
        en="What became of the messages to the person: sent, opened, clicked, bounced…",
        he="מה עלה בגורל ההודעות לאדם: נשלחו, נפתחו, הוקלקו, חזרו…",
    )
    form = (
        FormField("message", "choice", Text(en="The message was", he="ההודעה"), required=True, choices=_CHOICES),
        FormField("template", "reference", Text(en="Template", he="תבנית"), of="template"),
        FormField("journey", "reference", Text(en="Journey", he="מסע"), of="journey"),
        FormField("node", "text", Text(en="Node of the journey", he="צומת במסע")),
        FormField("broadcast", "reference", Text(en="Broadcast", he="דיוור"), of="broadcast"),
        FormField("channel", "channel", Text(en="Channel", he="ערוץ"), choices=_CHANNELS),
        FormField("link", "text", Text(en="Link begins with", he="הקישור מתחיל ב־"), when={"message": ("clicked",)}),
        FormField("without", "choice", Text(en="And was not", he="ולא"), choices=_CHOICES),
        FormField("after", "span", Text(en="Within", he="בתוך")),
        *COUNT_FORM,
        *WINDOW_FORM,
    )
    state: str
    chosen: tuple[tuple[str, str], ...]
    without: str | None
    asked: Leaf = field(repr=False)

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        state = reader.choice(cls.head, STATES)
        chosen = tuple((name, reader.text(name)) for name in (*_CHOSEN, "link") if reader.has(name))
        selected = dict(chosen)
        if "node" in selected and "journey" not in selected:
            raise Mistake(reader.place("journey"), "“node” needs its “journey”.", "ל”node“ נחוץ ”journey“.")
        if "link" in selected and state != "clicked":
            raise Mistake(reader.place("link"), "“link” is for clicks.", "”link“ מתאים להקלקות.")
        if not reader.has("without"):
            asked = read_event_leaf(reader, name=STATES[state], where=_where(state, selected))
            return cls(state, chosen, None, asked)
        without = reader.choice("without", STATES)
        return cls(state, chosen, without, _unanswered(reader, state, without, selected))

    def compile(self, scope: Scope) -> LeafSql:
        return self.asked.compile(scope)

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        return self.asked.evaluate(person, now)

    def says(self) -> Words:
        return phrase(
            "message {state}: {asked}", "הודעה – {state}: {asked}", state=_SAID[self.state], asked=self.asked.says()
        )

    def found(self, person: Person, now: datetime) -> Found:
        return self.asked.found(person, now)

    def looks_back(self) -> timedelta | None:
        return self.asked.looks_back()

    def dependencies(self) -> Dependencies:
        return self.asked.dependencies()

    def references(self) -> tuple[Reference, ...]:
        return tuple(Reference(name, key, name) for name, key in self.chosen if name in _REFERRED)


def _where(state: str, selected: Mapping[str, str]) -> list[dict[str, Any]]:
    where: list[dict[str, Any]] = [
        {"property": name, "op": "eq", "value": selected[name]} for name in _CHOSEN if name in selected
    ]
    if "link" in selected and state == "clicked":
        where.append({"property": "url", "op": "starts", "value": selected["link"]})
    if state in _BY_MACHINES:
        where.append({"not": {"property": "machine", "op": "eq", "value": True}})
    return where


def _unanswered(reader: Reader, state: str, without: str, selected: Mapping[str, str]) -> SequenceLeaf:
    """One thing happened to such a message, and the other did not follow."""
    steps: list[dict[str, Any]] = [{"event": STATES[state]}, {"not": STATES[without]}]
    for step, name in zip(steps, (state, without), strict=True):
        if where := _where(name, selected):
            step["where"] = where
    if reader.has("after"):
        parse_duration(reader.value("after"), reader.place("after"))
        steps[1]["within"] = reader.value("after")
    window = {name: reader.value(name) for name in ("within", "since", "until") if reader.has(name)}
    return SequenceLeaf.parse(Reader({SequenceLeaf.head: steps, **window}, reader.path))
