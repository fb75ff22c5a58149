"""Compiled rules: SQL text with its bound values."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from kesher.segments.types.sources import Rows

COLUMNS = frozenset({"email", "phone", "language", "timezone"})
"""Reserved traits: what counts is the profile's column, which holds the checked value."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL; every value in it is bound under a name that starts with the compilation's prefix."""

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule as PostgreSQL expressions over an alias of profiles_profile.

    `holds` is a boolean, never NULL. `changes_at` is a timestamptz: the earliest moment after now at which the answer
    could change with no new event, NULL for never. `verdict` is a SELECT of both, for a LATERAL join, and cheaper
    than the two one by one.
    """

    holds: Fragment
    changes_at: Fragment
    verdict: Fragment
    now_param: str

    def at(self, now: datetime) -> CompiledRule:
        """The same SQL for another moment: a rule is compiled once and used in every tick."""
        return replace(
            self,
            holds=self._moved(self.holds, now),
            changes_at=self._moved(self.changes_at, now),
            verdict=self._moved(self.verdict, now),
        )

    def _moved(self, fragment: Fragment, now: datetime) -> Fragment:
        return Fragment(fragment.sql, {**fragment.params, self.now_param: now})


@dataclass(frozen=True, slots=True)
class LeafSql:
    """A leaf as SQL. `source` is a SELECT of exactly one row, or Rows that give one, seen as `s` by both expressions.

    `holds` is a boolean, never NULL; `changes_at` a timestamptz that may be NULL, or None when time alone can never
    change the answer. `rough` is the answer where it can be told cheaply, else NULL: it is asked first when there are
    a million people.
    """

    holds: str
    changes_at: str | None = None
    source: str | Rows | None = None
    rough: str | None = None

    def select(self, now: str) -> str | None:
        """The source as a SELECT by itself."""
        return self.source.select(now) if isinstance(self.source, Rows) else self.source


class Scope:
    """Gives names to values and aliases while one rule is compiled.

    `profile` is the alias of the person. Leaves about traits read `traits`, a jsonb expression, and of it the names in
    `columns` from the profile's columns: `about` gives a scope whose traits are those of something else.
    """

    def __init__(self, *, profile: str, prefix: str, workspace_id: int = 0, moment: datetime | None = None) -> None:
        self.profile = profile
        self.moment = moment
        self.prefix = prefix
        self.workspace_id = workspace_id
        self.traits = f"{profile}.traits"
        self.columns: frozenset[str] = COLUMNS
        self.params: dict[str, Any] = {}
        self._bound: dict[tuple[str, str], str] = {}
        self._aliases = count(1)

    def about(self, traits: str, *, profile: str) -> Scope:
        """The same names for a part of the rule that asks about other traits, of a person under another alias."""
        inner = copy(self)
        inner.traits, inner.profile, inner.columns = traits, profile, frozenset()
        return inner

    @property
    def now_param(self) -> str:
        """The name under which the moment of decision is bound."""
        return f"{self.prefix}_now"

    @property
    def now(self) -> str:
        """The moment of decision."""
        return f"%({self.now_param})s::timestamptz"

    def ago(self, length: timedelta) -> str:
        """The moment of decision less an exact length (days of 24 hours in every zone); where the moment is known, one
        value: PostgreSQL would reckon the difference anew for each of ten million rows."""
        if self.moment is not None:
            return self.bind(self.moment - length, "timestamptz")
        return f"{self.now} - make_interval(secs => {self.bind(length.total_seconds(), 'float8')})"

    @property
    def workspace(self) -> str:
        """The workspace whose rule this is."""
        return self.bind(self.workspace_id, "int")

    def bind(self, value: Any, cast: str) -> str:
        """A placeholder for `value`; equal values share one."""
        key = (cast, repr(value))
        if key not in self._bound:
            name = f"{self.prefix}_{len(self._bound) + 1}"
            self.params[name] = value
            self._bound[key] = f"%({name})s::{cast}"
        return self._bound[key]

    def alias(self, stem: str) -> str:
        """A table alias not used yet."""
        return f"{self.prefix}_{stem}{next(self._aliases)}"
