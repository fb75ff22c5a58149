"""`kesher journey` and `kesher recipe`: files and drafts, from the command line, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from kesher.cli.main import cli
from kesher.journeys import models, queries, services
from kesher.journeys.recipes.reading import RECIPES
from kesher.kernel.clock import freeze_clock

SIMPLE = """\
journey: {key}
name: {{en: Simple, he: פשוט}}
entry: {{event: Start}}
nodes:
  pause: {{type: wait, for: {wait}, next: bye}}
  bye: {{type: exit}}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(conn: psycopg.Connection, workspace: int, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in English, on the clock of the test."""
    freeze_clock(conn, now)
    monkeypatch.setenv("KESHER_LANGUAGE", "en")
    return lambda *arguments: CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two journeys as files."""
    for key in ("one", "two"):
        (tmp_path / f"{key}.yaml").write_text(SIMPLE.format(key=key, wait="1d"), encoding="utf-8")
    return tmp_path


def test_a_folder_is_checked_compared_and_applied(run: Run, folder: Path, workspace: int) -> None:
    assert run("journey", "validate", "shop", folder).output == "OK\n"
    assert "The journey is new: 2 nodes." in run("journey", "diff", "shop", folder).output

    assert run("journey", "apply", "shop", folder).output == "one: version 1\ntwo: version 1\n"

    (folder / "two.yaml").write_text(SIMPLE.format(key="two", wait="2d"), encoding="utf-8")
    said = run("journey", "diff", "shop", folder).output
    assert f"{folder / 'one.yaml'}: nothing changes" in said
    assert "“pause” (Wait): For is now 2 days (was 1 day)." in said
    assert run("journey", "apply", "--dry-run", "shop", folder).output == said
    assert models.Version.objects.count() == 2
    assert run("journey", "apply", "shop", folder).output == "one: version 1 (unchanged)\ntwo: version 2\n"


def test_the_change_is_said_in_hebrew_too(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("journey", "apply", "shop", folder)
    (folder / "two.yaml").write_text(SIMPLE.format(key="two", wait="2d"), encoding="utf-8")
    monkeypatch.setenv("KESHER_LANGUAGE", "he")

    said = run("journey", "diff", "shop", folder).output

    assert "אין שינוי" in said and "”pause“ (המתנה): למשך – כעת יומיים (קודם יום)." in said


def test_one_mistake_keeps_the_whole_folder_from_being_applied(run: Run, folder: Path) -> None:
    (folder / "two.yaml").write_text(SIMPLE.format(key="two", wait="soon"), encoding="utf-8")

    for command in ("validate", "diff", "apply"):
        done = run("journey", command, "shop", folder)
        assert done.exit_code == 1
        assert f"{folder / 'two.yaml'}:5: nodes.pause.for: Write a duration" in done.output
    assert models.Journey.objects.count() == 0


def test_what_is_exported_is_what_is_there(run: Run, folder: Path, tmp_path: Path) -> None:
    run("journey", "apply", "shop", folder)
    written = tmp_path / "out"

    assert run("journey", "export", "shop", "--all", written).exit_code == 0

    assert sorted(file.name for file in written.iterdir()) == ["one.yaml", "two.yaml"]
    assert run("journey", "export", "shop", "one").output == (written / "one.yaml").read_text(encoding="utf-8")
    assert run("journey", "diff", "shop", written).output.count("nothing changes") == 2
    assert run("journey", "export", "shop").exit_code == 2


def test_people_are_moved_by_options(run: Run, folder: Path, workspace: int) -> None:
    run("journey", "apply", "shop", folder / "one.yaml")
    (folder / "one.yaml").write_text(SIMPLE.format(key="one", wait="2d").replace("pause", "rest"), encoding="utf-8")

    apply = ("journey", "apply", "shop", folder / "one.yaml")
    refused = run(*apply, "--move", "paus=rest")
    assert refused.exit_code == 1 and "Did you mean “pause”?" in refused.output
    assert run(*apply, "--move", "pause", "--let-go", "x").exit_code == 2
    assert run(*apply, "--move", "pause=rest", "--let-go", "bye").exit_code == 0

    assert models.Journey.objects.get(key="one").moves == {"pause": "rest", "bye": None}


def test_a_draft_is_looked_at_and_published(run: Run, folder: Path, workspace: int, now: datetime) -> None:
    run("journey", "apply", "shop", folder / "one.yaml")
    definition = queries.get_definition("one", workspace_id=workspace)
    definition["nodes"]["pause"]["for"] = "3d"
    services.save_draft(definition, workspace_id=workspace, key="one", revision=0, now=now)

    assert run("journey", "publish", "shop", "one", "--dry-run").output == (
        "“pause” (Wait): For is now 3 days (was 1 day).\n"
    )
    assert run("journey", "publish", "shop", "one").output == "one: version 2\n"
    assert "has no draft" in run("journey", "publish", "shop", "one").output


def test_the_recipes_are_listed_shown_and_added(run: Run, workspace: int) -> None:
    listed = run("recipe", "list").output
    assert all(f"{key}: " in listed for key in RECIPES)
    shown = run("recipe", "show", "win_back").output
    assert "Lives on the events: Order Completed" in shown and "journey: win_back" in shown

    added = run("recipe", "add", "shop", "win_back")
    assert added.exit_code == 0, added.output
    assert "4. Publish it: kesher journey publish shop win_back" in added.output
    assert run("journey", "publish", "shop", "win_back").output == "win_back: version 1\n"

    again = run("recipe", "add", "shop", "win_back")
    assert again.exit_code == 0 and "kesher journey publish shop win_back_2" in again.output
    assert run("recipe", "show", "winback").exit_code == 1
