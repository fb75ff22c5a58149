"""The files that people bring: kept in the data folder, and read as rows of text whatever program wrote them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from kesher.segments.errors import FileUnreadable

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8-sig", "utf-16", "cp1255", "cp1252")
"""UTF-8 with a mark or without, UTF-16, and what Windows writes Hebrew and Western languages in."""
_MOST_COLUMNS = 200
_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class FileShape:
    """What a look at a file told: how it is written, its head, its first rows and how many there are."""

    encoding: str
    delimiter: str
    header: list[str]
    samples: list[list[str]]
    rows: int


def keep_file(chunks: Iterable[bytes]) -> str:
    """Write the file into the data folder; its name there."""
    name = f"{uuid4().hex}.csv"
    path = file_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
    return name


def drop_file(name: str) -> None:
    """Remove a file; again is harmless."""
    file_path(name).unlink(missing_ok=True)


def file_path(name: str) -> Path:
    """Where a file lies."""
    return Path(settings.DATA_DIR) / "imports" / Path(name).name


def look_at_file(name: str, *, encoding: str | None = None, delimiter: str | None = None) -> FileShape:
    """Read a file once, whole; FileUnreadable when it is no table of text with a head and at least one row. How it is
    written is found out where nobody says it."""
    encoding = encoding or _encoding_of(file_path(name))
    try:
        delimiter = delimiter or _delimiter_of(name, encoding)
        rows = _rows(name, encoding, delimiter)
        header = [cell.strip() for cell in next(rows, [])]
        samples = list(islice(rows, _SAMPLES))
        count = len(samples) + sum(1 for _ in rows)
    except UnicodeError as error:
        raise FileUnreadable(reason="encoding") from error
    except csv.Error as error:
        raise FileUnreadable(reason=str(error)) from error
    if not any(header) or not samples or len(header) > _MOST_COLUMNS:
        raise FileUnreadable(reason=f"{len(header)} × {count}")
    return FileShape(encoding, delimiter, header, samples, count)


def read_rows(name: str, *, encoding: str, delimiter: str, after: int) -> Iterator[tuple[int, list[str]]]:
    """The rows behind the first `after` ones with their numbers; the first row under the head is number 1."""
    rows = _rows(name, encoding, delimiter)
    next(rows)
    yield from islice(enumerate(rows, start=1), after, None)


def _rows(name: str, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """The rows that are not empty."""
    with file_path(name).open(encoding=encoding, newline="") as file:
        for row in csv.reader(file, delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row


def _encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 when it says so, else what Windows writes Hebrew in."""
    with path.open("rb") as file:
        marked = file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1255"):
        try:
            with path.open(encoding=encoding) as text:
                if any("\0" in piece for piece in iter(lambda: text.read(1 << 20), "")):
                    break
        except UnicodeError:
            continue
        return encoding
    raise FileUnreadable(reason="encoding")


def _delimiter_of(name: str, encoding: str) -> str:
    with file_path(name).open(encoding=encoding) as file:
        head = file.readline(100_000)
    return max(DELIMITERS, key=head.count)
