"""Traits of one person in memory, told as `apply_traits` tells them to a stored profile: for playing journeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.applying import known_zones
from kesher.profiles.fitting import fit_trait, language_of, type_of
from kesher.profiles.traits import DoesNotFit, name_fits
from kesher.profiles.types import TraitChange, TraitType

_sql = statements_of(__package__)


@dataclass(slots=True)
class ToldTraits:
    """What a profile was told so far: its traits, and the language and zone that they or the device gave."""

    traits: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    timezone: str | None = None
    told_at: datetime | None = None

    def seen(self) -> dict[str, Any]:
        """The traits as rules see them."""
        columns = {"language": self.language, "timezone": self.timezone}
        return {**self.traits, "email": self.traits.get("email"), "phone": self.traits.get("phone"), **columns}


@dataclass(frozen=True, slots=True)
class TraitBook:
    """How a workspace stores traits. `types` grows as new traits are met."""

    types: dict[str, TraitType]
    israeli: bool
    zones: frozenset[str]

    def accepts(self, name: str, value: Any) -> bool:
        """Whether a value can be kept as the trait; a trait that is new learns its type from it."""
        try:
            self._fit(name, value)
        except DoesNotFit:
            return False
        return name_fits(name)

    def copy(self) -> TraitBook:
        """A book of its own for one more play."""
        return TraitBook(dict(self.types), self.israeli, self.zones)

    def tell(
        self,
        told: ToldTraits,
        traits: Mapping[str, Any],
        *,
        at: datetime,
        locale: str | None = None,
        timezone: str | None = None,
    ) -> dict[str, TraitChange]:
        """Apply one update; what it changed. One older than what was told last fills only what is missing."""
        late = told.told_at is not None and at < told.told_at
        changes: dict[str, TraitChange] = {}
        for name, value in traits.items():
            before = told.traits.get(name)
            if name_fits(name):
                self._tell_one(told, name, value, late)
            after = told.traits.get(name)
            if before != after:
                changes[name] = {"from": before, "to": after}
        if not late:
            told.told_at = at
        self._hint(told, None if late else locale, None if late else timezone)
        return changes

    def _tell_one(self, told: ToldTraits, name: str, value: Any, late: bool) -> None:
        if value is None:
            if not late:
                told.traits.pop(name, None)
            return
        try:
            fitting = self._fit(name, value)
        except DoesNotFit:
            return
        if not late:
            told.traits[name] = fitting
        else:
            told.traits.setdefault(name, fitting)

    def _fit(self, name: str, value: Any) -> Any:
        plain = _plain(value)
        kind = self.types.setdefault(name, type_of(name, plain))
        return fit_trait(name, plain, kind, israeli=self.israeli, zones=self.zones)

    def _hint(self, told: ToldTraits, locale: str | None, timezone: str | None) -> None:
        said = language_of(told.traits.get("language") or told.traits.get("locale"))
        told.language = said or language_of(locale) or told.language
        hinted = timezone if timezone in self.zones else None
        told.timezone = told.traits.get("timezone") or hinted or told.timezone


def load_trait_book(conn: Conn, *, workspace_id: int) -> TraitBook:
    """The workspace's book as it stands."""
    rows = _sql.run(conn, "list_traits", {"workspace_id": workspace_id})
    types = {row[0]: TraitType(row[1]) for row in rows}
    israeli = _sql.run(conn, "find_israeli_workspaces", {"workspaces": [workspace_id]}).fetchone() is not None
    return TraitBook(types, israeli, known_zones(conn))


def _plain(value: Any) -> Any:
    """A JSON value with its exact numbers as the collector reads them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
