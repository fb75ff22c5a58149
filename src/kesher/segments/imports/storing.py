"""Imports as they are kept: received, started, cancelled, listed, forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from kesher.consent import queries as consent_queries
from kesher.consent.errors import TopicNotFound
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.profiles import services as profiles
from kesher.profiles.queries import TraitBook, load_trait_book
from kesher.segments.errors import ImportInvalid, ImportNotFound, ImportStateWrong
from kesher.segments.imports.files import FileShape, drop_file, keep_file, look_at_file, read_rows
from kesher.segments.imports.mapping import suggest_mapping
from kesher.segments.imports.reading import read_row
from kesher.segments.lists import get_list
from kesher.segments.types import (
    ColumnMapping,
    ImportConsent,
    ImportInfo,
    ImportPreview,
    ImportState,
    RefusedRow,
    Target,
)

_sql = statements_of("kesher.segments")
JOB = "kesher.segments.jobs.load_import"
_KEPT = timedelta(days=7)
"""Refused rows are people's data: after this they are forgotten, and so are files that nobody started."""

_LOOKED_AT = 1_000
"""Rows of a file that a preview reads."""
_SHOWN = 20
"""Rows that it shows, and as many refused ones."""

_NO_COLUMN = Text(en="The file has no such column.", he="אין עמודה כזאת בקובץ.")
_TWICE = Text(en="Another column is this already.", he="עמודה אחרת כבר מוגדרת כך.")
_NAMELESS = Text(
    en="Name the trait: up to 200 characters on one line.", he="יש לתת שם למאפיין: עד 200 תווים בשורה אחת."
)
_NO_IDENTIFIER = Text(
    en="Say which column is the customer id, the e-mail address or the telephone number.",
    he="יש לציין איזו עמודה היא מספר הלקוח, כתובת הדוא״ל או מספר הטלפון.",
)
_NO_CONSENT = Text(
    en="Say what the people of this column agreed to, where and in which words.",
    he="יש לציין למה הסכימו האנשים בעמודה הזאת, היכן ובאיזה נוסח.",
)
_NO_PROOF = Text(
    en="Write the words to which they agreed, and where: this is the proof.",
    he="יש לכתוב את הנוסח שלו הסכימו והיכן: זו ההוכחה.",
)


def receive_import(
    conn: Conn, chunks: Iterable[bytes], *, workspace_id: int, filename: str, actor: str, now: datetime
) -> ImportInfo:
    """Keep a file and look at it: its columns, a suggestion of what they are, its first rows. FileUnreadable."""
    name = keep_file(chunks)
    try:
        looks = _looks(conn, look_at_file(name), workspace_id)
        own = {"workspace_id": workspace_id, "filename": filename[:200], "file": name, "actor": actor, "now": now}
        values = {**own, **looks}
        row = _sql.run(conn, "insert_import", values).fetchone()
    except Exception:
        drop_file(name)
        raise
    assert row is not None
    return get_import(conn, workspace_id=workspace_id, import_id=row[0])


def reread_import(
    conn: Conn, *, workspace_id: int, import_id: int, encoding: str | None, delimiter: str | None
) -> ImportInfo:
    """Read a received file otherwise than it was (what is None is found out): its columns are suggested anew.
    FileUnreadable when it cannot be read so; ImportStateWrong when it was started."""
    found = get_import(conn, workspace_id=workspace_id, import_id=import_id)
    if found.state is not ImportState.DRAFT:
        raise ImportStateWrong(state=found.state)
    looks = _looks(conn, look_at_file(found.file, encoding=encoding, delimiter=delimiter), workspace_id)
    if _sql.run(conn, "reread_import", {"id": import_id, **looks}).fetchone() is None:
        raise ImportStateWrong(state=found.state)
    return get_import(conn, workspace_id=workspace_id, import_id=import_id)


def start_import(
    conn: Conn,
    *,
    workspace_id: int,
    import_id: int,
    mapping: Sequence[ColumnMapping],
    list_key: str | None,
    consent: ImportConsent | None,
    now: datetime,
) -> ImportInfo:
    """Hand a received file to the jobs process with what its columns are; ImportInvalid names every mistake."""
    found = get_import(conn, workspace_id=workspace_id, import_id=import_id)
    problems = [*mapping_problems(found, mapping), *_consent_problems(mapping, consent)]
    if problems:
        raise ImportInvalid(problems=tuple(problems))
    if list_key is not None:
        get_list(conn, workspace_id=workspace_id, key=list_key)
    if consent is not None and consent.topic:
        known = {topic.key for topic in consent_queries.list_topics(workspace_id=workspace_id)}
        if consent.topic not in known:
            raise TopicNotFound(key=consent.topic)
    for each in mapping:
        if each.target is Target.TRAIT and each.trait is not None and each.type is not None:
            _declare(conn, workspace_id, each, now)
    values = {
        "id": import_id,
        "mapping": Jsonb([each.as_json() for each in mapping]),
        "list_key": list_key,
        "consent": Jsonb(consent.as_json()) if consent is not None else None,
    }
    if _sql.run(conn, "start_import", values).fetchone() is None:
        raise ImportStateWrong(state=found.state)
    app.configure_task(JOB).defer(import_id=import_id)
    return get_import(conn, workspace_id=workspace_id, import_id=import_id)


