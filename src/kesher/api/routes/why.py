"""Why a person got something, or did not: the recorded chain of facts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic_core import to_jsonable_python

from kesher.api.errors import RequestInvalid
from kesher.api.paging import BIGGEST
from kesher.api.routes.segments import RuleExplanation, explained
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, JsonObject, Out, PathId
from kesher.journeys import queries
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

routes = Routes("journeys")

_ONE = Text(en="Name a message, a journey or a broadcast.", he="יש לציין הודעה, מסע או דיוור.")


class FactDetail(Out):
    """One link of the chain. `basis`: recorded, or (not recorded) replayed from the log, or an evaluation of now."""

    kind: str
    text: BothTexts
    at: datetime | None
    basis: str
    details: JsonObject
    explanation: RuleExplanation | None


class AccountDetail(Out):
    """The answer and the facts behind it, oldest first."""

    subject: str
    key: str
    profile_id: int
    answer: BothTexts
    facts: list[FactDetail]


@routes.get("/profiles/{profile_id}/why", permission="journeys:read")
def explain_outcome(
    call: Call,
    profile_id: PathId,
    message: Annotated[int | None, Query(None, ge=1, le=BIGGEST)],
    journey: Annotated[str | None, Query(None, max_length=100)],
    broadcast: Annotated[str | None, Query(None, max_length=100)],
) -> AccountDetail:
    """Why this person got, or did not get, a message, what a journey had for her, or a broadcast."""
    if sum(each is not None for each in (message, journey, broadcast)) != 1:
        raise RequestInvalid(problems=(Problem("message", _ONE),))
    account = queries.explain_outcome(
        call.conn,
        workspace_id=call.workspace_id,
        profile_id=profile_id,
        now=call.now,
        message=message,
        journey=journey,
        broadcast=broadcast,
    )
    return AccountDetail(
        subject=account.subject,
        key=account.key,
        profile_id=account.profile_id,
        answer=BothTexts.model_validate(account.answer),
        facts=[_fact(each) for each in account.facts],
    )


def _fact(each: queries.Fact) -> FactDetail:
    return FactDetail(
        kind=each.kind,
        text=BothTexts.model_validate(each.text),
        at=each.at,
        basis=each.basis.value,
        details=to_jsonable_python(dict(each.details)),
        explanation=explained(each.explanation) if each.explanation else None,
    )
