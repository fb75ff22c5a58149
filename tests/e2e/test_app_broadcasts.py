"""Broadcasts: who would get it and who not and why, slowly out, halted, on, and what became of it; one for later."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bench.installation import Installation
from tests.e2e.screens import WORKSPACE, Screens, both_languages
from tests.e2e.set_up_demo import FAMILIES

pytestmark = [pytest.mark.browser, pytest.mark.processes]

AGREED = FAMILIES - FAMILIES // 3
# What the demo's workspace calls its things.
THINGS = {
    "he": {"name": "ברכת חג", "template": "חזרה אלינו", "segment": "משקי בית עם ילדים", "topic": "חדשות מהחנות"},
    "en": {
        "name": "Holiday wishes",
        "template": "Win back",
        "segment": "Households with children",
        "topic": "News from the shop",
    },
}


@both_languages
def test_a_broadcast_goes_out_and_is_halted_on_the_way(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language) as screens:
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/broadcasts")
        screens.look_around("list-before")
        draft(screens, THINGS[language]["name"], rate="120")
        start(screens)
        halt_and_go_on(screens)
        results(screens)


@both_languages
def test_a_broadcast_waits_for_its_time_and_is_called_off(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language) as screens:
        texts = screens.text("broadcasts")
        page = screens.page
        screens.sign_in_to_demo()
        draft(screens, f"{THINGS[language]['name']} 2", rate="")
        when = page.get_by_role("radiogroup", name=texts["start"]["when"])
        when.get_by_text(texts["start"]["later"], exact=True).click()
        schedule = page.get_by_role("button", name=texts["start"]["schedule"], exact=True)
        expect(schedule).to_be_disabled()
        choose_tomorrow(screens)
        page.get_by_role("checkbox", name=texts["start"]["local"]).check()
        screens.look_around("later")
        schedule.click()
        screens.look("asked-later")
        page.get_by_role("dialog").get_by_role("button", name=texts["start"]["schedule"], exact=True).click()
        expect_state(screens, "scheduled")
        expect(page.get_by_text(texts["start"]["local"], exact=True)).to_be_visible()
        screens.look_around("scheduled")
        page.get_by_role("button", name=texts["cancelling"]["do"]).click()
        page.get_by_role("dialog").get_by_role("button", name=texts["cancelling"]["do"]).click()
        expect_state(screens, "cancelled")


def draft(screens: Screens, name: str, *, rate: str) -> None:
    """Message, audience, topic and pace; the audience is counted as it is chosen."""
    page, texts, things = screens.page, screens.text("broadcasts"), THINGS[screens.language]
    screens.open(f"{WORKSPACE}/broadcasts/new")
    page.get_by_label(texts["list"]["name"]).nth(0 if screens.language == "he" else 1).fill(name)
    screens.choose(page.get_by_role("combobox", name=texts["new"]["template"]), things["template"])
    screens.choose(page.get_by_role("combobox", name=texts["new"]["audience"]), things["segment"])
    screens.choose(page.get_by_role("combobox", name=texts["new"]["topic"]), things["topic"])
    page.get_by_label(texts["new"]["rate"]).fill(rate)
    expect(page.get_by_role("table", name=texts["preflight"]["held"])).to_contain_text(str(FAMILIES // 3))
    screens.look_around("new")
    page.get_by_role("button", name=texts["new"]["do"]).click()
    expect_state(screens, "draft")
    expect(page.get_by_text(str(AGREED), exact=True)).to_be_visible()


def expect_state(screens: Screens, state: str, *, timeout: int = 10_000) -> None:
    """How far it is stands beside the way back to all of them."""
    badge = screens.page.locator(".mantine-Badge-label").first
    expect(badge).to_have_text(screens.text("broadcasts")["state"][state], timeout=timeout)


def start(screens: Screens) -> None:
    """Nothing goes out before it was asked with the number of people."""
    page, texts = screens.page, screens.text("broadcasts")
    screens.look_around("draft")
    page.get_by_role("button", name=texts["start"]["send"], exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(str(AGREED))
    screens.look("asked")
    dialog.get_by_role("button", name=texts["start"]["send"], exact=True).click()
    expect_state(screens, "sending")


def figure(screens: Screens, label: str) -> Any:
    """The number above its name."""
    return screens.page.get_by_text(label, exact=True).first.locator("xpath=preceding-sibling::*[1]")


def halt_and_go_on(screens: Screens) -> None:
    """It is watched as it goes out; while it is halted nothing more goes out."""
    page, texts = screens.page, screens.text("broadcasts")
    sent = figure(screens, texts["list"]["sent"])
    expect(sent).not_to_have_text("0")
    page.get_by_role("button", name=texts["pause"], exact=True).click()
    expect_state(screens, "paused")
    assert 0 < int(sent.inner_text()) < AGREED
    screens.look_around("paused")
    page.get_by_role("button", name=texts["resume"], exact=True).click()
    expect_state(screens, "finished", timeout=30_000)


def results(screens: Screens) -> None:
    """Everybody who agreed got it, and it says why the others did not."""
    page, texts = screens.page, screens.text("broadcasts")
    expect(figure(screens, texts["list"]["sent"])).to_have_text(str(AGREED))
    expect(page.get_by_role("table", name=texts["preflight"]["held"])).to_contain_text(str(FAMILIES // 3))
    screens.look_around("finished")
    page.get_by_role("link", name=texts["list"]["all"]).click()
    row = page.get_by_role("row", name=re.compile(THINGS[screens.language]["name"])).first
    expect(row).to_contain_text(str(AGREED))
    screens.look_around("list")


def choose_tomorrow(screens: Screens) -> None:
    """The calendar opens, begins on Sunday, and takes a day and a time."""
    page = screens.page
    page.get_by_role("button", name=re.compile("Asia.Jerusalem")).click()
    calendar = page.get_by_role("dialog")
    calendar.wait_for()
    screens.look("calendar")
    calendar.locator("[data-today]").locator("xpath=following::button[not(@disabled)][1]").click()
    page.keyboard.press("Escape")
