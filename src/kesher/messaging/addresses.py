"""E-mail addresses: one shape in the gate, the suppression list and the envelope."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

# Deliberately narrower than RFC 5321: no quoted local parts, no address literals, and nothing that could end a header
# or a command or be invisible (controls, spaces of every width, marks of direction). Letters of any script are allowed
# (RFC 6531). Written so that PostgreSQL and Python read it alike; a test compares them.
_NOT = r'@<>()\[\],;:"\\\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff'
EMAIL_PATTERN = rf"^[^{_NOT}]{{1,64}}@([^.{_NOT}]{{1,63}}[.])*[^.{_NOT}]{{1,63}}$"
_EMAIL = re.compile(EMAIL_PATTERN)
_LONGEST = 254


def is_email(address: str) -> bool:
    """Whether a message can be addressed to it."""
    return len(address) <= _LONGEST and "\0" not in address and _EMAIL.fullmatch(address) is not None


def canonical_email(address: str) -> str:
    """The form in which addresses are compared: trimmed, lower case."""
    return address.strip().lower()


@lru_cache(maxsize=1024)
def host_of(address: str) -> str:
    """The domain of an address, in ASCII."""
    return ascii_domain(address).rpartition("@")[2]


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str:
    return host.encode("idna").decode("ascii")


def ascii_domain(address: str) -> str:
    """The address with its domain in ASCII, so that only a local part beyond ASCII needs SMTPUTF8."""
    if address.isascii():
        return address
    local, _, host = address.rpartition("@")
    try:
        return f"{local}@{_ascii_host(host)}"
    except UnicodeError:  # not a name that DNS could hold: the server will say so
        return address


@lru_cache(maxsize=1024)
def sender_address(of_brand: str, of_account: str | None, base_url: str) -> str:
    """From which address mail leaves: the brand's, else the account's, else one of this installation."""
    for address in (of_brand, of_account):
        if address and is_email(address):
            return ascii_domain(address)
    return f"no-reply@{_own_host(base_url)}"


def _own_host(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    # An address literal is no domain that mail could come from.
    return host if host and not host.replace(".", "").isdigit() and ":" not in host else "kesher.localhost"
