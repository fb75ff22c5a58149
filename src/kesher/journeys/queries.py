"""Reads of the room: journeys, their numbers, runs and why they went as they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kesher.journeys import models
from kesher.journeys.comparing import compare_groups
from kesher.journeys.definition import in_flow_order, with_layout
from kesher.journeys.describing import get_journey_form, list_entry_kinds, list_node_types
from kesher.journeys.editing.places import Spot, spot_of
from kesher.journeys.editing.reading import (
    get_draft,
    list_definition_changes,
    list_draft_changes,
    list_version_changes,
    list_versions,
    preview_draft_moves,
    preview_version_moves,
)
from kesher.journeys.errors import JourneyNotFound
from kesher.journeys.exporting import export_person
from kesher.journeys.health import JourneyHealth, count_goals, list_health
from kesher.journeys.histories import get_run_history, list_runs
from kesher.journeys.outside import (
    IncomingHook,
    OutgoingHook,
    WebhookCall,
    list_calls,
    list_incoming_hooks,
    list_outgoing_hooks,
)
from kesher.journeys.playing.performing import PlayRequest, PlayTold, find_person, play_journey, read_to_play
from kesher.journeys.playing.rehearsing import Rehearsal, as_json, rehearse_journey
from kesher.journeys.playing.telling import PlayCheck, PlayLine
from kesher.journeys.recipes.reading import get_recipe, list_recipes
from kesher.journeys.reporting import CanvasNumbers, PersonAt, list_people_at, report_canvas, report_dry_run
from kesher.journeys.types import (
    ConversionReport,
    CouponPoolInfo,
    JourneyInfo,
    JourneyReport,
    JourneyState,
    NodeReport,
)
from kesher.journeys.why.asking import explain_outcome
from kesher.journeys.why.facts import Account, Fact
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

__all__ = [
    "Account",
    "CanvasNumbers",
    "Fact",
    "IncomingHook",
    "JourneyHealth",
    "OutgoingHook",
    "PersonAt",
    "PlayCheck",
    "PlayLine",
    "PlayRequest",
    "PlayTold",
    "Rehearsal",
    "Spot",
    "WebhookCall",
    "as_json",
    "count_goals",
    "explain_outcome",
    "export_person",
    "find_person",
    "get_definition",
    "get_draft",
    "get_journey",
    "get_journey_form",
    "get_recipe",
    "get_run_history",
    "journey_report",
    "list_calls",
    "list_coupon_pools",
    "list_definition_changes",
    "list_draft_changes",
    "list_entry_kinds",
    "list_health",
    "list_incoming_hooks",
    "list_journeys",
    "list_keys",
    "list_node_types",
    "list_outgoing_hooks",
    "list_people_at",
    "list_recipes",
    "list_runs",
    "list_using",
    "list_version_changes",
    "list_versions",
    "next_timer",
    "play_journey",
    "preview_draft_moves",
    "preview_version_moves",
    "read_to_play",
    "rehearse_journey",
    "report_canvas",
    "report_dry_run",
    "spot_of",
]

_sql = statements_of(__package__)


def next_timer(conn: Conn, shards: Sequence[int]) -> datetime | None:
    """The earliest moment at which a journey has something to do in these shards; None when nothing waits."""
    row = _sql.run(conn, "next_timer", {"shards": list(shards)}).fetchone()
    at: datetime | None = row[0] if row else None
    return at


def list_journeys(*, workspace_id: int) -> list[JourneyInfo]:
    """The workspace's journeys by key."""
    journeys = models.Journey.objects.filter(workspace_id=workspace_id).select_related("draft").order_by("key")
    numbers = dict(models.Version.objects.filter(workspace_id=workspace_id).values_list("pk", "number"))
    return [_info(journey, numbers) for journey in journeys]


def list_keys(conn: Conn, workspace_id: int) -> list[str]:
    """The keys of the workspace's journeys, for rules that name one."""
    return [row[0] for row in _sql.run(conn, "list_keys", {"workspace_id": workspace_id})]


def list_using(conn: Conn, kind: str, workspace_id: int, key: str) -> list[str]:
    """The journeys in force that name a `segment` or a `list`, in a rule or in a node."""
    values = {"workspace_id": workspace_id, "member": kind, "key": key}
    return [row[0] for row in _sql.run(conn, "list_using", values)]


