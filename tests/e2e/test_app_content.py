"""Content: a message is written as code and as blocks, which are the same source; seen as a person, tested, saved."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bench.installation import Installation
from tests.e2e.customers import send
from tests.e2e.screens import WORKSPACE, Screens, both_languages

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TALL = {"width": 1440, "height": 1900}
LOOP = """{% for product in event.properties.products limit: 3 %}
        <mj-text>{{ product.name | default: "?" }}{% if product.price < 5 %} !{% endif %}</mj-text>
        {% endfor %}
        <mj-button href"""


@both_languages
def test_a_message_is_written_as_code_and_as_blocks(demo: Installation, open_app: Any, language: str) -> None:
    traits = {"first_name": "רינה", "last_name": f"walk-{language}", "email": f"walk-{language}@example.com"}
    send(demo, [{"type": "identify", "traits": traits}], user=f"content-{language}")
    with open_app(demo, language=language, viewport=TALL) as screens:
        page, said = screens.page, screens.text("content")
        begin(screens, said, f"Spring {language}")

        # Code: a loop between elements, which blocks can only keep.
        choose(page, said["mode"]["code"])
        page.get_by_label(said["editor"]["subject"]).fill("אביב {{ customer.first_name }}!!")
        source = page.get_by_label(said["editor"]["mjml"])
        good = source.input_value().replace("<mj-button href", LOOP, 1)
        source.fill(good.replace("mj-button", "mj-nothing"))
        page.get_by_text("<mj-nothing>").first.wait_for()
        screens.look("mistake")
        source.fill(good)
        page.get_by_text("<mj-nothing>").first.wait_for(state="detached")

        # Blocks: nothing changes by looking; then a text is written and blocks are added.
        choose(page, said["mode"]["visual"])
        canvas = page.frame_locator("iframe[src*=design]").frame_locator("iframe.gjs-frame")
        canvas.locator(".kesher-piece").first.wait_for()
        screens.look("blocks")
        choose(page, said["mode"]["both"])
        assert source.input_value() == good
        choose(page, said["mode"]["visual"])
        canvas.locator(".kesher-piece").first.wait_for()
        write(page, canvas, said, "XYZ")
        block(page, said, "divider").click()
        block(page, said, "text").click()
        add_picture(page, said, language)
        screens.look("picture-chosen")

        choose(page, said["mode"]["both"])
        canvas.locator(".kesher-piece").first.wait_for()
        screens.look("side-by-side")
        choose(page, said["mode"]["code"])
        written = source.input_value()
        assert liquid(written) == liquid(good)
        assert "XYZ" in written and "<mj-divider" in written
        assert written.count("<mj-text") == good.count("<mj-text") + 1
        assert re.search(rf'<mj-image src="http[^"]+/i/[\w-]+\.png" alt="{language} banner" />', written)

        see_as_person(page, said, language)
        send_test(screens, said, language)
        page.get_by_role("button", name=said["check"]["do"], exact=True).click()
        page.get_by_text(re.compile("30A|30א")).first.wait_for()
        page.get_by_role("button", name=said["editor"]["save"], exact=True).click()
        page.get_by_text(said["editor"]["saved"].replace("{{version}}", "2")).wait_for()
        screens.look("saved")
        page.set_viewport_size({"width": 390, "height": 844})
        screens.look("phone")


@both_languages
def test_the_source_has_a_way_out_for_the_keyboard_and_none_for_blocks(
    demo: Installation, open_app: Any, language: str
) -> None:
    with open_app(demo, language=language) as screens:
        page, said = screens.page, screens.text("content")
        begin(screens, said, f"Keys {language}")
        choose(page, said["mode"]["code"])
        source = page.get_by_label(said["editor"]["mjml"])
        source.focus()
        before = source.input_value()
        page.keyboard.press("Tab")
        assert len(source.input_value()) == len(before) + 2
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert source.evaluate("area => document.activeElement !== area")

        inside = before.replace("<mj-section>", '<mj-section {% if customer.vip %}padding="0"{% endif %}>', 1)
        source.fill(inside)
        choose(page, said["mode"]["visual"])
        page.get_by_text(said["blocks"]["refused"]).wait_for()
        screens.look("not-as-blocks")
        choose(page, said["mode"]["code"])
        assert source.input_value() == inside
        page.once("dialog", lambda dialog: dialog.accept())
        screens.open(f"{WORKSPACE}/content/brand")
        page.get_by_role("heading", name=said["brand"]["title"]).wait_for()
        screens.look("brand")


def begin(screens: Screens, said: Any, name: str) -> None:
    """A new template."""
    page = screens.page
    screens.sign_in_to_demo()
    screens.open(f"{WORKSPACE}/content")
    page.get_by_role("button", name=said["list"]["new"]).click()
    page.get_by_role("dialog").get_by_role("textbox").last.fill(name)
    page.get_by_role("button", name=said["new"]["begin"]).click()
    page.get_by_label(said["editor"]["subject"]).wait_for()


def choose(page: Any, mode: str) -> None:
    """Blocks, code, or both."""
    page.get_by_text(mode, exact=True).first.click()


def block(page: Any, said: Any, name: str) -> Any:
    """A block of the palette."""
    return page.get_by_role("button", name=said["blocks"]["block"][name], exact=True).first


def write(page: Any, canvas: Any, said: Any, words: str) -> None:
    """Write at the end of the second text; the keyboard gets out of it."""
    text = canvas.locator("[data-gjs-type=mj-text]").nth(1)
    text.click()
    page.get_by_role("button", name=said["blocks"]["writeText"]).click()
    page.get_by_role("toolbar", name=said["blocks"]["write"]["title"]).wait_for()
    page.keyboard.type(words)
    page.keyboard.press("Escape")
    page.get_by_role("toolbar", name=said["blocks"]["write"]["title"]).wait_for(state="detached")


def add_picture(page: Any, said: Any, language: str) -> None:
    """Upload a picture, say what it shows, and put it in."""
    buffer = BytesIO()
    Image.new("RGB", (240, 80), "#3b44c3").save(buffer, "PNG")
    block(page, said, "image").click()
    page.locator("input[type=file]").set_input_files(
        {"name": f"banner-{language}.png", "mimeType": "image/png", "buffer": buffer.getvalue()}
    )
    page.get_by_label(said["pictures"]["alt"]).fill(f"{language} banner")
    page.get_by_role("button", name=said["pictures"]["use"]).click()
    page.get_by_role("button", name=said["blocks"]["otherPicture"]).wait_for()


def see_as_person(page: Any, said: Any, language: str) -> None:
    """The preview as somebody in particular."""
    page.get_by_role("combobox", name=said["preview"]["as"]).fill(f"walk-{language}")
    page.get_by_role("option", name=re.compile("רינה")).first.click()
    page.get_by_test_id("preview-subject").get_by_text("אביב רינה!!").wait_for()


def send_test(screens: Screens, said: Any, language: str) -> None:
    """A test goes to oneself and lies in the mailbox."""
    page = screens.page
    page.get_by_role("button", name=said["test"]["do"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=said["test"]["do"]).click()
    dialog.get_by_text(said["test"]["sent"]).wait_for()
    screens.look("test-sent")
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name=said["test"]["mailbox"]).click()
    mark = {"he": "[בדיקה]", "en": "[Test]"}[language]
    opened.value.get_by_text(f"{mark} אביב רינה!!").first.wait_for()
    opened.value.close()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def liquid(source: str) -> list[str]:
    """The Liquid of a source, in order."""
    return re.findall(r"{{.*?}}|{%.*?%}", source, re.S)
