"""People brought from a file onto a list, the list kept by hand and written to, people filtered and saved, a segment
explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bench.installation import Installation
from tests.e2e.customers import send
from tests.e2e.screens import PATIENCE, WORKSPACE, Screens, both_languages

pytestmark = [pytest.mark.browser, pytest.mark.processes]

HAIFA = {"all": [{"trait": "city", "op": "eq", "value": "חיפה"}]}


def till_file(language: str) -> bytes:
    """Four people as a till writes them, one with a mistake."""
    rows = [
        "customer id;email;first name;city;points;newsletter",
        f"w-{language}-1;rina@{language}.test;רינה;חיפה;1,200;yes",
        f"w-{language}-2;omer@{language}.test;Omer;Tel Aviv;80;no",
        f"w-{language}-3;noa@{language}.test;נועה;=1+1;15;yes",
        f"w-{language}-4;not-an-address;דן;חיפה;3;yes",
    ]
    return "\r\n".join(rows).encode("utf-8")


@both_languages
def test_a_file_comes_onto_a_list_that_is_kept_by_hand_and_written_to(
    demo: Installation, open_app: Any, language: str
) -> None:
    with open_app(demo, language=language) as screens:
        page, texts, name = screens.page, screens.text("lists"), f"Club {language}"
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/lists")
        page.get_by_role("button", name=texts["new"]).first.click()
        page.get_by_role("dialog").get_by_role("textbox").last.fill(name)
        page.get_by_role("button", name=texts["create"]).click()
        page.get_by_role("heading", name=name).wait_for()
        screens.look("empty")

        page.get_by_role("link", name=screens.text("imports")["do"]).click()
        load_file(screens, till_file(language))

        screens.open(f"{WORKSPACE}/lists")
        screens.look_around("lists")
        page.get_by_role("link", name=name).click()
        page.get_by_role("link", name="Omer").wait_for()
        screens.look_around("list")
        write_to_list(screens, name)
        keep_by_hand(screens, name, f"Friends {language}")


def load_file(screens: Screens, content: bytes) -> None:
    """Choose the file, look at how it is read, say what its people agreed to, and see what became of it."""
    page, texts = screens.page, screens.text("imports")
    page.get_by_role("button", name=texts["upload"]["choose"]).wait_for()
    screens.look_around("imports")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=texts["upload"]["choose"]).click()
    chooser.value.set_files({"name": "till.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_text(texts["preview"]["refusedOf_one"].replace("{{rows}}", "4")).wait_for()
    page.get_by_label(texts["consent"]["source"]).fill("Till")
    page.get_by_label(texts["consent"]["wording"]).fill("Write to me.")
    screens.look_around("draft")
    page.get_by_role("button", name=texts["start"]["do_other"].replace("{{rows}}", "4")).click()
    page.get_by_role("heading", name=texts["going"]["over"]).wait_for(timeout=3 * PATIENCE)
    screens.look("loaded")
    with page.expect_download() as download:
        page.get_by_role("button", name=texts["refused"]["do"]).click()
    reason = {"he": "אינה כתובת דוא״ל", "en": "is not an e-mail address"}[screens.language]
    assert reason in Path(download.value.path()).read_text(encoding="utf-8-sig")


def write_to_list(screens: Screens, name: str) -> None:
    """A broadcast to the list: who of it would get it."""
    page, texts = screens.page, screens.text("broadcasts")
    here = page.url
    screens.open(f"{WORKSPACE}/broadcasts/new")
    screens.choose(page.get_by_role("combobox", name=texts["new"]["audience"]), name)
    page.get_by_text(texts["preflight"]["sends"], exact=True).wait_for()
    screens.look("broadcast")
    page.goto(here)


def keep_by_hand(screens: Screens, name: str, new_name: str) -> None:
    """Take somebody off, take that back, rename the list, delete it."""
    page, texts = screens.page, screens.text("lists")
    page.get_by_role("button", name=texts["members"]["remove"].replace("{{name}}", "Omer")).click()
    page.get_by_role("link", name="Omer").wait_for(state="detached")
    page.get_by_role("button", name=texts["members"]["undo"]).click()
    page.get_by_role("link", name="Omer").wait_for()
    page.get_by_role("button", name=texts["actions"], exact=True).click()
    page.get_by_role("menuitem", name=texts["rename"]["do"]).click()
    for field in page.get_by_role("dialog").get_by_role("textbox").all():
        field.fill(new_name)
    page.get_by_role("button", name=texts["rename"]["save"]).click()
    page.get_by_role("heading", name=new_name).wait_for()
    page.get_by_role("button", name=texts["actions"], exact=True).click()
    page.get_by_role("menuitem", name=texts["remove"]["do"]).click()
    sure = page.get_by_role("dialog").get_by_role("button", name=texts["remove"]["do"])
    sure.wait_for()
    screens.look("delete")
    sure.click()
    page.get_by_role("heading", name=texts["title"], exact=True).wait_for()


@both_languages
def test_people_are_filtered_by_a_rule_that_is_shared_and_saved_as_a_file(
    demo: Installation, open_app: Any, language: str
) -> None:
    for number in range(3):
        told = {"firstName": f"Haifa {number}", "city": "חיפה", "points": number * 700, "vip": number == 1}
        send(demo, [{"type": "identify", "traits": told}], user=f"haifa-{number}")
    with open_app(demo, language=language) as screens:
        page, texts, segments = screens.page, screens.text("people"), screens.text("segments")
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/people")
        page.get_by_role("button", name=texts["filter"]["do"], exact=True).click()
        page.get_by_role("button", name=segments["builder"]["add"]).click()
        page.get_by_role("menuitem", name=re.compile(f"^{ {'he': 'מאפיין', 'en': 'Trait'}[language] }")).first.click()
        screens.look_around("filter")

        screens.open(f"{WORKSPACE}/people?rule={quote(json.dumps(HAIFA))}")
        page.get_by_role("button", name=texts["filter"]["clear"]).wait_for()
        page.get_by_role("button", name=texts["columns"]["do"]).click()
        city = screens.text("i18n")["traits"]["city"]
        page.get_by_role("combobox", name=texts["columns"]["title"]).fill(city)
        page.get_by_role("option", name=city, exact=True).click()
        page.keyboard.press("Escape")
        page.get_by_role("columnheader", name=city).wait_for()
        screens.look_around("filtered")
        with page.expect_download() as download:
            page.get_by_role("button", name=texts["export"]["do"]).click()
        head, *lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert head.endswith(",city") and lines
        assert all(line.endswith(",חיפה") for line in lines)


@both_languages
def test_a_segment_is_explained_for_one_person(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language) as screens:
        page, texts = screens.page, screens.text("segments")
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/segments/regulars")
        picker = page.get_by_role("combobox", name=texts["explain"]["who"])
        picker.click()
        page.get_by_role("option").first.click()
        page.get_by_text(texts["explain"]["out"]).wait_for()
        screens.look_around("explained")
