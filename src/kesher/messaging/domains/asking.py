"""Asking the domain name system for text records, in bounded time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

Ask = Callable[[str], Sequence[str]]
"""The texts at a name; none when there is no such record. DnsSilent."""

SECONDS = 5.0
_AT_ONCE = 8
_MOST = 20


class DnsSilent(Exception):
    """No name server answered in time, or what it said is of no use."""


def ask_dns(name: str) -> list[str]:
    """The texts at a name by the machine's own name servers; DnsSilent after five seconds."""
    # Loaded when a domain is checked: five megabytes that no other work asks for.
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer, Resolver

    try:
        resolver = Resolver()
        resolver.lifetime = SECONDS
        answer = resolver.resolve(name, "TXT", search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except DNSException as error:
        raise DnsSilent(str(error)) from error
    # A text is cut into strings of 255 bytes on its way (RFC 7208, 3.3).
    return [b"".join(row.strings).decode("utf-8", "replace") for row in list(answer)[:_MOST]]


def ask_all(names: Iterable[str], ask: Ask) -> dict[str, Sequence[str] | None]:
    """What stands at each name, asked side by side; None where nobody answered."""

    def asked(name: str) -> Sequence[str] | None:
        try:
            return ask(name)
        except DnsSilent:
            return None

    wanted = list(dict.fromkeys(names))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dns") as pool:
        return dict(zip(wanted, pool.map(asked, wanted), strict=True))
