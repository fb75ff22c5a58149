"""Where a leaf's answer is counted: rows of the log, of one person (`select`) or of everybody at once (`grouped`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A column over rows `e` of the log: of those that happened by now, or (`ahead`) of those still to be seen.

    `call` is the aggregate, `only` a condition on the rows, `form` what is made of the outcome (`{}`).
    """

    call: str
    only: str = ""
    ahead: bool = False
    form: str = "{}"

    def sql(self, now: str, *also: str) -> str:
        """The column; `also` are more conditions on the rows."""
        seen = f"e.occurred_at {'>' if self.ahead else '<='} {now}"
        conditions = " AND ".join([seen, *filter(None, (self.only, *also))])
        return self.form.format(f"{self.call} FILTER (WHERE {conditions})")


def one_of(profile: str, among: str) -> tuple[str, ...]:
    """The condition that a profile is in the relation `among`; none where there is no such relation."""
    return (f"{profile} IN (SELECT a.profile_id FROM {among} AS a)",) if among else ()


class Rows(ABC):
    """A source of one row a person; `reads_log` where it is made of rows of the log, which are many."""

    reads_log: ClassVar[bool] = True

    @abstractmethod
    def select(self, now: str) -> str:
        """A SELECT of exactly one row about the profile of the scope."""

    @abstractmethod
    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        """A SELECT of the same columns after `profile_id`, for everybody of a workspace about whom there is a row; of
        those in `among`, a relation of `profile_id`, where one is named."""

    @abstractmethod
    def names(self) -> Iterable[str]:
        """The columns, without `profile_id`."""


@dataclass(frozen=True, slots=True)
class LogRows(Rows):
    """Aggregates over one person's rows of one event name: several such can share one scan.

    `profile` is whose rows, `named` of which name; `during` bounds their time, `written` the partitions that can hold
    them, `where` filters properties. `lasts` is the length of a rolling window, None for any other. `items` unfold
    arrays, which multiplies rows: such a source is not shared.
    """

    profile: str
    named: tuple[str, ...]
    during: tuple[str, ...]
    written: tuple[str, ...]
    where: tuple[str, ...]
    columns: Mapping[str, Aggregate]
    lasts: timedelta | None = None
    items: tuple[str, ...] = ()

    @property
    def mine(self) -> tuple[str, ...]:
        """Whose rows, and of which name."""
        return (f"e.profile_id = {self.profile}", *self.named)

    def select(self, now: str) -> str:
        return f"SELECT {self._listed(now)} FROM {self._from(self.mine)}"

    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        whose = (f"e.workspace_id = {workspace}", *one_of("e.profile_id", among), *self.named)
        return f"SELECT e.profile_id, {self._listed(now)} FROM {self._from(whose)} GROUP BY e.profile_id"

    def names(self) -> Iterable[str]:
        return self.columns

    def _listed(self, now: str) -> str:
        return ", ".join(f"{column.sql(now)} AS {name}" for name, column in self.columns.items())

    def _from(self, whose: tuple[str, ...]) -> str:
        items = "".join(f", {item}" for item in self.items)
        return f"events_event e{items} WHERE {' AND '.join([*whose, *self.during, *self.written, *self.where])}"


@dataclass(frozen=True, slots=True)
class ChainRows(Rows):
    """Columns over a person's rows that play a role in a chain, in the order of time.

    `roles` are conditions on a row `e` by the name under which the levels know them. Each level is a SELECT over the
    one below it (`{below}`), the lowest over `who` (the profile), `t` (the time) and the roles; `columns` are
    aggregates over the last.
    """

    profile: str
    names_sql: str
    bounds: tuple[str, ...]
    roles: Mapping[str, str]
    levels: tuple[str, ...]
    columns: Mapping[str, str]

    def select(self, now: str) -> str:
        return f"SELECT {self._listed()} FROM ({self._rows(f'e.profile_id = {self.profile}')}) AS l"

    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        rows = self._rows(" AND ".join([f"e.workspace_id = {workspace}", *one_of("e.profile_id", among)]))
        return f"SELECT who AS profile_id, {self._listed()} FROM ({rows}) AS l GROUP BY who"

    def names(self) -> Iterable[str]:
        return self.columns

    def _listed(self) -> str:
        return ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())

    def _rows(self, whose: str) -> str:
        roles = ", ".join(f"{sql} AS {name}" for name, sql in self.roles.items())
        conditions = " AND ".join([whose, self.names_sql, *self.bounds])
        played = " OR ".join(f"l.{name}" for name in self.roles)
        below = (
            f"SELECT l.* FROM (SELECT e.profile_id AS who, e.occurred_at AS t, {roles} FROM events_event e"
            f" WHERE {conditions}) AS l WHERE {played}"
        )
        for level in self.levels:
            below = level.replace("{below}", below)
        return below


@dataclass(frozen=True, slots=True)
class SummaryRows(Rows):
    """What events_summary knows, less the few events that are still ahead of now.

    `columns` are expressions over `y`, the person's row of the summary, and `f`, the count `n` and the first time
    `next` of what is ahead; `last` of them means the SELECT of the latest event by now of the person `{whose}`.
    """

    reads_log: ClassVar[bool] = False
    profile: str
    named: tuple[str, ...]
    summary: str
    ahead: tuple[str, ...]
    columns: Mapping[str, str]

    def select(self, now: str) -> str:
        mine = (f"e.profile_id = {self.profile}", *self.named)
        return (
            f"SELECT {self._listed(now, self.profile)} FROM (SELECT count(*) AS n, min(e.occurred_at) AS next"
            f" FROM events_event e WHERE {' AND '.join([*mine, *self.ahead])}) AS f"
            f" LEFT JOIN events_summary y ON y.profile_id = {self.profile} AND {self.summary}"
        )

    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        whose = (f"e.workspace_id = {workspace}", *self.named)
        theirs = (f"y.workspace_id = {workspace}", *one_of("y.profile_id", among), self.summary)
        return (
            f"SELECT y.profile_id, {self._listed(now, 'y.profile_id')} FROM events_summary y LEFT JOIN ("
            f"SELECT e.profile_id, count(*) AS n, min(e.occurred_at) AS next FROM events_event e"
            f" WHERE {' AND '.join([*whose, *self.ahead])} GROUP BY e.profile_id) AS f ON f.profile_id = y.profile_id"
            f" WHERE {' AND '.join(theirs)}"
        )

    def names(self) -> Iterable[str]:
        return self.columns

    def _listed(self, now: str, whose: str) -> str:
        mine = " AND ".join((f"e.profile_id = {whose}", *self.named))
        last = f"SELECT max(e.occurred_at) FROM events_event e WHERE {mine} AND e.occurred_at <= {now}"
        return ", ".join(f"{sql.format(now=now, last=last)} AS {name}" for name, sql in self.columns.items())
