"""One HTTP request to the outside, held to an address that was looked at, a time and a size. No redirect is followed.

The name is resolved once, every address must be public, and the connection goes to one of these very addresses: a name
that answers differently a moment later (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

MOST_BYTES = 64_000
"""Of an answer's body; what is longer cannot be used."""
SECONDS = 10.0
"""For the whole attempt, from the connection to the last byte."""

_NAT64 = IPv6Network("64:ff9b::/96")


class CallRefused(Exception):
    """The address must not be called; trying again would not help."""


class CallFailed(Exception):
    """No answer came; another attempt may get one. `timed_out` tells a silence from a failure."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is None when it was too long."""

    status: int
    retry_after: str | None
    body: bytes | None


def perform(request: Request, *, allow_private: bool, seconds: float = SECONDS) -> Answer:
    """Send the request and read the answer; CallRefused, CallFailed."""
    parts = urlsplit(request.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise CallRefused("the address is not a plain http or https address")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = resolve(parts.hostname, port, allow_private=allow_private)
    connection = _Pinned(parts.hostname, port, address=address, secure=secure, seconds=seconds)
    # Each read has a time-out of its own; an answer that drips is ended by this one.
    late = threading.Event()
    timer = threading.Timer(seconds, _give_up, (connection, late))
    timer.daemon = True
    timer.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(request.method, path, body=request.body, headers=dict(request.headers))
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        if late.is_set():
            raise CallFailed("the answer took too long", timed_out=True)
        return Answer(answer.status, answer.headers.get("Retry-After"), body if len(body) <= MOST_BYTES else None)
    except (OSError, HTTPException, ValueError) as error:
        timed_out = late.is_set() or isinstance(error, TimeoutError)
        raise CallFailed(f"{type(error).__name__}: {error}"[:300], timed_out=timed_out) from error
    finally:
        timer.cancel()
        connection.close()


def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """An address of the host; CallRefused when one of its addresses is not public, CallFailed when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed(f"{host} cannot be resolved: {error}"[:300]) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise CallRefused(f"{host} leads to a private address; KESHER_ALLOW_PRIVATE_ADDRESSES allows that")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where an IPv4 address is wrapped in an IPv6 one."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            wrapped = IPv4Address(int(found) & 0xFFFFFFFF)
        return (wrapped or found).is_global and not (wrapped or found).is_multicast
    return found.is_global and not found.is_multicast


def _give_up(connection: HTTPConnection, late: threading.Event) -> None:
    late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(HTTPConnection):
    """A connection to a host by an address that was chosen before."""

    def __init__(self, host: str, port: int, *, address: str, secure: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = 443 if secure else 80
        self._address = address
        self._secure = secure

    def connect(self) -> None:
        """Connect to the address, and prove the host's name by TLS."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            # On a failure the plain socket stays, to be closed with the connection.
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self.host)
