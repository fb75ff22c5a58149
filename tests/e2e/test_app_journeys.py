"""The heart of the app: a segment, a journey from a recipe, its play, its publishing, a customer in it, its numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bench.installation import Installation
from tests.e2e.customers import leave_a_cart, open_mail, send
from tests.e2e.screens import PHONE, WORKSPACE, Screens, both_languages

pytestmark = [pytest.mark.browser, pytest.mark.processes]

WIDE = {"width": 1440, "height": 900}
# What the API calls things; what the app says is read from its own texts.
WORDS = {
    "he": {
        "event": "אירוע",
        "recipe": "עגלה נטושה",
        "for": "למשך",
        "second": "שניות",
        "topic": "נושא",
        "cart": "תזכורות על העגלה",
        "two": "שתי שניות",
    },
    "en": {
        "event": "Event",
        "recipe": "Abandoned cart",
        "for": "For",
        "second": "seconds",
        "topic": "Topic",
        "cart": "Reminders of your cart",
        "two": "2 seconds",
    },
}
ENTERED = {"he": r"1 נכנסו", "en": r"1 entered"}


@both_languages
def test_from_a_segment_to_the_numbers_on_the_canvas(demo: Installation, open_app: Any, language: str) -> None:
    address = f"{language}-mika@example.com"
    some_customer(demo, language)
    with open_app(demo, language=language, viewport=WIDE) as screens:
        screens.sign_in_to_demo()
        write_segment(screens)
        begin_from_recipe(screens)
        adapt(screens)
        play_imagined(screens)
        play_real(screens)
        publish(screens, version=1)
        visit_the_shop(screens, address)
        watch(screens, address)
        dry_run(screens)
        change_and_publish_again(screens)
        end_it(screens)


@both_languages
def test_journeys_in_the_dark_and_on_a_phone(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language) as screens:
        texts = screens.text("journeys")
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/journeys")
        screens.page.get_by_role("table").get_by_role("link").first.wait_for()
        screens.look_around("journeys")
        for name, shown in (("edit", texts["palette"]["title"]), ("live", texts["numbers"]["title"])):
            screens.open(f"{WORKSPACE}/journeys/welcome?mode={name}")
            screens.page.get_by_role("heading", name=shown).wait_for()
            screens.look_around(f"journey-{name}")
        screens.page.set_viewport_size(PHONE)
        screens.open(f"{WORKSPACE}/journeys/welcome")
        expect(screens.page.get_by_text(texts["narrow"]["title"])).to_be_visible()
        screens.page.get_by_role("button", name=texts["narrow"]["play"]).click()
        panel(screens).get_by_role("button", name=texts["play"]["begin"], exact=True).wait_for()
        screens.look("journey-play-phone")


def some_customer(demo: Installation, language: str) -> None:
    """Somebody who has a cart and has agreed to nothing."""
    products = [{"name": "Milk חלב", "quantity": 1, "price": 12.5}]
    send(
        demo,
        [
            {"type": "identify", "traits": {"firstName": "Noa נועה", "email": f"noa-{language}@example.com"}},
            {"type": "track", "event": "Cart Viewed", "properties": {"value": 12.5, "products": products}},
        ],
        user=f"noa-{language}",
    )


def write_segment(screens: Screens) -> None:
    """Who has a cart; the count follows the rule as it is written."""
    page, texts, event = screens.page, screens.text("segments"), WORDS[screens.language]["event"]
    screens.open(f"{WORKSPACE}/segments/new")
    page.get_by_role("textbox", name=texts["name"]).fill(f"With a cart {screens.language}")
    page.get_by_role("button", name=texts["builder"]["add"]).click()
    page.get_by_role("menuitem", name=re.compile(f"^{event}")).click()
    page.get_by_label(event, exact=True).fill("Cart Viewed")
    page.keyboard.press("Escape")
    said = [texts["preview"][f"exact_{form}"] for form in ("one", "other")]
    page.get_by_text(re.compile("|".join(map(re.escape, said)))).wait_for()
    screens.look("segment")
    page.get_by_role("button", name=texts["save"]).click()
    page.get_by_role("link", name=f"With a cart {screens.language}").wait_for()


def begin_from_recipe(screens: Screens) -> None:
    """A recipe becomes a draft, also where the workspace has such a journey already."""
    page, texts = screens.page, screens.text("journeys")
    page.get_by_role("link", name=screens.text("app")["nav"]["journeys"]).click()
    page.get_by_role("table").get_by_role("link").first.wait_for()
    screens.look("list")
    page.get_by_role("button", name=texts["list"]["new"]).click()
    recipe = re.compile(f"^{WORDS[screens.language]['recipe']}")
    chosen = page.get_by_role("dialog").get_by_role("button", name=recipe)
    chosen.wait_for()
    screens.look("recipes")
    chosen.click()
    step(screens, "left_alone").wait_for()
    screens.look("canvas")


def step(screens: Screens, key: str) -> Any:
    """A step on the canvas."""
    return screens.page.locator(f'.react-flow__node[data-id="{key}"]')


def panel(screens: Screens) -> Any:
    """What stands beside the canvas."""
    return screens.page.locator("#journey-panel")


def mode(screens: Screens, name: str) -> None:
    """Write, watch, or play."""
    texts = screens.text("journeys")
    bar = screens.page.get_by_role("radiogroup", name=texts["bar"]["mode"])
    bar.get_by_text(texts["mode"][name], exact=True).click()


def saved(screens: Screens) -> None:
    """The draft follows what is on the canvas."""
    expect(screens.page.get_by_text(screens.text("journeys")["saving"]["kept"])).to_be_visible()


def adapt(screens: Screens) -> None:
    """The first wait lasts a second, and the mail is about a topic to which the shop's visitors agree."""
    words, form = WORDS[screens.language], screens.text("journeys")["form"]
    step(screens, "left_alone").click()
    many = form["countOf"].replace("{{label}}", words["for"])
    unit = form["unitOf"].replace("{{label}}", words["for"])
    panel(screens).get_by_label(many).fill("2")
    screens.choose(panel(screens).get_by_role("combobox", name=unit), words["second"])
    expect(step(screens, "left_alone")).to_contain_text(words["two"])
    step(screens, "remind").click()
    screens.look("form")
    screens.choose(panel(screens).get_by_role("combobox", name=words["topic"]), words["cart"])
    expect(step(screens, "remind")).to_contain_text(words["cart"])
    saved(screens)


