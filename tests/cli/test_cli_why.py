"""`kesher why`: the chain of facts in a terminal, in both languages, and how a wrong question is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest
from click.testing import CliRunner, Result

from kesher.cli.main import cli
from kesher.kernel.text import Text
from kesher.messaging import sender
from kesher.messaging import services as messaging
from kesher.segments import services as segments
from tests.steps.journey_world import World

ORDERS = """
journey: orders
name: {en: Orders, he: הזמנות}
entry:
  event: Order Completed
  rule: {trait: plan, op: eq, value: gold}
reentry: {policy: always, key: order_id}
nodes:
  thanks: {type: send_email, template: first, topic: offers}
"""

Run = Callable[..., Result]


@pytest.fixture
def world(conn: psycopg.Connection, workspace: int, now: datetime) -> World:
    """Dana got in by her order o1, then came o1 again and an order without a number; Yossi has not the plan."""
    world = World(conn, workspace, now)
    world.apply(ORDERS)
    world.identify("dana", plan="gold", email="dana@shop.test")
    world.identify("yossi", plan="basic", email="yossi@shop.test")
    world.settle()
    world.track("dana", "Order Completed", {"order_id": "o1"})
    world.track("yossi", "Order Completed", {"order_id": "o2"})
    world.pass_time("1h")
    sender.send_pending(conn, now=world.now)
    world.track("dana", "Order Completed", {"order_id": "o1"})
    world.pass_time("1h")
    world.track("dana", "Order Completed", {"total": 5})
    world.settle()
    return world


@pytest.fixture
def why(world: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The question in a language."""

    def ask(person: str, subject: object, *, language: str = "en") -> Result:
        monkeypatch.setenv("KESHER_LANGUAGE", language)
        return CliRunner().invoke(cli, ["why", "shop", person, str(subject)])

    return ask


def test_who_entered_is_told_every_step_the_message_and_what_let_her_in_no_second_time(why: Run, world: World) -> None:
    ((message,),) = world.rows("SELECT id FROM messaging_message")

    shown = why("dana", "orders")

    assert (shown.exit_code, shown.output.splitlines()) == (
        0,
        [
            "The person entered the journey.",
            "2026-01-13 12:00:00Z  Entered at “thanks”.",
            "2026-01-13 12:00:00Z  Came to “thanks”.",
            "2026-01-13 12:00:00Z  Left at “thanks”: it went all the way.",
            f"2026-01-13 12:00:00Z  The message “first” was reserved (number {message}).",
            "                      It was held: There is no permission to write to this person on this topic.",
            "2026-01-13 13:00:00Z  “Order Completed” came with the “order_id” of an earlier run (o1), and the journey"
            " did not let the person in again.",
            "2026-01-13 14:00:00Z  “Order Completed” came without “order_id”, by which the journey keeps its runs"
            " apart; such an event lets nobody in.",
        ],
    )
    assert "באירוע אין" not in shown.output
    assert "קרה בלי ”order_id“, שלפיו המסע מבדיל בין מעברים" in why("dana", "orders", language="he").output
    assert why("dana", message).output.startswith("Not sent: There is no permission")
    assert why("dana", f"message:{message}", language="he").output.startswith("לא נשלחה: אין הרשאה")


def test_who_did_not_enter_is_told_which_part_of_the_rule_failed(why: Run) -> None:
    english, hebrew = why("yossi", "journey:orders"), why("yossi", "orders", language="he")

    assert english.output.splitlines() == [
        "The person did not enter the journey.",
        "2026-01-13 12:00:00Z  “Order Completed” came, but the entry's rule did not hold then."
        "  (not recorded; worked out from the log)",
        "      ✗ “plan” is “gold”  Found: “basic”.",
    ]
    assert hebrew.output.splitlines()[1:] == [
        "2026-01-13 12:00:00Z  ”Order Completed“ קרה, אך כלל הכניסה לא התקיים אז.  (לא נרשם; חושב מחדש מן היומן)",
        "      ✗ ”plan“ שווה ל־”gold“  נמצא: ”basic“.",
    ]


def test_a_broadcast_is_found_by_its_bare_key(why: Run, world: World) -> None:
    gold = {"trait": "plan", "op": "eq", "value": "gold"}
    told = {"workspace_id": world.workspace, "now": world.now}
    segments.save_segment(world.conn, key="gold", name=Text(en="Gold", he="זהב"), rule=gold, **told)  # type: ignore[arg-type]
    june = {"key": "june", "name": Text(en="June", he="יוני"), "template": "first", "segment": "gold"}
    messaging.create_broadcast(world.conn, **june, topic="offers", **told)  # type: ignore[arg-type]

    assert "The broadcast has not begun." in why("dana", "june").output
    assert "הדיוור עדיין לא התחיל." in why("dana", "broadcast:june", language="he").output


@pytest.mark.parametrize(
    ("person", "subject", "english", "hebrew"),
    [
        ("noa", "orders", "There is no profile noa here.", "לא נמצא כאן פרופיל noa."),
        ("dana", "99", "There is no message 99 here.", "לא נמצאה כאן הודעה 99."),
        ("dana", "order", "there is no journey and no broadcast “order” here; did you mean “orders”?", "האם הכוונה"),
        ("dana", "message:x", "write the message's number, not x", "יש לכתוב את מספר ההודעה, ולא x"),
        ("dana", "jurney:orders", "journey:KEY or broadcast:KEY, not jurney:orders", "ולא jurney:orders"),
        ("dana", "journey:none", "There is no journey “none” here.", "לא נמצא כאן מסע בשם ”none“."),
    ],
)
def test_a_wrong_question_is_told_in_both_languages(
    why: Run, person: str, subject: str, english: str, hebrew: str
) -> None:
    for language, sentence in (("en", english), ("he", hebrew)):
        refused = why(person, subject, language=language)
        assert refused.exit_code in (1, 2), refused.exception
        assert sentence in refused.output
