"""The first minute: an empty installation is set up, the demo is entered with one press."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.installation import Installation, running_installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TEXTS = {
    "he": {"name": "שמך", "email": "דואר", "password": "סיסמה", "next": "הלאה", "shop": "שם העסק", "open": "פתיחת קשר"},
    "en": {
        "name": "Your name",
        "email": "E-mail",
        "password": "Password",
        "next": "Next",
        "shop": "Name of the business",
        "open": "Open Kesher",
    },
}


@pytest.fixture
def empty() -> Iterator[Installation]:
    """An installation that nobody has set up."""
    with running_installation() as kesher:
        yield kesher


@pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])
def test_an_owner_sets_her_installation_up(empty: Installation, open_app: Any, language: str) -> None:
    texts = TEXTS[language]
    with open_app(empty, language=language) as screens:
        page = screens.page
        screens.open("/")
        page.wait_for_url("**/app/set-up")
        page.get_by_label(texts["name"]).fill("דנה לוי")
        page.get_by_label(texts["email"]).fill("dana@example.com")
        page.get_by_role("textbox", name=texts["password"]).fill("short")
        page.get_by_role("button", name=texts["next"]).click()
        screens.look("set-up-refused")
        page.get_by_role("textbox", name=texts["password"]).fill("a long enough one")
        page.get_by_role("button", name=texts["next"]).click()
        page.get_by_label(texts["shop"]).fill("Bake & Co. מאפייה")
        screens.look("set-up-business")
        page.get_by_role("button", name=texts["next"]).click()
        screens.look("set-up-face")
        page.get_by_role("button", name=texts["open"]).click()
        page.wait_for_url("**/app/w/**")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "he" else "ltr")
        screens.look("home")


@pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])
def test_the_demo_is_entered_with_one_press(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language) as screens:
        screens.open("/sign-in")
        screens.look("sign-in")
        screens.sign_in_to_demo()
        screens.look("demo-home")
