"""The person who plays: what rules see of her, changed by each event as the stored profile would be."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kesher.consent.types import ConsentState
from kesher.events.types import SYSTEM_NAMES, EventType, LoggedEvent, SystemEvent
from kesher.journeys.playing.belongings import Belongings
from kesher.profiles.queries import ToldTraits, TraitBook
from kesher.segments.types import Activity, Belonging, PastEvent, Person

_CONSENTS = {
    SystemEvent.CONSENT_GIVEN: ConsentState.GRANTED,
    SystemEvent.CONSENT_WITHDRAWN: ConsentState.DENIED,
    SystemEvent.CONSENT_REQUESTED: ConsentState.PENDING,
}
_LISTS = {SystemEvent.LIST_JOINED: True, SystemEvent.LIST_LEFT: False}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a person before a play begins."""

    profile_id: int
    told: ToldTraits
    workspace_zone: str
    consents: Mapping[tuple[str, str], str] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    events: Mapping[str, Sequence[PastEvent]] = field(default_factory=dict)
    summary: Mapping[str, Activity] = field(default_factory=dict)
    objects: Sequence[Belonging] = ()
    """To which she belongs."""
    known: Sequence[Belonging] = ()
    """To which she does not belong, but may come to."""


class Customer:
    """`person` is what rules see; it is the same object until something but her events changed."""

    def __init__(self, beginning: Beginning, book: TraitBook) -> None:
        self._book = book
        told = beginning.told
        self._told = ToldTraits(dict(told.traits), told.language, told.timezone, told.told_at)
        self._events = {name: list(events) for name, events in beginning.events.items()}
        self._summary = dict(beginning.summary)
        self._consents = dict(beginning.consents)
        self._consents_at: dict[tuple[str, str], datetime] = {}
        self._belongings = Belongings(beginning.objects, beginning.known)
        self.person = Person(
            profile_id=beginning.profile_id,
            traits=self._told.seen(),
            zone=told.timezone or "",
            workspace_zone=beginning.workspace_zone,
            events=self._events,
            summary=self._summary,
            lists=beginning.lists,
            consents=self._consents,
            objects=self._belongings.seen(),
        )

    def hear(self, event: LoggedEvent) -> LoggedEvent:
        """Take an event into the log, with what it changes; the event as the log has it."""
        self._remember(event)
        if event.type == EventType.IDENTIFY:
            return self._identify(event)
        if event.name in _CONSENTS:
            self._permit(event, _CONSENTS[SystemEvent(event.name)])
        elif event.name in _LISTS:
            self._enlist(str(event.properties.get("list")), _LISTS[SystemEvent(event.name)])
        elif self._belongings.hear(event):
            self.person = replace(self.person, objects=self._belongings.seen())
        return event

    def belong(self, segments: Iterable[str]) -> None:
        """She is in these segments now."""
        self.person = replace(self.person, segments=frozenset(segments))

    def _identify(self, event: LoggedEvent) -> LoggedEvent:
        """Take the traits; an event that does not say yet what it changed says it now."""
        context = event.context
        locale, zone = _text(context.get("locale")), _text(context.get("timezone"))
        traits, at = event.properties, event.occurred_at
        changes = self._book.tell(self._told, traits, at=at, locale=locale, timezone=zone)
        self.person = replace(self.person, traits=self._told.seen(), zone=self._told.timezone or "")
        if not changes or "changes" in context:
            return event
        return replace(event, context={**context, "changes": changes})

    def _remember(self, event: LoggedEvent) -> None:
        past = PastEvent(event.name, event.type, event.occurred_at, event.properties)
        known = self._events.setdefault(event.name, [])
        if known and known[-1].occurred_at > past.occurred_at:
            insort(known, past, key=lambda each: each.occurred_at)
        else:
            known.append(past)
        if event.name not in SYSTEM_NAMES:
            seen, at = self._summary.get(event.name), event.occurred_at
            self._summary[event.name] = (
                Activity(seen.count + 1, min(seen.first_at, at), max(seen.last_at, at)) if seen else Activity(1, at, at)
            )

    def _permit(self, event: LoggedEvent, state: ConsentState) -> None:
        said = event.properties
        key = (str(said.get("channel")), str(said.get("topic") or ""))
        if key not in self._consents_at or self._consents_at[key] <= event.occurred_at:
            self._consents_at[key] = event.occurred_at
            self._consents[key] = state.value

    def _enlist(self, key: str, joins: bool) -> None:
        lists = self.person.lists | {key} if joins else self.person.lists - {key}
        self.person = replace(self.person, lists=lists)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
