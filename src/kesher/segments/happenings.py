"""Which events a leaf means: a name, and filters over the properties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kesher.events.types import SYSTEM_NAMES, EventType
from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.conditions import filters_hold, filters_say, filters_sql, parse_filters
from kesher.segments.reading import Reader
from kesher.segments.types import Node, PastEvent, Person, Scope
from kesher.segments.words import Words, phrase, quoted

WHERE = FormField("where", "filters", Text(en="Where", he="כאשר"))
"""`filters` are over the event's properties: an array of `{"property", "op", "value"}`, all/any/not and items."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Events of one name that pass the filters. A name that only Kesher logs (a consent, a message) counts only where
    Kesher logged it."""

    name: str
    where: Node | None = None

    @classmethod
    def parse(cls, reader: Reader, head: str) -> Happening:
        """The name in the field `head`, and the filters in `where`."""
        name = reader.text(head)
        return cls(name, parse_filters(reader.value("where"), reader.place("where")) if reader.has("where") else None)

    @property
    def of_the_system(self) -> bool:
        """Whether only Kesher logs such events."""
        return self.name in SYSTEM_NAMES

    def says(self) -> Words:
        """“Order Completed, where total is more than 100”."""
        if self.where is None:
            return quoted(self.name)
        return phrase(
            "{name} where {where}", "{name} כאשר {where}", name=quoted(self.name), where=filters_say(self.where)
        )

    def means(self, event: PastEvent) -> bool:
        """Whether an event is one of these."""
        return (
            event.name == self.name
            and (not self.of_the_system or event.type == EventType.SYSTEM)
            and (self.where is None or filters_hold(self.where, event.properties))
        )

    def of(self, person: Person) -> Sequence[PastEvent]:
        """The person's events of this kind, oldest first."""
        named = person.events.get(self.name, ())
        if self.where is None and not self.of_the_system:
            return named
        return [event for event in named if self.means(event)]

    def filters(self) -> tuple[Node, ...]:
        """The filters, for counting."""
        return () if self.where is None else (self.where,)

    def named_sql(self, scope: Scope) -> tuple[str, ...]:
        """The name (and the system's hand) over a row `e` of the log."""
        named = f"e.name = {scope.bind(self.name, 'text')}"
        return (named, f"e.type = '{EventType.SYSTEM.value}'") if self.of_the_system else (named,)

    def where_sql(self, scope: Scope) -> tuple[str, ...]:
        """The filters over a row `e` of the log."""
        return () if self.where is None else (filters_sql(self.where, "e.properties", scope),)
