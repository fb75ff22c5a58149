"""What a play needs from the database: the workspace, and people as they are now."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kesher.accounts import queries as accounts
from kesher.journeys.definition import write_definition
from kesher.journeys.nodes.played import World
from kesher.journeys.playing.customer import Beginning
from kesher.journeys.playing.memberships import in_order
from kesher.journeys.tick.catalogue import Version
from kesher.journeys.types import Definition, JourneyState
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.queries import ToldTraits, TraitBook, load_trait_book
from kesher.segments import queries as segments
from kesher.segments.types import Dependencies, Rule

_sql = statements_of("kesher.journeys")
# Lists and consents are loaded whole where any is named.
_NO_EVENTS = Dependencies(lists=frozenset({"any"}), consents=frozenset({"any"}))


@dataclass(frozen=True, slots=True)
class Stage:
    """What is the same for everybody who plays a journey: the workspace as it stands, and the version."""

    version: Version
    zone: str
    language: str
    templates: Mapping[str, int]
    rules: Mapping[str, Rule]
    book: TraitBook

    def world(self, suppressed: Collection[tuple[str, str]] = ()) -> World:
        """What the runs of one play share."""
        return World(self.version.workspace_id, self.zone, self.templates, suppressed=suppressed)


def set_stage(conn: Conn, definition: Definition, *, workspace_id: int, number: int = 0) -> Stage:
    """The stage for a definition; `number` is its version's, 0 for a draft."""
    workspace = accounts.get_workspace(workspace_id)
    version = Version(
        id=0,
        journey_id=0,
        workspace_id=workspace_id,
        number=number,
        digest="",
        key=definition.key,
        state=JourneyState.LIVE,
        zone=workspace.timezone,
        current=True,
        in_flight=True,
        superseded_at=None,
        mapped=False,
        definition=definition,
    )
    return Stage(
        version=version,
        zone=workspace.timezone,
        language=workspace.default_language,
        templates=dict(_sql.run(conn, "list_templates", {"workspace_id": workspace_id}).fetchall()),
        rules=_rules(conn, definition, workspace_id),
        book=load_trait_book(conn, workspace_id=workspace_id),
    )


def load_beginnings(
    conn: Conn, profile_ids: Sequence[int], stage: Stage, *, with_events: bool = True
) -> dict[int, Beginning]:
    """People as they are now, with or without their past; those who are gone are left out."""
    people = segments.load_people(conn, profile_ids, asked=None if with_events else _NO_EVENTS)
    params = {"workspace_id": stage.version.workspace_id, "profiles": list(profile_ids)}
    return {
        id: Beginning(
            profile_id=id,
            told=ToldTraits(json.loads(traits, parse_float=Decimal), language, timezone, told_at),
            workspace_zone=stage.zone,
            consents=people[id].consents,
            lists=people[id].lists,
            events=people[id].events,
            summary=people[id].summary,
            objects=people[id].objects,
        )
        for id, traits, language, timezone, told_at in _sql.run(conn, "load_told", params)
    }


def _rules(conn: Conn, definition: Definition, workspace_id: int) -> dict[str, Rule]:
    """The segments that the definition names, and those that they are built on, in order."""
    saved = {row.key: row.rule for row in segments.list_segments(conn, workspace_id=workspace_id)}
    wanted = list(saved.keys() & set(_texts(write_definition(definition))))
    rules: dict[str, Rule] = {}
    while wanted:
        key = wanted.pop()
        if key not in rules:
            rules[key] = segments.parse_rule(saved[key])
            wanted += saved.keys() & segments.dependencies_of(rules[key]).segments
    return in_order(rules)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
