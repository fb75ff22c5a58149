"""The demo's shop: what the page carries, and what its one form does."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.test import Client, override_settings

from kesher.accounts.services import bootstrap
from kesher.events.services import create_source
from kesher.events.types import Source
from kesher.kernel.clock import freeze_clock
from kesher.web.storefront.catalogue import PRODUCTS, SOURCE_NAME, WORKSPACE_SLUG

pytestmark = pytest.mark.usefixtures("django_database")
ROUTES = "kesher.web.storefront.urls"


@pytest.fixture
def shop(conn: psycopg.Connection, now: datetime) -> Source:
    freeze_clock(conn, now)
    made = bootstrap(name="shop", slug=WORKSPACE_SLUG, email="owner@example.com", password=None, now=now)
    return create_source(conn, workspace_id=made.id, name=SOURCE_NAME, now=now)


def shop_data(language: str) -> tuple[str, dict[str, Any]]:
    with override_settings(ROOT_URLCONF=ROUTES):
        page = Client().get("/shop", {"lang": language})
    assert page.status_code == 200
    html = page.content.decode()
    found = re.search(r'<script id="shop-data" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    return html, json.loads(found[1])


def remember(client: Client, **form: Any) -> Any:
    body = {"email": "noa@example.com", "anonymous_id": "a-1", "language": "he", "consent": True, **form}
    with override_settings(ROOT_URLCONF=ROUTES):
        return client.post("/shop/remember", json.dumps(body), content_type="application/json")


def profile_of(conn: psycopg.Connection, kind: str, value: str) -> int | None:
    row = conn.execute(
        "SELECT profile_id FROM profiles_identifier WHERE kind = %s AND value = %s", (kind, value)
    ).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(
    ("language", "direction", "name"), [("he", "rtl", "מכולת קשר"), ("en", "ltr", "Kesher Grocery")]
)
def test_the_shop_speaks_the_visitors_language(shop: Source, language: str, direction: str, name: str) -> None:
    html, data = shop_data(language)
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert name in html
    assert len(data["products"]) == len(PRODUCTS)
    assert all(product["name"] in html and product["art"] in html for product in data["products"])


def test_the_page_carries_the_write_key_of_its_own_source(
    conn: psycopg.Connection, shop: Source, now: datetime
) -> None:
    create_source(conn, workspace_id=shop.workspace_id, name="Tills", now=now)
    _, data = shop_data("en")
    assert data["write_key"] == shop.write_key


def test_the_form_knows_the_visitor_by_her_address_and_keeps_her_consent(
    conn: psycopg.Connection, shop: Source
) -> None:
    answer = remember(Client())
    assert (answer.status_code, answer.json()) == (200, {"message": "נשמר. העגלה מחכה לך."})
    profile = profile_of(conn, "anonymous_id", "a-1")
    assert profile is not None
    assert profile == profile_of(conn, "email", "noa@example.com")
    entries = conn.execute(
        "SELECT topic, state, source, wording <> '' FROM consent_entry WHERE profile_id = %s ORDER BY topic", (profile,)
    ).fetchall()
    assert entries == [(topic, "granted", "shop page", True) for topic in ("cart", "news", "offers")]


def test_without_the_tick_no_consent_is_recorded(conn: psycopg.Connection, shop: Source) -> None:
    assert remember(Client(), consent=False).status_code == 200
    assert profile_of(conn, "email", "noa@example.com") is not None
    assert conn.execute("SELECT count(*) FROM consent_entry").fetchone() == (0,)


@pytest.mark.parametrize(
    "wrong",
    [{"email": "noa"}, {"email": None}, {"anonymous_id": ""}, {"anonymous_id": "a" * 101}, {"language": "xx"}],
    ids=["no address", "nothing", "no visitor", "endless visitor", "no language"],
)
def test_a_wrong_form_is_refused_and_changes_nothing(
    conn: psycopg.Connection, shop: Source, wrong: dict[str, Any]
) -> None:
    assert remember(Client(), **wrong).status_code == 422
    assert conn.execute("SELECT count(*) FROM events_event").fetchone() == (0,)


def test_another_sites_page_cannot_fill_in_the_form(shop: Source) -> None:
    assert remember(Client(enforce_csrf_checks=True)).status_code == 403


def test_an_installation_without_the_demo_serves_no_shop() -> None:
    from kesher.config import urls

    assert not any("shop" in str(route.pattern) for route in urls.urlpatterns)
    with override_settings(ROOT_URLCONF=urls):
        assert Client().get("/shop").status_code == 404
