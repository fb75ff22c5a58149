"""Traits onto profiles: types learnt and kept, times respected, what does not fit counted."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles.errors import TraitNameInvalid
from kesher.profiles.fitting import fit_trait, language_of, type_of
from kesher.profiles.traits import MAX_NAME_LENGTH, DoesNotFit, name_fits
from kesher.profiles.types import TraitChange, TraitsApplied, TraitType, TraitUpdate

_sql = statements_of(__package__)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_UNKNOWN: tuple[datetime, Mapping[str, Any]] = (_LONG_AGO, {})
_EXAMPLE_LENGTH = 100

_TraitKey = tuple[int, str]


def apply_traits(conn: Conn, updates: Relation | Sequence[TraitUpdate], *, now: datetime) -> TraitsApplied:
    """Apply traits to living profiles; what changed, and how many values did not fit their type.

    An update older than what the profile was last told fills only what is missing. A value that does not fit is left
    out and counted on the trait; it never fails the rest. A relation has the columns `workspace_id int, profile_id
    bigint, traits jsonb, at timestamptz`.
    """
    if isinstance(updates, Relation):
        updates = [TraitUpdate(*row) for row in _sql.run(conn, "read_updates", updates=updates)]
    if not updates:
        return TraitsApplied(0, ())
    with conn.transaction():
        applying = _Applying(_learn_types(conn, updates, now), _israeli(conn, updates), known_zones(conn))
        locked = _sql.run(conn, "lock_traits", {"profiles": list({u.profile_id for u in updates})})
        stored = {row[0]: (row[1] or _LONG_AGO, msgspec.json.decode(row[2])) for row in locked}
        changes: list[Mapping[str, TraitChange]] = [{}] * len(updates)
        for position in sorted(range(len(updates)), key=lambda position: updates[position].at):
            changes[position] = applying.fold(updates[position], *stored.get(updates[position].profile_id, _UNKNOWN))
        _write(conn, applying.folded)
        return TraitsApplied(_count_rejected(conn, applying.rejected), changes)


def declare_trait(conn: Conn, *, workspace_id: int, name: str, type: TraitType, now: datetime) -> None:
    """Fix the type of a trait; values that came before stay as they are."""
    if not name_fits(name):
        raise TraitNameInvalid(limit=MAX_NAME_LENGTH)
    _sql.run(
        conn, "declare_trait", {"workspace_id": workspace_id, "name": name, "type": TraitType(type).value, "now": now}
    )


@dataclass(slots=True)
class _Folded:
    """What a set of updates does to one profile; `stored` are the traits that it had before."""

    at: datetime
    stored: Mapping[str, Any]
    under: dict[str, Any] = field(default_factory=dict)
    over: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    timezone: str | None = None

    def value(self, name: str) -> Any:
        """The trait as it stands so far; None when there is none."""
        return self.over[name] if name in self.over else self.stored.get(name, self.under.get(name))


@dataclass(slots=True)
class _Applying:
    types: Mapping[_TraitKey, TraitType]
    israeli: set[int]
    zones: frozenset[str]
    folded: dict[int, _Folded] = field(default_factory=dict)
    rejected: dict[_TraitKey, list[str]] = field(default_factory=dict)

    def fold(self, update: TraitUpdate, told_at: datetime, stored: Mapping[str, Any]) -> dict[str, TraitChange]:
        """Take one update, in the order of their times; what it changes."""
        folded = self.folded.setdefault(update.profile_id, _Folded(update.at, stored))
        folded.at = update.at
        late = update.at < told_at
        changes: dict[str, TraitChange] = {}
        for name, value in update.traits.items():
            if not name_fits(name):
                continue
            before = folded.value(name)
            self._tell(folded, update.workspace_id, name, value, late)
            after = folded.value(name)
            if before != after:
                changes[name] = {"from": before, "to": after}
        if not late:
            folded.language = language_of(update.locale) or folded.language
            folded.timezone = update.timezone if update.timezone in self.zones else folded.timezone
        return changes

    def _tell(self, folded: _Folded, workspace_id: int, name: str, value: Any, late: bool) -> None:
        if value is None:
            folded.under.pop(name, None)
            if not late:
                folded.over[name] = None
            return
        try:
            fitting = self._fit(workspace_id, name, value)
        except DoesNotFit:
            self.rejected.setdefault((workspace_id, name), []).append(str(value))
            return
        (folded.under if late else folded.over)[name] = fitting

    def _fit(self, workspace_id: int, name: str, value: Any) -> Any:
        kind = self.types[workspace_id, name]
        return fit_trait(name, value, kind, israeli=workspace_id in self.israeli, zones=self.zones)


def _learn_types(conn: Conn, updates: Sequence[TraitUpdate], now: datetime) -> dict[_TraitKey, TraitType]:
    first: dict[_TraitKey, TraitType] = {}
    for update in updates:
        for name, value in update.traits.items():
            if value is not None and name_fits(name) and (update.workspace_id, name) not in first:
                first[update.workspace_id, name] = type_of(name, value)
    known = _find_types(conn, first)
    new = [key for key in first if key not in known]
    if new:
        _sql.run(
            conn,
            "learn_traits",
            {
                "workspaces": [workspace_id for workspace_id, _ in new],
                "names": [name for _, name in new],
                "types": [first[key].value for key in new],
                "now": now,
            },
        )
        known |= _find_types(conn, new)
    return known


def _find_types(conn: Conn, keys: Iterable[_TraitKey]) -> dict[_TraitKey, TraitType]:
    params = {"workspaces": list({key[0] for key in keys}), "names": list({key[1] for key in keys})}
    return {(row[0], row[1]): TraitType(row[2]) for row in _sql.run(conn, "find_trait_types", params)}


def _israeli(conn: Conn, updates: Sequence[TraitUpdate]) -> set[int]:
    dialled = {u.workspace_id for u in updates if "phone" in u.traits}
    if not dialled:
        return set()
    return {row[0] for row in _sql.run(conn, "find_israeli_workspaces", {"workspaces": list(dialled)})}


def _write(conn: Conn, folded: Mapping[int, _Folded]) -> None:
    encode = msgspec.json.encode
    _sql.run(
        conn,
        "write_traits",
        {
            "profiles": list(folded),
            "under": [encode(f.under).decode() for f in folded.values()],
            "over": [encode(f.over).decode() for f in folded.values()],
            "ats": [f.at for f in folded.values()],
            "languages": [f.language for f in folded.values()],
            "timezones": [f.timezone for f in folded.values()],
        },
    )


def _count_rejected(conn: Conn, rejected: Mapping[_TraitKey, Sequence[str]]) -> int:
    if not rejected:
        return 0
    _sql.run(
        conn,
        "count_rejected",
        {
            "workspaces": [workspace_id for workspace_id, _ in rejected],
            "names": [name for _, name in rejected],
            "counts": [len(values) for values in rejected.values()],
            "examples": [_example(values[-1]) for values in rejected.values()],
        },
    )
    return sum(len(values) for values in rejected.values())


def _example(value: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[:_EXAMPLE_LENGTH])


class _Zones:
    """The time zones that both Python and PostgreSQL reckon with, read once by each process: one that either does
    not know would fail whoever computes with it, for everybody in the same statement."""

    def __init__(self) -> None:
        self._known: frozenset[str] | None = None

    def __call__(self, conn: Conn) -> frozenset[str]:
        if self._known is None:
            served = {row[0] for row in _sql.run(conn, "list_zones")}
            self._known = frozenset(served & zoneinfo.available_timezones())
        return self._known


known_zones = _Zones()
