"""How to reach an SMTP server."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

TLS_MODES = ("auto", "starttls", "implicit", "none")


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """Where the server is and how to speak with it; the password is left out of the repr.

    `tls`: `starttls` insists on it, `auto` uses it when offered, `implicit` is TLS from the first byte, `none` never.
    """

    host: str
    port: int
    tls: str = "auto"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 10
    hello: str = "localhost"
    verify: bool = True
    # RFC 5321, 4.5.3.2 allows minutes; a sender with others waiting gives up earlier, except on the last answer.
    connect_seconds: float = 20.0
    command_seconds: float = 60.0
    final_seconds: float = 300.0
    idle_seconds: float = 20.0

    def tls_context(self) -> ssl.SSLContext:
        """The context for this server: the system's roots, unless its certificate is not to be verified."""
        return _context(self.verify)


@lru_cache(maxsize=2)
def _context(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def options_of_url(url: str) -> SmtpOptions:
    """The options of `smtp://user:password@host:587?tls=starttls` or `smtps://…`; ValueError when it is neither."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("KESHER_SMTP_URL must look like smtp://user:password@host:587?tls=starttls")
    query = parse_qs(parts.query)
    tls = query.get("tls", ["implicit" if parts.scheme == "smtps" else "auto"])[0]
    if tls not in TLS_MODES:
        raise ValueError(f"KESHER_SMTP_URL: tls is one of {', '.join(TLS_MODES)}")
    return SmtpOptions(
        host=parts.hostname,
        port=parts.port or (465 if tls == "implicit" else 587),
        tls=tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        connections=int(query.get("connections", ["10"])[0]),
        verify=query.get("verify", ["yes"])[0] != "no",
    )
