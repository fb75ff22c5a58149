"""CSV files that people open in a spreadsheet: written so that no cell becomes a formula, and sent as they are made."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import chain

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

MARK = "\ufeff"
"""How spreadsheets know UTF-8."""
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


def csv_line(cells: Iterable[str]) -> str:
    """One line of a file.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV Injection), which imports
    take off again; a number or a telephone number with its sign runs nothing and stays as it is.
    """
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


class CsvFile(StreamingHttpResponse):
    """A file of lines to be saved, sent while it is being made; `more` when it does not hold everything."""

    def __init__(self, request: HttpRequest, lines: Iterator[Sequence[str]], *, filename: str, more: bool) -> None:
        written = chain([MARK.encode()], (csv_line(line).encode() for line in lines))
        # Behind ASGI a plain iterator would be read to its end before the first byte left.
        content = _in_turn(written) if isinstance(request, ASGIRequest) else written
        super().__init__(content, content_type="text/csv; charset=utf-8")
        self["Content-Disposition"] = f'attachment; filename="{filename}"'
        self["X-Kesher-More"] = "true" if more else "false"


async def _in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The parts, each made in the thread of the request, whose database connection they read."""
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
