"""Every recipe in a fresh workspace: added, without a mistake, published, and its happy path on the live engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from journey_world import World
from pytest_django.plugin import DjangoDbBlocker

from kesher.accounts import services as accounts
from kesher.config import engine
from kesher.content import queries as content
from kesher.content import services as content_services
from kesher.content.types import Missing, Rendered
from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.errors import RecipeNotFound
from kesher.journeys.recipes.reading import RECIPES
from kesher.kernel.clock import freeze_clock
from kesher.kernel.relations import Relation
from kesher.kernel.text import LANGUAGES, Text

PRODUCTS = [{"name": "Olive oil", "quantity": 2, "price": 39.9}, {"name": "Honey", "quantity": 1, "price": 24}]
ORDER = {"order_id": "o1", "products": PRODUCTS, "value": 103.8, "currency": "ILS"}
BRAND = {
    "name": {"en": "Kesher Shop", "he": "חנות קשר"},
    "address": {"en": "1 Market St, Haifa", "he": "רחוב השוק 1, חיפה"},
    "phone": "04-555-0101",
    "website_url": "https://shop.example",
}


class Shop(World):
    """A workspace with nothing in it but a brand."""

    def __init__(self, conn: psycopg.Connection, workspace: int) -> None:
        self.conn, self.workspace, self.ticks = conn, workspace, 0
        self.now = datetime(2026, 1, 13, 10, 0, tzinfo=UTC)  # a Tuesday noon in Israel
        self._messages, self._queue = 0, None
        engine.prepare(conn)
        freeze_clock(conn, self.now)
        content_services.save_brand_kit(workspace_id=workspace, values=BRAND, now=self.now)
        owner = accounts.create_user(
            email="tal@shop.example", password="long enough 12", name="Tal", language="he", now=self.now
        )
        accounts.add_member(workspace_id=workspace, user_id=owner.id, role="owner")

    def begin(self, recipe: str) -> None:
        """Add the recipe and publish it."""
        added = services.add_recipe(recipe, workspace_id=self.workspace, now=self.now)
        draft = queries.get_draft(added.journey, workspace_id=self.workspace)
        assert draft.problems == ()
        services.publish_draft(added.journey, workspace_id=self.workspace, revision=draft.revision, now=self.now)
        self.settle()

    def consent(self, user: str, topic: str, state: str = "granted") -> None:
        """What the person says."""
        self._flush()
        relation = Relation(
            "SELECT %(c_w)s::int AS workspace_id, %(c_p)s::bigint AS profile_id, 'email'::text AS channel,"
            " %(c_t)s::text AS topic, %(c_s)s::text AS state, 'form'::text AS source, ''::text AS wording,"
            " '{}'::jsonb AS evidence, %(c_at)s::timestamptz AS given_at",
            {
                "c_w": self.workspace,
                "c_p": self.profile(user),
                "c_t": topic,
                "c_s": state,
                "c_at": self.now,
            },
        )
        events.record_consents(self.conn, relation, now=self.now)

    def click(self, user: str, template: str, *, machine: bool = False) -> None:
        """A click in an e-mail, by the person or by a program."""
        relation = Relation(
            "SELECT %(k_w)s::int AS workspace_id, %(k_p)s::bigint AS profile_id, 'Message Clicked'::text AS name,"
            " %(k_at)s::timestamptz AS occurred_at,"
            " jsonb_build_object('template', %(k_t)s::text, 'machine', %(k_m)s::boolean) AS properties",
            {"k_w": self.workspace, "k_p": self.profile(user), "k_at": self.now, "k_t": template, "k_m": machine},
        )
        events.append_events(self.conn, relation, now=self.now)

    def sent(self) -> list[str]:
        """The templates of the messages that were reserved, oldest first."""
        rows = self.rows(
            "SELECT t.key FROM messaging_message m JOIN content_template_version v ON v.id = m.template_version_id"
            " JOIN content_template t ON t.id = v.template_id ORDER BY m.id"
        )
        return [row[0] for row in rows]


@pytest.fixture
def shop(conn: psycopg.Connection, workspace: int, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """A fresh workspace."""
    with django_db_blocker.unblock():
        yield Shop(conn, workspace)


def test_welcome(shop: Shop) -> None:
    shop.begin("welcome")
    for user in ("dana", "noa"):
        shop.identify(user, email=f"{user}@people.example")
        shop.consent(user, "news")
    shop.pass_time("1h")
    shop.track("noa", "Order Completed", ORDER)
    shop.pass_time("2d")

    assert shop.sent() == ["welcome_hello", "welcome_hello", "welcome_guide"]


def test_double_opt_in(shop: Shop) -> None:
    shop.begin("double_opt_in")
    for user in ("dana", "noa", "robot"):
        shop.identify(user)
        shop.consent(user, "news", "pending")
    shop.pass_time("1h")
    shop.click("dana", "confirm_ask")
    shop.click("robot", "confirm_ask", machine=True)
    shop.pass_time("2d")
    shop.click("noa", "confirm_reminder")
    shop.pass_time("6d")

    assert shop.sent() == ["confirm_ask"] * 3 + ["confirm_reminder"] * 2
    assert sorted(reason for _, _, reason in shop.runs() if reason) == ["confirmed", "confirmed", "not_confirmed"]
    assert shop.report("double_opt_in").goals == 2
    states = shop.rows("SELECT state FROM consent_state WHERE topic = 'news' ORDER BY profile_id")
    assert states == [("granted",), ("granted",), ("pending",)]


def test_abandoned_cart(shop: Shop) -> None:
    shop.begin("abandoned_cart")
    shop.track("dana", "Cart Viewed", {**ORDER, "value": 39.9})
    shop.pass_time("1h")
    shop.track("dana", "Cart Viewed", ORDER)
    shop.track("noa", "Cart Viewed", ORDER)
    shop.pass_time("2h")
    shop.track("noa", "Order Completed", ORDER)
    shop.pass_time("1h")
    assert shop.sent() == ["cart_reminder"]

    shop.pass_time("1d")
    assert shop.sent() == ["cart_reminder", "cart_last_call"]


def test_browse_abandonment(shop: Shop) -> None:
    shop.begin("browse_abandonment")
    shop.track("dana", "Product Viewed", PRODUCTS[0])
    shop.track("noa", "Product Viewed", PRODUCTS[0])
    shop.pass_time("1h")
    shop.track("noa", "Product Added", PRODUCTS[0])
    shop.pass_time("5h")
    shop.track("dana", "Product Viewed", PRODUCTS[1])
    shop.pass_time("1d")

    assert shop.sent() == ["browse_reminder"]


def test_post_purchase(shop: Shop) -> None:
    shop.begin("post_purchase")
    shop.track("dana", "Order Completed", ORDER)
    shop.track("noa", "Order Completed", ORDER)
    shop.pass_time("2d")
    shop.track("noa", "Order Refunded", {"order_id": "o1"})
    shop.pass_time("12d")
    shop.track("dana", "Product Reviewed", {"rating": 5})
    shop.pass_time("1d")

    assert shop.sent() == ["purchase_thanks", "purchase_thanks", "review_request"]
    assert shop.report("post_purchase").goals == 1


def test_each_order_has_its_own_thanks_and_its_refund_ends_that_one_alone(shop: Shop) -> None:
    shop.begin("post_purchase")
    shop.track("dana", "Order Completed", ORDER)
    shop.pass_time("3d")
    shop.track("dana", "Order Completed", {**ORDER, "order_id": "o2"})
    shop.track("dana", "Order Completed", ORDER)
    shop.pass_time("2d")
    assert shop.sent() == ["purchase_thanks"] * 2

    shop.track("dana", "Order Refunded", {"order_id": "o1"})
    shop.pass_time("12d")
    shop.pass_time("3d")

    assert shop.sent() == ["purchase_thanks"] * 2 + ["review_request"]
    assert shop.rows("SELECT entry_key, reason FROM journeys_run ORDER BY id") == [("o1", "exit"), ("o2", None)]


def test_replenishment(shop: Shop) -> None:
    shop.begin("replenishment")
    shop.track("dana", "Order Completed", ORDER)
    shop.pass_time("20d")
    shop.track("dana", "Order Completed", ORDER)
    shop.pass_time("20d")
    assert shop.sent() == []

    shop.pass_time("11d")
    assert shop.sent() == ["replenish"]


def test_win_back(shop: Shop) -> None:
    shop.begin("win_back")
    people = [f"u{number}" for number in range(12)]
    for user in people:
        shop.track(user, "Order Completed", ORDER)
    shop.pass_time("91d")
    treated = len(shop.sent())
    shop.pass_time("12d")

    assert 0 < treated <= len(people)
    assert shop.sent() == ["win_back_hello"] * treated + ["win_back_question"] * treated


def test_birthday(shop: Shop) -> None:
    shop.begin("birthday")
    shop.identify("dana", birthday="1990-01-15", email="dana@people.example")
    shop.identify("noa", birthday="1990-02-15", email="noa@people.example")
    shop.pass_time("1d")
    assert shop.sent() == []

    shop.pass_time("1d")
    assert shop.sent() == ["birthday_wish"]
    shop.pass_time("20d")
    assert shop.sent() == ["birthday_wish"]


def test_lead_nurturing(shop: Shop) -> None:
    shop.begin("lead_nurturing")
    shop.identify("dana", company_size=80, job_title="CTO")
    shop.identify("noa", company_size=5)
    shop.track("dana", "Form Submitted")
    shop.track("noa", "Form Submitted")
    shop.pass_time("2d")
    shop.track("dana", "Demo Requested")
    for days in ("6d", "8d", "15d"):
        shop.pass_time(days)

    assert shop.sent() == ["nurture_problem"] * 2 + ["nurture_proof", "nurture_talk"]
    assert sorted(reason for _, _, reason in shop.runs() if reason) == ["handed_over", "not_qualified"]
    assert shop.rows("SELECT count(*) FROM events_event WHERE name = 'Lead Handed Over'") == [(1,)]
    ((to, subject),) = shop.rows("SELECT request ->> 'to', request ->> 'subject' FROM journeys_call")
    assert (to, subject) == ("tal@shop.example", "ליד בשל לשיחה: {{ customer.first_name | default: customer.email }}")


def test_the_hand_over_is_written_in_the_workspaces_language_and_to_be_mended_where_nobody_owns_it(shop: Shop) -> None:
    shop.conn.execute("UPDATE accounts_workspace SET default_language = 'en'")
    shop.conn.execute("DELETE FROM accounts_membership")

    services.add_recipe("lead_nurturing", workspace_id=shop.workspace, now=shop.now)

    draft = queries.get_draft("lead_nurturing", workspace_id=shop.workspace)
    assert draft.definition["nodes"]["colleague"]["subject"].startswith("Ready to talk: ")
    assert [problem.path for problem in draft.problems] == ["nodes.colleague.to"]


def test_back_in_stock(shop: Shop) -> None:
    shop.begin("back_in_stock")
    shop.track("dana", "Product Back In Stock", PRODUCTS[0])
    shop.pass_time("1h")

    assert shop.sent() == ["back_in_stock"]


def test_event_reminder(shop: Shop) -> None:
    shop.begin("event_reminder")
    meeting = {"title": "Open house", "starts_at": "2026-01-16T16:00:00Z", "place": "Haifa"}
    shop.track("dana", "Event Registered", meeting)
    shop.track("noa", "Event Registered", meeting)
    shop.pass_time("1d")
    shop.track("noa", "Registration Cancelled")
    shop.pass_time("1d")
    assert shop.sent() == []
    shop.pass_time("7h")
    assert shop.sent() == ["event_tomorrow"]
    shop.pass_time("23h")
    assert shop.sent() == ["event_tomorrow", "event_soon"]
    shop.pass_time("2d")

    assert shop.sent() == ["event_tomorrow", "event_soon", "event_thanks"]


def test_re_permission(shop: Shop) -> None:
    shop.begin("re_permission")
    for user in ("dana", "noa"):
        shop.identify(user)
        shop.consent(user, "news")
        relation = Relation(
            "SELECT %(s_w)s::int AS workspace_id, %(s_p)s::bigint AS profile_id, 'Message Sent'::text AS name,"
            " %(s_at)s::timestamptz AS occurred_at, '{}'::jsonb AS properties FROM generate_series(1, 5)",
            {"s_w": shop.workspace, "s_p": shop.profile(user), "s_at": shop.now},
        )
        events.append_events(shop.conn, relation, now=shop.now)
    shop.pass_time("1h")
    assert shop.sent() == ["re_permission_ask"] * 2
    shop.click("dana", "re_permission_ask")
    shop.pass_time("14d")
    shop.pass_time("7d")

    assert shop.sent() == ["re_permission_ask"] * 2 + ["re_permission_goodbye"]
    assert shop.rows("SELECT state FROM consent_state WHERE topic = 'news' ORDER BY profile_id") == [
        ("granted",),
        ("denied",),
    ]


# What holds for all of them.


def test_a_recipe_added_again_stands_beside_the_first_and_overwrites_nothing(shop: Shop) -> None:
    first = services.add_recipe("win_back", workspace_id=shop.workspace, now=shop.now)
    segments = shop.rows("SELECT key, revision FROM segments_segment")

    again = services.add_recipe("win_back", workspace_id=shop.workspace, now=shop.now)

    assert (first.journey, again.journey) == ("win_back", "win_back_2")
    draft = queries.get_draft("win_back_2", workspace_id=shop.workspace)
    assert draft.problems == ()
    assert draft.definition["name"] == {"en": "Win-back (2)", "he": "להחזיר לקוחות (2)"}
    nodes = draft.definition["nodes"].values()
    assert [node["template"] for node in nodes if "template" in node] == ["win_back_hello_2", "win_back_question_2"]
    assert shop.rows("SELECT key, revision FROM segments_segment") == segments, "the audience is shared"


def test_an_unknown_recipe_is_not_found(shop: Shop) -> None:
    with pytest.raises(RecipeNotFound):
        services.add_recipe("welcom", workspace_id=shop.workspace, now=shop.now)


def test_all_recipes_live_together_in_one_workspace(shop: Shop) -> None:
    for recipe in RECIPES:
        shop.begin(recipe)

    assert len(queries.list_journeys(workspace_id=shop.workspace)) == 12


CUSTOMERS: list[dict[str, Any]] = [
    {"first_name": "Dana", "email": "dana@people.example"},
    {"email": "x@people.example"},
]
EVENTS: list[dict[str, Any]] = [
    {
        **ORDER,
        **PRODUCTS[0],
        "title": "Open house",
        "starts_at": "2026-01-16T16:00:00Z",
        "place": "Haifa",
        "url": "https://shop.example/p/1",
        "cart_url": "https://shop.example/cart",
        "image_url": "https://shop.example/1.png",
    },
    {},
]
SLASHED = re.compile(r"[א-ת]/[א-ת]")


def render(
    shop: Shop, recipe: str, language: str, customer: dict[str, Any], event: dict[str, Any]
) -> Iterator[Rendered]:
    """The recipe's messages for a customer and an event."""
    brand = content.get_brand_kit(shop.conn, shop.workspace).variables(language)
    links = {"unsubscribe": "https://k.example/u", "preferences": "https://k.example/p"}
    variables = {"customer": customer, "event": {"name": "e", "properties": event}, "brand": brand, "links": links}
    for _, variants in queries.get_recipe(recipe).templates.values():
        source = next(each for each in variants if each.language == language)
        yield content.preview(source, variables, missing=Missing.DEFAULT)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_templates_read_well_for_whoever_she_is(shop: Shop, recipe: str, language: str) -> None:
    for customer in CUSTOMERS:
        for event in EVENTS:
            for message in render(shop, recipe, language, customer, event):
                shown = f"{message.subject}\n{message.text}"
                assert "{{" not in shown and "{%" not in shown and "@@" not in shown
                assert message.subject == message.subject.strip() and "  " not in message.subject
                assert not re.search(r" [,.?!:]|,,|\(\)", message.subject), message.subject
                assert not SLASHED.search(shown), shown
                assert BRAND["phone"] in message.text.replace("\u2068", "").replace("\u2069", "")
                assert "https://k.example/u" in message.text


@pytest.mark.parametrize("recipe", RECIPES)
def test_hebrew_advertising_says_so_at_the_beginning(shop: Shop, recipe: str) -> None:
    """Section 30A of the Communications Law; service messages are not advertising."""
    found = queries.get_recipe(recipe)
    service = {node["template"] for node in found.journey["nodes"].values() if node.get("purpose") == "transactional"}
    for key, (_, variants) in found.templates.items():
        subject = next(each.subject for each in variants if each.language == "he")
        assert subject.startswith("פרסומת: ") == (key not in service), key


def test_a_recipe_says_what_it_is_in_both_languages() -> None:
    for info in queries.list_recipes():
        for text in (info.name, info.about, info.next):
            assert isinstance(text, Text)
            assert text.en != text.he and re.search("[א-ת]", text.he) and not re.search("[א-ת]", text.en)
