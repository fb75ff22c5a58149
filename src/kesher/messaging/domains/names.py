"""Names of domains as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 200
"""Some left of DNS's 253 for the names below it (`…._domainkey.`)."""


def clean_domain(text: str) -> str | None:
    """The domain in small ASCII letters (IDNA); None when it is none that mail could come from. An address or a URL
    is taken for its host."""
    host = text.strip().lower().rpartition("@")[2].removeprefix("https://").removeprefix("http://").partition("/")[0]
    try:
        name = host.strip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = name.split(".")
    whole = len(name) <= _LONGEST and len(labels) >= 2 and all(map(_LABEL.fullmatch, labels))
    return name if whole and not labels[-1].isdigit() else None


def domain_of(address: str) -> str:
    """The domain of an address, in small letters."""
    return address.rpartition("@")[2].lower()


def parents_of(domain: str) -> Iterator[str]:
    """The domain and those above it, down to two labels: `news.shop.example`, then `shop.example`."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])
