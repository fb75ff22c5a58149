"""The first minute: an owner is made once, by whoever comes first; the demo says with what to sign in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from callers import PASSWORD, Caller, with_key
from django.db import connections

from kesher.accounts import queries, services

OWNER = {"email": "Dana@Shop.test", "password": PASSWORD, "name": "דנה"}
SHOP = {"name": "החנות של דנה", "language": "he", "timezone": "Asia/Jerusalem"}


def with_token() -> Caller:
    browser = Caller()
    return Caller(browser.client, {"X-CSRFToken": browser("GET", "/csrf").json()["csrf_token"]})


def places_of(answer: Any) -> list[str]:
    return [problem["path"] for problem in answer.json()["problems"]]


def test_a_new_installation_asks_for_its_owner_who_is_then_signed_in() -> None:
    browser = with_token()
    assert browser("GET", "/setup").json() == {"needed": True, "demo": False, "demo_sign_in": None}

    answer = browser("POST", "/setup", {"owner": OWNER, "workspace": SHOP})

    assert answer.status_code == 201, answer.content
    me = browser("GET", "/me").json()
    assert me == answer.json()
    assert (me["email"], me["name"], me["language"]) == ("dana@shop.test", "דנה", "he")
    assert [(each["name"], each["role"]) for each in me["workspaces"]] == [("החנות של דנה", "owner")]
    assert browser("GET", "/workspace").json()["timezone"] == "Asia/Jerusalem"
    assert [each["name"] for each in browser("GET", "/sources").json()] == ["אתר"]
    assert browser("GET", "/setup").json()["needed"] is False
    assert browser("GET", "/audit").json()["items"][0]["action"] == "accounts.bootstrap"


def test_the_face_of_the_business_may_be_given_at_once() -> None:
    browser = with_token()

    browser("POST", "/setup", {"owner": OWNER, "workspace": SHOP, "brand": {"sender_email": "hi@shop.test"}})

    assert browser("GET", "/brand-kit").json()["sender_email"] == "hi@shop.test"


def test_it_is_done_only_once(workspace: int, now: datetime) -> None:
    services.create_user(email="first@shop.test", password=PASSWORD, now=now)

    answer = with_token()("POST", "/setup", {"owner": OWNER, "workspace": SHOP})

    assert (answer.status_code, answer.json()["code"]) == (409, "accounts.already_set_up")
    assert queries.find_user("dana@shop.test") is None


def test_a_strange_page_cannot_set_up_somebodys_machine() -> None:
    answer = Caller()("POST", "/setup", {"owner": OWNER, "workspace": SHOP})

    assert (answer.status_code, answer.json()["code"]) == (403, "api.csrf_missing")
    assert not queries.has_users()


def test_every_mistake_is_named_at_once_and_nothing_is_made() -> None:
    browser = with_token()
    owner = {"email": "dana", "password": "short", "name": ""}
    shop = {"name": " ", "language": "fr", "timezone": "Jerusalem"}

    answer = browser("POST", "/setup", {"owner": owner, "workspace": shop})
    brand = browser("POST", "/setup", {"owner": OWNER, "workspace": SHOP, "brand": {"logo_url": "logo"}})

    assert answer.status_code == brand.status_code == 422
    assert places_of(answer) == [
        *("owner.email", "owner.password"),
        *("workspace.name", "workspace.timezone", "workspace.language"),
    ]
    assert places_of(brand) == ["brand.logo_url"]
    assert not queries.has_users()
    assert browser("GET", "/setup").json()["needed"] is True


def test_of_two_who_set_up_at_the_same_moment_one_becomes_the_owner(conn: psycopg.Connection) -> None:
    browsers = [with_token(), with_token()]
    together = threading.Barrier(2)
    answers: list[int] = []

    def set_up(number: int) -> None:
        together.wait(10)
        # Nothing but who came first may decide: neither their addresses nor their workspaces' names are the same.
        body = {
            "owner": {**OWNER, "email": f"{number}@shop.test"},
            "workspace": {**SHOP, "name": f"Shop {number}"},
        }
        answers.append(browsers[number]("POST", "/setup", body).status_code)
        connections.close_all()

    threads = [threading.Thread(target=set_up, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answers) == [201, 409]
    assert conn.execute("SELECT count(*) FROM accounts_user").fetchone() == (1,)
    assert conn.execute("SELECT count(*) FROM accounts_workspace").fetchone() == (1,)


@pytest.fixture
def demo(settings: Any) -> Iterator[None]:
    settings.DEMO = True
    settings.DEMO_SIGN_IN = ("owner@example.com", "kesher-demo")
    yield


@pytest.mark.usefixtures("demo")
def test_the_demo_tells_this_machine_with_what_to_sign_in(workspace: int, now: datetime) -> None:
    browser = with_key(workspace, now)

    assert browser("GET", "/setup").json()["demo_sign_in"] == {"email": "owner@example.com", "password": "kesher-demo"}
    assert browser("GET", "/setup", **{"X-Forwarded-For": "10.1.1.1"}).json()["demo_sign_in"] is None
    elsewhere = browser.client.get("/api/setup", REMOTE_ADDR="10.1.1.1").json()
    assert (elsewhere["demo"], elsewhere["demo_sign_in"]) == (True, None)
