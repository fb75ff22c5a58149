"""A visitor in a real browser: she fills a cart, leaves, finds the e-mail, comes back by its link, and orders."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from bench.installation import Installation
from tests.e2e.customers import leave_a_cart, open_mail

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ADDRESS = "dana@example.com"


@pytest.mark.parametrize(
    ("language", "locale", "direction", "remind"),
    [("he", "he-IL", "rtl", "לחזרה לעגלה"), ("en", "en-US", "ltr", "Back to my cart")],
    ids=["Hebrew", "English"],
)
def test_a_cart_that_was_left_comes_back_by_mail_and_becomes_an_order(
    demo: Installation, browser: Any, language: str, locale: str, direction: str, remind: str
) -> None:
    base, address = f"http://127.0.0.1:{demo.port}", f"{language}-{ADDRESS}"
    context = browser.new_context(locale=locale, timezone_id="Asia/Jerusalem")
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))

    name = leave_a_cart(page, base, language=language, address=address)
    assert page.locator("html").get_attribute("dir") == direction

    mail = context.new_page()
    open_mail(mail, base, address)
    body = mail.frame_locator("iframe")
    assert name in body.locator("body").inner_text()
    assert body.locator("html").get_attribute("dir") == direction
    assert body.locator("html").get_attribute("lang") == language
    mail.wait_for_timeout(2_500)  # she reads first: a click within two seconds of the sending counts as a machine's
    with context.expect_page() as opened:
        body.get_by_role("link", name=remind).click()
    back = opened.value
    back.locator(".cart__line").nth(1).wait_for()
    assert f"lang={language}" in back.url or back.locator("html").get_attribute("dir") == direction
    back.click("[data-checkout]")
    back.locator("[data-cart-message]:not(:empty)").wait_for()

    assert wait_for_facts(demo, address) == [
        "Message Sent",
        "Message Clicked",
        "Order Completed",
        "Journey Goal Reached",
    ]
    assert refused == [], "the browser complained"
    context.close()


def wait_for_facts(demo: Installation, address: str) -> list[str]:
    """Which of the four facts the log holds of the person, in the order in which they first happened."""
    deadline = time.monotonic() + 20
    names: list[str] = []
    while len(names) < 4 and time.monotonic() < deadline:
        with psycopg.connect(demo.database_url, autocommit=True) as conn:
            rows = conn.execute(FACTS, {"address": address}).fetchall()
        names = [name for (name,) in rows]
        time.sleep(0.2)
    return names


FACTS = """
SELECT e.name FROM events_event e JOIN profiles_profile p ON p.id = e.profile_id
WHERE p.email = %(address)s
  AND e.name IN ('Message Sent', 'Message Clicked', 'Order Completed', 'Journey Goal Reached')
  AND coalesce(e.properties->>'machine', 'false') = 'false'
GROUP BY e.name ORDER BY min(e.id)
"""
