"""Segments over companies and other objects: exact when a company changes, when people come and go, and by time."""

from __future__ import annotations

from typing import Any

import pytest
from segment_shop import Shop

from kesher.events import services as events
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS, shard_of
from kesher.segments import queries
from kesher.segments.errors import RuleInvalid

PRO = {"object": "company", "where": [{"attribute": "plan", "op": "eq", "value": "pro"}]}


def test_everybody_of_a_company_enters_when_it_changes(shop: Shop) -> None:
    ana, ben, other = shop.joins("ana", "acme", plan="free"), shop.joins("ben", "acme"), shop.joins("eve", "beta")
    shop.segment("pro", PRO)
    shop.settle()
    assert shop.members("pro") == []

    shop.company("acme", plan="pro")
    shop.settle()

    assert shop.members("pro") == [ana, ben]
    assert shop.news(ana) == [("Segment Entered", "pro", "change")]
    assert shop.news(other) == []


def test_who_comes_and_goes_enters_and_leaves(shop: Shop) -> None:
    shop.joins("eve", "acme", plan="pro")
    shop.segment("admins", {**PRO, "role": "admin"})
    ana = shop.joins("ana", "acme", role="admin")
    shop.settle()
    assert shop.members("admins") == [ana]

    person = Relation("SELECT %(one)s::bigint AS profile_id", {"one": ana})
    events.unrelate_people(shop.conn, person, workspace_id=shop.workspace, kind="company", key="acme", now=shop.now)
    shop.settle()

    assert shop.members("admins") == []


def test_a_renewal_comes_and_goes_at_midnight_where_the_person_is(shop: Shop) -> None:
    ana = shop.joins("ana", "acme", renewal="2025-01-20")
    far = shop.identify("far", timezone="America/New_York")
    shop.joins("far", "acme")
    soon = {"object": "company", "where": [{"date": "renewal", "op": "within_next", "days": 2}]}
    shop.segment("renewing", soon)
    shop.settle()

    shop.pass_time(days=3, hours=10)  # 18 January, midnight in Israel
    assert shop.members("renewing") == [ana]
    shop.pass_time(hours=7)
    assert shop.members("renewing") == [ana, far]
    shop.pass_time(days=3)
    assert shop.members("renewing") == []


def test_all_conditions_are_asked_of_one_object(shop: Shop) -> None:
    both = [{"attribute": "plan", "op": "eq", "value": "pro"}, {"attribute": "seats", "op": "ge", "value": 10}]
    ana = shop.joins("ana", "acme", plan="pro", seats=3)
    shop.joins("ana", "beta", plan="free", seats=30)
    shop.segment("large", {"object": "company", "where": both})
    shop.settle()
    assert shop.members("large") == []

    shop.company("acme", seats=10)
    shop.settle()

    assert shop.members("large") == [ana]


def test_objects_are_counted(shop: Shop) -> None:
    ana = shop.joins("ana", "1", kind="course", level=3)
    ben = shop.joins("ben", "1", kind="course")
    shop.joins("ana", "2", kind="course", level=4)
    shop.segment("two", {"object": "course", "op": "ge", "value": 2})
    shop.segment(
        "none", {"object": "course", "where": [{"attribute": "level", "op": "gt", "value": 3}], "op": "eq", "value": 0}
    )
    shop.settle()

    assert shop.members("two") == [ana]
    assert shop.members("none") == [ben]


def test_a_removed_company_lets_everybody_go(shop: Shop) -> None:
    shop.joins("ana", "acme", plan="pro")
    shop.segment("pro", PRO)
    shop.settle()
    assert len(shop.members("pro")) == 1

    events.remove_object(shop.conn, workspace_id=shop.workspace, kind="company", key="acme", now=shop.now)
    shop.settle()

    assert shop.members("pro") == []


