"""Families: a workspace's segments of one level that ask about the same events.

They are touched together and read the same rows, so one statement answers all of them. Its text stays the same from
tick to tick, which lets PostgreSQL keep its plan: with fifty segments, planning was most of a tick's time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.segments.compiling import compile_family
from kesher.segments.parsing import dependencies_of, parse_rule
from kesher.segments.prepared import Prepared, prepare, verdicts_of
from kesher.segments.types import Rule

_sql = statements_of(__package__)
SIZE = 25
"""Segments answered by one statement at most."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A segment as the tick needs it; `dependents` are the ids of the segments built on it."""

    id: int
    workspace_id: int
    key: str
    level: int
    rule: str
    dependents: Sequence[int]


@dataclass(frozen=True, slots=True)
class Change:
    """A profile entered a segment, or left it."""

    segment_id: int
    profile_id: int
    entered: bool


def families_of(
    definitions: Iterable[Definition], touched: Mapping[int, Collection[int]]
) -> Iterator[Sequence[Definition]]:
    """The families of some segments of one level, as far as a segment of them was touched."""
    families: dict[tuple[int, frozenset[str]], list[Definition]] = defaultdict(list)
    for definition in definitions:
        families[definition.workspace_id, _events_of(definition.rule)].append(definition)
    for members in families.values():
        for start in range(0, len(members), SIZE):
            family = members[start : start + SIZE]
            if any(touched.get(definition.id) for definition in family):
                yield family


def apply_family(
    conn: Conn, family: Sequence[Definition], touched: Mapping[int, Collection[int]], *, now: datetime
) -> list[Change]:
    """Answer a family's touched pairs and write what follows; the memberships that changed."""
    pairs = [(segment.id, profile_id) for segment in family for profile_id in touched.get(segment.id, ())]
    prepared = _prepared(family[0].workspace_id, tuple((segment.id, segment.rule) for segment in family))
    values = {
        "now": now,
        "pair_segments": [segment_id for segment_id, _ in pairs],
        "pair_profiles": [profile_id for _, profile_id in pairs],
    }
    return [Change(*row) for row in prepared.run(conn, values)]


@lru_cache(maxsize=1_024)
def _prepared(workspace_id: int, family: tuple[tuple[int, str], ...]) -> Prepared:
    """By the rules' text, which an edit changes: nothing to invalidate."""
    rules = [(segment_id, _rule(text)) for segment_id, text in family]
    compiled = compile_family(rules, workspace_id=workspace_id, prefix="f")
    verdicts = verdicts_of(compiled.verdicts, "pair_segments", "pair_profiles")
    return prepare(_sql["apply_verdicts"], {"verdicts": verdicts}, compiled.now_param)


@lru_cache(maxsize=4_096)
def _rule(text: str) -> Rule:
    return parse_rule(json.loads(text))


@lru_cache(maxsize=4_096)
def _events_of(rule: str) -> frozenset[str]:
    return dependencies_of(_rule(rule)).events
