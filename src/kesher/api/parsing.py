"""Bodies are strict JSON: what PostgreSQL could not keep, or JSON does not know, is refused at the door."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja.parser import Parser

from kesher.api.errors import BodyNotJson, TextInvalid


class StrictParser(Parser):
    """Reads JSON with msgspec: no NaN, no lone surrogates, no endless nesting; and no NUL in any text."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values."""
        try:
            value = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BodyNotJson(reason=str(error)) from error
        # Inside JSON a NUL is always written as an escape; looking for that first spares the walk.
        if b"\\u0000" in request.body and _has_nul(value):
            raise TextInvalid
        return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(_has_nul(each) for each in value)
