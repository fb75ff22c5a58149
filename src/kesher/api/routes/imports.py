"""People from a file: sent, looked at, mapped, started, watched, and the rows that were refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from kesher.api.language import language_of
from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.problems import ProblemPlace
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Moment, Out, PathId
from kesher.api.spreadsheets import MARK, csv_line
from kesher.consent.types import CHANNELS
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text, current_language
from kesher.profiles import queries as profiles
from kesher.profiles.types import TraitType
from kesher.segments import queries, services
from kesher.segments.errors import ImportInvalid
from kesher.segments.types import ColumnMapping, ImportConsent, ImportInfo, ImportState, ReadRow, RefusedRow, Target

Encoding = Literal["utf-8-sig", "utf-16", "cp1255", "cp1252"]
Delimiter = Literal[",", ";", "\t", "|"]

routes = Routes("imports")

_MOST_REFUSED = 50_000
_ROW = Text(en="Row", he="שורה")
_WHY = Text(en="Why it was not taken", he="מדוע לא נקלטה")
_NO_CHANNEL = Text(en="Choose one of: {known}.", he="יש לבחור אחד מאלה: {known}.")


class ColumnChoice(In):
    """What a column is (0 is the first); a `trait` has a name, and a `type` when the workspace does not know it."""

    column: int = Field(ge=0, le=1000)
    target: Target
    trait: str | None = Field(None, max_length=200)
    type: TraitType | None = None

    def as_mapping(self) -> ColumnMapping:
        """The choice for the room."""
        return ColumnMapping(self.column, self.target, self.trait, self.type)


class ImportedConsent(In):
    """To what the people of the file agreed, where (`source`) and in which words: the proof. An empty topic is the
    whole channel. With a column for consent each is told as it says there; else all agreed."""

    channel: str = Field("email", max_length=50)
    topic: str = Field("", max_length=60)
    source: str = Field(max_length=200)
    wording: str = Field(max_length=10_000)
    given_at: Moment | None = None


class ImportReading(In):
    """How the file is written; what is null is found out."""

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None


class ImportMapping(In):
    """What the columns are; those that are not named are left out."""

    mapping: list[ColumnChoice] = Field(min_length=1, max_length=200)


class ImportStart(ImportMapping):
    """What the columns are, on which list the people are put, and what they agreed to."""

    list: Annotated[str | None, Field(max_length=100)] = None
    consent: ImportedConsent | None = None


class MappedColumn(Out):
    """What a column is, or seems to be."""

    column: int
    target: Target
    trait: str | None
    type: TraitType | None


class ImportConsentDetail(Out):
    """What the people of a file agreed to, where and in which words."""

    channel: str
    topic: str
    source: str
    wording: str
    given_at: datetime | None


class ImportDetail(Out):
    """A file and how far it is: of `rows`, `done` were read, of which `accepted` were taken (`created` people were new)
    and `refused` were not. `mapping` is a suggestion until it is started; `samples` are the first rows."""

    id: int
    filename: str
    state: ImportState
    encoding: Encoding
    delimiter: Delimiter
    header: list[str]
    samples: list[list[str]]
    rows: int
    mapping: list[MappedColumn]
    list_key: str | None
    consent: ImportConsentDetail | None
    done: int
    accepted: int
    created: int
    refused: int
    asked_at: datetime
    asked_by: str
    started_at: datetime | None
    finished_at: datetime | None


class PreviewedRow(Out):
    """A row as it would be read; with problems it would be refused. Their `path` is the name of the column."""

    row: int
    user_id: str | None
    traits: JsonObject
    consent: bool | None
    problems: list[ProblemPlace]


class ImportPreviewDetail(Out):
    """Of the first rows so many were `looked_at`, and so many would be `refused`; shown are the first of all, and the
    first of the refused."""

    looked_at: int
    refused: int
    rows: list[PreviewedRow]


class RefusedRowsFile(Out):
    """A CSV file to be saved: each refused row as it stood, its number and why."""

    filename: str
    csv: str


@routes.post("/imports", permission="profiles:write", status=201)
def upload_import(call: Call, file: File[UploadedFile]) -> ImportDetail:
    """Send a CSV file (at most 100 MB) as `file`; nothing is loaded yet."""
    made = services.receive_import(
        call.conn,
        file.chunks(),
        workspace_id=call.workspace_id,
        filename=file.name or "",
        actor=call.actor.name,
        now=call.now,
    )
    call.audit("segments.upload_import", made.id, {"file": made.filename, "rows": made.rows})
    return _detail(made)


@routes.get("/imports", permission="profiles:read")
def list_imports(call: Call, cursor: Cursor = None, limit: Limit = 50) -> Page[ImportDetail]:
    """The files that were sent, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_imports(
        call.conn, workspace_id=call.workspace_id, before=after[0] if after else None, limit=limit + 1
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=_detail)


