"""The companies and other objects of the person who plays, as her log tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from kesher.events.types import EventType, LoggedEvent, SystemEvent
from kesher.segments.types import Belonging

_Name = tuple[str, str]
"""Kind and key."""
TOLD = (SystemEvent.OBJECT_RELATED, SystemEvent.OBJECT_UNRELATED, SystemEvent.OBJECT_CHANGED)


class Belongings:
    """`known` are objects to which she does not belong yet. A group call itself says nothing here: what it changed is
    logged beside it."""

    def __init__(self, objects: Sequence[Belonging], known: Sequence[Belonging] = ()) -> None:
        self._things = {name_of(each): dict(each.attributes) for each in (*known, *objects)}
        self._roles = {name_of(each): each.role for each in objects}

    def seen(self) -> list[Belonging]:
        """Those to which she belongs, as rules see them."""
        return [Belonging(*name, role, self._things[name]) for name, role in self._roles.items()]

    def hear(self, event: LoggedEvent) -> bool:
        """Take what an event says of them; whether it says anything."""
        if event.type != EventType.SYSTEM or event.name not in TOLD:
            return False
        said = event.properties
        name = (str(said.get("kind")), str(said.get("key")))
        if event.name == SystemEvent.OBJECT_UNRELATED:
            self._roles.pop(name, None)
            return True
        self._roles[name] = str(said.get("role", ""))
        attributes = dict(said.get("attributes", self._things.get(name, {})))
        for attribute, change in said.get("changes", {}).items():
            attributes[attribute] = change["to"]
        self._things[name] = {each: value for each, value in attributes.items() if value is not None}
        return True


def name_of(each: Belonging) -> _Name:
    """The name of an object."""
    return each.kind, each.key


def belongings_before(
    now: Sequence[Belonging], heard: Sequence[LoggedEvent]
) -> tuple[list[Belonging], list[Belonging]]:
    """Those to which a person belonged before the log began, and those that she came to belong to since, each as it
    was then: what is now, less what the log says. What a removed object was, nobody knows any more."""
    things = {name_of(each): (each.role, dict(each.attributes)) for each in now}
    related = dict.fromkeys(things, True)
    for event in reversed([event for event in heard if event.name in TOLD]):
        said = event.properties
        name = (str(said.get("kind")), str(said.get("key")))
        role, attributes = things.get(name, (str(said.get("role", "")), {}))
        for attribute, change in said.get("changes", {}).items():
            attributes[attribute] = change["from"]
        things[name] = (role, attributes)
        if event.name != SystemEvent.OBJECT_CHANGED:
            related[name] = event.name == SystemEvent.OBJECT_UNRELATED
    before: dict[bool, list[Belonging]] = {True: [], False: []}
    for name, (role, attributes) in things.items():
        kept = {each: value for each, value in attributes.items() if value is not None}
        before[related.get(name, True)].append(Belonging(*name, role, kept))
    return before[True], before[False]
