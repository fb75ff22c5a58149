"""From the rule tree to PostgreSQL.

`holds` nests plain expressions, so that AND and OR can stop early. `verdict` also says when the answer could change:
each part that knows becomes one LATERAL row (h, at) fenced by OFFSET 0, since the planner would otherwise copy the
parts' expressions into every place that mentions them, exponentially in the depth of the rule.

When can a tree change? While `all` holds: when the first of its parts may change. While it does not: not before every
part that fails now has changed, so at the latest of their times. `any` is its mirror, `not` changes with its part.
Inside, never is 'infinity'.
"""

from __future__ import annotations

from datetime import datetime

from kesher.segments.conditions import filters_sql
from kesher.segments.types import AllOf, AnyOf, CompiledRule, Fragment, Leaf, LeafSql, Node, NotOf, Rule, Scope


def compile_rule(
    rule: Rule, *, workspace_id: int, now: datetime, profile: str = "p", prefix: str = "r1"
) -> CompiledRule:
    """The rule as expressions over `profile`, an alias of profiles_profile; parameters start with `prefix`."""
    scope = Scope(profile=profile, prefix=prefix, workspace_id=workspace_id)
    scope.params[scope.now_param] = now
    holds = _holds(rule, scope)
    verdict = _verdict(rule, scope)
    params = scope.params
    return CompiledRule(
        holds=Fragment(holds, params),
        changes_at=Fragment(f"(SELECT v.changes_at FROM ({verdict}) AS v)", params),
        verdict=Fragment(verdict, params),
        now_param=scope.now_param,
    )


def compile_where(filters: Node, *, properties: str = "e.properties", prefix: str = "w1") -> Fragment:
    """Property filters as a boolean (never NULL) over a jsonb column; parameters start with `prefix`."""
    scope = Scope(profile="", prefix=prefix)
    return Fragment(filters_sql(filters, properties, scope), scope.params)


def _holds(node: Node, scope: Scope) -> str:
    match node:
        case AllOf(parts):
            return "(" + " AND ".join(_holds(part, scope) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(_holds(part, scope) for part in parts) + ")"
        case NotOf(part):
            return f"(NOT {_holds(part, scope)})"
        case Leaf():
            leaf = node.compile(scope)
            return leaf.holds if leaf.source is None else f"(SELECT {leaf.holds} FROM ({leaf.source}) AS {leaf.alias})"
    raise TypeError(f"not a rule: {node!r}")


class _Rows:
    """The LATERAL rows of one verdict, innermost first."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.items: list[str] = []

    def add(self, holds: str, changes_at: str, source: str | None = None) -> tuple[str, str]:
        alias = self.scope.alias("n")
        origin = "" if source is None else f" FROM {source}"
        self.items.append(f"LATERAL (SELECT {holds} AS h, {changes_at} AS at{origin} OFFSET 0) AS {alias}")
        return f"{alias}.h", f"{alias}.at"


def _verdict(rule: Rule, scope: Scope) -> str:
    rows = _Rows(scope)
    holds, at = _timed(rule, rows)
    origin = "" if not rows.items else " FROM " + " CROSS JOIN ".join(rows.items)
    changes = "NULL::timestamptz" if at is None else f"nullif({at}, 'infinity')"
    return f"SELECT {holds} AS holds, {changes} AS changes_at{origin}"


def _timed(node: Node, rows: _Rows) -> tuple[str, str | None]:
    """The expressions of the answer and of its next change (None: time cannot change it)."""
    match node:
        case AllOf(parts):
            return _combined([_timed(part, rows) for part in parts], rows, conjunction=True)
        case AnyOf(parts):
            return _combined([_timed(part, rows) for part in parts], rows, conjunction=False)
        case NotOf(part):
            holds, at = _timed(part, rows)
            return f"(NOT {holds})", at
        case Leaf():
            return _leaf(node.compile(rows.scope), rows)
    raise TypeError(f"not a rule: {node!r}")


def _leaf(leaf: LeafSql, rows: _Rows) -> tuple[str, str | None]:
    if leaf.changes_at is None:
        if leaf.source is None:
            return leaf.holds, None
        return f"(SELECT {leaf.holds} FROM ({leaf.source}) AS {leaf.alias})", None
    source = None if leaf.source is None else f"({leaf.source}) AS {leaf.alias}"
    return rows.add(leaf.holds, f"coalesce({leaf.changes_at}, 'infinity')", source)


def _combined(parts: list[tuple[str, str | None]], rows: _Rows, *, conjunction: bool) -> tuple[str, str | None]:
    if len(parts) == 1:
        return parts[0]
    holds = "(" + (" AND " if conjunction else " OR ").join(h for h, _ in parts) + ")"
    if all(at is None for _, at in parts):
        return holds, None
    # Untimed parts are named once too: their expressions appear twice below.
    named = [(h, at) if at is not None else rows.add(h, "'infinity'::timestamptz") for h, at in parts]
    whole = "(" + (" AND " if conjunction else " OR ").join(h for h, _ in named) + ")"
    settled = "" if conjunction else "NOT "
    first = f"least({', '.join(str(at) for _, at in named)})"
    blocking = [f"CASE WHEN {settled}{h} THEN '-infinity' ELSE {at} END" for h, at in named]
    last = f"greatest({', '.join(blocking)})"
    return rows.add(whole, f"CASE WHEN {settled}{whole} THEN {first} ELSE {last} END")
