"""A mistake in a rule is named by its place, with the nearest right name, in both languages."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from segment_shop import Shop

from kesher.journeys.models import Journey
from kesher.kernel.text import Text
from kesher.segments import queries, services
from kesher.segments.errors import (
    KeyInvalid,
    ListExists,
    ListNotFound,
    RuleInvalid,
    SegmentBeingRemoved,
    SegmentCycle,
    SegmentInUse,
    SegmentNotFound,
)
from kesher.segments.operators import OPERATORS
from kesher.segments.queries import dependencies_of, parse_rule, parse_where
from kesher.segments.registry import leaf_kinds
from kesher.segments.types import Dependencies

MISTAKES: list[tuple[Any, str, str]] = [
    ([], "rule", "object"),
    ({}, "rule", "not known"),
    ({"al": []}, "rule", "“all”"),
    ({"all": []}, "rule.all", "at least one"),
    ({"all": {"trait": "a"}}, "rule.all", "array"),
    ({"all": [{"trait": "a", "op": "exists"}], "any": []}, "rule.any", "not known"),
    ({"not": {"trait": "a", "op": "exist"}}, "rule.not.op", "“exists”"),
    ({"trait": "a", "op": "eq"}, "rule.value", "missing"),
    ({"trait": "", "op": "exists"}, "rule.trait", "not empty"),
    ({"trait": "a..b", "op": "exists"}, "rule.trait", "path"),
    ({"trait": "a\0", "op": "exists"}, "rule.trait", "stored"),
    ({"trait": "a", "op": "eq", "value": "\ud800"}, "rule.value", "stored"),
    ({"trait": "a", "op": "eq", "value": None}, "rule.value", "text, a number"),
    ({"trait": "a", "op": "eq", "value": float("nan")}, "rule.value", "number"),
    ({"trait": "a", "op": "eq", "value": 1, "vlaue": 2}, "rule.vlaue", "“value”"),
    ({"trait": "a", "op": "lt", "value": True}, "rule.value", "works with"),
    ({"trait": "a", "op": "starts", "value": 3}, "rule.value", "works with"),
    ({"trait": "a", "op": "in", "value": []}, "rule.value", "1 to 1000"),
    ({"trait": "a", "op": "in", "value": [1, "a"]}, "rule.value[1]", "number"),
    ({"trait": "a", "op": "between", "value": [2, 1]}, "rule.value", "above"),
    ({"trait": "a", "op": "eq", "as": "date", "value": "2025-02-30"}, "rule.value", "date"),
    ({"trait": "a", "op": "eq", "as": "datetime", "value": "2025-02-03"}, "rule.value", "zone"),
    ({"trait": "a", "op": "eq", "as": "datum", "value": "a"}, "rule.as", "“date”"),
    ({"date": "a[]", "op": "on"}, "rule.date", "one value"),
    ({"date": "a", "op": "within_last"}, "rule.days", "missing"),
    ({"date": "a", "op": "within_last", "days": -1}, "rule.days", "negative"),
    ({"date": "a", "op": "after", "days": 1.5}, "rule.days", "whole number"),
    ({"event": "A", "within": {"week": 1}}, "rule.within.week", "Possible"),
    ({"event": "A", "within": {"days": 0}}, "rule.within.days", "from 1"),
    ({"event": "A", "within": {"days": 1, "hours": 2}}, "rule.within", "duration"),
    ({"event": "A", "within": {"days": 1}, "since": "2025-01-01T00:00:00Z"}, "rule.within", "not both"),
    ({"event": "A", "since": "2025-01-02T00:00:00Z", "until": "2025-01-01T00:00:00Z"}, "rule.until", "after"),
    ({"event": "A", "measure": "summ", "of": "a"}, "rule.measure", "“sum”"),
    ({"event": "A", "measure": "sum", "op": "ge", "value": 1}, "rule.of", "missing"),
    ({"event": "A", "measure": "sum", "of": "a", "op": "ge", "value": "1"}, "rule.value", "number"),
    ({"event": "A", "op": "ge", "value": -1}, "rule.value", "from 0"),
    ({"event": "A", "op": "between", "value": [3, 1]}, "rule.value", "above"),
    ({"event": "A", "measure": "last", "op": "newer_than", "value": 3}, "rule.value", "duration"),
    ({"event": "A", "measure": "first", "op": "lt", "value": "yesterday"}, "rule.value", "zone"),
    ({"event": "A", "where": {}}, "rule.where", "array"),
    ({"event": "A", "where": [{"property": "a", "op": "equals", "value": 1}]}, "rule.where[0].op", "not known"),
    ({"event": "A", "where": [{"any": [{"prperty": "a"}]}]}, "rule.where[0].any[0]", "“property”"),
    ({"event": "A", "measures": []}, "rule.measures", "at least one"),
    ({"event": "A", "measures": [{"op": "ge", "value": 1}] * 6}, "rule.measures", "More than 5"),
    ({"event": "A", "measures": [{"op": "ge", "value": 1}, {"measure": "sum"}]}, "rule.measures[1].of", "missing"),
    ({"event": "A", "measures": [{"op": "ge", "value": 1, "within": 3}]}, "rule.measures[0].within", "not known"),
    ({"event": "A", "measures": [{"op": "ge", "value": 1}], "value": 2}, "rule.value", "not known"),
    ({"event": "A", "measure": "distinct", "op": "ge", "value": 1}, "rule.of", "missing"),
    ({"event": "A", "where": [{"items": "a", "where": []}]}, "rule.where[0].items", "products[]"),
    ({"event": "A", "where": [{"items": "a[]", "where": []}]}, "rule.where[0].where", "at least one"),
    ({"trait": "a", "op": "regex", "value": "(a"}, "rule.value", "not closed"),
    ({"trait": "a", "op": "regex", "value": "a**"}, "rule.value", "needs a group"),
    ({"trait": "a", "op": "regex", "value": "(?=a)"}, "rule.value", "look-around"),
    ({"trait": "a", "op": "regex", "value": "(a)\\1"}, "rule.value", "can follow"),
    ({"trait": "a", "op": "regex", "value": "((a{9}){9}){9}"}, "rule.value", "repeats too much"),
    ({"trait": "a", "op": "regex", "value": "a" * 201}, "rule.value", "200"),
    ({"trait": "a", "op": "regex", "value": "[b-a]"}, "rule.value", "wrong way"),
    ({"trait": "a", "op": "regex", "value": "a|"}, "rule.value", "nothing to look for"),
    ({"anniversary": "a", "op": "within_next", "days": -1}, "rule.days", "from 0 to 365"),
    ({"anniversary": "a", "days": 366}, "rule.days", "from -365"),
    ({"location": "contry", "in": ["IL"]}, "rule.location", "“country”"),
    ({"location": "city", "in": [3]}, "rule.in[0]", "text"),
    ({"location": "near", "latitude": 91, "longitude": 0, "radius_km": 1}, "rule.latitude", "from -90"),
    ({"sequence": [{"event": "A"}]}, "rule.sequence", "two to 5"),
    ({"sequence": [{"event": "A"}] * 6}, "rule.sequence", "two to 5"),
    ({"sequence": [{"not": "A"}, {"event": "B"}]}, "rule.sequence[0]", "begins with"),
    ({"sequence": [{"event": "A"}, {"not": "B"}, {"not": "C"}]}, "rule.sequence[2]", "Only one"),
    ({"sequence": [{"event": "A"}, {"evnt": "B"}]}, "rule.sequence[1]", "“event”"),
    ({"sequence": [{"event": "A", "within": {"days": 1}}, {"event": "B"}]}, "rule.sequence[0].within", "not known"),
    (
        {"sequence": [{"event": "A"}, {"not": "B", "within": {"days": 1}}, {"event": "C"}]},
        "rule.sequence[1].within",
        "not known",
    ),
    ({"message": "open"}, "rule.message", "“opened”"),
    ({"message": "opened", "node": "mail"}, "rule.journey", "needs its"),
    ({"message": "sent", "link": "https://a"}, "rule.link", "for clicks"),
    ({"message": "sent", "without": "opened", "after": 3}, "rule.after", "duration"),
    ({"message": "sent", "without": "opened", "value": 3}, "rule.value", "not known"),
    ({"journey": "a", "state": "exitd"}, "rule.state", "“exited”"),
    ({"journey": "a", "within": {"days": 1}}, "rule.within", "not known"),
    ({"consent": "email", "state": "grantd"}, "rule.state", "“granted”"),
    ({"segment": 3}, "rule.segment", "text"),
]


@pytest.mark.parametrize(("source", "path", "part"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_is_named_by_its_place(source: Any, path: str, part: str) -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse_rule(source)

    (problem,) = caught.value.problems
    assert problem.path == path
    assert part in problem.message.render("en")
    assert any("א" <= char <= "ת" for char in problem.message.render("he"))


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse_rule({"all": [{"trait": "a", "op": "x"}, {"any": [{"evnt": "A"}, {"event": "A"}]}]})

    assert [problem.path for problem in caught.value.problems] == ["rule.all[0].op", "rule.all[1].any[0]"]


def test_braces_in_a_mistake_do_not_break_its_message() -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse_rule({"{nonsense}": 1})

    assert "{nonsense}" in caught.value.problems[0].message.render("he")


def test_a_rule_is_at_most_twenty_levels_deep_and_two_hundred_leaves_wide() -> None:
    leaf = {"trait": "a", "op": "exists"}
    deep: dict[str, Any] = leaf
    for _ in range(19):
        deep = {"not": deep}
    parse_rule(deep)
    parse_rule({"all": [leaf] * 200})

    for source in ({"not": deep}, {"all": [leaf] * 201}):
        with pytest.raises(RuleInvalid, match="More than"):
            parse_rule(source)


def test_a_very_deep_rule_is_refused_without_a_crash() -> None:
    deep: dict[str, Any] = {"trait": "a", "op": "exists"}
    for _ in range(5_000):
        deep = {"not": deep}

    with pytest.raises(RuleInvalid):
        parse_rule(deep)


def test_equal_rules_are_equal_values() -> None:
    source = {"all": [{"event": "A", "within": {"days": 1}}, {"trait": "a", "op": "in", "value": [1, 2]}]}

    assert parse_rule(source) == parse_rule(source)
    assert hash(parse_rule(source)) == hash(parse_rule(source))


def test_a_rule_says_what_can_change_it() -> None:
    rule = parse_rule(
        {
            "all": [
                {"event": "A"},
                {"any": [{"trait": "address.city", "op": "exists"}, {"date": "renewal", "op": "on"}]},
                {"not": {"segment": "vip"}},
                {"list": "news"},
                {"consent": "sms"},
            ]
        }
    )

    assert dependencies_of(rule) == Dependencies(
        events=frozenset({"A"}),
        traits=frozenset({"address", "renewal", "timezone"}),
        segments=frozenset({"vip"}),
        lists=frozenset({"news"}),
        consents=frozenset({"sms"}),
    )


def test_the_kinds_of_leaf_and_the_operators_are_found_by_themselves() -> None:
    own = {"trait", "date", "anniversary", "location", "event", "sequence", "message", "segment", "list"}
    assert own < set(leaf_kinds())
    assert "journey" in leaf_kinds()
    assert len(OPERATORS) == 13


def test_filters_are_parsed_alone_for_branches() -> None:
    with pytest.raises(RuleInvalid) as caught:
        parse_where([{"property": "a", "op": "eq"}], path="nodes.split.where")

    assert caught.value.problems[0].path == "nodes.split.where[0].value"


# Saving


def test_what_a_rule_names_must_exist(shop: Shop) -> None:
    shop.segment("vip", {"event": "Order"})

    Journey.objects.create(workspace_id=shop.workspace, key="welcome", name={}, created_at=shop.now)

    with pytest.raises(RuleInvalid) as caught:
        shop.segment(
            "x",
            {
                "any": [
                    {"segment": "vipp"},
                    {"list": "news"},
                    {"consent": "email", "topic": "tips"},
                    {"message": "sent", "template": "hello"},
                    {"message": "sent", "broadcast": "sale"},
                    {"journey": "welcom", "state": "never"},
                    {"journey": "welcome"},
                ]
            },
        )

    problems = [(problem.path, problem.message.render("en")) for problem in caught.value.problems]
    named = ["segment", "list", "topic", "template", "broadcast", "journey"]
    assert [path for path, _ in problems] == [f"rule.any[{n}].{name}" for n, name in enumerate(named)]
    assert "Did you mean “welcome”?" in problems[5][1]
    assert "Did you mean “vip”?" in problems[0][1]


def test_a_segment_cannot_depend_on_itself_however_far_around(shop: Shop) -> None:
    shop.segment("a", {"event": "Order"})
    shop.segment("b", {"segment": "a"})
    shop.segment("c", {"not": {"segment": "b"}})

    with pytest.raises(SegmentCycle) as caught:
        shop.segment("a", {"segment": "c"})
    assert "a → c → b → a" in caught.value.render("en")
    with pytest.raises(SegmentCycle):
        shop.segment("a", {"segment": "a"})


def test_levels_follow_an_edit(shop: Shop) -> None:
    shop.segment("a", {"event": "Order"})
    shop.segment("b", {"segment": "a"})
    shop.segment("c", {"segment": "b"})
    shop.segment("b", {"event": "Order"})

    levels = dict(shop.conn.execute("SELECT key, level FROM segments_segment").fetchall())
    assert levels == {"a": 0, "b": 0, "c": 1}


def test_a_segment_in_use_cannot_be_deleted(shop: Shop) -> None:
    shop.segment("a", {"event": "Order"})
    shop.segment("b", {"segment": "a"})

    with pytest.raises(SegmentInUse, match="b"):
        services.delete_segment(shop.conn, workspace_id=shop.workspace, key="a", now=shop.now)
    services.delete_segment(shop.conn, workspace_id=shop.workspace, key="b", now=shop.now)
    with pytest.raises(SegmentNotFound):
        queries.get_segment(shop.conn, workspace_id=shop.workspace, key="b")
    with pytest.raises(SegmentBeingRemoved):
        shop.segment("b", {"event": "Order"})
    assert [segment.key for segment in queries.list_segments(shop.conn, workspace_id=shop.workspace)] == ["a"]


def test_keys_and_lists_are_checked(shop: Shop, conn: psycopg.Connection) -> None:
    name = Text(en="x", he="x")
    with pytest.raises(KeyInvalid):
        shop.segment("Not A Key", {"event": "Order"})
    services.create_list(conn, workspace_id=shop.workspace, key="news", name=name, now=shop.now)
    with pytest.raises(ListExists):
        services.create_list(conn, workspace_id=shop.workspace, key="news", name=name, now=shop.now)
    with pytest.raises(ListNotFound):
        queries.get_list(conn, workspace_id=shop.workspace, key="nope")