def play_imagined(screens: Screens) -> None:
    """Somebody who never was walks until her first message, which is shown as she would get it."""
    page, texts = screens.page, screens.text("journeys")["play"]
    mode(screens, "play")
    screens.look("casting")
    panel(screens).get_by_role("button", name=texts["begin"], exact=True).click()
    walk_to_message(screens)
    screens.look("play")
    assert page.locator("[data-played=been]").count() > 0, "the way that she went is marked"
    frame = page.locator("iframe").first
    assert frame.get_attribute("sandbox") == "", "a message can run nothing"
    expect(page.frame_locator("iframe").first.locator("body")).to_contain_text(re.compile(r"\w"))
    panel(screens).get_by_role("button", name=texts["again"]).click()


def play_real(screens: Screens) -> None:
    """A person of the shop walks; the gate says why her message would not go out."""
    page, texts = screens.page, screens.text("journeys")["play"]
    panel(screens).get_by_text(texts["real"], exact=True).click()
    person = panel(screens).get_by_role("combobox", name=texts["person"])
    person.fill(f"noa-{screens.language}")
    page.get_by_role("option", name=re.compile(f"noa-{screens.language}@")).click()
    panel(screens).get_by_role("button", name=texts["begin"], exact=True).click()
    walk_to_message(screens)
    expect(panel(screens).get_by_text(texts["held"], exact=True)).to_be_visible()
    screens.look("play-real")