@routes.get("/imports/{import_id}", permission="profiles:read")
def get_import(call: Call, import_id: PathId) -> ImportDetail:
    """One file and how far it is."""
    return _detail(_import(call, import_id))


@routes.put("/imports/{import_id}/reading", permission="profiles:write")
def reread_import(call: Call, import_id: PathId, body: ImportReading) -> ImportDetail:
    """Read a file that was not started with another encoding or delimiter; its columns are suggested anew."""
    read = services.reread_import(
        call.conn,
        workspace_id=call.workspace_id,
        import_id=import_id,
        encoding=body.encoding,
        delimiter=body.delimiter,
    )
    call.audit("segments.reread_import", import_id, {"encoding": read.encoding, "delimiter": read.delimiter})
    return _detail(read)


@routes.ask("/imports/{import_id}/preview", permission="profiles:write")
def preview_import(call: Call, import_id: PathId, body: ImportMapping) -> ImportPreviewDetail:
    """The first rows as they would be read with these columns; nothing is loaded."""
    book = profiles.load_trait_book(call.conn, workspace_id=call.workspace_id)
    mapping = [each.as_mapping() for each in body.mapping]
    found = queries.preview_import(_import(call, import_id), mapping, book)
    return ImportPreviewDetail(
        looked_at=found.looked_at, refused=found.refused, rows=[_previewed(row) for row in found.rows]
    )


@routes.post("/imports/{import_id}/start", permission="profiles:write")
def start_import(call: Call, import_id: PathId, body: ImportStart) -> ImportDetail:
    """Load the file in the background; poll it for its progress."""
    consent = body.consent
    if consent is not None:
        call.actor.require("consent:write")
        if consent.channel not in CHANNELS:
            known = ", ".join(CHANNELS)
            text = Text(_NO_CHANNEL.render("en", known=known), _NO_CHANNEL.render("he", known=known))
            raise ImportInvalid(problems=(Problem("consent.channel", text),))
    if body.list is not None:
        call.actor.require("segments:write")
    started = services.start_import(
        call.conn,
        workspace_id=call.workspace_id,
        import_id=import_id,
        mapping=[each.as_mapping() for each in body.mapping],
        list_key=body.list,
        consent=_consent(consent) if consent is not None else None,
        now=call.now,
    )
    call.audit("segments.start_import", import_id, body.model_dump(mode="json", exclude_none=True))
    return _detail(started)


@routes.post("/imports/{import_id}/cancel", permission="profiles:write")
def cancel_import(call: Call, import_id: PathId) -> ImportDetail:
    """End an import; who was loaded already stays."""
    ended = services.cancel_import(call.conn, workspace_id=call.workspace_id, import_id=import_id, now=call.now)
    call.audit("segments.cancel_import", import_id, {"done": ended.done})
    return _detail(ended)


@routes.get("/imports/{import_id}/refused", permission="profiles:read")
def get_refused_rows(call: Call, import_id: PathId) -> RefusedRowsFile:
    """The first 50,000 refused rows as a CSV file, with the reasons in the answer's language; kept for a week."""
    found = _import(call, import_id)
    language = language_of(call.request)
    lines = [csv_line([_ROW.render(language), _WHY.render(language), *found.header])]
    for row in queries.list_refused_rows(call.conn, found.id, limit=_MOST_REFUSED):
        lines.append(csv_line([str(row.row), _why(row, language), *row.cells]))
    return RefusedRowsFile(filename=f"refused-{found.id}.csv", csv=MARK + "".join(lines))


def _why(row: RefusedRow, language: str) -> str:
    return " ".join(
        f"{problem['path']}: {problem[language]}" if problem["path"] else problem[language] for problem in row.problems
    )


def _import(call: Call, import_id: int) -> ImportInfo:
    return queries.get_import(call.conn, workspace_id=call.workspace_id, import_id=import_id)


def _consent(given: ImportedConsent) -> ImportConsent:
    return ImportConsent(
        channel=given.channel,
        topic=given.topic,
        source=given.source,
        wording=given.wording,
        given_at=given.given_at.isoformat() if given.given_at else None,
    )


def _detail(row: ImportInfo) -> ImportDetail:
    return ImportDetail.model_validate(row)


def _previewed(row: ReadRow) -> PreviewedRow:
    problems = [ProblemPlace(**problem.as_dict(current_language())) for problem in row.problems]
    return PreviewedRow(row=row.number, user_id=row.user_id, traits=row.traits, consent=row.consent, problems=problems)
