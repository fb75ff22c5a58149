"""From the rule tree to one SELECT of everybody for whom it holds: each table is read once and grouped by profile.

`compiling` asks about one person at a time, which suits the few whom a tick touches. About a million people it would
look into the log a million times; here the log is read in one scan for all leaves that count (a sequence reads it
once more, since it needs the order), hashed by profile, and joined to the profiles. The same leaves, so the same
answers; a property test holds all three evaluators together.
"""

from __future__ import annotations

from datetime import datetime

from kesher.segments.types import AllOf, AnyOf, Fragment, Leaf, LogRows, Node, NotOf, Person, Rows, Rule, Scope


def compile_everybody(rule: Rule, *, workspace_id: int, now: datetime, prefix: str = "b1") -> Fragment:
    """A SELECT of `profile_id` of every living profile of the workspace for whom the rule holds at `now`."""
    scope = Scope(profile="p", prefix=prefix, workspace_id=workspace_id)
    scope.params[scope.now_param] = now
    joins = _Joins(scope, now)
    holds = _holds(rule, joins)
    sql = (
        f"SELECT p.id AS profile_id FROM profiles_profile p {joins.sql()} WHERE p.workspace_id = {scope.workspace}"
        f" AND p.merged_into_id IS NULL AND p.erased_at IS NULL AND {holds}"
    )
    return Fragment(sql, scope.params)


def _holds(node: Node, joins: _Joins) -> str:
    match node:
        case AllOf(parts):
            return "(" + " AND ".join(_holds(part, joins) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(_holds(part, joins) for part in parts) + ")"
        case NotOf(part):
            return f"(NOT {_holds(part, joins)})"
        case Leaf():
            return _leaf(node, joins)
    raise TypeError(f"not a rule: {node!r}")


def _leaf(leaf: Leaf, joins: _Joins) -> str:
    compiled = leaf.compile(joins.scope)
    if isinstance(compiled.source, Rows):
        answer = joins.add(compiled.holds, compiled.source)
        # Of whom there is no row the answer is that about somebody who did nothing. Written so, PostgreSQL sees where
        # the join may be an inner one, and asks the source itself.
        return f"({answer} IS {'NOT FALSE' if leaf.evaluate(Person(0), joins.now).holds else 'TRUE'})"
    holds = compiled.holds if compiled.source is None else f"(SELECT {compiled.holds} FROM ({compiled.source}) AS s)"
    return holds if compiled.rough is None else f"coalesce({compiled.rough}, {holds})"


class _Joins:
    """What the profiles are joined to: sources of one row a person, each with its leaves' answers."""

    def __init__(self, scope: Scope, now: datetime) -> None:
        self.scope = scope
        self.now = now
        self._shared: list[LogRows] = []
        self._answers: dict[str, list[str]] = {}
        self._sources: dict[str, str] = {}

    def add(self, holds: str, rows: Rows) -> str:
        """Take a leaf in; the expression of its answer, NULL for whom the source does not know."""
        if isinstance(rows, LogRows) and not rows.items:
            self._shared.append(rows)
            alias, stem = f"{self.scope.prefix}_log", f"m{len(self._shared)}_"
        else:
            grouped = rows.grouped(self.scope.now, self.scope.workspace)
            if grouped not in self._sources:
                self._sources[grouped] = self.scope.alias("g")
            alias, stem = self._sources[grouped], ""
        answers = self._answers.setdefault(alias, [])
        columns = ", ".join(f"g.{stem}{name} AS {name}" for name in rows.names())
        answers.append(f"(SELECT {holds} FROM (SELECT {columns}) AS s) AS h{len(answers) + 1}")
        return f"{alias}.h{len(answers)}"

    def sql(self) -> str:
        """The joins."""
        sources = dict(self._sources)
        if self._shared:
            sources[self._scan()] = f"{self.scope.prefix}_log"
        return " ".join(
            f"LEFT JOIN (SELECT g.profile_id, {', '.join(self._answers[alias])} FROM ({sql}) AS g) AS {alias}"
            f" ON {alias}.profile_id = p.id"
            for sql, alias in sources.items()
        )

    def _scan(self) -> str:
        """One scan of the log for every leaf that counts."""
        now = self.scope.now
        columns = [
            f"{column.sql(now, *rows.named, *rows.during, *rows.where)} AS m{number}_{name}"
            for number, rows in enumerate(self._shared, start=1)
            for name, column in rows.columns.items()
        ]
        parts = dict.fromkeys(" AND ".join([*rows.named, *rows.during, *rows.written]) for rows in self._shared)
        return (
            f"SELECT e.profile_id, {', '.join(columns)} FROM events_event e"
            f" WHERE e.workspace_id = {self.scope.workspace} AND ({' OR '.join(f'({part})' for part in parts)})"
            " GROUP BY e.profile_id"
        )
