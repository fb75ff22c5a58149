"""Before a broadcast: who would get it and who is held back and why; after it: what became of it."""

from __future__ import annotations

from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Moment, Out, PathKey
from kesher.messaging import queries
from kesher.messaging.types import REASONS, Reason

routes = Routes("broadcasts")


class PreflightQuestion(In):
    """An audience (a `segment` or a `list`) and a topic (empty: the whole channel), now or at a moment to come."""

    segment: str | None = Field(None, max_length=100)
    list: str | None = Field(None, max_length=100)
    topic: str = Field("", max_length=100)
    at: Moment | None = None


class HeldBackCount(Out):
    """How many a reason holds back; with `later` they get it when the reason has passed."""

    reason: str
    text: BothTexts
    people: int
    later: bool


class PreflightDetail(Out):
    """What would happen to an audience; `estimated` when it was counted on a sample."""

    audience: int
    sends: int
    held: list[HeldBackCount]
    estimated: bool


class ReasonDetail(Out):
    """Messages that wait, were held or failed, for a reason."""

    state: str
    reason: str
    text: BothTexts
    count: int


class BroadcastResultsDetail(Out):
    """What became of a broadcast, in messages; `machine`: opened or clicked by programs only."""

    messages: int
    waiting: int
    sent: int
    held: int
    failed: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    unsubscribed: int
    machine: int
    reasons: list[ReasonDetail]


@routes.ask("/broadcast-preflight", permission="messaging:read")
def preflight_broadcast(call: Call, body: PreflightQuestion) -> PreflightDetail:
    """How many of a segment or a list would get a broadcast, and who is held back and why."""
    found = queries.preflight_broadcast(
        call.conn,
        workspace_id=call.workspace_id,
        segment=body.segment,
        list_key=body.list,
        topic=body.topic,
        now=body.at or call.now,
    )
    held = [HeldBackCount(reason=h.reason, text=_said(h.reason), people=h.people, later=h.later) for h in found.held]
    return PreflightDetail(audience=found.audience, sends=found.sends, held=held, estimated=found.estimated)


@routes.get("/broadcasts/{key}/results", permission="messaging:read")
def get_broadcast_results(call: Call, key: PathKey) -> BroadcastResultsDetail:
    """What became of a broadcast's messages so far."""
    found = queries.get_broadcast_results(call.conn, workspace_id=call.workspace_id, key=key)
    counts = {name: getattr(found, name) for name in BroadcastResultsDetail.model_fields if name != "reasons"}
    reasons = [
        ReasonDetail(state=each.state, reason=each.reason, text=_said(each.reason), count=each.count)
        for each in found.reasons
    ]
    return BroadcastResultsDetail(**counts, reasons=reasons)


def _said(reason: str) -> BothTexts:
    """The reason in words; what a provider answered stands for itself."""
    known = REASONS.get(Reason(reason)) if reason in set(Reason) else None
    return BothTexts.model_validate(known) if known else BothTexts(en=reason, he=reason)
