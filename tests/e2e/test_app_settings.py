"""The settings, page by page, on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from bench.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SETTINGS = "/w/kesher-grocery/settings"
PAGES = [
    *("sources", "providers", "hours", "topics", "suppressions"),
    *("members", "keys", "audit", "workspace", "account"),
]
languages = pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])


@languages
def test_every_page_of_the_settings_reads_well_on_a_phone(demo: Installation, open_app: Any, language: str) -> None:
    with open_app(demo, language=language, viewport={"width": 390, "height": 844}) as screens:
        screens.sign_in_to_demo()
        for page in PAGES:
            screens.open(f"{SETTINGS}/{page}")
            screens.page.get_by_role("heading", level=1).wait_for()
            screens.look(f"{page}-phone")
            assert screens.page.evaluate("document.documentElement.scrollWidth") <= 390, page
