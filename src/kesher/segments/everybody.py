"""From the rule tree to one SELECT of everybody for whom it holds: each table is read once and grouped by profile.

`compiling` asks about one person at a time, which suits the few whom a tick touches. About a million people it would
look into the log a million times; here the log is read in one scan for all leaves that count (a sequence reads it
once more, since it needs the order), hashed by profile, and joined to the profiles. Whoever is not in the log has what
the leaf's rows say of nobody (`Rows.names`). The same leaves, so the same answers; a property test holds all three
evaluators together.
"""

from __future__ import annotations

from datetime import datetime

from kesher.segments.types import AllOf, AnyOf, Fragment, Leaf, LeafSql, LogRows, Node, NotOf, Rows, Rule, Scope


def compile_everybody(rule: Rule, *, workspace_id: int, now: datetime, prefix: str = "b1") -> Fragment:
    """A SELECT of `profile_id` of every living profile of the workspace for whom the rule holds at `now`."""
    scope = Scope(profile="p", prefix=prefix, workspace_id=workspace_id)
    scope.params[scope.now_param] = now
    joins = _Joins(scope)
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
            return _leaf(node.compile(joins.scope), joins)
    raise TypeError(f"not a rule: {node!r}")


def _leaf(leaf: LeafSql, joins: _Joins) -> str:
    if isinstance(leaf.source, Rows):
        return joins.add(leaf.holds, leaf.source)
    return leaf.holds if leaf.source is None else f"(SELECT {leaf.holds} FROM ({leaf.source}) AS s)"


class _Joins:
    """What the profiles are joined to: grouped sources, and for each leaf a row (h) over its own columns."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._shared: list[tuple[str, LogRows]] = []
        self._grouped: dict[str, str] = {}
        self._answers: list[str] = []

    def add(self, holds: str, rows: Rows) -> str:
        """Take a leaf in; the expression of its answer."""
        columns = rows.names()
        if isinstance(rows, LogRows) and not rows.items:
            stem = f"m{len(self._shared) + 1}_"
            self._shared.append((stem, rows))
            source = self._log
        else:
            grouped = rows.grouped(self.scope.now, self.scope.workspace)
            stem, source = "", self._grouped.setdefault(grouped, self.scope.alias("g"))
        listed = ", ".join(
            f"{source}.{stem}{name} AS {name}"
            if empty == "NULL"
            else f"coalesce({source}.{stem}{name}, {empty}) AS {name}"
            for name, empty in columns.items()
        )
        answer = self.scope.alias("r")
        self._answers.append(f"CROSS JOIN LATERAL (SELECT {holds} AS h FROM (SELECT {listed}) AS s) AS {answer}")
        return f"{answer}.h"

    def sql(self) -> str:
        """The joins, sources first."""
        sources = [*([(self._scan(), self._log)] if self._shared else []), *self._grouped.items()]
        joined = [f"LEFT JOIN ({sql}) AS {alias} ON {alias}.profile_id = p.id" for sql, alias in sources]
        return " ".join([*joined, *self._answers])

    @property
    def _log(self) -> str:
        return f"{self.scope.prefix}_log"

    def _scan(self) -> str:
        """One scan of the log for every leaf that counts."""
        now = self.scope.now
        columns = [
            f"{column.sql(now, *rows.named, *rows.during, *rows.where)} AS {stem}{name}"
            for stem, rows in self._shared
            for name, column in rows.columns.items()
        ]
        parts = dict.fromkeys(" AND ".join([*rows.named, *rows.during, *rows.written]) for _, rows in self._shared)
        return (
            f"SELECT e.profile_id, {', '.join(columns)} FROM events_event e"
            f" WHERE e.workspace_id = {self.scope.workspace} AND ({' OR '.join(f'({part})' for part in parts)})"
            " GROUP BY e.profile_id"
        )
