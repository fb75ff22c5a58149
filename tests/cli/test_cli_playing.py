"""`kesher journey play` and `dry-run`: what a terminal shows, in both languages, and how mistakes are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from kesher.cli.main import cli
from tests.steps.journey_world import World

CART = """
journey: cart
name: {en: Cart, he: עגלה}
entry:
  event: Product Added
  rule: {trait: plan, op: eq, value: gold}
reentry: {policy: after_exit, after: 1h}
nodes:
  hour: {type: wait, for: 90m, next: remind}
  remind: {type: send_email, template: first, topic: offers, next: bye}
  bye: {type: exit, reason: tired}
"""
ALLOWED = {"traits": {"plan": "gold"}, "consents": [{"channel": "email", "topic": "offers", "state": "granted"}]}
ALLOWED["traits"]["email"] = "noa@shop.test"  # type: ignore[call-overload]
ADDED = {"event": "Product Added"}

Run = Callable[..., Result]


@pytest.fixture
def world(conn: psycopg.Connection, workspace: int, now: datetime) -> World:
    """A shop with the journey `cart`, and two people who went through two hours of it; one has the plan for it."""
    world = World(conn, workspace, now)
    world.apply(CART)
    for user, plan in (("dana", "gold"), ("yossi", "basic")):
        world.identify(user, plan=plan, email=f"{user}@shop.test")
        world.settle()
        world.track(user, "Product Added")
    world.pass_time("2h")
    return world


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in a language."""

    def invoke(*arguments: object, language: str = "en") -> Result:
        monkeypatch.setenv("KESHER_LANGUAGE", language)
        return CliRunner().invoke(cli, [str(each) for each in arguments])

    return invoke


def written(tmp_path: Path, name: str, said: object) -> Path:
    file = tmp_path / name
    file.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    return file


def test_an_imagined_customer_is_shown_step_by_step_with_her_message(run: Run, tmp_path: Path) -> None:
    who, what = written(tmp_path, "who.json", ALLOWED), written(tmp_path, "what.json", [ADDED])

    shown = run("journey", "play", "shop", "cart", "--imagine", who, "--events", what, "--language", "en")

    assert (shown.exit_code, shown.output.splitlines()) == (
        0,
        [
            "cart · 2026-01-13 14:00Z – 2026-04-13 14:00Z · Asia/Jerusalem",
            "2026-01-13 Tue 16:00:00  “Product Added” happens.",
            "2026-01-13 Tue 16:00:00  Enters the journey at “hour”.",
            "      ✓ entry.rule: “plan” is “gold”  Found: “gold”.",
            "2026-01-13 Tue 16:00:00  Waits at “hour” until 2026-01-13 17:30.",
            "2026-01-13 Tue 17:30:00  From “hour” by “next” to “remind”.",
            "2026-01-13 Tue 17:30:00  From “remind” by “next” to “bye”.",
            "2026-01-13 Tue 17:30:00  The journey ends at “bye”: tired.",
            "2026-01-13 Tue 17:30:00  The message “first” is sent.",
            "      Hello",
            "      │ Hello",
            "      │ ",
            "      │ חנות",
            "      │ Choose what you receive (#preferences) · Unsubscribe (#unsubscribe)",
        ],
    )


def test_a_real_customer_walks_again_what_she_did_in_hebrew(run: Run) -> None:
    shown = run("journey", "play", "shop", "cart", "--person", "yossi", "--from", "2026-01-13", language="he")

    assert shown.exit_code == 0
    assert shown.output.splitlines()[-2:] == [
        "2026-01-13 ג׳ \u200e 14:00:00  אין כניסה בעקבות ”Product Added“: כלל הכניסה אינו מתקיים.",
        "      ✗ entry.rule: ”plan“ שווה ל־”gold“  נמצא: ”basic“.",
    ]


def test_a_play_in_which_nothing_happens_says_so(run: Run) -> None:
    assert "Nothing happens" in run("journey", "play", "shop", "cart", "--person", "dana").output
    assert "לא קורה דבר" in run("journey", "play", "shop", "cart", "--person", "dana", language="he").output


def test_a_file_of_a_journey_can_be_played_before_it_is_there(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "new.yaml", CART.replace("journey: cart", "journey: fresh"))
    what = written(tmp_path, "what.json", [ADDED])

    shown = run("journey", "play", "shop", file, "--person", "dana", "--events", what)

    assert "Enters the journey at “hour”." in shown.output
    assert "There is no permission to write to this person" in shown.output


