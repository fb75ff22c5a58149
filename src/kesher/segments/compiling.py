"""From the rule tree to PostgreSQL.

`holds` nests plain expressions, so that AND and OR can stop early. `verdict` also says when the answer could change:
each part that knows becomes one LATERAL row (h, at) fenced by OFFSET 0, since the planner would otherwise copy the
parts' expressions into every place that mentions them, exponentially in the depth of the rule.

When can a tree change? While `all` holds: when the first of its parts may change. While it does not: not before every
part that fails now has changed, so at the latest of their times. `any` is its mirror, `not` changes with its part.
Inside, never is 'infinity'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kesher.segments.conditions import filters_sql
from kesher.segments.types import (
    AllOf,
    AnyOf,
    CompiledRule,
    Fragment,
    Leaf,
    LeafSql,
    LogRows,
    Node,
    NotOf,
    Rule,
    Scope,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def compile_rule(
    rule: Rule, *, workspace_id: int, now: datetime, profile: str = "p", prefix: str = "r1"
) -> CompiledRule:
    """The rule as expressions over `profile`, an alias of profiles_profile; parameters start with `prefix`."""
    scope = Scope(profile=profile, prefix=prefix, workspace_id=workspace_id)
    scope.params[scope.now_param] = now
    holds = holds_sql(rule, scope)
    verdict = verdict_sql(rule, scope)
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


@dataclass(frozen=True, slots=True)
class CompiledFamily:
    """Several segments' rules as one SELECT of (segment_id, holds, changes_at) over the profile alias `p`."""

    verdicts: Fragment
    now_param: str

    def at(self, now: datetime) -> Fragment:
        """The SELECT for a moment."""
        return Fragment(self.verdicts.sql, {**self.verdicts.params, self.now_param: now})


def compile_family(rules: Sequence[tuple[int, Rule]], *, workspace_id: int, prefix: str) -> CompiledFamily:
    """The rules of several segments, by segment id. Leaves over the same person's events of one name share a scan:
    with fifty segments over ten names a tick does a fifth of the work."""
    scope = Scope(profile="p", prefix=prefix, workspace_id=workspace_id)
    scope.params[scope.now_param] = _EPOCH
    rows = _Rows(scope, shared=True)
    verdicts: list[str] = []
    for segment_id, rule in rules:
        holds, at = _timed(rule, rows)
        changes = "NULL::timestamptz" if at is None else f"nullif({at}, 'infinity')"
        verdicts.append(f"({scope.bind(segment_id, 'bigint')}, {holds}, {changes})")
    values = f"(VALUES {', '.join(verdicts)}) AS v (segment_id, holds, changes_at)"
    sources = " CROSS JOIN ".join([*rows.all(), f"LATERAL {values}"])
    select = f"SELECT v.segment_id, v.holds, v.changes_at FROM {sources}"
    return CompiledFamily(Fragment(select, scope.params), scope.now_param)


def holds_sql(node: Node, scope: Scope) -> str:
    """The rule's answer as a boolean expression, never NULL."""
    match node:
        case AllOf(parts):
            return "(" + " AND ".join(holds_sql(part, scope) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(holds_sql(part, scope) for part in parts) + ")"
        case NotOf(part):
            return f"(NOT {holds_sql(part, scope)})"
        case Leaf():
            leaf = node.compile(scope)
            source = leaf.select(scope.now)
            return leaf.holds if source is None else f"(SELECT {leaf.holds} FROM ({source}) AS s)"
    raise TypeError(f"not a rule: {node!r}")


class _Scan:
    """One scan of a person's events of one name, for several leaves."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.columns: dict[str, str] = {}
        self.members: list[LogRows] = []

    def add(self, rows: LogRows, now: str) -> str:
        """Take a leaf in; its source as a SELECT over the scan's columns."""
        self.members.append(rows)
        mine: list[str] = []
        for name, column in rows.columns.items():
            sql = column.sql(now, *rows.during, *rows.where)
            shared = self.columns.setdefault(sql, f"c{len(self.columns) + 1}")
            mine.append(f"{self.alias}.{shared} AS {name}")
        return f"SELECT {', '.join(mine)}"

    def item(self) -> str:
        """The scan, over the longest window when all are rolling."""
        longest = max(self.members, key=lambda rows: rows.lasts or timedelta.max)
        bounds = [] if longest.lasts is None else [*longest.during, *longest.written]
        columns = ", ".join(f"{sql} AS {name}" for sql, name in self.columns.items())
        conditions = " AND ".join([*longest.mine, *bounds])
        return f"LATERAL (SELECT {columns} FROM events_event e WHERE {conditions} OFFSET 0) AS {self.alias}"


class _Rows:
    """The LATERAL rows of one SELECT, innermost first, and the scans that come before them."""

    def __init__(self, scope: Scope, *, shared: bool = False) -> None:
        self.scope = scope
        self.shared = shared
        self.scans: dict[tuple[str, ...], _Scan] = {}
        self.items: list[str] = []

    def all(self) -> list[str]:
        """The FROM items in order."""
        return [*(scan.item() for scan in self.scans.values()), *self.items]

    def add(self, holds: str, changes_at: str, source: str | None = None) -> tuple[str, str]:
        """A row (h, at) over a source `s`; its two expressions."""
        alias = self.scope.alias("n")
        origin = "" if source is None else f" FROM ({source}) AS s"
        self.items.append(f"LATERAL (SELECT {holds} AS h, {changes_at} AS at{origin} OFFSET 0) AS {alias}")
        return f"{alias}.h", f"{alias}.at"

    def source_of(self, leaf: LeafSql) -> str | None:
        """The leaf's source as a SELECT, from a shared scan where that is possible."""
        rows = leaf.source
        if not self.shared or not isinstance(rows, LogRows) or rows.items:
            return leaf.select(self.scope.now)
        scan = self.scans.setdefault(rows.mine, _Scan(f"{self.scope.prefix}_w{len(self.scans) + 1}"))
        return scan.add(rows, self.scope.now)


def verdict_sql(rule: Rule, scope: Scope) -> str:
    """A SELECT of one row: the rule's answer (`holds`), and when it may change (`changes_at`, NULL for never)."""
    rows = _Rows(scope)
    holds, at = _timed(rule, rows)
    items = rows.all()
    origin = "" if not items else " FROM " + " CROSS JOIN ".join(items)
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
    source = rows.source_of(leaf)
    if leaf.changes_at is None:
        return (leaf.holds if source is None else f"(SELECT {leaf.holds} FROM ({source}) AS s)"), None
    return rows.add(leaf.holds, f"coalesce({leaf.changes_at}, 'infinity')", source)


def _combined(parts: list[tuple[str, str | None]], rows: _Rows, *, conjunction: bool) -> tuple[str, str | None]:
    if len(parts) == 1:
        return parts[0]
    joined = " AND " if conjunction else " OR "
    if all(at is None for _, at in parts):
        return "(" + joined.join(h for h, _ in parts) + ")", None
    # Untimed parts are named once too: their expressions appear twice below.
    named = [(h, at) if at is not None else rows.add(h, "'infinity'::timestamptz") for h, at in parts]
    whole = "(" + joined.join(h for h, _ in named) + ")"
    settled = "" if conjunction else "NOT "
    first = f"least({', '.join(str(at) for _, at in named)})"
    blocking = [f"CASE WHEN {settled}{h} THEN '-infinity' ELSE {at} END" for h, at in named]
    last = f"greatest({', '.join(blocking)})"
    return rows.add(whole, f"CASE WHEN {settled}{whole} THEN {first} ELSE {last} END")
