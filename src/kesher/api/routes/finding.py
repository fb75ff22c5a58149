"""The list of people: found by what is typed and by any rule, with the columns that somebody chose, and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from kesher.api.language import language_of
from kesher.api.paging import Id, Page, decode_cursor, page_of
from kesher.api.people import PersonRow, TraitName, person_rows
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject
from kesher.api.spreadsheets import CsvFile
from kesher.kernel.text import Text
from kesher.profiles import queries as profiles
from kesher.segments import queries as segments

routes = Routes("people")

MOST_EXPORTED = 100_000
_AT_ONCE = 500
"""People whom an export reads in one statement."""
_PATIENCE = 30.0
"""Seconds that an export takes to find them."""
_HEAD = (
    Text(en="Number", he="מספר"),
    Text(en="Name", he="שם"),
    Text(en="E-mail", he="דואר אלקטרוני"),
    Text(en="Phone", he="טלפון"),
    Text(en="Language", he="שפה"),
    Text(en="Known since", he="אצלנו מאז"),
    Text(en="Last seen", he="נראו לאחרונה"),
)


class PeopleAsked(In):
    """Who is looked for: what is typed (a number, an identifier, or beginnings of words of a name, an address or a
    telephone number), a rule, or both; and which traits are to be shown."""

    q: str = Field("", max_length=255)
    rule: JsonObject | None = None
    columns: list[TraitName] = Field(default_factory=list, max_length=50)


class PeopleQuestion(PeopleAsked):
    """Who is looked for, and which page of them."""

    cursor: str | None = Field(None, max_length=400, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


@routes.ask("/people/search", permission="profiles:read")
def find_people(call: Call, body: PeopleQuestion) -> Page[PersonRow]:
    """Living people, the newest first. A rule that takes too long is refused; save it as a segment then."""
    after = decode_cursor(body.cursor, tuple[Id])
    found = _found(call, body, after[0] if after else None, body.limit + 1)
    views = profiles.list_profiles(call.conn, found[: body.limit], workspace_id=call.workspace_id)
    people = person_rows(call.conn, views, body.columns)
    return page_of(found, body.limit, key=lambda person: (person,), show=lambda person: people[person])


@routes.post("/people/export", permission="profiles:export")
def export_people(call: Call, body: PeopleAsked) -> CsvFile:
    """The same people as a CSV file, the newest 100,000 of them; `X-Kesher-More: true` when there are more."""
    found = _found(call, body, None, MOST_EXPORTED + 1, seconds=_PATIENCE)
    told = found[:MOST_EXPORTED]
    call.audit("profiles.export_people", f"{len(told)}", body.model_dump())
    head = [text.render(language_of(call.request)) for text in _HEAD]
    lines = _lines(call, told, [*head, *body.columns], body.columns)
    return CsvFile(call.request, lines, filename="people.csv", more=len(found) > len(told))


def _found(call: Call, body: PeopleAsked, before: int | None, limit: int, **bound: Any) -> list[int]:
    """The numbers of the newest people below `before`."""
    here: dict[str, Any] = {"workspace_id": call.workspace_id, "text": body.q, "before_id": before, "limit": limit}
    if body.rule is None:
        return profiles.list_found(call.conn, **here)
    rule = segments.parse_rule(body.rule)
    segments.check_references(call.conn, rule, workspace_id=call.workspace_id)
    return segments.list_matching(call.conn, rule, now=call.now, **here, **bound)


def _lines(call: Call, people: Sequence[int], head: list[str], columns: list[str]) -> Iterator[list[str]]:
    yield head
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        views = profiles.list_profiles(call.conn, some, workspace_id=call.workspace_id)
        for row in person_rows(call.conn, views, columns).values():
            own = [str(row.id), row.name, row.email or "", row.phone or "", row.language or ""]
            times = [_moment(row.created_at), _moment(row.last_seen_at)]
            yield [*own, *times, *(_cell(row.traits.get(name)) for name in columns)]


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _cell(value: Any) -> str:
    """A trait as an import reads it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
