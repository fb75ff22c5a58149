"""Each part of a rule says, in both languages, what it asks, whether it holds and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_histories import Past, busy_pasts, moments, pasts, write_keys, write_people
from segment_rules import rules, sequence_leaves
from segment_shop import Shop
from test_segments_agreement import LAW

from kesher.segments import queries
from kesher.segments.types import Explanation, Person

SENTENCES: list[tuple[dict[str, Any], str, str]] = [
    ({"trait": "city", "op": "eq", "value": "חיפה"}, "“city” is “חיפה”", "”city“ שווה ל־”חיפה“"),
    ({"trait": "age", "op": "between", "value": [18, 30]}, "“age” is between 18 and 30", "”age“ בין 18 ל־30"),
    ({"trait": "phone", "op": "exists"}, "“phone” has any value", "”phone“ קיים"),
    (
        {"event": "Order", "op": "ge", "value": 2, "within": {"days": 30}},
        "“Order”, in the last 30 days, at least 2 times",
        "”Order“, ב־30 הימים האחרונים, לפחות פעמיים",
    ),
    ({"event": "Order", "op": "eq", "value": 0}, "“Order”, never", "”Order“, אף פעם"),
    (
        {"event": "Order", "where": [{"property": "total", "op": "gt", "value": 100}], "within": {"hours": 1}},
        "“Order” where “total” is more than 100, in the last hour, at least once",
        "”Order“ כאשר ”total“ גדול מ־100, בשעה האחרונה, לפחות פעם אחת",
    ),
    (
        {"event": "Order", "measure": "sum", "of": "total", "op": "ge", "value": 500},
        "“Order”, the sum of “total” is at least 500",
        "”Order“, סכום של ”total“ לפחות 500",
    ),
    (
        {"event": "Order", "measure": "last", "op": "older_than", "value": {"days": 2}},
        "“Order”, last time at least 2 days ago",
        "”Order“, הפעם האחרונה לפני יומיים או יותר",
    ),
    (
        {"sequence": [{"event": "A"}, {"not": "C"}, {"event": "B", "within": {"days": 2}}]},
        "“A”, then “B” within 2 days with no “C” between",
        "”A“, אחר כך ”B“ בתוך יומיים ללא ”C“ ביניהם",
    ),
    (
        {"sequence": [{"event": "A"}, {"not": "B", "within": {"hours": 3}}]},
        "“A”, then no “B” within 3 hours",
        "”A“, אחר כך לא ”B“ בתוך 3 שעות",
    ),
    (
        {"anniversary": "birthday", "op": "within_next", "days": 7},
        "the anniversary of “birthday” is between today and in 7 days",
        "יום השנה של ”birthday“ חל בין היום לבין בעוד 7 ימים",
    ),
    ({"date": "renewal", "op": "before"}, "“renewal” is 1 day ago or earlier", "”renewal“ חל לפני יום אחד או קודם לכן"),
    (
        {"location": "city", "in": ["Haifa", "חיפה"]},
        "the city is one of “Haifa”, “חיפה”",
        "העיר: אחת מתוך ”Haifa“, ”חיפה“",
    ),
    ({"segment": "vip"}, "is in the segment “vip”", "נמצא בסגמנט ”vip“"),
    (
        {"event": "O", "where": [{"items": "p[]", "where": [{"property": "kind", "op": "eq", "value": "{x}"}]}]},
        "“O” where one of “p[]” has “kind” is “{x}”, at least once",
        "”O“ כאשר לאחד מ־”p[]“ יש ”kind“ שווה ל־”{x}“, לפחות פעם אחת",
    ),
]


def test_a_leaf_says_in_both_languages_what_it_asks(now: datetime) -> None:
    nobody = Person(0)
    for source, en, he in SENTENCES:
        sentence = queries.explain(queries.parse_rule(source), nobody, now).sentence
        assert (sentence.render("en"), sentence.render("he")) == (en, he)


def test_an_explanation_shows_what_decided_and_when_it_could_change(shop: Shop) -> None:
    rule = queries.parse_rule(
        {
            "all": [
                {"event": "Order", "op": "ge", "value": 2, "within": {"days": 30}},
                {"not": {"trait": "city", "op": "eq", "value": "חיפה"}},
            ]
        }
    )
    ada = shop.did("ada", "Order", ago=timedelta(days=3))
    shop.did("ada", "Order", ago=timedelta(days=2))
    shop.identify("ada", city="חיפה")
    person = queries.load_person(shop.conn, ada, rule=rule)

    whole = queries.explain(rule, person, shop.now)

    ordered, elsewhere = whole.parts
    assert (whole.holds, ordered.holds, elsewhere.holds, elsewhere.parts[0].holds) == (False, True, False, True)
    assert ordered.value == 2
    assert [event.occurred_at for event in ordered.events] == [shop.now - timedelta(days=n) for n in (3, 2)]
    assert ordered.changes_at == shop.now + timedelta(days=27)
    assert elsewhere.parts[0].value == "חיפה"
    found = ordered.found
    assert found is not None
    assert (found.render("en"), found.render("he")) == ("Found: 2.", "נמצא: 2.")


@settings(LAW, max_examples=60)
@given(rule=st.one_of(rules, sequence_leaves()), past=st.one_of(pasts, busy_pasts), now=moments())
def test_every_rule_can_be_explained_and_each_part_answers_as_the_evaluator_does(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    with conn.transaction(force_rollback=True):
        write_keys(conn, workspace)
        tree = queries.parse_rule(rule)
        (id,) = write_people(conn, workspace, [past])
        person = queries.load_people(conn, [id], asked=queries.dependencies_of(tree))[id]

    whole = queries.explain(tree, person, now)

    verdict = queries.evaluate(tree, person, now=now)
    assert (whole.holds, whole.changes_at) == (verdict.holds, verdict.changes_at)
    for part in _all(whole):
        assert part.sentence.render("en")
        assert any("א" <= char <= "ת" for char in part.sentence.render("he"))
        assert part.parts or part.found is not None


def _all(part: Explanation) -> list[Explanation]:
    return [part, *(inner for each in part.parts for inner in _all(each))]
