"""The commands say what is wrong in the person's language and leave with 1; they never show a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from kesher.cli.main import COMMANDS, cli


def kesher(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kesher.cli", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_tells_what_it_does(name: str) -> None:
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output


@pytest.mark.parametrize("command", ["doctor", "serve", "migrate"])
@pytest.mark.parametrize(("language", "said"), [("en", "does not answer"), ("he", "אינו עונה")])
def test_a_database_that_does_not_answer_is_said_in_a_sentence(
    command: str, language: str, said: str, tmp_path: Path
) -> None:
    nowhere = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "KESHER_DATA_DIR": str(tmp_path)}
    done = kesher(command, **nowhere, KESHER_LANGUAGE=language)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_names_the_transaction_that_holds_the_engine_back(
    conn: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesher.cli import doctor

    assert "No transaction" in CliRunner().invoke(cli, ["doctor"]).output
    monkeypatch.setattr(doctor, "_LONG_TRANSACTION_SECONDS", 0.0)
    with psycopg.connect(os.environ["DATABASE_URL"], application_name="somebody's report") as other:
        other.execute("SELECT pg_current_xact_id()")
        output = CliRunner().invoke(cli, ["doctor"]).output
    assert "holds the engine back" in output
    assert "somebody's report" in output


def test_the_mailbox_of_the_demo_is_found_by_its_option(tmp_path: Path) -> None:
    done = kesher("mailbox", "--demo", "show", KESHER_DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stderr.strip()) == (1, "The mailbox is empty.")


def test_a_segment_is_explained_and_a_rule_is_tried(
    conn: psycopg.Connection, workspace: int, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesher.kernel.text import Text
    from kesher.segments import services

    monkeypatch.setenv("KESHER_LANGUAGE", "en")
    rule = {"any": [{"trait": "city", "op": "eq", "value": "Haifa"}, {"event": "Order", "op": "eq", "value": 0}]}
    services.save_segment(
        conn, workspace_id=workspace, key="local", name=Text(en="Local", he="מקומיים"), rule=rule, now=now
    )
    conn.execute(
        "INSERT INTO profiles_profile (workspace_id, shard, traits, created_at)"
        ' VALUES (%s, 1, \'{"city": "Haifa"}\', %s)',
        (workspace, now),
    )
    file = tmp_path / "rule.json"
    file.write_text('{"trait": "citty", "op": "exists"}', encoding="utf-8")

    explained = CliRunner().invoke(cli, ["segment", "explain", "shop", "local", "1"])
    tried = CliRunner().invoke(cli, ["segment", "preview", "shop", str(file)])
    nobody = CliRunner().invoke(cli, ["segment", "explain", "shop", "local", "nobody@example.com"])

    assert explained.output.splitlines() == [
        "✓ At least one of these holds:",
        "  ✓ “city” is “Haifa”  Found: “Haifa”.",
        "  ✓ “Order”, never  Found: 0.",
    ]
    assert tried.output.splitlines() == ["0", "Nobody has the trait “citty” yet."]
    assert nobody.exit_code == 1
