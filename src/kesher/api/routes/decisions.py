"""Instant decisions: rules about one person, answered in memory from what is true at this moment.

A question with an API key is answered beside Django, by `api.instant`; this is the door for all others, and the one
that words every refusal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kesher.api.deciding import LONGEST_NAME, LONGEST_PERSON, MOST_RULES, PERMISSION, decide_rules, parse_rules
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Out
from kesher.kernel.relations import Relation
from kesher.profiles import queries as profiles
from kesher.profiles.errors import ProfileNotFound

routes = Routes("decisions")

RuleName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class DecisionQuestion(In):
    """Whom it is about (a profile's number, or a user id, anonymous id, e-mail or phone), and the rules by names that
    the caller chooses."""

    person: Annotated[str, Field(min_length=1, max_length=LONGEST_PERSON)]
    rules: dict[RuleName, JsonObject] = Field(min_length=1, max_length=MOST_RULES)


class RuleAnswer(Out):
    """Whether the rule holds now, and when time alone could change that (null: never)."""

    holds: bool
    changes_at: datetime | None


class DecisionAnswer(Out):
    """The answers by the rules' names, all for the same moment."""

    profile_id: int
    at: datetime
    rules: dict[str, RuleAnswer]


@routes.ask("/decisions", permission=PERMISSION)
def decide(call: Call, body: DecisionQuestion) -> DecisionAnswer:
    """Which of some rules hold for one person at this moment, none of them saved: for a site that must know now."""
    person = profiles.get_person(call.conn, workspace_id=call.workspace_id, text=body.person)
    rules = parse_rules(body.rules)
    asked = Relation(
        "SELECT %(profile_id)s::bigint AS profile_id, %(now)s::timestamptz AS now",
        {"profile_id": person.id, "now": call.now},
    )
    decision = decide_rules(call.conn, workspace_id=call.workspace_id, rules=rules, asked=asked, after=call.now)
    if decision is None:
        raise ProfileNotFound(profile_id=person.id)
    answers = {name: RuleAnswer(holds=v.holds, changes_at=v.changes_at) for name, v in decision.verdicts.items()}
    return DecisionAnswer(profile_id=decision.profile_id, at=decision.at, rules=answers)
