"""What rules say about one person at this moment: the work behind both doors of `POST /api/decisions`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.relations import Relation
from kesher.segments import queries
from kesher.segments.errors import RuleInvalid
from kesher.segments.types import AllOf, Dependencies, Reference, Rule, Verdict

PERMISSION: Final = "profiles:read"
MOST_RULES = 100
LONGEST_NAME = 100
LONGEST_PERSON = 500


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules by the names that the caller chose, and what they ask about and name, worked out once."""

    named: Mapping[str, Rule]
    needs: Dependencies
    reach: timedelta | None
    references: tuple[tuple[str, Reference], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answers by the rules' names, about whom, and all for the same moment."""

    profile_id: int
    at: datetime
    verdicts: Mapping[str, Verdict]


def parse_rules(sources: Mapping[str, Mapping[str, Any]]) -> Rules:
    """The rules, parsed; RuleInvalid names the places below `rules`."""
    named = {name: _rule(name, source) for name, source in sources.items()}
    references = (each for name, rule in named.items() for each in queries.references_of(rule, f"rules.{name}"))
    whole = AllOf(tuple(named.values()))
    return Rules(named, queries.dependencies_of(whole), queries.reach_of(whole), tuple(references))


def decide_rules(
    conn: Conn, *, workspace_id: int, rules: Rules, asked: Relation, after: datetime | None
) -> Decision | None:
    """Evaluate the rules about a profile in memory; `asked` is one row (profile_id bigint, now timestamptz), None where
    it is empty. `after`: see `load_asked`. RuleInvalid when a rule names what does not exist."""
    queries.check_named(conn, rules.references, workspace_id=workspace_id)
    found = queries.load_asked(conn, asked, rules.needs, reach=rules.reach, after=after)
    if found is None:
        return None
    now, person = found
    verdicts = {name: queries.evaluate(rule, person, now=now) for name, rule in rules.named.items()}
    return Decision(person.profile_id, now, verdicts)


def _rule(name: str, source: Mapping[str, Any]) -> Rule:
    try:
        return queries.parse_rule(source)
    except RuleInvalid as error:
        places = (Problem(p.path.replace("rule", f"rules.{name}", 1), p.message) for p in error.problems)
        raise RuleInvalid(problems=tuple(places)) from error
