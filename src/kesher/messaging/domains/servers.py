"""By which servers a workspace's mail leaves, as far as Kesher can know: what an SPF record has to allow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from kesher.messaging.domains.names import clean_domain


@dataclass(frozen=True, slots=True)
class Server:
    """A server by its name; `mechanism` is what allows it in an SPF record, empty where only its operator knows: a
    relay takes mail at one address and sends it from others."""

    name: str
    mechanism: str = ""


def servers_of(hosts: Iterable[str], *, domain: str, own_host: str) -> list[Server]:
    """The servers at `hosts` as an SPF record of `domain` would name them; `own_host` is this machine's public name."""
    return [_server_at(host.strip().lower(), domain, own_host) for host in dict.fromkeys(hosts) if host.strip()]


def _server_at(host: str, domain: str, own_host: str) -> Server:
    try:
        address = ip_address(host)
    except ValueError:
        return _server_named(host, domain, own_host)
    if address.is_global:
        return Server(host, f"ip{address.version}:{host}")
    return _server_named("localhost", domain, own_host) if address.is_loopback else Server(host)


def _server_named(host: str, domain: str, own_host: str) -> Server:
    if host == "localhost":
        public = clean_domain(own_host)
        return Server(public, f"a:{public}") if public else Server(host)
    # A server of the domain itself sends from where it takes; of anybody else's nothing is known.
    return Server(host, f"a:{host}" if host == domain or host.endswith("." + domain) else "")
