"""Everything that Kesher reads from the environment, in one place, typed. Nothing here imports Django."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEMO_OWNER = "owner@example.com"
DEMO_PASSWORD = "kesher-demo"  # noqa: S105 - of the demo on this machine alone, printed and shown to whoever is there


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of an installation. Secrets are left out of its repr."""

    data_dir: Path
    database_url: str | None = field(repr=False)
    database_pool: int
    lake_url: str
    hot_days: int
    secret_key: str = field(repr=False)
    base_url: str
    host: str
    port: int
    collector_port: int
    senders: int
    smtp_url: str | None = field(repr=False)
    mailbox_port: int
    log_format: str
    metrics_token: str | None = field(repr=False)
    debug: bool
    allowed_hosts: tuple[str, ...]
    allow_private_addresses: bool
    demo: bool

    @property
    def demo_password(self) -> str | None:
        """The password of the demo's owner: known to all where only this machine can reach the demo, else none."""
        return DEMO_PASSWORD if self.demo and self.host in LOOPBACK else None


@cache
def environment() -> Environment:
    """Read the environment once; docs/settings.md lists the variables."""
    data_dir = Path(os.environ.get("KESHER_DATA_DIR", "data")).expanduser().resolve()
    host = os.environ.get("KESHER_HOST", "127.0.0.1")
    port = int(os.environ.get("KESHER_PORT", "8000"))
    hosts = os.environ.get("KESHER_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    return Environment(
        data_dir=data_dir,
        database_url=os.environ.get("DATABASE_URL") or None,
        database_pool=int(os.environ.get("KESHER_DATABASE_POOL", "0")),
        lake_url=os.environ.get("LAKE_URL") or str(data_dir / "lake"),
        hot_days=int(os.environ.get("KESHER_HOT_DAYS", "400")),
        secret_key=os.environ.get("KESHER_SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        base_url=os.environ.get("KESHER_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        host=host,
        port=port,
        collector_port=int(os.environ.get("KESHER_COLLECTOR_PORT", "8001")),
        senders=max(1, int(os.environ.get("KESHER_SENDERS", "1"))),
        smtp_url=os.environ.get("KESHER_SMTP_URL") or None,
        mailbox_port=int(os.environ.get("KESHER_MAILBOX_PORT", "8025")),
        metrics_token=os.environ.get("KESHER_METRICS_TOKEN") or None,
        log_format=os.environ.get("KESHER_LOG_FORMAT", "console"),
        debug=os.environ.get("KESHER_DEBUG") == "1",
        allowed_hosts=tuple(part.strip() for part in hosts.split(",") if part.strip()),
        allow_private_addresses=os.environ.get("KESHER_ALLOW_PRIVATE_ADDRESSES") == "1",
        demo=os.environ.get("KESHER_DEMO") == "1",
    )


def _kept_secret(path: Path) -> str:
    """The installation's own secret, made on first use and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