def cancel_import(conn: Conn, *, workspace_id: int, import_id: int, now: datetime) -> ImportInfo:
    """End an import; what was loaded stays. ImportStateWrong when it is over already."""
    found = get_import(conn, workspace_id=workspace_id, import_id=import_id)
    if _sql.run(conn, "cancel_import", {"id": import_id, "now": now}).fetchone() is None:
        raise ImportStateWrong(state=found.state)
    drop_file(found.file)
    return get_import(conn, workspace_id=workspace_id, import_id=import_id)


def preview_import(found: ImportInfo, mapping: Sequence[ColumnMapping], book: TraitBook) -> ImportPreview:
    """The first rows of a draft as they would be read; ImportInvalid when the mapping does not fit the file."""
    if found.state is not ImportState.DRAFT:
        raise ImportStateWrong(state=found.state)
    problems = tuple(mapping_problems(found, mapping))
    if problems:
        raise ImportInvalid(problems=problems)
    rows = read_rows(found.file, encoding=found.encoding, delimiter=found.delimiter, after=0)
    read = [
        read_row(number, cells, header=found.header, mapping=mapping, book=book)
        for number, cells in islice(rows, _LOOKED_AT)
    ]
    refused = [row for row in read if row.problems]
    shown = [*read[:_SHOWN], *(row for row in refused[:_SHOWN] if row.number > _SHOWN)]
    return ImportPreview(len(read), len(refused), shown)


def get_import(conn: Conn, *, workspace_id: int, import_id: int) -> ImportInfo:
    """One import of the workspace; ImportNotFound otherwise."""
    found = find_import(conn, import_id)
    if found is None or found.workspace_id != workspace_id:
        raise ImportNotFound(import_id=import_id)
    return found


def find_import(conn: Conn, import_id: int) -> ImportInfo | None:
    """One import of whichever workspace, for the jobs process."""
    return next(iter(_read(conn, id=import_id, limit=1)), None)


def list_imports(conn: Conn, *, workspace_id: int, before: int | None = None, limit: int = 50) -> list[ImportInfo]:
    """The workspace's imports, the newest first, below the id of the last of the page before."""
    return _read(conn, workspace_id=workspace_id, before=before, limit=limit)


def list_refused_rows(conn: Conn, import_id: int, *, limit: int) -> list[RefusedRow]:
    """The rows that were not taken, by number."""
    return [RefusedRow(*row) for row in _sql.run(conn, "list_refused_rows", {"id": import_id, "limit": limit})]


def tend_imports(conn: Conn, *, now: datetime) -> None:
    """Go on with imports whose process died, and forget refused rows and files that nobody started."""
    for (import_id,) in _sql.run(conn, "list_open_imports").fetchall():
        app.configure_task(JOB).defer(import_id=import_id)
    for (file,) in _sql.run(conn, "forget_imports", {"before": now - _KEPT}).fetchall():
        drop_file(file)


def mapping_problems(found: ImportInfo, mapping: Sequence[ColumnMapping]) -> Iterator[Problem]:
    """What is wrong with what somebody says the columns are."""
    taken: set[tuple[Target, str | None]] = set()
    for place, each in enumerate(mapping):
        if not 0 <= each.column < len(found.header):
            yield Problem(f"mapping.{place}.column", _NO_COLUMN)
        if each.target is Target.TRAIT and not (each.trait and len(each.trait) <= 200 and each.trait.isprintable()):
            yield Problem(f"mapping.{place}.trait", _NAMELESS)
        key = (each.target, None) if each.key is None else (Target.TRAIT, each.key)
        if each.target is not Target.SKIP and key in taken:
            yield Problem(f"mapping.{place}.target", _TWICE)
        taken.add(key)
    if not taken & {(Target.USER_ID, None), (Target.TRAIT, "email"), (Target.TRAIT, "phone")}:
        yield Problem("mapping", _NO_IDENTIFIER)


def _looks(conn: Conn, shape: FileShape, workspace_id: int) -> dict[str, Any]:
    """How a file is written and what its columns seem to be, for the statements."""
    book = load_trait_book(conn, workspace_id=workspace_id)
    return {
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "header": Jsonb(shape.header),
        "samples": Jsonb(shape.samples),
        "rows": shape.rows,
        "mapping": Jsonb([each.as_json() for each in suggest_mapping(shape.header, shape.samples, book)]),
    }


def _consent_problems(mapping: Sequence[ColumnMapping], consent: ImportConsent | None) -> Iterator[Problem]:
    if consent is None:
        if any(each.target is Target.CONSENT for each in mapping):
            yield Problem("consent", _NO_CONSENT)
        return
    for name, value in (("wording", consent.wording), ("source", consent.source)):
        if not value.strip():
            yield Problem(f"consent.{name}", _NO_PROOF)


def _declare(conn: Conn, workspace_id: int, column: ColumnMapping, now: datetime) -> None:
    """Fix the type of a trait that the workspace does not know yet."""
    known = load_trait_book(conn, workspace_id=workspace_id).types
    if column.trait is not None and column.type is not None and column.trait not in known:
        profiles.declare_trait(conn, workspace_id=workspace_id, name=column.trait, type=column.type, now=now)


def _read(conn: Conn, **values: Any) -> list[ImportInfo]:
    rows = _sql.records(conn, "list_imports", {"id": None, "workspace_id": None, "before": None, **values})
    return [_info(row) for row in rows]


def _info(row: Mapping[str, Any]) -> ImportInfo:
    consent = row["consent"]
    typed = {
        "state": ImportState(row["state"]),
        "mapping": [ColumnMapping.from_json(each) for each in row["mapping"]],
        "consent": ImportConsent(**consent) if consent else None,
    }
    return ImportInfo(**{**row, **typed})
