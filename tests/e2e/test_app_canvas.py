"""The canvas by hand: an empty journey is filled by dragging and by keyboard, and every change can be taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bench.installation import Installation
from tests.e2e.screens import WORKSPACE, Screens, both_languages

pytestmark = [pytest.mark.browser, pytest.mark.processes]

WIDE = {"width": 1440, "height": 900}
# What the API calls things; what the app says is read from its own texts.
WORDS = {
    "he": {
        "name": "תודה Thank you",
        "event": "אירוע",
        "wait": "המתנה",
        "email": "שליחת דואר אלקטרוני",
        "exit": "יציאה",
        "template": "תבנית",
        "welcome": "ברכה",
        "topic": "נושא",
        "news": "חדשות מהחנות",
    },
    "en": {
        "name": "Thank you תודה",
        "event": "Event",
        "wait": "Wait",
        "email": "Send e-mail",
        "exit": "Exit",
        "template": "Template",
        "welcome": "Welcome",
        "topic": "Topic",
        "news": "News from the shop",
    },
}


@both_languages
def test_a_journey_is_drawn_and_every_change_can_be_taken_back(
    demo: Installation, open_app: Any, language: str
) -> None:
    with open_app(demo, language=language, viewport=WIDE) as screens:
        screens.sign_in_to_demo()
        begin_empty(screens)
        say_who_enters(screens)
        drag_from_the_palette(screens)
        add_by_keyboard(screens)
        mend_a_mistake(screens)
        undo_and_redo(screens)
        copy_and_paste(screens)
        connect_and_part(screens)
        move_and_tidy(screens)
        leave_a_note(screens)
        come_back(screens)
        delete(screens)


def steps(screens: Screens) -> Any:
    """Every step on the canvas."""
    return screens.page.locator(".react-flow__node-step")


def step(screens: Screens, key: str) -> Any:
    """One of them."""
    return screens.page.locator(f'.react-flow__node[data-id="{key}"]')


def panel(screens: Screens) -> Any:
    """What stands beside the canvas."""
    return screens.page.locator("#journey-panel")


def tool(screens: Screens, name: str) -> Any:
    """A button above the canvas."""
    return screens.page.get_by_role("button", name=screens.text("journeys")["bar"][name])


def begin_empty(screens: Screens) -> None:
    """A journey of which only the name is known."""
    page, texts = screens.page, screens.text("journeys")
    screens.open(f"{WORKSPACE}/journeys")
    page.get_by_role("button", name=texts["list"]["new"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(texts["new"]["name"]).fill(WORDS[screens.language]["name"])
    dialog.get_by_role("button", name=texts["new"]["begin"]).click()
    expect(page.get_by_role("heading", name=WORDS[screens.language]["name"])).to_be_visible()
    screens.look("empty")


def say_who_enters(screens: Screens) -> None:
    """The entry has a form of its own; until it is filled, its mistake stands on it."""
    entry = step(screens, "@entry")
    expect(entry.locator("[data-wrong]")).to_be_visible()
    entry.click()
    field = panel(screens).get_by_label(re.compile(rf"^{WORDS[screens.language]['event']}( \*)?$"))
    field.first.fill("Order Completed")
    screens.page.keyboard.press("Escape")
    expect(entry).to_contain_text("Order Completed")
    panel(screens).get_by_role("button", name=screens.text("journeys")["panel"]["close"]).click()


def drag_from_the_palette(screens: Screens) -> None:
    """A kind of step is dropped onto the open end, the next one onto the line between two."""
    page, words = screens.page, WORDS[screens.language]
    add_here = screens.text("journeys")["canvas"]["addHere"]
    screens.look("palette")
    kind = panel(screens).get_by_role("button", name=words["wait"], exact=True)
    kind.drag_to(page.get_by_role("button", name=add_here).first)
    expect(steps(screens)).to_have_count(1)
    panel(screens).get_by_role("button", name=screens.text("journeys")["panel"]["close"]).click()
    line = page.get_by_role("button", name=screens.text("journeys")["canvas"]["insertHere"]).first
    panel(screens).get_by_role("button", name=words["email"], exact=True).drag_to(line)
    expect(steps(screens)).to_have_count(2)


def add_by_keyboard(screens: Screens) -> None:
    """The plus at an open end, a word, and Enter; then from step to step by the arrows."""
    page, texts = screens.page, screens.text("journeys")
    page.get_by_role("button", name=texts["canvas"]["addHere"]).last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=texts["palette"]["search"])).to_be_focused()
    page.keyboard.type(WORDS[screens.language]["exit"])
    page.keyboard.press("Enter")
    expect(steps(screens)).to_have_count(3)
    step(screens, "@entry").focus()
    for key in ("send_email", "wait", "exit"):
        page.keyboard.press("ArrowDown")
        expect(step(screens, key)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(step(screens, "wait")).to_be_focused()


def mend_a_mistake(screens: Screens) -> None:
    """An e-mail without a template is a mistake, on its step and at its field, until there is one."""
    words, mail = WORDS[screens.language], step(screens, "send_email")
    expect(mail.locator("[data-wrong]")).to_be_visible()
    mail.focus()
    screens.page.keyboard.press("Enter")
    field = panel(screens).get_by_role("combobox", name=words["template"])
    expect(field).to_be_focused()
    screens.page.keyboard.press("Escape")
    screens.look("mistake")
    screens.choose(field, words["welcome"])
    screens.choose(panel(screens).get_by_role("combobox", name=words["topic"]), words["news"])
    expect(mail.locator("[data-wrong]")).to_have_count(0)
    expect(mail).to_contain_text(words["welcome"])


def undo_and_redo(screens: Screens) -> None:
    """By the buttons and by the keys."""
    page, words = screens.page, WORDS[screens.language]
    tool(screens, "undo").click()
    expect(step(screens, "send_email")).not_to_contain_text(words["news"])
    tool(screens, "redo").click()
    expect(step(screens, "send_email")).to_contain_text(words["news"])
    step(screens, "exit").focus()
    page.keyboard.press("Delete")
    expect(steps(screens)).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(steps(screens)).to_have_count(3)
    page.keyboard.press("Control+y")
    expect(steps(screens)).to_have_count(2)


def copy_and_paste(screens: Screens) -> None:
    """What is copied stands after what is chosen."""
    page = screens.page
    step(screens, "wait").click()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(step(screens, "wait_2")).to_be_visible()
    page.keyboard.press("Control+a")
    chosen = screens.text("journeys")["canvas"]["chosen_other"].replace("{{count}}", "3")
    expect(panel(screens).get_by_role("heading", name=chosen)).to_be_visible()
    screens.look("several")


def connect_and_part(screens: Screens) -> None:
    """A way is taken away in the form, and drawn again from its handle to a step."""
    page, texts = screens.page, screens.text("journeys")
    open_ends = page.get_by_role("button", name=texts["canvas"]["addHere"])
    expect(open_ends).to_have_count(1)
    step(screens, "send_email").click()
    panel(screens).get_by_role("group", name=texts["panel"]["ways"]).locator("button").first.click()
    expect(open_ends).to_have_count(2)
    source = step(screens, "send_email").locator(".react-flow__handle.source").first
    source.drag_to(step(screens, "wait"), target_position={"x": 114, "y": 6})
    expect(open_ends).to_have_count(1)
    tool(screens, "undo").click()
    expect(open_ends).to_have_count(2)
    tool(screens, "redo").click()
    expect(open_ends).to_have_count(1)
    # Not only near its upper edge: a step takes a line wherever it is let go.
    tool(screens, "undo").click()
    source.drag_to(step(screens, "wait"), target_position={"x": 114, "y": 60})
    expect(open_ends).to_have_count(1)


def move_and_tidy(screens: Screens) -> None:
    """A step lies where it was put, until everything is tidied."""
    page, moved = screens.page, step(screens, "send_email")
    page.locator(".react-flow__pane").click(position={"x": 8, "y": 8})
    before = moved.bounding_box()
    page.mouse.move(before["x"] + 60, before["y"] + 30)
    page.mouse.down()
    page.mouse.move(before["x"] - 100, before["y"] + 60, steps=8)
    page.mouse.up()
    assert abs(moved.bounding_box()["x"] - before["x"]) > 50
    screens.look("moved")
    tool(screens, "tidy").click()
    assert abs(moved.bounding_box()["x"] - before["x"]) < 2


def leave_a_note(screens: Screens) -> None:
    """A note lies on the canvas, for whoever works on it."""
    page, texts = screens.page, screens.text("journeys")
    tool(screens, "note").click()
    note = page.locator(".react-flow__node-note")
    expect(note).to_have_text(texts["panel"]["newNote"])
    note.click()
    panel(screens).get_by_label(texts["panel"]["noteText"]).fill("לבדוק עם Dana: is 1 day enough?")
    expect(note).to_contain_text("Dana")
    expect(page.get_by_text(texts["saving"]["kept"])).to_be_visible()
    screens.look("drawn")


def come_back(screens: Screens) -> None:
    """What is on the canvas is kept: after another visit it is all still there."""
    page = screens.page
    page.reload()
    expect(steps(screens)).to_have_count(3)
    expect(page.locator(".react-flow__node-note")).to_contain_text("Dana")


def delete(screens: Screens) -> None:
    """What was never published can be thrown away, after a question."""
    page, texts = screens.page, screens.text("journeys")
    page.get_by_role("button", name=texts["actionsOf"].split("{{")[0].strip()).click()
    page.get_by_role("menuitem", name=texts["delete"]["do"]).click()
    screens.look("delete")
    page.get_by_role("dialog").get_by_role("button", name=texts["delete"]["do"]).click()
    expect(page.get_by_role("heading", name=texts["list"]["title"], exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=WORDS[screens.language]["name"], exact=True)).to_have_count(0)
