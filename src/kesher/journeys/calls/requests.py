"""From a reserved call to a request: address, headers and body filled in for the person, signed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from kesher.content.queries import render_json, render_text
from kesher.journeys.calls.network import Answer, CallRefused, Request, perform
from kesher.journeys.calls.signing import signature_headers

MOST_BODY_BYTES = 256_000
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")
_NOT_HEADER = re.compile(r"[^\t\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Call:
    """A claimed call and the person whom it is about."""

    id: int
    key: str
    workspace_id: int
    kind: str
    request: Mapping[str, Any]
    context: Mapping[str, Any]
    attempts: int
    awaited: bool
    profile_id: int
    customer: Mapping[str, Any]
    language: str
    timezone: str
    workspace_language: str
    workspace_slug: str
    now: datetime = field(kw_only=True)
    sender: str = ""

    @property
    def variables(self) -> dict[str, Any]:
        """What its texts may name: `customer`, `event`, `run`."""
        return {**self.context, "customer": self.customer}

    def fill(self, source: str) -> str:
        """A text with Liquid, filled in."""
        return render_text(source, self.variables, language=self.language, timezone=self.timezone)


def secrets_of(call: Call) -> list[str]:
    """The names of the secrets that a call needs."""
    headers: Mapping[str, Any] = call.request.get("headers") or {}
    named = [value["secret"] for value in headers.values() if isinstance(value, Mapping)]
    signed_with = call.request.get("signed_with")
    return [*named, signed_with] if signed_with else named


def send_webhook(call: Call, secrets: Mapping[str, str], *, allow_private: bool) -> Answer:
    """Make one attempt; CallRefused, CallFailed, RenderFailed."""
    for name in secrets_of(call):
        if name not in secrets:
            raise CallRefused(f"the secret {name} is missing")
    body = _body(call)
    signed_with = call.request.get("signed_with")
    headers = {
        "User-Agent": "Kesher",
        "Accept": "application/json",
        **({"Content-Type": "application/json"} if body is not None else {}),
        **{name: _header(name, value, call, secrets) for name, value in (call.request.get("headers") or {}).items()},
        **signature_headers(call.key, body or b"", now=call.now, secret=secrets.get(signed_with or "")),
    }
    url = _UNPRINTABLE.sub("", call.fill(call.request["url"]))
    return perform(Request(call.request["method"], url, headers, body), allow_private=allow_private)


def _body(call: Call) -> bytes | None:
    source = call.request.get("body")
    if source is None:
        return None
    value = render_json(source, call.variables, language=call.language, timezone=call.timezone)
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    if len(body) > MOST_BODY_BYTES:
        raise CallRefused(f"the body has more than {MOST_BODY_BYTES:,} bytes")
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"not JSON: {value!r}")


def _header(name: str, value: Any, call: Call, secrets: Mapping[str, str]) -> str:
    text = secrets[value["secret"]] if isinstance(value, Mapping) else call.fill(value)
    if _NOT_HEADER.search(text):
        raise CallRefused(f"the header {name} has a character that no header may have")
    return text
