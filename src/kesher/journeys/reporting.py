"""A journey as the canvas shows it: numbers on nodes and edges, of what happened in a period or would have happened.

Counts are kept by day of UTC, so a period is one of whole days; how long people stay is the median of the latest runs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys import models
from kesher.journeys.comparing import compare_groups
from kesher.journeys.definition import read_definition
from kesher.journeys.errors import DryRunNotFound, JourneyNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.types import ConversionReport, Definition, HoldoutReport
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles import queries as profiles

_sql = statements_of("kesher.journeys")

_STAYS = [
    SystemEvent.JOURNEY_ENTERED,
    SystemEvent.JOURNEY_STEP_ENTERED,
    SystemEvent.JOURNEY_RUN_MOVED,
    SystemEvent.JOURNEY_EXITED,
]
_MOST_RUNS = 500
_ENDED = "ended: "
_LEFT = ("entered", "exited", "failed", "completed")
"""Counts of a node that are no outcomes of it."""
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NodeNumbers:
    """A node: who entered, who is there now, who left by which outcome, who left the journey there, and for how many
    something failed; the median stay in seconds over `stays` of them (None where nobody has left it yet)."""

    node: str
    type: str
    entered: int = 0
    here: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    left: int = 0
    errors: int = 0
    median_seconds: float | None = None
    stays: int = 0


@dataclass(frozen=True, slots=True)
class EdgeNumbers:
    """How many went by an outcome of a node; `target` is None where that ends the journey."""

    node: str
    outcome: str
    target: str | None
    count: int


@dataclass(frozen=True, slots=True)
class CanvasNumbers:
    """A journey on the canvas. `ended` counts by reason; `active` and `here` are of now whatever the period."""

    journey: str
    version: int | None
    start: date | None
    until: date | None
    entered: int
    active: int
    ended: Mapping[str, int]
    goals: int
    nodes: Sequence[NodeNumbers]
    edges: Sequence[EdgeNumbers]
    conversions: Sequence[ConversionReport] = ()
    holdout: HoldoutReport | None = None


@dataclass(frozen=True, slots=True)
class PersonAt:
    """Who stands at a node: her run, since when, and when the node looks at her again."""

    run_id: int
    version: int
    profile_id: int
    email: str | None
    name: str | None
    entered_at: datetime
    node_entered_at: datetime
    due_at: datetime | None


def report_canvas(
    conn: Conn,
    *,
    workspace_id: int,
    key: str,
    version: int | None = None,
    start: date | None = None,
    until: date | None = None,
) -> CanvasNumbers:
    """What happened in a journey from the day `start` to the day `until` (both included, of UTC; without them ever), in
    one version or in all. Nodes are those of the version, or of the one in force and then of older ones."""
    journey = _journey(key, workspace_id)
    graphs = _graphs(journey, version)
    params = {
        "journey": journey.pk,
        "version": version,
        "first": start or date.min,
        "last": until or date.max,
        "most": _MOST_RUNS,
        "names": [str(name) for name in _STAYS],
        "start": datetime(start.year, start.month, start.day, tzinfo=UTC) if start else _EARLIEST,
        "until": datetime(until.year, until.month, until.day, 23, 59, 59, 999_999, tzinfo=UTC) if until else _LATEST,
    }
    counts: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for number, node, outcome, count in _sql.run(conn, "canvas_numbers", params):
        counts[number][node][outcome] = count
    places = dict(_sql.run(conn, "canvas_places", params).fetchall())
    dwell = {node: (median, stays) for node, median, stays in _sql.run(conn, "canvas_dwell", params)}
    whole = _summed(by_node.pop("", {}) for by_node in counts.values())
    return CanvasNumbers(
        journey=journey.key,
        version=version,
        start=start,
        until=until,
        entered=whole["entered"],
        active=sum(places.values()),
        ended={name.removeprefix(_ENDED): n for name, n in sorted(whole.items()) if name.startswith(_ENDED)},
        goals=whole["goal"],
        nodes=_nodes(graphs, counts, places, dwell),
        edges=_edges(graphs, counts),
        conversions=[ConversionReport(*row) for row in _sql.run(conn, "canvas_conversions", params)],
        holdout=_holdout(conn, journey.pk) if whole["held_out"] else None,
    )


def report_dry_run(*, workspace_id: int, dry_run_id: int) -> CanvasNumbers | None:
    """The numbers of a dry run, in the same shape; None until it is finished."""
    found = models.DryRun.objects.filter(workspace_id=workspace_id, pk=dry_run_id).first()
    if found is None:
        raise DryRunNotFound(dry_run_id=dry_run_id)
    if found.result is None:
        return None
    told: Mapping[str, Any] = found.result
    nodes = _read(found.definition).nodes
    return CanvasNumbers(
        journey=found.journey,
        version=found.number,
        start=found.start_at.date(),
        until=found.until_at.date(),
        entered=told["runs"],
        active=told["in_flight"],
        ended=told["ends"],
        goals=told["goals"],
        nodes=[_rehearsed(key, node.type.key, told["nodes"].get(key, {})) for key, node in nodes.items()],
        edges=[EdgeNumbers(edge["from"], edge["outcome"], edge["to"], edge["count"]) for edge in told["edges"]],
    )


def list_people_at(
    conn: Conn, *, workspace_id: int, key: str, node: str, before: int | None = None, limit: int = 50
) -> list[PersonAt]:
    """Who stands at a node of a journey now, in whichever version, the latest first; `before` is the last run's id of
    the page before."""
    journey = _journey(key, workspace_id)
    params = {"journey": journey.pk, "node": node, "before": before, "limit": limit}
    return [_person(*row) for row in _sql.run(conn, "list_people_at", params)]


def _person(
    run_id: int,
    version: int,
    profile_id: int,
    email: str | None,
    traits: dict[str, Any],
    entered_at: datetime,
    node_entered_at: datetime,
    due_at: datetime | None,
) -> PersonAt:
    called = profiles.full_name(traits) or None
    return PersonAt(run_id, version, profile_id, email, called, entered_at, node_entered_at, due_at)


def _journey(key: str, workspace_id: int) -> models.Journey:
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    return journey


def _graphs(journey: models.Journey, version: int | None) -> dict[int, Definition]:
    """Each version by its number, the newest first."""
    versions = models.Version.objects.filter(journey=journey).order_by("-number")
    chosen = versions if version is None else versions.filter(number=version)
    found = {each.number: _read(each.definition) for each in chosen}
    if not found and version is not None:
        raise JourneyNotFound(key=f"{journey.key}, {version}")
    return found


def _read(definition: Mapping[str, Any]) -> Definition:
    read = read_definition(definition, Reading(0))
    assert read is not None, "what was published can be read"
    return read


def _summed(counts: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _nodes(
    graphs: Mapping[int, Definition],
    counts: Mapping[int, Mapping[str, Mapping[str, int]]],
    places: Mapping[str, int],
    dwell: Mapping[str, tuple[float, int]],
) -> list[NodeNumbers]:
    types: dict[str, str] = {}
    newest = next(iter(graphs), None)
    for number, definition in graphs.items():
        for key, node in definition.nodes.items():
            if number == newest or key in counts.get(number, {}) or key in places:
                types.setdefault(key, node.type.key)
    totals = {key: _summed(by_node.get(key, {}) for by_node in counts.values()) for key in types}
    return [_node(key, kind, totals[key], places.get(key, 0), dwell.get(key)) for key, kind in types.items()]


def _node(key: str, kind: str, counts: Mapping[str, int], here: int, dwell: tuple[float, int] | None) -> NodeNumbers:
    median, stays = dwell or (None, 0)
    return NodeNumbers(
        node=key,
        type=kind,
        entered=counts.get("entered", 0),
        here=here,
        outcomes={name: count for name, count in sorted(counts.items()) if name not in _LEFT},
        left=counts.get("exited", 0),
        errors=counts.get("failed", 0) + counts.get("error", 0),
        median_seconds=median,
        stays=stays,
    )


def _rehearsed(key: str, kind: str, counts: Mapping[str, int]) -> NodeNumbers:
    """Of a dry run: who entered the node and did not leave it stands there when the time is over."""
    gone = sum(count for name, count in counts.items() if name != "entered")
    return _node(key, kind, counts, counts.get("entered", 0) - gone, None)


def _edges(
    graphs: Mapping[int, Definition], counts: Mapping[int, Mapping[str, Mapping[str, int]]]
) -> list[EdgeNumbers]:
    """Each outcome leads where its own version says."""
    edges: Counter[tuple[str, str, str | None]] = Counter()
    for number, by_node in counts.items():
        nodes = graphs[number].nodes
        for node, outcomes in by_node.items():
            for outcome, count in outcomes.items():
                if outcome not in _LEFT and node in nodes:
                    edges[node, outcome, nodes[node].edges.get(outcome)] += count
    return [EdgeNumbers(*edge, count) for edge, count in sorted(edges.items(), key=lambda each: each[0][:2])]


def _holdout(conn: Conn, journey_id: int) -> HoldoutReport | None:
    groups = _sql.run(conn, "journey_groups", {"journey": journey_id}).fetchone()
    return compare_groups(*groups) if groups else None
