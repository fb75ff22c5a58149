"""`kesher person` exports and erases somebody by any of her names."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from kesher.cli.main import cli


@pytest.fixture
def dana(conn: psycopg.Connection, workspace: int, now: datetime, tmp_path: Path, settings: object) -> int:
    """A person known by her user id."""
    from kesher.events import services
    from kesher.events.types import IncomingEvent

    settings.LAKE_URL = str(tmp_path / "lake")  # type: ignore[attr-defined]
    call = IncomingEvent(
        workspace_id=workspace,
        source_id=0,
        message_id="1",
        type="identify",
        name="Profile Identified",
        occurred_at=now,
        received_at=now,
        user_id="dana",
        traits={"name": "דנה"},
    )
    found = services.ingest(conn, [call], now=now).profile_ids[0]
    assert found is not None
    return found


def test_a_person_is_exported_and_erased_with_entries_in_the_audit_log(dana: int, conn: psycopg.Connection) -> None:
    shown = CliRunner().invoke(cli, ["person", "export", "shop", "dana"])
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output)["profiles"][0]["traits"] == {"name": "דנה"}
    asked = CliRunner().invoke(cli, ["person", "erase", "shop", "dana"], input="n\n")
    assert asked.exit_code == 1
    done = CliRunner().invoke(cli, ["person", "erase", "shop", str(dana), "--yes"])
    assert (done.exit_code, done.output) == (0, "Erased: 1\n")
    actions = conn.execute("SELECT action, target FROM accounts_audit_entry ORDER BY id").fetchall()
    assert actions == [("profiles.export", str(dana)), ("profiles.erase", str(dana))]


def test_whom_nobody_knows_is_said_in_a_sentence(dana: int) -> None:
    done = CliRunner().invoke(cli, ["person", "export", "shop", "nobody"])
    assert done.exit_code == 1
    assert "nobody" in done.output
