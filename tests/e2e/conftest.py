"""What the walks of the web app share: an installation with the demo's workspace, signing in, axe, screenshots."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.installation import Installation, running_installation

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
LANGUAGES = {"he": "he-IL", "en": "en-GB"}


@pytest.fixture(scope="session")
def demo() -> Iterator[Installation]:
    """The demo's workspace and shop, without the recorded year."""
    with running_installation(KESHER_DEMO="1") as kesher:
        env = {**os.environ, "DATABASE_URL": kesher.database_url, "KESHER_DEMO": "1"}
        subprocess.run([sys.executable, Path(__file__).parent / "set_up_demo.py"], env=env, check=True)
        yield kesher


class Screens:
    """One browser window of the app: screens are opened, checked and photographed."""

    def __init__(self, page: Any, base: str, *, language: str, name: str) -> None:
        self.page, self.base, self.language, self.name = page, base, language, name
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        # An answer of 4xx is an answer: the browser writes it into the console whatever the app makes of it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        """Go to an address inside the app."""
        self.page.goto(f"{self.base}/app{path}")

    def sign_in_to_demo(self) -> None:
        """In by the button that a demo on this machine offers."""
        self.open("/sign-in")
        self.page.get_by_role("button", name={"he": "כניסה להדגמה", "en": "Sign in to the demo"}[self.language]).click()
        self.page.get_by_role("navigation").first.wait_for()

    def look(self, screen: str) -> None:
        """Photograph the screen, and ask axe what a reader with a screen reader or without a mouse would meet."""
        self.page.wait_for_load_state("networkidle")
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{screen}-{self.language}.png", full_page=True)
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
        told = [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in found["violations"]]
        assert told == [], f"{screen}: {told}"


@pytest.fixture
def open_app(browser: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """`with open_app(installation, language="he") as screens: …`; at the end nothing may have complained."""

    @contextmanager
    def opened(kesher: Installation, *, language: str, **settings: Any) -> Iterator[Screens]:
        viewport = settings.pop("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(
            locale=LANGUAGES[language], timezone_id="Asia/Jerusalem", viewport=viewport, **settings
        )
        context.set_default_timeout(15_000)
        name = request.module.__name__.removeprefix("test_app_")
        screens = Screens(context.new_page(), f"http://127.0.0.1:{kesher.port}", language=language, name=name)
        yield screens
        assert screens.complaints == [], "the browser complained"
        context.close()

    return opened
