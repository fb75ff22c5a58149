"""What goes to the outside: an address, headers, a body, texts with Liquid in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kesher.content import queries as content
from kesher.journeys.fields.kinds import Words, check_known
from kesher.journeys.fields.place import Place
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+([/?#].*)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OWN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "idempotency-key"}
)

_NOT_URL = Text(
    en="Write an address that begins with http:// or https:// and a host; Liquid may stand after the host.",
    he="יש לכתוב כתובת שמתחילה ב־http:// או https:// ובשם שרת; Liquid יכול לבוא אחרי שם השרת.",
)
_NOT_HEADERS = Text(
    en="Write names of headers and their texts, or {{secret: name}}.",
    he="יש לכתוב שמות של כותרות ואת הטקסט שלהן, או {{secret: שם}}.",
)
_OWN = Text(en="The header “{name}” is written by Kesher.", he="את הכותרת ”{name}“ כותבת המערכת.")


def check_liquid(source: str, place: Place) -> None:
    """Note what is wrong with the Liquid of a text."""
    place.reading.problems += [Problem(place.path, found.message) for found in content.check_text(source, place.path)]


@dataclass(frozen=True, slots=True)
class LiquidText:
    """Text with Liquid over `customer`, `event` and `run`."""

    longest: int = 5_000
    name: str = "liquid"

    def read(self, value: Any, place: Place) -> str | None:
        text = Words(self.longest).read(value, place)
        if text is not None:
            check_liquid(text, place)
        return text

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Url:
    """An http(s) address; its path and query may hold Liquid, its host may not."""

    name: str = "url"

    def read(self, value: Any, place: Place) -> str | None:
        if not isinstance(value, str) or len(value) > 2_000 or not _URL.fullmatch(value):
            place.problem(_NOT_URL)
            return None
        check_liquid(value, place)
        return value

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Headers:
    """Header names to Liquid texts, or to `{secret: name}`."""

    name: str = "headers"

    def read(self, value: Any, place: Place) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or not value:
            place.problem(_NOT_HEADERS)
            return {}
        for name, text in value.items():
            self._check(str(name), text, place.at(str(name)))
        return dict(value)

    def _check(self, name: str, text: Any, place: Place) -> None:
        if not _HEADER.fullmatch(name):
            place.problem(_NOT_HEADERS)
        elif name.lower() in _OWN_HEADERS or name.lower().startswith("webhook-"):
            place.problem(_OWN, name=name)
        elif isinstance(text, str) and text:
            check_liquid(text, place)
        elif isinstance(text, Mapping) and set(text) == {"secret"} and isinstance(text["secret"], str):
            check_known("secret", text["secret"], place)
        else:
            place.problem(_NOT_HEADERS)

    def write(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return dict(value)


@dataclass(frozen=True, slots=True)
class JsonBody:
    """JSON whose texts are Liquid; a text that is only `{{ a.b }}` becomes the value itself."""

    name: str = "json"

    def read(self, value: Any, place: Place) -> Any:
        waiting = [(value, place)]
        while waiting:
            inner, spot = waiting.pop()
            if isinstance(inner, str):
                check_liquid(inner, spot)
            elif isinstance(inner, Mapping):
                waiting += [(each, spot.at(str(key))) for key, each in inner.items()]
            elif isinstance(inner, list):
                waiting += [(each, spot.at(position)) for position, each in enumerate(inner)]
        return value

    def write(self, value: Any) -> Any:
        return value
