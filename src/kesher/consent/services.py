"""The room's writes. Entries come through `events.services.record_consents`, which logs them as events too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from kesher.consent.erasing import erase_people, release_address
from kesher.consent.errors import TopicExists, TopicKeyInvalid, TopicNotFound
from kesher.consent.legal import save_legal_profile
from kesher.consent.models import Topic as TopicRow
from kesher.consent.queries import topic_of
from kesher.consent.types import Purpose, Topic
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.profiles.queries import relation_merged_into
from kesher.profiles.services import hold_survivors

_sql = statements_of(__package__)
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def create_topic(
    *,
    workspace_id: int,
    key: str,
    name: Text,
    description: Text | None = None,
    purpose: Purpose = Purpose.MARKETING,
    position: int = 0,
) -> Topic:
    """Add a topic that people can say yes or no to."""
    if not _KEY.fullmatch(key):
        raise TopicKeyInvalid
    try:
        with transaction.atomic():
            row = TopicRow.objects.create(
                workspace_id=workspace_id,
                key=key,
                name=name.as_dict(),
                description=(description or Text(en="", he="")).as_dict(),
                purpose=Purpose(purpose).value,
                position=position,
            )
    except IntegrityError as error:
        raise TopicExists(key=key) from error
    return topic_of(row)


def update_topic(
    *,
    workspace_id: int,
    key: str,
    name: Text | None = None,
    description: Text | None = None,
    position: int | None = None,
) -> Topic:
    """Change what people read of a topic, and where it stands; its key and purpose, under which they said yes or no,
    are for good. TopicNotFound for one that is not there."""
    given = {
        "name": name.as_dict() if name else None,
        "description": description.as_dict() if description else None,
        "position": position,
    }
    with transaction.atomic():
        row = TopicRow.objects.select_for_update().filter(workspace_id=workspace_id, key=key).first()
        if row is None:
            raise TopicNotFound(key=key)
        changed = {field: value for field, value in given.items() if value is not None}
        for field, value in changed.items():
            setattr(row, field, value)
        row.save(update_fields=list(changed))
    return topic_of(row)


def archive_topic(*, workspace_id: int, key: str, now: datetime) -> None:
    """Offer a topic no longer; its history stays and still decides."""
    if not TopicRow.objects.filter(workspace_id=workspace_id, key=key).update(archived_at=now):
        raise TopicNotFound(key=key)


def record_entries(conn: Conn, entries: Relation, *, now: datetime) -> list[int]:
    """Add to the history and derive what holds; the ids of the new entries. Columns: `workspace_id int, profile_id
    bigint, channel text, topic text, state text, source text, wording text, evidence jsonb, given_at timestamptz`."""
    with conn.transaction():
        row = _sql.run(conn, "insert_entries", {"shards": SHARDS, "now": now}, entries=entries).fetchone()
        ids, survivors = row if row is not None else (None, None)
        if survivors:
            hold_survivors(conn, survivors)
        if ids:
            _sql.run(conn, "advance_states", {"entries": ids})
        return list(ids or ())


def carry_merges(conn: Conn, *, winner_ids: Sequence[int], loser_ids: Sequence[int]) -> None:
    """Give the losers' history to the winners, pair by pair, and derive what holds for both from the union."""
    profiles = [*winner_ids, *loser_ids]
    moved = _sql.run(conn, "move_entries", {"winners": list(winner_ids), "losers": list(loser_ids), "shards": SHARDS})
    if moved.rowcount:
        _derive(conn, profiles)


def undo_merge(conn: Conn, *, winner_id: int, loser_id: int) -> None:
    """Return the loser's history and derive what holds for both. The merge of the profiles is undone already."""
    params = {"winner_id": winner_id, "loser_id": loser_id, "shards": SHARDS}
    if _sql.run(conn, "return_entries", params, origins=relation_merged_into(loser_id)).rowcount:
        _derive(conn, [winner_id, loser_id])


def _derive(conn: Conn, profiles: list[int]) -> None:
    _sql.run(conn, "delete_states", {"profiles": profiles})
    _sql.run(conn, "derive_states", {"profiles": profiles})


__all__ = [
    "archive_topic",
    "carry_merges",
    "create_topic",
    "erase_people",
    "record_entries",
    "release_address",
    "save_legal_profile",
    "undo_merge",
    "update_topic",
]
