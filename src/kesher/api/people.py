"""People as lists of them show each: with the traits that somebody chose as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from kesher.api.schemas import JsonObject, Out
from kesher.events import queries as events
from kesher.kernel.db import Conn
from kesher.profiles import queries as profiles
from kesher.profiles.types import ProfileView

TraitName = Annotated[str, Field(min_length=1, max_length=200)]


class PersonRow(Out):
    """A person in a list, with the traits that were asked for; `name` is empty when none is known."""

    id: int
    name: str
    email: str | None
    phone: str | None
    language: str | None
    created_at: datetime
    last_seen_at: datetime | None
    traits: JsonObject


def person_rows(conn: Conn, rows: Sequence[ProfileView], columns: Sequence[str]) -> Mapping[int, PersonRow]:
    """The people by number, each with when she was last seen: one read for all of them."""
    seen = events.list_last_seen(conn, [row.id for row in rows])
    return {row.id: _person(row, columns, seen.get(row.id)) for row in rows}


def _person(row: ProfileView, columns: Sequence[str], seen_at: datetime | None) -> PersonRow:
    return PersonRow(
        id=row.id,
        name=profiles.full_name(row.traits),
        email=row.email,
        phone=row.phone,
        language=row.language,
        created_at=row.created_at,
        last_seen_at=seen_at,
        traits={name: row.traits[name] for name in columns if name in row.traits},
    )
