"""`kesher score` shows models as files, and why a person has her grade."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import yaml
from click.testing import CliRunner

from kesher.cli.main import cli

MODEL = """\
score: leads
name:
  en: Leads
  he: לידים
fit:
  maximum: 100
  rules:
  - rule:
      trait: city
      op: eq
      value: חיפה
    points: 80
    name: Nearby
  grades:
    A: 75
    B: 50
    C: 25
engagement:
  half_life:
    days: 30
  events:
  - event: Order Completed
    points: 40
  grades:
    '1': 60
    '2': 30
    '3': 10
"""


@pytest.fixture
def shop(conn: psycopg.Connection, workspace: int) -> int:
    """A workspace that a command finds by its short name."""
    return workspace


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_a_model_applied_from_a_file_is_shown_as_that_file(shop: int, tmp_path: Path) -> None:
    file = tmp_path / "leads.yaml"
    file.write_text(MODEL, encoding="utf-8")
    assert run("score", "apply", "shop", str(file)) == "leads: revision 1\n"
    shown = run("score", "show", "shop", "leads")
    assert yaml.safe_load(shown) == yaml.safe_load(MODEL)
    file.write_text(shown, encoding="utf-8")
    assert run("score", "apply", "shop", str(file)) == "leads: revision 1\n"
    assert run("score", "list", "shop").startswith("leads  building")


def test_a_score_is_explained_part_by_part(shop: int, conn: psycopg.Connection, tmp_path: Path) -> None:
    (tmp_path / "leads.yaml").write_text(MODEL, encoding="utf-8")
    run("score", "apply", "shop", str(tmp_path / "leads.yaml"))
    conn.execute(
        "INSERT INTO profiles_profile (id, workspace_id, shard, traits, created_at)"
        ' VALUES (7, %s, 7, \'{"city": "חיפה"}\', now())',
        (shop,),
    )
    shown = run("score", "show", "shop", "leads", "7")
    assert "yes  Nearby" in shown
    assert "Order Completed: 0" in shown


def test_a_mistake_in_a_file_is_named_by_its_place(shop: int, tmp_path: Path) -> None:
    (tmp_path / "leads.yaml").write_text(MODEL.replace("trait: city", "triat: city"), encoding="utf-8")
    done = CliRunner().invoke(cli, ["score", "apply", "shop", str(tmp_path / "leads.yaml")])
    assert done.exit_code == 1
    assert "fit.rules[0].rule" in done.output
