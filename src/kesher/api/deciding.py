"""What rules say about one person at this moment: the work behind both doors of `POST /api/decisions`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.segments import queries
from kesher.segments.errors import RuleInvalid
from kesher.segments.types import AllOf, Rule, Verdict

PERMISSION: Final = "profiles:read"
MOST_RULES = 100
LONGEST_NAME = 100
LONGEST_PERSON = 500
_KEPT_RULES = 10_000


def decide_rules(
    conn: Conn, *, workspace_id: int, profile_id: int, rules: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, Verdict]:
    """Evaluate the rules about a profile in memory, by their names; RuleInvalid names the places below `rules`."""
    parsed = {name: _rule(name, rule) for name, rule in rules.items()}
    for name, rule in parsed.items():
        queries.check_references(conn, rule, workspace_id=workspace_id, path=f"rules.{name}")
    seen = queries.load_person(conn, profile_id, rule=AllOf(tuple(parsed.values())))
    return {name: queries.evaluate(rule, seen, now=now) for name, rule in parsed.items()}


def _rule(name: str, source: Mapping[str, Any]) -> Rule:
    """The rule, parsed once; RuleInvalid names the place below `rules`."""
    try:
        return _parsed(json.dumps(source, sort_keys=True))
    except RuleInvalid as error:
        places = (Problem(p.path.replace("rule", f"rules.{name}", 1), p.message) for p in error.problems)
        raise RuleInvalid(problems=tuple(places)) from error


@lru_cache(maxsize=_KEPT_RULES)
def _parsed(text: str) -> Rule:
    return queries.parse_rule(json.loads(text))
