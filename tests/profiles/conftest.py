"""Claims and profiles in one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest


@pytest.fixture
def resolve(conn: psycopg.Connection, workspace: int, now: datetime) -> Callable[..., list[int | None]]:
    """Resolve claims given as dictionaries, in one set; the profile of each."""
    from kesher.profiles.services import resolve_claims
    from kesher.profiles.types import IdentityClaim

    def run(*claims: dict[str, Any]) -> list[int | None]:
        made = [IdentityClaim(**{"workspace_id": workspace, **claim}) for claim in claims]
        return list(resolve_claims(conn, made, now=now).profile_ids)

    return run


@pytest.fixture
def conflicts(conn: psycopg.Connection) -> Callable[[], list[tuple[str, str, str]]]:
    """What was refused: (kind, value, rule)."""

    def read() -> list[tuple[str, str, str]]:
        return conn.execute("SELECT kind, value, rule FROM profiles_identity_conflict ORDER BY id").fetchall()

    return read


@pytest.fixture
def living(conn: psycopg.Connection) -> Callable[[], list[int]]:
    """The ids of living profiles."""

    def read() -> list[int]:
        rows = conn.execute("SELECT id FROM profiles_profile WHERE merged_into_id IS NULL ORDER BY id")
        return [row[0] for row in rows]

    return read
