"""From the rule tree to one SELECT of everybody for whom it holds: each table is read once and grouped by profile.

`compiling` asks about one person at a time, which suits the few whom a tick touches. About a million people it would
look into the log a million times; here the log is read in one scan for all leaves that count, hashed by profile, and
joined to the profiles. A leaf that needs rows of its own (a sequence their order, an unfolded array more of them) reads
the log once more, and where all parts of a rule must hold only for those for whom the cheaper parts do: sorting the
rows of a million people took more than half of the time. The same leaves, so the same answers; a property test holds
all three evaluators together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kesher.segments.types import (
    AllOf,
    AnyOf,
    Fragment,
    Leaf,
    LogRows,
    Node,
    NotOf,
    Person,
    Rows,
    Rule,
    Scope,
    one_of,
)


def compile_everybody(rule: Rule, *, workspace_id: int, now: datetime, prefix: str = "b1") -> Fragment:
    """A SELECT of `profile_id` of every living profile of the workspace for whom the rule holds at `now`."""
    scope = Scope(profile="p", prefix=prefix, workspace_id=workspace_id, moment=now)
    scope.params[scope.now_param] = now
    passed: list[str] = []
    among = ""
    *sieves, last = _stages(rule)
    for sieve in sieves:
        select, among = _select(sieve, _Joins(scope, now, among)), scope.alias("left")
        passed.append(f"{among} AS MATERIALIZED ({select})")
    head = f"WITH {', '.join(passed)} " if passed else ""
    return Fragment(head + _select(last, _Joins(scope, now, among)), scope.params)


def _stages(rule: Rule) -> Sequence[Node]:
    """The parts that must all hold, each to be asked of those who are left: first together all that cost one scan."""
    parts = list(_conjuncts(rule))
    dear = [part for part in parts if any(_reads_alone(leaf) for leaf in _leaves(part))]
    cheap = [part for part in parts if part not in dear]
    return [AllOf(tuple(cheap)), *dear] if cheap or not dear else dear


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, AllOf):
        for part in node.parts:
            yield from _conjuncts(part)
    else:
        yield node


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case NotOf(part):
            yield from _leaves(part)
        case Leaf():
            yield node


def _reads_alone(leaf: Leaf) -> bool:
    source = leaf.compile(Scope(profile="p", prefix="x")).source
    return isinstance(source, Rows) and source.reads_log and not _is_shared(source)


def _is_shared(rows: Rows) -> bool:
    return isinstance(rows, LogRows) and not rows.items


def _select(node: Node, joins: _Joins) -> str:
    holds = _holds(node, joins)
    living = (
        f"p.workspace_id = {joins.scope.workspace}",
        "p.merged_into_id IS NULL",
        "p.erased_at IS NULL",
        *one_of("p.id", joins.among),
    )
    return f"SELECT p.id AS profile_id FROM profiles_profile p {joins.sql()} WHERE {' AND '.join(living)} AND {holds}"


def _holds(node: Node, joins: _Joins) -> str:
    match node:
        case AllOf(parts):
            return "(" + " AND ".join(_holds(part, joins) for part in parts) + ")" if parts else "true"
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
    """What the profiles are joined to: sources of one row a person, each with its leaves' answers; of the people in
    the relation `among`, where one is named."""

    def __init__(self, scope: Scope, now: datetime, among: str = "") -> None:
        self.scope = scope
        self.now = now
        self.among = among
        self._log = scope.alias("log")
        self._shared: list[LogRows] = []
        self._answers: dict[str, list[str]] = {}
        self._sources: dict[str, str] = {}

    def add(self, holds: str, rows: Rows) -> str:
        """Take a leaf in; the expression of its answer, NULL for whom the source does not know."""
        if isinstance(rows, LogRows) and _is_shared(rows):
            self._shared.append(rows)
            alias, stem = self._log, f"m{len(self._shared)}_"
        else:
            grouped = rows.grouped(self.scope.now, self.scope.workspace, self.among)
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
            sources[self._scan()] = self._log
        return " ".join(
            f"LEFT JOIN (SELECT g.profile_id, {', '.join(self._answers[alias])} FROM ({sql}) AS g) AS {alias}"
            f" ON {alias}.profile_id = p.id"
            for sql, alias in sources.items()
        )

    def _scan(self) -> str:
        """One scan of the log for every leaf that counts."""
        parts = dict.fromkeys(" AND ".join([*rows.named, *rows.during, *rows.written]) for rows in self._shared)
        columns = [
            # Where the scan sees one part only, its rows need not be asked again whose they are.
            f"{column.sql(self.scope.now, *((*rows.named, *rows.during) if len(parts) > 1 else ()), *rows.where)}"
            f" AS m{number}_{name}"
            for number, rows in enumerate(self._shared, start=1)
            for name, column in rows.columns.items()
        ]
        whose = [f"e.workspace_id = {self.scope.workspace}", *one_of("e.profile_id", self.among)]
        return (
            f"SELECT e.profile_id, {', '.join(columns)} FROM events_event e"
            f" WHERE {' AND '.join(whose)} AND ({' OR '.join(f'({part})' for part in parts)})"
            " GROUP BY e.profile_id"
        )
