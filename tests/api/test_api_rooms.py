"""What the API does with the rooms behind it: people, events, permission, messages, journeys."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from callers import Caller
from examples import JOURNEY, MARK, RULE, TEMPLATE


def identify(api: Caller, user_id: str, **traits: Any) -> int:
    answer = api("POST", "/identify", {"user_id": user_id, "traits": traits})
    assert answer.status_code == 200, answer.content
    return int(answer.json()["id"])


def pages(api: Caller, path: str, between: Any = None) -> list[Any]:
    """All items of a list, two a page; `between` happens after the first page."""
    found: list[Any] = []
    page = api("GET", f"{path}{'&' if '?' in path else '?'}limit=2").json()
    while True:
        found += page["items"]
        if page["next"] is None:
            return found
        if between:
            between()
            between = None
        page = api("GET", f"{path}{'&' if '?' in path else '?'}limit=2&cursor={page['next']}").json()


def test_people_are_listed_once_each_while_others_arrive(api: Caller) -> None:
    made = [identify(api, f"u{number}") for number in range(5)]

    found = pages(api, "/profiles", between=lambda: identify(api, "late"))

    assert [each["id"] for each in found] == made[::-1]


def test_a_timeline_is_listed_once_while_it_grows(api: Caller) -> None:
    person = identify(api, "u1", step=0)
    for step in range(1, 6):
        api("PATCH", f"/profiles/{person}", {"traits": {"step": step}})

    later = lambda: api("PATCH", f"/profiles/{person}", {"traits": {"step": 99}})  # noqa: E731
    found = pages(api, f"/profiles/{person}/events", between=later)

    assert [each["properties"]["step"] for each in found] == [5, 4, 3, 2, 1, 0]


def test_the_feed_shows_each_event_once_as_it_arrives(api: Caller) -> None:
    first = identify(api, "u1", n=1)
    start = api("GET", "/events").json()
    assert [each["profile_id"] for each in start["items"]] == [first]

    second, third = identify(api, "u2", n=2), identify(api, "u3", n=3)
    since = api("GET", f"/events?after={start['latest']}").json()
    again = api("GET", f"/events?after={since['latest']}").json()

    assert [each["profile_id"] for each in since["items"]] == [third, second]
    assert (again["items"], again["latest"]) == ([], since["latest"])
    assert [each["profile_id"] for each in pages(api, "/events")] == [third, second, first]


def test_the_feed_waits_for_a_slow_transaction(api: Caller, conn: psycopg.Connection) -> None:
    with conn.transaction():
        conn.execute("SELECT pg_current_xact_id()")
        identify(api, "u1")
        assert api("GET", "/events").json()["items"] == []

    assert len(api("GET", "/events").json()["items"]) == 1


def test_an_identify_with_a_used_message_id_changes_nothing(api: Caller) -> None:
    body = {"user_id": "u1", "traits": {"plan": "pro"}, "message_id": "m1"}
    first = api("POST", "/identify", body)

    again = api("POST", "/identify", {**body, "traits": {"plan": "free"}})

    assert (again.status_code, again.json()["code"]) == (409, "api.message_repeated")
    assert api("GET", f"/profiles/{first.json()['id']}").json()["traits"]["plan"] == "pro"


@pytest.mark.parametrize("body", [{"traits": {"plan": "pro"}}, {"user_id": "null"}, {"user_id": "  "}])
def test_nobody_cannot_be_identified(api: Caller, body: dict[str, Any]) -> None:
    answer = api("POST", "/identify", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "api.request_invalid")


def test_two_profiles_are_merged_and_parted(api: Caller) -> None:
    winner, loser = identify(api, "u1", city="חיפה"), identify(api, "u2", plan="pro")

    merges = api("POST", f"/profiles/{winner}/merges", {"loser_id": loser, "reason": "asked us"}).json()
    merged = api("GET", f"/profiles/{winner}").json()
    api("DELETE", f"/profiles/{winner}/merges/{merges[0]['id']}")

    assert (merged["traits"]["city"], merged["traits"]["plan"]) == ("חיפה", "pro")
    assert api("GET", f"/profiles/{loser}").json()["merged_into_id"] is None
    assert "plan" not in api("GET", f"/profiles/{winner}").json()["traits"]


def test_consent_is_kept_with_its_proof_and_the_latest_decides(api: Caller) -> None:
    person = identify(api, "u1", email="u1@home.test")
    yes = {"state": "granted", "source": "till", "wording": "רוצה לקבל מבצעים?", "given_at": "2026-01-01T10:00:00Z"}
    api("POST", f"/profiles/{person}/consent", yes)

    answer = api("POST", f"/profiles/{person}/consent", {"state": "denied", "source": "phone"})

    shown = answer.json()
    assert shown["states"] == [{"channel": "email", "topic": "", "state": "denied"}]
    assert [(each["state"], each["wording"]) for each in shown["history"]] == [
        ("denied", ""),
        ("granted", "רוצה לקבל מבצעים?"),
    ]


def test_consent_cannot_be_of_the_future_or_of_an_unknown_topic(api: Caller) -> None:
    person = identify(api, "u1")
    body = {"state": "granted", "source": "till"}

    future = api("POST", f"/profiles/{person}/consent", {**body, "given_at": "2027-01-01T00:00:00Z"})
    unknown = api("POST", f"/profiles/{person}/consent", {**body, "topic": "nonsense"})

    assert future.json()["problems"][0]["path"] == "given_at"
    assert unknown.json()["code"] == "consent.topic_not_found"


def test_a_rule_is_counted_before_it_is_saved(api: Caller) -> None:
    inside = identify(api, "u1", email=f"{MARK}@home.test")
    identify(api, "u2", email="b@home.test")

    preview = api("POST", "/rules/preview", {"rule": RULE}).json()
    wrong = api("POST", "/rules/check", {"rule": {"any": [RULE, {"trait": "email", "op": "nonsense"}]}}).json()

    assert (preview["count"], [each["id"] for each in preview["sample"]]) == (1, [inside])
    assert wrong["problems"][0]["path"].startswith("rule.any[1]")


def test_a_message_is_reserved_once_for_each_idempotency_key(api: Caller) -> None:
    identify(api, "u1", email="u1@home.test")
    api("PUT", f"/templates/{MARK}-mail", TEMPLATE)
    body = {"idempotency_key": "order-7", "template": f"{MARK}-mail", "user_id": "u1"}

    first, again = api("POST", "/messages", body).json(), api("POST", "/messages", body).json()

    assert (first["created"], again["created"]) == (True, False)
    assert first["message_id"] == again["message_id"]
    shown = api("GET", f"/messages/{first['message_id']}").json()
    assert (shown["lane"], shown["state"], shown["template"]) == ("transactional", "reserved", f"{MARK}-mail")


@pytest.mark.parametrize("to", [{}, {"user_id": "u1", "profile_id": 1}])
def test_a_message_goes_to_exactly_one_person(api: Caller, to: dict[str, Any]) -> None:
    answer = api("POST", "/messages", {"idempotency_key": "k", "template": "t", **to})

    assert answer.status_code in (404, 422)


def test_a_providers_secret_can_be_set_and_never_read(api: Caller, conn: psycopg.Connection) -> None:
    settings = {"kind": "smtp", "settings": {"host": "smtp.test", "from_email": "a@shop.test"}}
    api("PUT", "/providers/email/main", {**settings, "secret": "hunter2"})

    changed = api("PUT", "/providers/email/main", {**settings, "rate_per_second": 5})

    assert changed.json()["has_secret"] is True
    for path in ("/providers", "/audit"):
        assert "hunter2" not in api("GET", path).content.decode()


def test_suppressed_addresses_are_listed_in_pages(api: Caller) -> None:
    for name in ("c", "a", "e", "b", "d"):
        api("POST", "/suppressions", {"address": f"{name}@gone.test"})

    assert [each["address"][0] for each in pages(api, "/suppressions")] == list("abcde")


def test_a_template_is_previewed_with_the_workspaces_brand(api: Caller) -> None:
    variant = {
        "language": "he",
        "subject": "{{ brand.name }}",
        "body_format": "html",
        "body": "<p>{{ customer.name }}</p>",
    }
    answer = api("POST", "/template-preview", {"variant": variant, "variables": {"customer": {"name": "<דנה>"}}})

    shown = answer.json()
    assert shown["subject"] == "חנות"
    assert "&lt;דנה&gt;" in shown["html"]


def test_a_journey_file_is_checked_line_by_line_applied_and_given_back(api: Caller) -> None:
    api("PUT", f"/templates/{MARK}-mail", TEMPLATE)
    api("POST", "/topics", {"key": MARK, "name": {"en": MARK}})
    wrong = JOURNEY.replace("type: send_email", "type: send_pigeon")

    problems = api("POST", "/journey-file-check", {"yaml": wrong}, **{"Accept-Language": "he"}).json()["problems"]
    refused = api("POST", "/journey-files", {"yaml": wrong})
    applied = api("POST", "/journey-files", {"yaml": JOURNEY}).json()
    given_back = api("GET", f"/journeys/{MARK}_welcome/file").json()["yaml"]

    assert problems[0]["line"] == JOURNEY.splitlines().index("    type: send_email") + 1
    assert any("א" <= letter <= "ת" for letter in problems[0]["message"])
    assert refused.status_code == 422
    assert applied == {"key": f"{MARK}_welcome", "version": 1, "changed": True}
    assert api("POST", "/journey-files", {"yaml": given_back}).json()["changed"] is False


def test_rules_about_one_person_are_answered_at_once(api: Caller) -> None:
    identify(api, "u1", plan="pro", visits=3)
    rules = {
        "pro": {"trait": "plan", "op": "eq", "value": "pro"},
        "silent": {"not": {"event": "Order Completed", "within": {"days": 7}}},
        "often": {"trait": "visits", "op": "gt", "value": 5},
    }

    answer = api("POST", "/decisions", {"person": "u1", "rules": rules}).json()

    assert {name: each["holds"] for name, each in answer["rules"].items()} == {
        "pro": True,
        "silent": True,
        "often": False,
    }


def test_a_rule_that_cannot_be_answered_is_named(api: Caller) -> None:
    identify(api, "u1")
    broken = {"fine": {"trait": "plan", "op": "exists"}, "wrong": {"trait": "plan", "op": "equals", "value": 1}}
    missing = {"lost": {"segment": "nowhere"}}

    for rules, place in ((broken, "rules.wrong.op"), (missing, "rules.lost.segment")):
        answer = api("POST", "/decisions", {"person": "u1", "rules": rules})
        assert answer.status_code == 422
        assert [problem["path"] for problem in answer.json()["problems"]] == [place]


def test_a_decision_about_a_stranger_is_not_found(api: Caller) -> None:
    answer = api("POST", "/decisions", {"person": "nobody", "rules": {"any": {"trait": "plan", "op": "exists"}}})

    assert answer.status_code == 404


def test_another_time_zone_builds_the_rules_of_days_anew(api: Caller, conn: psycopg.Connection) -> None:
    rule = {"date": "birthday", "op": "on"}
    api("PUT", "/segments/birthday", {"name": {"en": "Birthday"}, "rule": rule})
    conn.execute("UPDATE segments_segment SET state = 'live'")

    assert api("PATCH", "/workspace", {"name": "Shop"}).status_code == 200
    assert conn.execute("SELECT state FROM segments_segment").fetchone() == ("live",)
    assert api("PATCH", "/workspace", {"timezone": "Pacific/Apia"}).status_code == 200
    assert conn.execute("SELECT state FROM segments_segment").fetchone() == ("building",)


def test_a_topics_words_can_be_changed_but_not_what_people_said_yes_to(api: Caller) -> None:
    api("POST", "/topics", {"key": "news", "name": {"en": "News", "he": "חדשות"}, "purpose": "marketing"})

    changed = api("PATCH", "/topics/news", {"name": {"en": "Letters", "he": "מכתבים"}})
    assert (changed.status_code, changed.json()["name"]) == (200, {"en": "Letters", "he": "מכתבים"})
    described = api("PATCH", "/topics/news", {"description": {"en": "Once a month", "he": "פעם בחודש"}, "position": 3})
    assert described.json()["name"]["en"] == "Letters"
    assert (described.json()["description"]["he"], described.json()["position"]) == ("פעם בחודש", 3)

    assert api("PATCH", "/topics/news", {"key": "other"}).status_code == 422
    assert api("PATCH", "/topics/news", {"purpose": "transactional"}).status_code == 422
    assert api("PATCH", "/topics/nows", {"position": 1}).status_code == 404
