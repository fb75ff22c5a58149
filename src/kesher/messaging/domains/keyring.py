"""The keys with which mail is signed now: of domains whose record was seen, opened once."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from kesher.kernel.db import Conn
from kesher.kernel.sealed import SealBroken, unseal
from kesher.kernel.sql import statements_of
from kesher.messaging.domains.signing import Signer

_sql = statements_of("kesher.messaging")
_log = structlog.get_logger("kesher.sender")


class KeyRing:
    """The signers by workspace and domain; used by one thread at a time."""

    def __init__(self) -> None:
        self._opened: dict[bytes, Signer] = {}
        self._signers: dict[int, dict[str, Signer]] = {}

    def refresh(self, conn: Conn, *, workspace_id: int | None = None) -> None:
        """Read what holds now, of one workspace or of all; a key that is known is not opened again."""
        opened: dict[bytes, Signer] = {}
        signers: dict[int, dict[str, Signer]] = {}
        for workspace, domain, selector, private_key in _sql.run(conn, "load_keys", {"workspace_id": workspace_id}):
            sealed = bytes(private_key)
            try:
                signer = self._opened.get(sealed) or Signer(domain, selector, unseal(sealed))
            except SealBroken as error:
                # Unsigned rather than not at all: the provider's own signature may stand.
                _log.warning("key_unreadable", domain=domain, workspace_id=workspace, reason=str(error))
                continue
            opened[sealed] = signers.setdefault(workspace, {})[domain] = signer
        self._opened, self._signers = opened, signers

    def signers_of(self, workspace_id: int) -> Mapping[str, Signer]:
        """The workspace's signers by domain."""
        return self._signers.get(workspace_id, {})
