"""Loading a file in the jobs process: a chunk of rows a transaction, each with its people, consents, list and progress.

A chunk's rows, refusals and numbers stand together, so a process that dies loses nothing and repeats nothing: the next
one goes on behind the last chunk. Cancelling takes the same row lock, so after it no chunk begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from kesher.consent.types import ConsentState
from kesher.events.services import ingest, record_consents
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles.queries import TraitBook, load_trait_book
from kesher.segments.imports.files import drop_file, read_rows
from kesher.segments.imports.reading import read_row
from kesher.segments.imports.storing import find_import
from kesher.segments.lists import add_to_list
from kesher.segments.types import ImportInfo, ImportState, ReadRow, Target

_sql = statements_of("kesher.segments")
CHUNK = 500
_LOCK = 0x696D706F  # "impo": the first key of the advisory locks, one an import


def work_import(conn: Conn, import_id: int) -> None:
    """Load a file, or go on with one whose process died; nothing when another process is at it or it is over."""
    if not _sql.run(conn, "lock_import", {"lock": _LOCK, "id": import_id}).fetchone()[0]:  # type: ignore[index]
        return
    try:
        asked = find_import(conn, import_id)
        if asked is None or asked.state not in (ImportState.WAITING, ImportState.WORKING):
            return
        try:
            _load(conn, asked)
        except Exception:
            _end(conn, asked, ImportState.FAILED)
            raise
        _end(conn, asked, ImportState.FINISHED)
    finally:
        _sql.run(conn, "unlock_import", {"lock": _LOCK, "id": import_id})


def _load(conn: Conn, asked: ImportInfo) -> None:
    book = load_trait_book(conn, workspace_id=asked.workspace_id)
    rows = read_rows(asked.file, encoding=asked.encoding, delimiter=asked.delimiter, after=asked.done)
    while chunk := list(islice(rows, CHUNK)):
        read = [
            read_row(number, cells, header=asked.header, mapping=asked.mapping, book=book) for number, cells in chunk
        ]
        with conn.transaction():
            if not _load_chunk(conn, asked, read, book):
                return


def _load_chunk(conn: Conn, asked: ImportInfo, read: Sequence[ReadRow], book: TraitBook) -> bool:
    """Load some rows; False when the import was cancelled meanwhile."""
    now = read_clock(conn)
    row = _sql.run(conn, "hold_import", {"id": asked.id, "now": now}).fetchone()
    if row is None or row[0] != ImportState.WORKING:
        return False
    good = [each for each in read if not each.problems]
    result = ingest(conn, [_event(asked, each, now) for each in good], now=now)
    known = [(each, who) for each, who in zip(good, result.profile_ids, strict=True) if who is not None]
    _record_consents(conn, asked, known, now)
    if asked.list_key is not None and known:
        people = Relation(
            "SELECT unnest(%(import_people)s::bigint[]) AS profile_id",
            {"import_people": sorted({who for _, who in known})},
        )
        add_to_list(conn, people, workspace_id=asked.workspace_id, key=asked.list_key, now=now)
    refused = [each for each in read if each.problems]
    _keep_refused(conn, asked, refused)
    progress = {"rows": len(read), "accepted": len(good), "created": result.profiles_created, "refused": len(refused)}
    _sql.run(conn, "advance_import", {"id": asked.id, **progress})
    return True


def _event(asked: ImportInfo, row: ReadRow, now: datetime) -> IncomingEvent:
    return IncomingEvent(
        workspace_id=asked.workspace_id,
        source_id=0,
        message_id=f"import-{asked.id}-{row.number}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=now,
        received_at=now,
        user_id=row.user_id,
        traits=row.traits,
        properties=msgspec.json.encode(row.traits).decode(),
        context=msgspec.json.encode({"import": {"id": asked.id, "row": row.number}}).decode(),
    )


def _record_consents(conn: Conn, asked: ImportInfo, known: Sequence[tuple[ReadRow, int]], now: datetime) -> None:
    """What the people said, in the ledger: all of them agreed, or each as the file's column says."""
    consent = asked.consent
    if consent is None:
        return
    by_column = any(each.target is Target.CONSENT for each in asked.mapping)
    said = [(row, who, row.consent if by_column else True) for row, who in known]
    told = [(row, who, yes) for row, who, yes in said if yes is not None]
    if not told:
        return
    values = {
        "import_workspace": asked.workspace_id,
        "import_people": [who for _, who, _ in told],
        "import_states": [ConsentState.GRANTED if yes else ConsentState.DENIED for _, _, yes in told],
        "import_rows": [row.number for row, _, _ in told],
        "import_channel": consent.channel,
        "import_topic": consent.topic,
        "import_source": consent.source,
        "import_wording": consent.wording,
        "import_id": asked.id,
        "import_file": asked.filename,
        "import_given_at": min(datetime.fromisoformat(consent.given_at), now) if consent.given_at else now,
    }
    record_consents(conn, Relation(_sql["select_import_consents"].compose({}), values), now=now)


def _keep_refused(conn: Conn, asked: ImportInfo, refused: Sequence[ReadRow]) -> None:
    if not refused:
        return
    values: dict[str, Any] = {
        "id": asked.id,
        "numbers": [each.number for each in refused],
        "cells": [Jsonb(list(each.cells)) for each in refused],
        "problems": [
            Jsonb([{"path": problem.path, **problem.message.as_dict()} for problem in each.problems])
            for each in refused
        ],
    }
    _sql.run(conn, "keep_refused_rows", values)


def _end(conn: Conn, asked: ImportInfo, state: ImportState) -> None:
    """The end of one that was not cancelled; the file is not needed any more."""
    _sql.run(conn, "end_import", {"id": asked.id, "state": state, "now": read_clock(conn)})
    drop_file(asked.file)
