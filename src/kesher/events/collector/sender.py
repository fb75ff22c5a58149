"""Who sends: the write key in the headers, the address and the browser, the host that was addressed."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from kesher.events.collector.body import Headers

_USER_AGENT_LENGTH = 500


def basic_key(headers: Headers) -> str | None:
    """The user name of `Authorization: Basic`, which is where Segment's SDKs put the write key."""
    scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        return b64decode(credentials.strip()).partition(b":")[0].decode() or None
    except (Base64Error, ValueError):
        return None


def bearer_key(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer`; the write key of the body goes before it, since OAuth senders have both."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.strip().decode("latin-1") or None if scheme.lower() == b"bearer" else None


def sender_context(scope: Mapping[str, Any], headers: Headers) -> dict[str, str]:
    """The sender's ip and userAgent, as far as known, for `context`."""
    peer = scope.get("client")
    found: dict[str, str] = {}
    if peer and (ip := _address(str(peer[0]), headers.get(b"x-forwarded-for", b"").decode("latin-1"))):
        found["ip"] = ip
    if agent := headers.get(b"user-agent"):
        found["userAgent"] = agent.decode("latin-1")[:_USER_AGENT_LENGTH].replace("\0", "")
    return found


def addressed_host(scope: Mapping[str, Any], headers: Headers) -> tuple[str, str]:
    """The scheme and host under which the sender reached us, also through a proxy."""
    scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1") or str(scope.get("scheme", "http"))
    host = headers.get(b"x-forwarded-host") or headers.get(b"host") or b"localhost"
    return ("https" if scheme == "https" else "http"), host.decode("latin-1")


@lru_cache(maxsize=10_000)
def _address(peer: str, forwarded: str) -> str | None:
    """The peer, or, when a proxy on a private address speaks for it, the last public address that the proxy names."""
    if not _is_private(peer):
        return peer
    for hop in reversed(forwarded.split(",")):
        hop = hop.strip()
        if _is_private(hop) is False:
            return hop
    return peer if _is_private(peer) is not None else None


def _is_private(address: str) -> bool | None:
    try:
        return ip_address(address).is_private
    except ValueError:
        return None
