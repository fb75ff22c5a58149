"""Before a broadcast: who would get it and who is held back and why; after it: what became of it."""

from __future__ import annotations

from pydantic import Field

from kesher.api.routes.content_checks import FindingDetail, look_at
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Moment, Out, PathKey
from kesher.content import queries as content
from kesher.messaging import queries
from kesher.messaging.types import REASONS, Reason

routes = Routes("broadcasts")


class PreflightQuestion(In):
    """An audience (a `segment` or a `list`) and a topic (empty: the whole channel), now or at a moment to come, which
    `local_time` makes a time of everybody's own clock; a `template` is looked at too."""

    segment: str | None = Field(None, max_length=100)
    list: str | None = Field(None, max_length=100)
    topic: str = Field("", max_length=100)
    template: str = Field("", max_length=100)
    at: Moment | None = None
    local_time: bool = False


class HeldBackCount(Out):
    """How many a reason holds back; with `later` they get it when the reason has passed."""

    reason: str
    text: BothTexts
    people: int
    later: bool


class PreflightDetail(Out):
    """What would happen to an audience; `estimated` when it was counted on a sample. `findings`: what to look at in the
    message, the law's demands among them."""

    audience: int
    sends: int
    held: list[HeldBackCount]
    estimated: bool
    findings: list[FindingDetail]


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
        local_time=body.local_time,
    )
    held = [HeldBackCount(reason=h.reason, text=_said(h.reason), people=h.people, later=h.later) for h in found.held]
    findings = _findings_of(call, body.template) if body.template else []
    return PreflightDetail(
        audience=found.audience, sends=found.sends, held=held, estimated=found.estimated, findings=findings
    )


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


def _findings_of(call: Call, template: str) -> list[FindingDetail]:
    """What to look at in a template's current version, as an advertisement."""
    version = content.get_template(workspace_id=call.workspace_id, key=template).version
    return look_at(call, version.variants, version.fallback_language, marketing=True).findings


def _said(reason: str) -> BothTexts:
    """The reason in words; what a provider answered stands for itself."""
    known = REASONS.get(Reason(reason)) if reason in set(Reason) else None
    return BothTexts.model_validate(known) if known else BothTexts(en=reason, he=reason)
