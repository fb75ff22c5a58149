"""A real browser and a site for it; see sdk_site."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sdk_site import SECONDS, Site, handler_of

CHROMIUM_ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture
def site() -> Iterator[Site]:
    from kesher.events.collector.documents import load_tracker

    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site, load_tracker().source))
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("KESHER_CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; of one module only, since Playwright occupies the thread's event loop while it runs."""
    from playwright.sync_api import sync_playwright

    path = _chromium()
    if path is None or not Path(path).exists():
        pytest.skip("not run: there is no Chromium on this machine (deploy/install-chromium.sh installs it)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    """A browser profile of its own: no storage, Hebrew, in Jerusalem."""
    fresh = browser.new_context(
        locale="he-IL",
        timezone_id="Asia/Jerusalem",
        viewport={"width": 800, "height": 600},
        screen={"width": 800, "height": 600},
    )
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: Any) -> Any:
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    return page
