"""A browser window of the app: its screens are opened, photographed, and asked about by axe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# What stands in a frame is a message as it was rendered, not the app's own.
WCAG = "{iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE = 15_000
WORKSPACE = "/w/kesher-grocery"

both_languages = pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])


class Screens:
    """One window, in one language. What the browser and axe complain of is gathered, so that one run tells it all."""

    def __init__(self, page: Any, base: str, *, language: str, name: str) -> None:
        self.page, self.base, self.language, self.name = page, base, language, name
        self.complaints: list[str] = []
        self.violations: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        # An answer of 4xx is an answer: the browser writes it into the console whatever the app makes of it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def text(self, room: str) -> Any:
        """What a room of the app says in this window's language: the walks press what is written, whatever it is."""
        folder = ROOT / "web" / "src" / (room if room in ("app", "i18n") else f"rooms/{room}")
        return json.loads((folder / "texts" / f"{self.language}.json").read_text())

    def open(self, path: str) -> None:
        """Go to an address inside the app."""
        self.page.goto(f"{self.base}/app{path}")

    def sign_in_to_demo(self) -> None:
        """In by the button that a demo on this machine offers."""
        self.open("/sign-in")
        self.page.get_by_role("button", name={"he": "כניסה להדגמה", "en": "Sign in to the demo"}[self.language]).click()
        self.page.get_by_role("navigation").first.wait_for()

    def choose(self, field: Any, option: str) -> None:
        """Choose an option of a list that opens."""
        field.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def photograph(self, screen: str) -> None:
        """Keep the screen as a picture."""
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{screen}-{self.language}.png", full_page=True)

    def look(self, screen: str) -> None:
        """Photograph the screen, and ask axe what a reader with a screen reader or without a mouse would meet."""
        from playwright.sync_api import expect

        expect(self.page.locator("h1").first).to_be_visible(timeout=PATIENCE)
        waiting = self.page.locator(".mantine-Loader-root, .mantine-Skeleton-root").filter(visible=True)
        expect(waiting).to_have_count(0, timeout=PATIENCE)
        self.page.evaluate("document.fonts.ready.then(() => undefined)")
        self.photograph(screen)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        for each in self.page.evaluate(f"axe.run(document, {WCAG})")["violations"]:
            nodes = [f"{node['html'][:160]}: {node['failureSummary'][:300]}" for node in each["nodes"]]
            self.violations.append(f"{screen}: {each['id']}: {nodes}")

    def look_around(self, screen: str) -> None:
        """The screen on a desk, in the dark, and on a phone, than which it must not be wider."""
        self.look(screen)
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self.look(f"{screen}-dark")
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.set_viewport_size(PHONE)
        self.look(f"{screen}-phone")
        if self.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            self.violations.append(f"{screen}: wider than a phone")
        self.page.set_viewport_size(DESKTOP)
