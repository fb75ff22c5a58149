"""Editing a live journey: a draft with its mistakes, what differs in words, and nobody overwrites another's work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from test_journey_validation import RIGHT

from kesher.journeys import models, queries, services
from kesher.journeys.definition import load_yaml
from kesher.journeys.editing.changes import list_changes
from kesher.journeys.errors import DraftChanged, DraftNotFound, JourneyInvalid, VersionNotFound
from kesher.journeys.types import Applied, JourneyState


def edited(*replaced: tuple[str, str]) -> dict[str, Any]:
    text = RIGHT
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    data: dict[str, Any] = load_yaml(text).data
    return data


def test_a_draft_is_saved_with_its_mistakes_and_says_them(shop: int, now: datetime) -> None:
    wrong = edited(("template: first", "template: frist"), ("for: 1h", "for: an hour"))

    revision = services.save_draft(wrong, workspace_id=shop, key="cart", revision=0, now=now, actor="dana")

    draft = queries.get_draft("cart", workspace_id=shop)
    assert (draft.revision, draft.saved_by, draft.definition) == (revision, "dana", wrong)
    assert sorted(problem.path for problem in draft.problems) == ["nodes.hour.for", "nodes.remind.template"]
    assert queries.get_journey("cart", workspace_id=shop).state is JourneyState.DRAFT
    with pytest.raises(JourneyInvalid):
        services.publish_draft("cart", workspace_id=shop, revision=revision, now=now)
    assert queries.get_draft("cart", workspace_id=shop).revision == revision


def test_a_draft_beside_a_live_version_changes_nothing_until_it_is_published(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    draft = edited(("for: 1h", "for: 2h"))
    revision = services.save_draft(draft, workspace_id=shop, key="cart", revision=0, now=now)
    assert queries.get_definition("cart", workspace_id=shop)["nodes"]["hour"]["for"] == "1h"

    applied = services.publish_draft("cart", workspace_id=shop, revision=revision, now=now)

    assert applied == Applied("cart", 2, changed=True)
    assert queries.get_definition("cart", workspace_id=shop)["nodes"]["hour"]["for"] == "2h"
    with pytest.raises(DraftNotFound):
        queries.get_draft("cart", workspace_id=shop)


def test_who_saves_over_work_she_has_not_seen_is_told(shop: int, now: datetime) -> None:
    mine = services.save_draft(edited(), workspace_id=shop, key="cart", revision=0, now=now)
    services.save_draft(edited(("1h", "3h")), workspace_id=shop, key="cart", revision=mine, now=now)

    with pytest.raises(DraftChanged, match="revision 2"):
        services.save_draft(edited(("1h", "5h")), workspace_id=shop, key="cart", revision=mine, now=now)
    with pytest.raises(DraftChanged):
        services.publish_draft("cart", workspace_id=shop, revision=mine, now=now)
    with pytest.raises(DraftChanged):
        services.discard_draft("cart", workspace_id=shop, revision=mine, now=now)

    assert queries.get_draft("cart", workspace_id=shop).definition["nodes"]["hour"]["for"] == "3h"


def test_publishing_a_file_meanwhile_makes_the_draft_look_again(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    seen = services.save_draft(edited(("1h", "3h")), workspace_id=shop, key="cart", revision=0, now=now)

    services.apply_yaml(RIGHT.replace("2d", "4d"), workspace_id=shop, now=now)

    with pytest.raises(DraftChanged):
        services.publish_draft("cart", workspace_id=shop, revision=seen, now=now)


def test_a_discarded_draft_of_a_new_journey_leaves_nothing(shop: int, now: datetime) -> None:
    revision = services.save_draft({"name": "Idea"}, workspace_id=shop, key="idea", revision=0, now=now)

    services.discard_draft("idea", workspace_id=shop, revision=revision, now=now)

    assert models.Journey.objects.count() == 0


def test_a_draft_of_another_journey_is_refused(shop: int, now: datetime) -> None:
    with pytest.raises(JourneyInvalid, match="a journey's key cannot change"):
        services.save_draft(edited(), workspace_id=shop, key="basket", revision=0, now=now)


CHANGES = [
    (
        [("for: 2d", "for: 1d")],
        "The wait after “remind” is now 1 day (was 2 days).",
        "ההמתנה אחרי ”remind“ היא כעת יום (קודם יומיים).",
    ),
    (
        [("for: 1h", "for: 2h")],
        "“hour” (Wait): For is now 2 hours (was 1 hour).",
        "”hour“ (המתנה): למשך – כעת שעתיים (קודם שעה).",
    ),
    (
        [("template: first", "template: second")],
        "“remind” (Send e-mail): Template is now “second” (was “first”).",
        "”remind“ (שליחת דואר אלקטרוני): תבנית – כעת ”second“ (קודם ”first“).",
    ),
    (
        [("then: bye", "then: hour")],
        "From “order” by “then” people now go to “hour” (before: “bye”).",
        "מ־”order“ בדרך ”then“ ממשיכים כעת אל ”hour“ (קודם: ”bye“).",
    ),
    (
        [("    next: order\n", "")],
        "After “remind” people now go to the end (before: “order”).",
        "אחרי ”remind“ ממשיכים כעת אל סוף המסע (קודם: ”order“).",
    ),
    (
        [("{name: a, weight: 9000, next: remind}", "{name: a, weight: 9000, next: order}")],
        "From “chance” by “a” people now go to “order” (before: “remind”).",
        "מ־”chance“ בדרך ”a“ ממשיכים כעת אל ”order“ (קודם: ”remind“).",
    ),
    (
        [("event: Product Added", "event: Product Viewed")],
        "Entry: Event is now “Product Viewed” (was “Product Added”).",
        "כניסה: אירוע – כעת ”Product Viewed“ (קודם ”Product Added“).",
    ),
    (
        [("event: Product Added", "segment: gold")],
        "Entry: people now enter by “Segment entered” (before: “Event”).",
        "כניסה: נכנסים כעת לפי ”כניסה לסגמנט“ (קודם: ”אירוע“).",
    ),
    (
        [("  within: 3d\n", "")],
        "Goal: Within is no longer set (was 3 days).",
        "מטרה: בתוך – כבר לא מוגדר (קודם 3 ימים).",
    ),
    (
        [("exit:\n  - event: Order Completed", "exit:\n  - rule: {trait: plan, op: eq, value: x}")],
        "Exit 1: The person is now trait plan, op eq, value x (was not set).",
        "יציאה 1: האדם – כעת trait plan, op eq, value x (קודם לא הוגדר).",
    ),
    ([("bye", "farewell")], "“bye” is now called “farewell”.", "”bye“ נקרא כעת ”farewell“."),
    (
        [("  bye:\n    type: exit\n", "  bye:\n    type: wait\n    for: 1d\n")],
        "“bye” is now Wait (was Exit).",
        "”bye“ הוא כעת המתנה (קודם יציאה).",
    ),
    (
        [("{en: Cart, he: עגלה}", "{en: Basket, he: סל}")],
        "Journey: Name is now “Basket” (was “Cart”).",
        "המסע: שם – כעת ”סל“ (קודם ”עגלה“).",
    ),
]


@pytest.mark.parametrize(("replaced", "english", "hebrew"), CHANGES, ids=[case[1] for case in CHANGES])
def test_a_change_is_said_in_words(
    shop: int, now: datetime, replaced: list[tuple[str, str]], english: str, hebrew: str
) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    changes = queries.list_definition_changes(edited(*replaced), workspace_id=shop)

    assert english in [change.text.render("en") for change in changes]
    assert hebrew in [change.text.render("he") for change in changes]


def test_nothing_is_said_of_what_is_in_force(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    assert services.diff_yaml("# the same\n" + RIGHT, workspace_id=shop) == []


def test_a_draft_with_mistakes_is_compared_too(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    wrong = edited(("for: 1h", "for: soon"), ("type: exit", "type: vanish"))
    services.save_draft(wrong, workspace_id=shop, key="cart", revision=0, now=now)

    said = [change.text.render("en") for change in queries.list_draft_changes("cart", workspace_id=shop)]

    assert said == ["“hour” (Wait): For is now “soon” (was 1 hour).", "“bye” is now “vanish” (was Exit)."]


def test_rolling_back_is_a_new_version_with_the_old_content(conn: psycopg.Connection, shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    services.apply_yaml(RIGHT.replace("1h", "2h"), workspace_id=shop, now=now)

    applied = services.roll_back("cart", workspace_id=shop, version=1, now=now)

    assert applied == Applied("cart", 3, changed=True)
    assert queries.list_version_changes("cart", workspace_id=shop, before=1, after=3) == []
    versions = queries.list_versions(conn, "cart", workspace_id=shop)
    assert [(each.number, each.current) for each in versions] == [(3, True), (2, False), (1, False)]
    with pytest.raises(VersionNotFound):
        services.roll_back("cart", workspace_id=shop, version=9, now=now)


def test_a_draft_of_any_shape_can_be_compared(shop: int) -> None:
    right = edited()
    for path in places_of(right):
        for value in ({}, {"a": 1}, [], 5, None, True, {"en": 5}, [{"a": {}}]):
            wrong = replaced_at(right, path, value)
            for change in (*list_changes(right, wrong), *list_changes(wrong, right)):
                assert change.text.render("en") and change.text.render("he")


def places_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places_of(inner, (*path, key))


def replaced_at(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced_at(value[path[0]], path[1:], new)
    return copy
