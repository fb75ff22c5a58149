"""What customers do in the walks: their events come in, they fill a cart, they open their mail."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import requests

from bench.installation import Installation

SECONDS = 90.0


def send(kesher: Installation, calls: list[dict[str, Any]], *, user: str) -> None:
    """Send Segment calls of one user to the demo's shop."""
    with psycopg.connect(kesher.database_url) as conn:
        row = conn.execute("SELECT write_key FROM events_source ORDER BY id LIMIT 1").fetchone()
    assert row is not None
    batch = [{"userId": user, "messageId": f"{user}-{at}", **call} for at, call in enumerate(calls)]
    answer = requests.post(
        f"http://127.0.0.1:{kesher.port}/v1/batch", json={"batch": batch}, auth=(row[0], ""), timeout=10
    )
    assert answer.json() == {"success": True}


def leave_a_cart(page: Any, base: str, *, language: str, address: str) -> str:
    """Put two things into the cart, leave the address with its consent; the name of the first thing."""
    page.goto(f"{base}/shop?lang={language}")
    page.locator("[data-add]").nth(0).click()
    page.locator("[data-add]").nth(3).click()
    name = page.locator(".cart__line-name").nth(0).inner_text()
    page.fill("#email", address)
    page.check("[name=consent]")
    page.click("[data-remember] button[type=submit]")
    page.locator("[data-remember-message]:not(:empty)").wait_for()
    return str(name)


def open_mail(page: Any, base: str, address: str) -> None:
    """Look into the mailbox until an e-mail is there, and open it."""
    deadline = time.monotonic() + SECONDS
    while True:
        page.goto(f"{base}/mailbox?to={address}")
        rows = page.locator(".mail-row")
        if rows.count():
            rows.first.click()
            return
        assert time.monotonic() < deadline, "no e-mail came"
        page.wait_for_timeout(500)
