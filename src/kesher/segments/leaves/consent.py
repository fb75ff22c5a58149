"""What the person allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Dependencies, Leaf, LeafSql, Person, Scope, Verdict

_STATES = ("granted", "denied", "pending", "none", "permitted")


@dataclass(frozen=True, slots=True)
class ConsentLeaf(Leaf):
    """`{"consent": "email", "topic": "news", "state": "permitted"}`; without `topic` the whole channel.

    `granted`, `denied` and `pending` ask for the recorded state, `none` for there being no record. `permitted` is
    what the policy gate asks before a marketing message on the topic: the whole channel is not denied, and the topic
    is granted, or has no state of its own while the whole channel is granted.
    """

    head: ClassVar[str] = "consent"
    label: ClassVar[Text] = Text(en="Consent", he="הסכמה")
    help: ClassVar[Text] = Text(
        en="What the person allowed on a channel, for a topic.", he="מה האדם אישר בערוץ מסוים, בנושא מסוים."
    )
    channel: str
    topic: str
    state: str

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        channel = reader.text(cls.head)
        topic = reader.text("topic", default="")
        state = reader.choice("state", _STATES, default="permitted")
        if state == "permitted" and not topic:
            raise Mistake(
                reader.place("state"),
                "“permitted” needs a topic; for the whole channel ask for “granted”.",
                "”permitted“ מחייב נושא (topic); לכל הערוץ יש לשאול על ”granted“.",
            )
        return cls(channel, topic, state)

    def compile(self, scope: Scope) -> LeafSql:
        topic = self._state_sql(self.topic, scope)
        if self.state == "none":
            return LeafSql(f"({topic} IS NULL)")
        if self.state != "permitted":
            return LeafSql(f"coalesce({topic} = {scope.bind(self.state, 'text')}, false)")
        channel = self._state_sql("", scope)
        return LeafSql(
            f"(coalesce({channel} <> 'denied', true) AND coalesce({topic}, {channel}, '') = 'granted')"
        )

    def _state_sql(self, topic: str, scope: Scope) -> str:
        return (
            f"(SELECT c.state FROM consent_state c WHERE c.profile_id = {scope.profile}.id"
            f" AND c.channel = {scope.bind(self.channel, 'text')} AND c.topic = {scope.bind(topic, 'text')})"
        )

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        topic = person.consents.get((self.channel, self.topic))
        if self.state == "none":
            return Verdict(topic is None)
        if self.state != "permitted":
            return Verdict(topic == self.state)
        channel = person.consents.get((self.channel, ""))
        return Verdict(channel != "denied" and (topic if topic is not None else channel) == "granted")

    def dependencies(self) -> Dependencies:
        return Dependencies(consents=frozenset({self.channel}))