@pytest.mark.parametrize(
    ("arguments", "english", "hebrew"),
    [
        pytest.param([], "say who walks", "יש לומר מי הולך במסע", id="nobody walks"),
        pytest.param(["--person", "noa"], "There is no profile noa here.", "לא נמצא כאן פרופיל noa.", id="unknown"),
        pytest.param(["--person", "dana", "--from", "soon"], "write a date such as", "יש לכתוב תאריך", id="no date"),
        pytest.param(
            ["--person", "dana", "--until", "2020-01-01"],
            "must end after it begins",
            "חייב להסתיים אחרי שהתחיל",
            id="ends before it begins",
        ),
        pytest.param(["--person", "dana", "--draft"], "has no draft", "אין טיוטה", id="no draft"),
    ],
)
def test_a_mistake_in_what_is_asked_is_told_in_both_languages(
    run: Run, arguments: list[str], english: str, hebrew: str
) -> None:
    for language, sentence in (("en", english), ("he", hebrew)):
        refused = run("journey", "play", "shop", "cart", *arguments, language=language)
        assert refused.exit_code in (1, 2), refused.exception
        assert sentence in refused.output


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        pytest.param("who", "{plan: gold}", "who.json cannot be read: Expecting property name", id="no JSON"),
        pytest.param("who", {"traits": {}, "list": []}, "imagine.list: There is no field “list”", id="unknown part"),
        pytest.param(
            "who",
            {"traits": {}, "consents": [{"state": "yes"}]},
            "imagine.consents[0].state: “yes” is not one of: granted, denied, pending.",
            id="unknown state",
        ),
        pytest.param("what", [{"event": "A", "after": "soon"}], "events[0].at: Write a time", id="no time"),
        pytest.param(
            "what", [{"event": "A", "at": "2026-01-01T00:00:00Z"}], "events[0].at: This is before the play", id="early"
        ),
        pytest.param("what", [{"evnt": "A"}], "events[0]: Write “event”", id="no event"),
    ],
)
def test_a_mistake_in_what_is_imagined_is_named_by_its_place(
    run: Run, tmp_path: Path, name: str, said: object, sentence: str
) -> None:
    files = {"who": written(tmp_path, "who.json", ALLOWED), "what": written(tmp_path, "what.json", [ADDED])}
    files[name] = written(tmp_path, f"{name}.json", said)

    refused = run("journey", "play", "shop", "cart", "--imagine", files["who"], "--events", files["what"])

    assert refused.exit_code in (1, 2), refused.exception
    assert sentence in refused.output


def test_a_file_that_is_not_there_is_told_without_a_traceback(run: Run) -> None:
    refused = run("journey", "play", "shop", "cart.yaml", "--person", "dana")
    assert (refused.exit_code, "the file cart.yaml cannot be read: No such file" in refused.output) == (2, True)


PERIOD = ("--from", "2026-01-13T11:00", "--to", "2026-01-13T14:00")


def test_a_dry_run_shows_each_node_and_what_held_messages_back(run: Run) -> None:
    shown = run("journey", "dry-run", "shop", "cart", *PERIOD)

    no_permission = "Held back: There is no permission to write to this person on this topic."
    assert (shown.exit_code, shown.output.splitlines()) == (
        0,
        [
            "People who could have entered: 2. Entered: 1. Runs: 1.",
            "Goals reached: 0. Still on the way at the end: 0.",
            "  hour        1  next 1",
            "  remind      1  next 1",
            f"              1  ✉ {no_permission}",
            "  bye         1  exit 1",
            f"     1  {no_permission}",
        ],
    )


def test_a_dry_run_speaks_hebrew_and_keeps_its_columns(run: Run) -> None:
    shown = run("journey", "dry-run", "shop", "cart", *PERIOD, language="he").output.splitlines()

    assert shown[0] == "יכלו להיכנס: 2. נכנסו: 1. מעברים: 1."
    assert shown[4] == "\u200e              1  ✉ נעצרו: אין הרשאה לפנות לאדם הזה בנושא הזה."


def test_the_numbers_of_a_dry_run_can_be_read_by_a_program(run: Run) -> None:
    told = json.loads(run("journey", "dry-run", "shop", "cart", *PERIOD, "--json").output)
    assert (told["people"], told["entered"], told["held"]) == (2, 1, {"no_consent": 1})


def test_a_period_that_has_not_passed_is_refused_in_both_languages(run: Run) -> None:
    period = ("--from", "2026-01-13", "--to", "2030-01-01")
    for language, sentence in (("en", "The period must end after it begins"), ("he", "התקופה חייבת להסתיים")):
        refused = run("journey", "dry-run", "shop", "cart", *period, language=language)
        assert (refused.exit_code, sentence in refused.output) == (1, True)
