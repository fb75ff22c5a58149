"""People brought from a file onto a list, the list kept by hand, people filtered and saved, a segment explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bench.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]

WORKSPACE = "/w/kesher-grocery"
PHONE = {"width": 390, "height": 844}
TEXTS = {
    "he": {
        "new_list": "רשימה חדשה",
        "name": "שם · עברית",
        "create": "יצירת הרשימה",
        "import": "ייבוא",
        "choose": "בחירת קובץ",
        "refused_of": "שורה אחת מתוך 4 הראשונות תידחה.",
        "source": "היכן ניתנה ההסכמה?",
        "wording": "באיזה נוסח?",
        "start": "ייבוא 4 שורות",
        "over": "תוצאה",
        "download": "הורדת השורות שנדחו",
        "reason": "אינה כתובת דוא״ל",
        "take_off": "הסרת",
        "undo": "החזרה",
        "actions": "פעולות",
        "rename": "שינוי שם",
        "save": "שמירה",
        "delete": "מחיקת הרשימה",
        "filter": "סינון",
        "add": "הוספת תנאי",
        "trait": "מאפיין",
        "show": "הצגת האנשים",
        "columns": "עמודות",
        "which": "פרטים להצגה",
        "export": "ייצוא",
        "explain": "על מי לשאול",
        "outside": "לא בסגמנט",
        "audience": "קהל",
        "sends": "יקבלו",
    },
    "en": {
        "new_list": "New list",
        "name": "Name · English",
        "create": "Create the list",
        "import": "Import",
        "choose": "Choose a file",
        "refused_of": "Of the first 4 rows, one will be refused.",
        "source": "Where did they agree?",
        "wording": "In which words?",
        "start": "Import 4 rows",
        "over": "Result",
        "download": "Download refused rows",
        "reason": "is not an e-mail address",
        "take_off": "Take",
        "undo": "Undo",
        "actions": "Actions",
        "rename": "Rename",
        "save": "Save",
        "delete": "Delete the list",
        "filter": "Filter",
        "add": "Add a condition",
        "trait": "Trait",
        "show": "Show these people",
        "columns": "Columns",
        "which": "Traits to show",
        "export": "Export",
        "explain": "About whom",
        "outside": "Not in the segment",
        "audience": "Audience",
        "sends": "would get it",
    },
}
languages = pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])


def file_of(language: str) -> bytes:
    """Four people as a till writes them, one with a mistake."""
    rows = [
        "customer id;email;first name;city;points;newsletter",
        f"w-{language}-1;rina@{language}.test;רינה;חיפה;1,200;yes",
        f"w-{language}-2;omer@{language}.test;Omer;Tel Aviv;80;no",
        f"w-{language}-3;noa@{language}.test;נועה;=1+1;15;yes",
        f"w-{language}-4;not-an-address;דן;חיפה;3;yes",
    ]
    return "\r\n".join(rows).encode("utf-8")


@languages
def test_a_file_comes_onto_a_list_and_the_list_is_kept_by_hand(
    demo: Installation, open_app: Any, language: str
) -> None:
    texts = TEXTS[language]
    with open_app(demo, language=language) as screens:
        page = screens.page
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/lists")
        screens.look("none")
        page.get_by_role("button", name=texts["new_list"]).first.click()
        page.get_by_label(texts["name"]).fill(f"Club {language}")
        page.get_by_role("button", name=texts["create"]).click()
        page.get_by_role("heading", name=f"Club {language}").wait_for()
        screens.look("empty")

        page.get_by_role("link", name=texts["import"]).click()
        load_file(screens, texts, file_of(language))

        screens.open(f"{WORKSPACE}/lists")
        page.get_by_role("link", name=f"Club {language}").click()
        page.get_by_role("link", name="Omer").wait_for()
        screens.look("list")
        keep_by_hand(screens, texts)


def load_file(screens: Any, texts: dict[str, str], content: bytes) -> None:
    """Choose the file, look at how it is read, say what its people agreed to, and see what became of it."""
    page = screens.page
    page.get_by_role("button", name=texts["choose"]).wait_for()
    screens.look("imports")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=texts["choose"]).click()
    chooser.value.set_files({"name": "till.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_text(texts["refused_of"]).wait_for()
    page.get_by_label(texts["source"]).fill("Till")
    page.get_by_label(texts["wording"]).fill("Write to me.")
    screens.look("draft")
    page.set_viewport_size(PHONE)
    screens.look("draft-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name=texts["start"]).click()
    page.get_by_role("heading", name=texts["over"]).wait_for(timeout=30_000)
    screens.look("loaded")
    with page.expect_download() as download:
        page.get_by_role("button", name=texts["download"]).click()
    assert texts["reason"] in Path(download.value.path()).read_text(encoding="utf-8-sig")


def keep_by_hand(screens: Any, texts: dict[str, str]) -> None:
    """Take somebody off, take that back, rename the list, delete it."""
    page = screens.page
    page.get_by_role("button", name=re.compile(f"^{texts['take_off']}.*Omer")).click()
    page.get_by_role("link", name="Omer").wait_for(state="detached")
    page.get_by_role("button", name=texts["undo"]).click()
    page.get_by_role("link", name="Omer").wait_for()
    page.set_viewport_size(PHONE)
    screens.look("list-phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name=texts["actions"], exact=True).click()
    page.get_by_role("menuitem", name=texts["rename"]).click()
    page.get_by_label(texts["name"]).fill("Friends")
    page.get_by_role("button", name=texts["save"]).click()
    page.get_by_role("heading", name="Friends").wait_for()
    page.get_by_role("button", name=texts["actions"], exact=True).click()
    page.get_by_role("menuitem", name=texts["delete"]).click()
    page.get_by_role("dialog").get_by_role("button", name=texts["delete"]).wait_for()
    screens.look("delete")
    page.get_by_role("dialog").get_by_role("button", name=texts["delete"]).click()
    page.get_by_role("heading", name="Friends").wait_for(state="detached")


@languages
def test_people_are_filtered_by_a_rule_that_can_be_shared_and_saved_as_a_file(
    demo: Installation, open_app: Any, language: str
) -> None:
    texts = TEXTS[language]
    with open_app(demo, language=language) as screens:
        page = screens.page
        screens.sign_in_to_demo()
        screens.open(f"{WORKSPACE}/people")
        page.get_by_role("button", name=texts["filter"]).click()
        page.get_by_role("button", name=texts["add"]).click()
        page.get_by_role("menuitem", name=re.compile(f"^{texts['trait']}")).first.click()
        screens.look("filter")
        page.keyboard.press("Escape")

        rule = {"all": [{"trait": "city", "op": "eq", "value": "חיפה"}]}
        screens.open(f"{WORKSPACE}/people?rule={quote(json.dumps(rule))}")
        page.get_by_text("city").first.wait_for()
        page.get_by_role("button", name=texts["columns"]).click()
        page.get_by_label(texts["which"]).fill("city")
        page.get_by_role("option", name="city", exact=True).click()
        page.keyboard.press("Escape")
        page.get_by_role("columnheader", name="city").wait_for()
        screens.look("filtered")
        page.set_viewport_size(PHONE)
        screens.look("filtered-phone")
        page.set_viewport_size({"width": 1280, "height": 800})
        with page.expect_download() as download:
            page.get_by_role("button", name=texts["export"]).click()
        lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert lines[0].endswith(",city")
        assert all(line.endswith("חיפה") for line in lines[1:])
