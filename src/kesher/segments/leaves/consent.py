"""What the person allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.consent.queries import permitted_sql
from kesher.consent.types import CHANNELS, WHOLE_CHANNEL, ConsentState, permits
from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.reading import Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Reference, Scope, Verdict
from kesher.segments.words import Words, phrase, quoted

_STATES = (*(state.value for state in ConsentState), "none", "permitted")


_SAID = {
    "granted": Words("granted", "ניתנה"),
    "denied": Words("denied", "נדחתה"),
    "pending": Words("asked for", "התבקשה"),
    "none": Words("no record", "אין רישום"),
    "permitted": Words("a message is permitted", "מותר לשלוח"),
}


@dataclass(frozen=True, slots=True)
class ConsentLeaf(Leaf):
    """`{"consent": "email", "topic": "news", "state": "permitted"}`; without `topic` the whole channel.

    `granted`, `denied` and `pending` ask for the recorded state, `none` for there being no record. `permitted` is
    what the policy gate asks before a marketing message (`consent.types.permits`).
    """

    head: ClassVar[str] = "consent"
    label: ClassVar[Text] = Text(en="Consent", he="הסכמה")
    help: ClassVar[Text] = Text(
        en="What the person allowed on a channel, for a topic.", he="מה האדם אישר בערוץ מסוים, בנושא מסוים."
    )
    form = (
        FormField(
            "consent",
            "channel",
            Text(en="Channel", he="ערוץ"),
            required=True,
            choices=tuple(Choice(channel, name) for channel, name in CHANNELS.items()),
        ),
        FormField("topic", "reference", Text(en="Topic", he="נושא"), of="topic"),
        FormField(
            "state",
            "choice",
            Text(en="Consent", he="הסכמה"),
            default="permitted",
            choices=tuple(Choice(state, _SAID[state].text()) for state in _STATES),
        ),
    )
    channel: str
    topic: str
    state: str

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        channel = reader.text(cls.head)
        topic = reader.text("topic", default=WHOLE_CHANNEL)
        state = reader.choice("state", _STATES, default="permitted")
        return cls(channel, topic, state)

    def compile(self, scope: Scope) -> LeafSql:
        person = f"{scope.profile}.id"
        channel, topic = scope.bind(self.channel, "text"), scope.bind(self.topic, "text")
        if self.state == "permitted":
            return LeafSql(permitted_sql(profile_id=person, channel=channel, topic=topic))
        mine = (
            f"SELECT FROM consent_state c WHERE c.profile_id = {person} AND c.channel = {channel} AND c.topic = {topic}"
        )
        if self.state == "none":
            return LeafSql(f"NOT EXISTS ({mine})")
        return LeafSql(f"EXISTS ({mine} AND c.state = {scope.bind(self.state, 'text')})")

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        if self.state == "permitted":
            return Verdict(permits(person.consents, self.channel, self.topic))
        said = person.consents.get((self.channel, self.topic))
        return Verdict(said is None if self.state == "none" else said == self.state)

    def says(self) -> Words:
        topic = quoted(self.topic) if self.topic != WHOLE_CHANNEL else Words("the whole channel", "הערוץ כולו")
        return phrase(
            "consent on {channel} for {topic}: {state}",
            "הסכמה בערוץ {channel} עבור {topic}: {state}",
            channel=quoted(self.channel),
            topic=topic,
            state=_SAID[self.state],
        )

    def found(self, person: Person, now: datetime) -> Found:
        return Found(person.consents.get((self.channel, self.topic)))

    def dependencies(self) -> Dependencies:
        return Dependencies(consents=frozenset({self.channel}))

    def references(self) -> tuple[Reference, ...]:
        return () if self.topic == WHOLE_CHANNEL else (Reference("topic", self.topic, "topic"),)
