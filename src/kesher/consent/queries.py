"""The room's reads."""

from __future__ import annotations

from collections.abc import Iterable

from kesher.consent.exporting import export_person
from kesher.consent.legal import get_legal_profile, legal_profile_of
from kesher.consent.models import Topic as TopicRow
from kesher.consent.types import ConsentEntry, ConsentState, Purpose, Topic
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of(__package__)


def list_topics(*, workspace_id: int, archived: bool = False) -> list[Topic]:
    """The topics of a workspace in their order; those out of use only when asked for."""
    rows = TopicRow.objects.filter(workspace_id=workspace_id).order_by("position", "id")
    return [topic_of(row) for row in (rows if archived else rows.filter(archived_at=None))]


def topic_of(row: TopicRow) -> Topic:
    """A topic as other rooms see it."""
    return Topic(
        id=row.id,
        workspace_id=row.workspace_id,
        key=row.key,
        name=Text.from_dict(row.name),
        description=Text.from_dict(row.description),
        purpose=Purpose(row.purpose),
        position=row.position,
        archived_at=row.archived_at,
    )


def get_states(conn: Conn, profile_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], str]]:
    """What holds for each of a set of people, by (channel, topic): what `types.permits` reads."""
    ids = list(profile_ids)
    states: dict[int, dict[tuple[str, str], str]] = {profile_id: {} for profile_id in ids}
    for profile_id, channel, topic, state in _sql.run(conn, "read_states", {"profiles": ids}):
        states[profile_id][channel, topic] = state
    return states


def list_entries(conn: Conn, *, workspace_id: int, profile_id: int) -> list[ConsentEntry]:
    """A person's history of consent, newest first."""
    rows = _sql.run(conn, "list_entries", {"workspace_id": workspace_id, "profile_id": profile_id})
    return [ConsentEntry(id, channel, topic, ConsentState(state), *rest) for id, channel, topic, state, *rest in rows]


def permitted_sql(*, profile_id: str, channel: str, topic: str) -> str:
    """The SQL twin of `types.permits`: a boolean expression over expressions for the three. Primary key of
    consent_state, two rows at most."""
    return f"""(
        SELECT coalesce(bool_and(s.state <> 'denied') FILTER (WHERE s.topic = ''), true)
            AND coalesce(
                bool_or(s.state = 'granted') FILTER (WHERE s.topic <> ''),
                bool_or(s.state = 'granted') FILTER (WHERE s.topic = ''),
                false
            )
        FROM consent_state s
        WHERE s.profile_id = {profile_id} AND s.channel = {channel} AND s.topic IN ('', {topic})
    )"""


__all__ = [
    "export_person",
    "get_legal_profile",
    "get_states",
    "legal_profile_of",
    "list_entries",
    "list_topics",
    "permitted_sql",
    "topic_of",
]