def get_journey(key: str, *, workspace_id: int) -> JourneyInfo:
    """One journey; JourneyNotFound otherwise."""
    journey = _journey(key, workspace_id)
    numbers = dict(models.Version.objects.filter(journey=journey).values_list("pk", "number"))
    return _info(journey, numbers)


def get_definition(key: str, *, workspace_id: int, version: int | None = None) -> dict[str, Any]:
    """The canonical JSON of a version (the current one when none is named)."""
    journey = _journey(key, workspace_id)
    versions = models.Version.objects.filter(journey=journey)
    found = versions.order_by("-number").first() if version is None else versions.filter(number=version).first()
    if found is None:
        raise JourneyNotFound(key=key if version is None else f"{key}, {version}")
    return with_layout(in_flow_order(found.definition), journey.layout)


def journey_report(conn: Conn, *, workspace_id: int, key: str) -> JourneyReport:
    """A journey in numbers: entered, at each node, messages by state, goals, over all its versions."""
    info = get_journey(key, workspace_id=workspace_id)
    numbers: dict[str, dict[str, int]] = {}
    for node, outcome, count in _sql.run(conn, "journey_numbers", {"journey": info.id}):
        numbers.setdefault(node, {})[outcome] = count
    places = dict(_sql.run(conn, "journey_places", {"journey": info.id}).fetchall())
    messages: dict[str, dict[str, int]] = {}
    for node, state, count in _sql.run(conn, "journey_messages", {"journey": info.id}):
        messages.setdefault(node, {})[state] = count
    whole = numbers.pop("", {})
    compared = "held_out" in whole or any("held: holdout" in states for states in messages.values())
    groups = _sql.run(conn, "journey_groups", {"journey": info.id}).fetchone() if compared else None
    definition = get_definition(key, workspace_id=workspace_id) if info.version else {"nodes": {}}
    return JourneyReport(
        key=info.key,
        name=info.name,
        state=info.state,
        entered=whole.get("entered", 0),
        active=sum(places.values()),
        completed=whole.get("completed", 0),
        exited=whole.get("exited", 0),
        failed=whole.get("failed", 0),
        goals=whole.get("goal", 0),
        nodes=_node_reports(definition, numbers, places),
        messages=messages,
        conversions=tuple(
            ConversionReport(*row) for row in _sql.run(conn, "journey_conversions", {"journey": info.id})
        ),
        holdout=compare_groups(*groups) if groups else None,
    )


def list_coupon_pools(conn: Conn, *, workspace_id: int | None) -> list[CouponPoolInfo]:
    """The pools of unique codes by key, with what is left in each; those of all workspaces for the doctor."""
    rows = _sql.run(conn, "list_coupon_pools", {"workspace_id": workspace_id})
    return [CouponPoolInfo(row[0], row[1], Text.from_dict(row[2]), *row[3:]) for row in rows]


def list_secrets(conn: Conn, *, workspace_id: int) -> list[tuple[str, datetime]]:
    """The names of the secrets that journeys may use, and when each was saved."""
    return _sql.run(conn, "list_secrets", {"workspace_id": workspace_id}).fetchall()


def _journey(key: str, workspace_id: int) -> models.Journey:
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    return journey


def _info(journey: models.Journey, numbers: Mapping[int, int]) -> JourneyInfo:
    return JourneyInfo(
        id=journey.pk,
        key=journey.key,
        name=Text.from_dict(journey.name),
        state=JourneyState(journey.state),
        version=numbers.get(journey.current_version_id or 0),
        draft=hasattr(journey, "draft"),
        created_at=journey.created_at,
    )


def _node_reports(
    definition: Mapping[str, Any], numbers: Mapping[str, Mapping[str, int]], places: Mapping[str, int]
) -> tuple[NodeReport, ...]:
    """The current version's nodes in order, then those of older versions that still have numbers."""
    nodes = definition["nodes"]
    keys = [*nodes, *sorted((numbers.keys() | places.keys()) - nodes.keys())]
    reports = []
    for key in keys:
        counts = dict(numbers.get(key, {}))
        entered = counts.pop("entered", 0)
        kind = nodes[key]["type"] if key in nodes else ""
        reports.append(NodeReport(key, kind, entered, places.get(key, 0), counts))
    return tuple(reports)
