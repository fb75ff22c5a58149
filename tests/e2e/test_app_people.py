"""People and segments: somebody buys, is found, and answers to a rule as it is being written."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bench.installation import Installation
from tests.e2e.customers import send

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TEXTS = {
    "he": {
        "search": "שם, דואר אלקטרוני, טלפון או מזהה",
        "timeline": "ציר הזמן",
        "messages": "הודעות",
        "why": "למה?",
        "held": "נעצרה",
        "answered": "לא נשלחה",
        "journey": "ברכה אחרי",
        "entered": "כניסה בצומת",
        "new": "סגמנט חדש",
        "name": "שם",
        "add": "הוספת תנאי",
        "event": "אירוע",
        "answer": "אדם אחד עונה לכלל.",
        "save": "שמירה",
    },
    "en": {
        "search": "Name, e-mail, phone or id",
        "timeline": "Timeline",
        "messages": "Messages",
        "why": "Why?",
        "held": "Held back",
        "answered": "Not sent",
        "journey": "Welcome",
        "entered": "Entered at",
        "new": "New segment",
        "name": "Name",
        "add": "Add a condition",
        "event": "Event",
        "answer": "person answers this rule.",
        "save": "Save",
    },
}
RINA = {"firstName": "רינה", "city": "חיפה"}


@pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])
def test_a_person_is_found_and_a_segment_is_written(demo: Installation, open_app: Any, language: str) -> None:
    texts, event = TEXTS[language], f"Tasted {language}"
    send(
        demo,
        [
            {
                "type": "identify",
                "traits": {**RINA, "email": f"rina-{language}@example.com", "lastName": f"Bar-{language}"},
            },
            {"type": "track", "event": event, "properties": {"total": 30}},
            {"type": "track", "event": "Order Completed", "properties": {"order_id": f"walk-{language}"}},
        ],
        user=f"walk-{language}",
    )
    with open_app(demo, language=language) as screens:
        page = screens.page
        screens.sign_in_to_demo()
        screens.open("/w/kesher-grocery/people")
        page.get_by_placeholder(texts["search"]).fill(f"bar-{language}")
        page.get_by_role("link", name=f"רינה Bar-{language}").wait_for()
        screens.look("people")
        page.get_by_role("link", name=f"רינה Bar-{language}").click()
        page.get_by_role("heading", name=texts["timeline"]).wait_for()
        page.get_by_role("button", name=event).click()
        screens.look("person")

        page.get_by_role("tab", name=texts["messages"]).click()
        page.get_by_text(texts["held"], exact=True).wait_for()
        screens.look("person-messages")
        page.get_by_role("button", name={"he": "ברכה", "en": "Welcome"}[language], exact=True).click()
        page.get_by_role("dialog").get_by_text(texts["answered"]).wait_for()
        screens.look("person-message")
        page.keyboard.press("Escape")
        page.get_by_role("tab", name=texts["why"]).click()
        page.get_by_role("combobox").fill(texts["journey"])
        page.get_by_role("option").first.click()
        page.get_by_text(texts["entered"]).wait_for()
        screens.look("person-why")

        screens.open("/w/kesher-grocery/segments")
        screens.look("segments")
        page.get_by_role("link", name=texts["new"]).first.click()
        page.get_by_role("textbox", name=texts["name"]).fill(f"Tasters {language}")
        page.get_by_role("button", name=texts["add"]).click()
        page.get_by_role("menuitem", name=re.compile(f"^{texts['event']}")).click()
        page.get_by_label(texts["event"], exact=True).fill(event)
        page.keyboard.press("Escape")
        page.get_by_text(texts["answer"]).wait_for()
        screens.look("segment")
        page.get_by_role("button", name=texts["save"]).click()
        page.get_by_role("link", name=f"Tasters {language}").wait_for()