def walk_to_message(screens: Screens) -> None:
    """On, line by line, until a message is shown."""
    lines = panel(screens).locator("ol > li")
    lines.nth(2).wait_for()
    further = panel(screens).get_by_role("button", name=screens.text("journeys")["play"]["next"])
    for _ in range(lines.count()):
        if screens.page.locator("iframe").count() > 0:
            return
        further.click()
    assert screens.page.locator("iframe").count() > 0, "no line shows a message"


def publish(screens: Screens, *, version: int) -> None:
    """Put it in force, after reading what that means."""
    page, texts = screens.page, screens.text("journeys")["publish"]
    mode(screens, "edit")
    page.get_by_role("button", name=texts["do"], exact=True).click()
    page.get_by_role("button", name=texts["now"]).wait_for()
    screens.look(f"publish-{version}")
    page.get_by_role("button", name=texts["now"]).click()
    page.get_by_text(texts["done"].replace("{{version}}", str(version))).wait_for()
    page.get_by_role("dialog").wait_for(state="detached")


def visit_the_shop(screens: Screens, address: str) -> None:
    """A visitor leaves her cart behind, and finds an e-mail about it."""
    window = screens.page.context.new_page()
    name = leave_a_cart(window, screens.base, language=screens.language, address=address)
    open_mail(window, screens.base, address)
    expect(window.frame_locator("iframe").locator("body")).to_contain_text(name)
    window.close()


def watch(screens: Screens, address: str) -> None:
    """The canvas counts her, says where she is, and shows the way that she went."""
    page, texts = screens.page, screens.text("journeys")["numbers"]
    mode(screens, "live")
    expect(step(screens, "remind")).to_contain_text(re.compile(ENTERED[screens.language]), timeout=20_000)
    screens.look("live")
    step(screens, "a_day").click()
    expect(panel(screens).get_by_role("heading", name=texts["whoIsHere"])).to_be_visible()
    expect(panel(screens).get_by_role("link", name=address)).to_be_visible()
    screens.look("who-is-here")
    panel(screens).get_by_role("button", name=texts["showPath"]).click()
    expect(step(screens, "remind").locator("[data-played=been]")).to_be_visible()
    expect(step(screens, "a_day").locator("[data-played=now]")).to_be_visible()
    expect(step(screens, "last_call").locator("[data-played=not]")).to_be_visible()
    screens.look("path")
    panel(screens).get_by_role("button", name=texts["all"]).click()
    expect(page.locator("[data-played]")).to_have_count(0)


def dry_run(screens: Screens) -> None:
    """The last weeks go through it, and their numbers come onto the canvas."""
    texts = screens.text("journeys")
    panel(screens).get_by_role("button", name=texts["panel"]["close"]).click()
    panel(screens).get_by_role("button", name=texts["dry"]["weeks_one"].replace("{{count}}", "1"), exact=True).click()
    expect(panel(screens).get_by_role("heading", name=texts["dry"]["title"], level=2)).to_be_visible(timeout=20_000)
    screens.look("dry-run")
    panel(screens).get_by_role("button", name=texts["dry"]["close"]).click()


def change_and_publish_again(screens: Screens) -> None:
    """The difference is told in words, and so is what becomes of whoever is in it."""
    page, words, texts = screens.page, WORDS[screens.language], screens.text("journeys")
    mode(screens, "edit")
    step(screens, "left_alone").click()
    panel(screens).get_by_label(texts["form"]["countOf"].replace("{{label}}", words["for"])).fill("5")
    saved(screens)
    page.get_by_role("button", name=texts["publish"]["do"], exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem").first).to_be_visible()
    expect(dialog.get_by_role("heading", name=texts["moves"]["title"])).to_be_visible()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    publish(screens, version=2)


def end_it(screens: Screens) -> None:
    """What cannot be undone is asked first."""
    page, texts = screens.page, screens.text("journeys")
    page.get_by_role("button", name=re.compile(texts["actionsOf"].replace("{{name}}", ".*"))).click()
    page.get_by_role("menuitem", name=texts["archive"]["do"]).click()
    page.get_by_role("dialog").get_by_role("button", name=texts["archive"]["do"]).click()
    expect(page.get_by_text(texts["state"]["archived"], exact=True)).to_be_visible()
    screens.look("ended")
