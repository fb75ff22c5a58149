"""The list of people: found by what is typed and by any rule, with the columns that somebody chose."""

from __future__ import annotations

from pydantic import Field

from kesher.api.paging import Id, Page, decode_cursor, page_of
from kesher.api.people import PersonRow, TraitName, person_rows
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject
from kesher.profiles import queries as profiles
from kesher.profiles.types import ProfileView
from kesher.segments import queries as segments

routes = Routes("people")


class PeopleQuestion(In):
    """Who is looked for: what is typed (a number, an identifier, or beginnings of words of a name, an address or a
    telephone number), a rule, or both; and which traits are to be shown."""

    q: str = Field("", max_length=255)
    rule: JsonObject | None = None
    columns: list[TraitName] = Field(default_factory=list, max_length=50)
    cursor: str | None = Field(None, max_length=400, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


@routes.ask("/people/search", permission="profiles:read")
def find_people(call: Call, body: PeopleQuestion) -> Page[PersonRow]:
    """Living people, the newest first. A rule that takes too long is refused; save it as a segment then."""
    after = decode_cursor(body.cursor, tuple[Id])
    rows = _rows(call, body, after[0] if after else None)
    shown = rows[: body.limit]
    people = person_rows(call.conn, shown, body.columns)
    return page_of(rows, body.limit, key=lambda row: (row.id,), show=lambda row: people[row.id])


def _rows(call: Call, body: PeopleQuestion, before: int | None) -> list[ProfileView]:
    here, limit = call.workspace_id, body.limit + 1
    if body.rule is None:
        return profiles.search_profiles(call.conn, workspace_id=here, text=body.q, before_id=before, limit=limit)
    rule = segments.parse_rule(body.rule)
    segments.check_references(call.conn, rule, workspace_id=here)
    found = segments.list_matching(
        call.conn, rule, workspace_id=here, now=call.now, text=body.q, before_id=before, limit=limit
    )
    return profiles.list_profiles(call.conn, found, workspace_id=here)