def test_several_engines_share_the_people_of_a_company(shop: Shop) -> None:
    people = [shop.joins(f"u{n}", "acme", plan="free") for n in range(4)]
    shop.segment("pro", PRO)
    shop.settle()
    halves = {name: [shard for shard in range(SHARDS) if shard % 2 == odd] for odd, name in enumerate(("even", "odd"))}
    for name, shards in halves.items():
        while shop.tick(shards, consumer=name):
            pass

    shop.company("acme", plan="pro")
    while any(shop.tick(shards, consumer=name) for name, shards in halves.items()):
        pass

    assert {shard_of(id) % 2 for id in people} == {0, 1}
    assert shop.members("pro") == people


@pytest.mark.parametrize(
    ("rule", "path", "said"),
    [
        ({**PRO, "object": "compny"}, "rule.object", "Did you mean “company”?"),
        ({"object": "company", "where": [{"atribute": "x", "op": "exists"}]}, "rule.where[0]", "“attribute”"),
        ({"object": "company", "where": [{"trait": "x", "op": "exists"}]}, "rule.where[0]", "“trait” is not known"),
        ({"object": "company", "where": [{"attribute": "x", "op": "equal"}]}, "rule.where[0].op", "is not known here"),
        (
            {"object": "company", "where": [{"any": [{"date": "x", "op": "on", "days": "1"}]}]},
            "rule.where[0].any[0].days",
            "",
        ),
        ({"object": "company", "rol": "admin"}, "rule.rol", "“role”"),
        ({"object": "company", "op": "ge", "value": -1}, "rule.value", "whole number"),
    ],
)
def test_a_mistake_is_named_by_its_place(shop: Shop, rule: dict[str, Any], path: str, said: str) -> None:
    shop.joins("ana", "acme")

    with pytest.raises(RuleInvalid) as caught:
        shop.segment("x", rule)

    assert [problem.path for problem in caught.value.problems] == [path]
    assert said in caught.value.problems[0].message.en


@pytest.mark.parametrize(
    ("rule", "english", "hebrew"),
    [
        (
            {**PRO, "role": "admin"},
            "belongs to a “company” as “admin” where “plan” is “pro”",
            "קשור לאובייקט מסוג ”company“ בתפקיד ”admin“ שבו ”plan“ שווה ל־”pro“",
        ),
        (
            {"object": "course", "op": "eq", "value": 0},
            "belongs to no “course”",
            "אינו קשור לשום אובייקט מסוג ”course“",
        ),
        (
            {"object": "course", "op": "ge", "value": 2},
            "the number of “course” objects the person belongs to: at least 2",
            "מספר האובייקטים מסוג ”course“ שהאדם קשור אליהם: לפחות 2",
        ),
    ],
)
def test_it_is_said_in_both_languages(rule: dict[str, Any], english: str, hebrew: str) -> None:
    said = queries.say(queries.parse_rule(rule)).whole

    assert (said.render("en"), said.render("he")) == (english, hebrew)


def test_the_explanation_names_the_objects_that_decided(shop: Shop) -> None:
    ana = shop.joins("ana", "acme", plan="pro")
    shop.joins("ana", "beta", plan="free")
    person = queries.load_person(shop.conn, ana)

    told = queries.explain(queries.parse_rule(PRO), person, shop.now)

    assert (told.holds, told.value) == (True, ["acme"])
    assert told.found is not None and told.found.render("he") == "נמצא: ”acme“."


def test_an_attribute_that_no_object_has_is_a_warning_with_the_nearest(shop: Shop) -> None:
    shop.joins("ana", "acme", plan="pro")
    rule = queries.parse_rule({"object": "company", "where": [{"attribute": "paln", "op": "exists"}]})

    (said,) = queries.list_warnings(shop.conn, rule, workspace_id=shop.workspace)

    assert said.render("en") == "Nobody has the “company” attribute “paln” yet. Did you mean “plan”?"
    assert said.render("he") == "בסוג ”company“ המאפיין ”paln“ עדיין לא נראה אצל אף אחד. הכוונה ל”plan“?"
