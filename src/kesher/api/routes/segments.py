"""Segments: groups by rule, and rules looked at before they are saved."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, JsonValue
from pydantic_core import to_jsonable_python

from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.problems import ProblemPlace
from kesher.api.routes.profiles import ProfileDetail
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, LocalText, Out, PathId, PathKey
from kesher.kernel.errors import Invalid
from kesher.kernel.text import Text
from kesher.profiles import queries as profiles
from kesher.segments import queries, services
from kesher.segments.errors import RuleTooSlow
from kesher.segments.types import Explanation, SegmentRow, SegmentState

routes = Routes("segments")

_SAMPLE = 10
_PATIENCE = 3.0
"""Seconds for an exact count; then it is estimated."""


class SegmentDetail(Out):
    """A segment, its rule as it was written, and how many are in it now."""

    id: int
    key: str
    name: BothTexts
    rule: JsonObject
    state: SegmentState
    revision: int
    members: int
    created_at: datetime
    updated_at: datetime


class SegmentDefinition(In):
    """A segment's name and rule."""

    name: LocalText
    rule: JsonObject


class RuleQuestion(In):
    """A rule to be looked at; nothing is saved."""

    rule: JsonObject


class RuleCheck(Out):
    """What is wrong with the rule (nothing when it could be saved), and names that nobody has yet."""

    problems: list[ProblemPlace]
    warnings: list[BothTexts] = []


class RulePreview(Out):
    """For how many people the rule holds now, and some of them; `estimated` from a sample when everybody would have
    taken too long."""

    count: int
    estimated: bool
    sample: list[ProfileDetail]
    warnings: list[BothTexts]


class ProfileQuestion(RuleQuestion):
    """A rule to be explained for one person."""

    profile_id: Annotated[int, Field(ge=1, le=BIGGEST)]


class DecidingEvent(Out):
    """An event that a part of a rule looked at."""

    name: str
    occurred_at: datetime
    properties: JsonObject


class RuleExplanation(Out):
    """A part of a rule for one person: what it asks, whether it holds, what decided it, and when that could change."""

    sentence: BothTexts
    holds: bool
    changes_at: datetime | None
    found: BothTexts | None
    value: JsonValue
    events: list[DecidingEvent]
    parts: list[RuleExplanation]


class MembershipDetail(Out):
    """A profile, and since when it is a member."""

    profile_id: int
    since: datetime


class ProfileSegment(Out):
    """A segment in which the profile is."""

    segment: str
    since: datetime


@routes.get("/segments", permission="segments:read")
def list_segments(call: Call) -> list[SegmentDetail]:
    """The segments by key, with how many are in each."""
    counts = queries.count_members(call.conn, workspace_id=call.workspace_id)
    rows = queries.list_segments(call.conn, workspace_id=call.workspace_id)
    return [_detail(row, counts.get(row.key, 0)) for row in rows]


@routes.get("/segments/{key}", permission="segments:read")
def get_segment(call: Call, key: PathKey) -> SegmentDetail:
    """A segment."""
    row = queries.get_segment(call.conn, workspace_id=call.workspace_id, key=key)
    counts = queries.count_members(call.conn, workspace_id=call.workspace_id)
    return _detail(row, counts.get(row.key, 0))


@routes.put("/segments/{key}", permission="segments:write")
def save_segment(call: Call, key: PathKey, body: SegmentDefinition) -> SegmentDetail:
    """Create a segment or change its rule; its members follow while everything else goes on."""
    services.save_segment(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        name=body.name.as_text(),
        rule=body.rule,
        now=call.now,
    )
    call.audit("segments.save", key, body.model_dump())
    return get_segment(call, key)


@routes.delete("/segments/{key}", permission="segments:write")
def delete_segment(call: Call, key: PathKey) -> None:
    """Delete a segment on which no other is built."""
    services.delete_segment(call.conn, workspace_id=call.workspace_id, key=key, now=call.now)
    call.audit("segments.delete", key)


@routes.get("/segments/{key}/members", permission="segments:read")
def list_segment_members(call: Call, key: PathKey, cursor: Cursor = None, limit: Limit = 50) -> Page[MembershipDetail]:
    """Who is in a segment, by profile id."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_members(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        after=after[0] if after else 0,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.profile_id,), show=MembershipDetail.model_validate)


@routes.ask("/rules/check", permission="segments:read")
def check_rule(call: Call, body: RuleQuestion) -> RuleCheck:
    """What is wrong with a rule, place by place."""
    try:
        tree = queries.parse_rule(body.rule)
        queries.check_references(call.conn, tree, workspace_id=call.workspace_id)
    except Invalid as error:
        return RuleCheck(problems=[ProblemPlace(**problem.as_dict()) for problem in error.problems])
    warnings = queries.list_warnings(call.conn, tree, workspace_id=call.workspace_id)
    return RuleCheck(problems=[], warnings=[_both(warning) for warning in warnings])


@routes.ask("/rules/preview", permission="profiles:read")
def preview_rule(call: Call, body: RuleQuestion) -> RulePreview:
    """For how many people a rule holds now, whether it is saved or not, and some of them."""
    tree = queries.parse_rule(body.rule)
    queries.check_references(call.conn, tree, workspace_id=call.workspace_id)
    asked: dict[str, Any] = {"workspace_id": call.workspace_id, "now": call.now, "limit": _SAMPLE}
    try:
        preview = queries.preview_rule(call.conn, tree, seconds=_PATIENCE, **asked)
    except RuleTooSlow:
        preview = queries.estimate_rule(call.conn, tree, **asked)
    sample = [
        profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
        for profile_id in preview.sample
    ]
    return RulePreview(
        count=preview.count,
        estimated=preview.estimated,
        sample=[ProfileDetail.model_validate(profile) for profile in sample],
        warnings=[_both(warning) for warning in preview.warnings],
    )


@routes.ask("/rules/explain", permission="profiles:read")
def explain_rule(call: Call, body: ProfileQuestion) -> RuleExplanation:
    """Why a rule holds for a person now, or does not, part by part."""
    tree = queries.parse_rule(body.rule)
    queries.check_references(call.conn, tree, workspace_id=call.workspace_id)
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=body.profile_id)
    person = queries.load_person(call.conn, body.profile_id, rule=tree)
    return explained(queries.explain(tree, person, call.now))


@routes.get("/profiles/{profile_id}/segments", permission="profiles:read")
def list_profile_segments(call: Call, profile_id: PathId) -> list[ProfileSegment]:
    """The segments in which a person is now."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    found = queries.list_profile_segments(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [ProfileSegment(segment=key, since=since) for key, since in sorted(found.items())]


def explained(part: Explanation) -> RuleExplanation:
    """An explanation as the API answers it."""
    return RuleExplanation(
        sentence=_both(part.sentence),
        holds=part.holds,
        changes_at=part.changes_at,
        found=None if part.found is None else _both(part.found),
        value=to_jsonable_python(part.value),
        events=[
            DecidingEvent(
                name=event.name, occurred_at=event.occurred_at, properties=to_jsonable_python(dict(event.properties))
            )
            for event in part.events
        ],
        parts=[explained(inner) for inner in part.parts],
    )


def _both(text: Text) -> BothTexts:
    return BothTexts(en=text.render("en"), he=text.render("he"))


def _detail(row: SegmentRow, members: int) -> SegmentDetail:
    shown = {name: getattr(row, name) for name in SegmentDetail.model_fields if name != "members"}
    return SegmentDetail(**shown, members=members)
