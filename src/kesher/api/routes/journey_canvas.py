"""The numbers that the canvas shows: of a period, of now, of a dry run; and who stands at a node."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routes.journeys import ConversionNumbers, HoldoutNumbers
from kesher.api.routing import Call, Routes
from kesher.api.schemas import Out, PathKey
from kesher.journeys import queries

routes = Routes("journeys")

_MOST = 2**31 - 1


class CanvasNode(Out):
    """A node: who entered, who is there now, who left by which outcome, who left the journey there, how many failures,
    and the median stay in seconds over `stays` of the latest runs."""

    node: str
    type: str
    entered: int
    here: int
    outcomes: dict[str, int]
    left: int
    errors: int
    median_seconds: float | None
    stays: int


class CanvasEdge(Out):
    """How many went by an outcome of a node; `target` null where that ends the journey."""

    node: str
    outcome: str
    target: str | None
    count: int


class CanvasReport(Out):
    """A journey on the canvas. Days are of UTC and both included; `active` and `here` are of now. `ended` counts by
    reason."""

    journey: str
    version: int | None
    start: date | None
    until: date | None
    entered: int
    active: int
    ended: dict[str, int]
    goals: int
    nodes: list[CanvasNode]
    edges: list[CanvasEdge]
    conversions: list[ConversionNumbers]
    holdout: HoldoutNumbers | None


class PersonAtNode(Out):
    """Who stands at a node: her run, since when, and when the node looks at her again."""

    run_id: int
    version: int
    profile_id: int
    email: str | None
    name: str | None
    entered_at: datetime
    node_entered_at: datetime
    due_at: datetime | None


@routes.get("/journeys/{key}/canvas", permission="journeys:read")
def get_journey_canvas(
    call: Call,
    key: PathKey,
    version: Annotated[int | None, Query(None, ge=1, le=_MOST)] = None,
    start: Annotated[date | None, Query(None)] = None,
    until: Annotated[date | None, Query(None)] = None,
) -> CanvasReport:
    """Numbers for the nodes and edges of a journey, of a period of days or ever, in one version or in all."""
    numbers = queries.report_canvas(
        call.conn, workspace_id=call.workspace_id, key=key, version=version, start=start, until=until
    )
    return CanvasReport.model_validate(numbers)


@routes.get("/journeys/{key}/nodes/{node}/people", permission="profiles:read")
def list_people_at_node(
    call: Call,
    key: PathKey,
    node: Annotated[str, Field(max_length=60)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[PersonAtNode]:
    """Who stands at a node of a journey now, the latest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_people_at(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        node=node,
        before=after[0] if after else None,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.run_id,), show=PersonAtNode.model_validate)
