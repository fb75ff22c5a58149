"""The demo's e-mails, in both languages, with the values that really come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from kesher.cli.demo.definitions import TEMPLATES, brand_values, template_variants
from kesher.cli.demo.recording import load_recording
from kesher.content import queries, services
from kesher.content.types import Missing, Rendered

BASE = "http://127.0.0.1:8000"
pytestmark = pytest.mark.usefixtures("django_database")

CASES = [(key, language) for key in TEMPLATES for language in ("he", "en")]
PERSON = {"he": {"first_name": "נועה", "last_name": "לוי"}, "en": {"first_name": "Emma", "last_name": "Wilson"}}
CART = {
    "currency": "USD",
    "value": 6.18,
    "cart_url": f"{BASE}/shop?lang=en&cart=milk:1,coffee:1",
    "products": [
        {"name": "Fresh milk", "quantity": 1, "paid": 1.89, "image_url": f"{BASE}/static/shop/milk.png"},
        {"name": "Ground coffee", "quantity": 1, "paid": 4.29, "image_url": f"{BASE}/static/shop/coffee.png"},
    ],
}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attrs)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


def _events() -> dict[str, dict[str, Any]]:
    recording = load_recording(households=20, now=datetime(2026, 11, 1, tzinfo=UTC))
    order = next(c.body for c in recording.calls if c.body["event"] == "Order Completed")
    campaign = next(c.body for c in recording.calls if c.body["event"] == "Campaign Received")
    return {"welcome": order["properties"], "coupon_reminder": campaign["properties"], "abandoned_cart": CART}


def render(workspace: int, conn: Any, key: str, language: str, now: datetime, **customer: Any) -> Rendered:
    services.save_brand_kit(workspace_id=workspace, values=brand_values(BASE), now=now)
    template = services.save_template(
        workspace_id=workspace,
        key=key,
        name=TEMPLATES[key],
        variants=template_variants(key, base_url=BASE),
        fallback_language="en",
        missing=Missing.STOP,
        now=now,
    )
    queries.forget_compiled()
    variables = {
        "customer": {"language": language, "timezone": "Asia/Jerusalem", **customer},
        "event": {"name": "any", "properties": _events().get(key, {})},
        "run": {},
        "brand": queries.get_brand_kit(conn, workspace).variables(language),
        "links": {"unsubscribe": f"{BASE}/u/1", "preferences": f"{BASE}/p/1", "open": f"{BASE}/o/1"},
    }
    compiled = queries.get_compiled(conn, template.version.id)
    return compiled.render(language, variables, link=lambda url: url)


@pytest.mark.parametrize(("key", "language"), CASES)
def test_every_template_renders_in_its_language(
    conn: Any, workspace: int, now: datetime, key: str, language: str
) -> None:
    message = render(workspace, conn, key, language, now, **PERSON[language])
    page = _Texts()
    page.feed(message.html)
    assert message.language == language
    assert (page.root["lang"], page.root["dir"]) == (language, "rtl" if language == "he" else "ltr")
    assert f"{BASE}/u/1" in page.links
    assert not {"{{", "{%", "@@"} & {message.html[i : i + 2] for i in range(len(message.html))}
    assert message.subject
    assert "{" not in message.subject + message.text


@pytest.mark.parametrize(("key", "language"), CASES)
def test_a_person_without_a_name_is_still_addressed(
    conn: Any, workspace: int, now: datetime, key: str, language: str
) -> None:
    message = render(workspace, conn, key, language, now)
    assert message.subject[0] not in ",. "
    assert "None" not in message.html


def test_the_abandoned_cart_shows_every_item_and_leads_back_to_the_cart(
    conn: Any, workspace: int, now: datetime
) -> None:
    message = render(workspace, conn, "abandoned_cart", "en", now, **PERSON["en"])
    page = _Texts()
    page.feed(message.html)
    for product in CART["products"]:
        assert product["name"] in message.html
        assert product["image_url"] in message.html
    assert "$6.18" in message.html
    assert CART["cart_url"] in page.links


def test_the_recorded_order_is_listed_with_its_total(conn: Any, workspace: int, now: datetime) -> None:
    message = render(workspace, conn, "welcome", "he", now, **PERSON["he"])
    order = _events()["welcome"]
    assert all(product["name"] in message.html for product in order["products"])
    assert f"{order['revenue']:.2f}" in message.html
    assert json.dumps(order["order_id"]).strip('"') in message.text
