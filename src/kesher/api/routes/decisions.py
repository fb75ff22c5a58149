"""Instant decisions: rules about one person, answered in memory from what is true at this moment."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Out
from kesher.kernel.errors import Problem
from kesher.profiles import queries as profiles
from kesher.segments import queries
from kesher.segments.errors import RuleInvalid
from kesher.segments.types import AllOf, Rule

routes = Routes("decisions")

MOST_RULES = 100
_KEPT_RULES = 10_000

RuleName = Annotated[str, Field(min_length=1, max_length=100)]


class DecisionQuestion(In):
    """Whom it is about (a profile's number, or a user id, anonymous id, e-mail or phone), and the rules by names that
    the caller chooses."""

    person: Annotated[str, Field(min_length=1, max_length=500)]
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


@routes.ask("/decisions", permission="profiles:read")
def decide(call: Call, body: DecisionQuestion) -> DecisionAnswer:
    """Which of some rules hold for one person at this moment, none of them saved: for a site that must know now."""
    person = profiles.get_person(call.conn, workspace_id=call.workspace_id, text=body.person)
    rules = {name: _rule(name, rule) for name, rule in body.rules.items()}
    for name, rule in rules.items():
        queries.check_references(call.conn, rule, workspace_id=call.workspace_id, path=f"rules.{name}")
    seen = queries.load_person(call.conn, person.id, rule=AllOf(tuple(rules.values())))
    verdicts = {name: queries.evaluate(rule, seen, now=call.now) for name, rule in rules.items()}
    answers = {name: RuleAnswer(holds=v.holds, changes_at=v.changes_at) for name, v in verdicts.items()}
    return DecisionAnswer(profile_id=person.id, at=call.now, rules=answers)


def _rule(name: str, source: JsonObject) -> Rule:
    """The rule, parsed once; RuleInvalid names the place below `rules`."""
    try:
        return _parsed(json.dumps(source, sort_keys=True))
    except RuleInvalid as error:
        places = (Problem(p.path.replace("rule", f"rules.{name}", 1), p.message) for p in error.problems)
        raise RuleInvalid(problems=tuple(places)) from error


@lru_cache(maxsize=_KEPT_RULES)
def _parsed(text: str) -> Rule:
    return queries.parse_rule(json.loads(text))
