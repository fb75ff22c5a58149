"""Lists come in pages by key: a page starts after the last row of the one before, so that nothing is skipped or
shown twice while rows are added."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from ninja import Query, Schema
from pydantic import Field

from kesher.api.errors import CursorInvalid

T = TypeVar("T")
R = TypeVar("R")

Cursor = Annotated[str | None, Query(None, max_length=400, description="The `next` of the page before.")]
Limit = Annotated[int, Query(50, ge=1, le=200, description="How many at most.")]


class Page(Schema, Generic[T]):
    """Some rows, and where to go on."""

    items: list[T]
    next: str | None = Field(None, description="The cursor of the next page; absent or null on the last.")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`Page[SegmentSummary]` is called SegmentSummaryPage in the document."""
        return f"{params[0].__name__}Page"


def page_of(
    rows: Sequence[R], limit: int, *, key: Callable[[R], Sequence[str | int]], show: Callable[[R], T]
) -> Page[T]:
    """The page made of up to `limit + 1` rows: the extra one only tells that there are more."""
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(items=[show(row) for row in shown], next=encode_cursor(key(shown[-1])) if more else None)


def encode_cursor(key: Sequence[str | int]) -> str:
    """An opaque token for the key of a row."""
    return urlsafe_b64encode(msgspec.json.encode(list(key))).rstrip(b"=").decode("ascii")


def decode_cursor(token: str | None, kind: type[R]) -> R | None:
    """The key in a token as `kind`, a tuple type; None without a token, CursorInvalid for a made-up one."""
    if token is None:
        return None
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        return msgspec.json.decode(raw, type=kind)
    except (UnicodeEncodeError, Base64Error, ValueError, msgspec.DecodeError) as error:
        raise CursorInvalid from error


BIGGEST = 2**63 - 1
Id = Annotated[int, msgspec.Meta(ge=0, le=BIGGEST)]
"""An id inside a cursor; a bigger one could not be compared in PostgreSQL."""
