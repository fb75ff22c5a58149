"""What the walks of the web app share: an installation with the demo's workspace, and windows of a browser."""

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
from tests.e2e.screens import DESKTOP, PATIENCE, SCREENSHOTS, Screens

LANGUAGES = {"he": "he-IL", "en": "en-GB"}


@pytest.fixture(scope="session")
def demo() -> Iterator[Installation]:
    """The demo's workspace and shop, without the recorded year."""
    with running_installation(KESHER_DEMO="1") as kesher:
        env = {**os.environ, "DATABASE_URL": kesher.database_url, "KESHER_DEMO": "1"}
        subprocess.run([sys.executable, Path(__file__).parent / "set_up_demo.py"], env=env, check=True)
        yield kesher


@pytest.fixture
def open_app(browser: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """`with open_app(installation, language="he") as screens: …`; at the end nothing may have complained."""

    @contextmanager
    def opened(kesher: Installation, *, language: str, **settings: Any) -> Iterator[Screens]:
        # Nothing fades or slides: what is photographed and asked about is what stays.
        usual = {"viewport": DESKTOP, "reduced_motion": "reduce", "timezone_id": "Asia/Jerusalem"}
        context = browser.new_context(locale=LANGUAGES[language], **{**usual, **settings})
        context.set_default_timeout(PATIENCE)
        name = request.module.__name__.rpartition(".")[2].removeprefix("test_app_")
        screens = Screens(context.new_page(), f"http://127.0.0.1:{kesher.port}", language=language, name=name)
        SCREENSHOTS.mkdir(exist_ok=True)
        try:
            yield screens
        except BaseException:
            screens.photograph("where-it-failed")
            raise
        finally:
            context.close()
        assert screens.complaints == [], "the browser complained"
        assert screens.violations == [], "axe complained"

    return opened
