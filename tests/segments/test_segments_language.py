"""The builder's forms say what the parser takes: whatever the registers hold, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from segment_rules import leaves
from segment_shop import Shop

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments import queries
from kesher.segments.errors import RuleInvalid
from kesher.segments.operators import OPERATORS
from kesher.segments.operators.equality import Equal

LANGUAGE = queries.describe_language()
FORMS = {leaf.key: leaf.fields for leaf in LANGUAGE.leaves}
MEASURED = {measure.key: measure.fields for measure in LANGUAGE.measures}


def _asked(fields: Mapping[str, Any], form: tuple[FormField, ...]) -> dict[str, FormField]:
    """The fields of a form that are asked when the others are as they are."""
    defaults = {field.name: field.default for field in form}
    given = {**defaults, **fields}
    return {
        field.name: field for field in form if all(given.get(name) in allowed for name, allowed in field.when.items())
    }


def _form_of(leaf: Mapping[str, Any]) -> dict[str, FormField]:
    head = next(key for key in FORMS if key in leaf)
    form = tuple(FORMS[head])
    if head == "event" and "measures" not in leaf:
        form += tuple(MEASURED[leaf.get("measure", "count")])
    return _asked(leaf, form)


@given(leaves)
@settings(max_examples=60, deadline=None)
def test_every_field_of_every_rule_has_its_place_in_a_form(leaf: dict[str, Any]) -> None:
    form = _form_of(leaf)

    assert leaf.keys() <= form.keys()
    for name, value in leaf.items():
        if form[name].kind == "choice":
            assert value in [choice.value for choice in form[name].choices]
    assert {name for name, field in form.items() if field.required} <= leaf.keys()


@pytest.mark.parametrize("key", FORMS)
def test_the_parser_knows_every_choice_of_a_form(key: str) -> None:
    for field in FORMS[key]:
        if field.kind == "choice" and field.choices:
            heads = [choice.value for choice in FORMS[key][0].choices] or ["x"]
            wrong = {key: heads[0], **_when(field), field.name: "no such choice"}
            with pytest.raises(RuleInvalid) as caught:
                queries.parse_rule(wrong)
            said = " ".join(problem.message.en for problem in caught.value.problems)
            known = [choice.value for choice in field.choices]
            assert "Possible" not in said or all(value in said for value in known), field.name


def _when(field: FormField) -> dict[str, Any]:
    return {name: allowed[0] for name, allowed in field.when.items()}


def test_every_text_is_in_both_languages() -> None:
    texts = [*_texts(LANGUAGE.groups), *_texts(LANGUAGE.kinds)]
    for leaf in LANGUAGE.leaves:
        texts += [leaf.label, leaf.help, *_field_texts(leaf.fields)]
    for measure in LANGUAGE.measures:
        texts += [measure.label, *_field_texts(measure.fields)]

    assert [text for text in texts if not text.en or not any("א" <= letter <= "ת" for letter in text.he)] == []


def _texts(choices: Any) -> Iterator[Text]:
    yield from (choice.label for choice in choices)


def _field_texts(fields: Any) -> Iterator[Text]:
    for field in fields:
        yield field.label
        yield from _texts(field.choices)
        yield from _field_texts(field.fields)


def test_an_operator_that_is_added_shows_up_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sounds(Equal):
        name = "sounds"
        label = Text(en="sounds like", he="נשמע כמו")

    monkeypatch.setitem(OPERATORS, "sounds", Sounds())

    assert "sounds" in [operator.key for operator in queries.describe_language().operators]


def test_a_rule_is_said_part_by_part_and_as_one_sentence() -> None:
    rule = queries.parse_rule(
        {
            "all": [
                {"trait": "city", "op": "eq", "value": "חיפה"},
                {"not": {"any": [{"segment": "vip"}, {"list": "news"}]}},
            ]
        }
    )

    said = queries.say(rule)

    assert (said.kind, said.path, said.sentence.en) == ("all", "rule", "All of these hold:")
    assert [part.path for part in said.parts[1].parts] == ["rule.all[1].not"]
    assert said.whole.render("en") == ("“city” is “חיפה” and not (is in the segment “vip” or is on the list “news”)")
    assert said.whole.render("he") == "”city“ שווה ל־”חיפה“ וגם לא (נמצא בסגמנט ”vip“ או נמצא ברשימה ”news“)"


def test_a_group_of_one_is_said_without_brackets() -> None:
    rule = queries.parse_rule({"all": [{"event": "Cart Viewed", "measure": "count", "op": "ge", "value": 2}]})

    assert queries.say(rule).whole.render("en") == "“Cart Viewed”, at least 2 times"


def test_a_rule_over_too_many_is_estimated_from_a_sample(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(60):
        shop.did(f"p{n}", "Order", ago=timedelta(days=1 if n % 2 else 40))
    rule = queries.parse_rule({"event": "Order", "within": {"days": 4}})
    monkeypatch.setattr("kesher.segments.previewing._SAMPLE", 30)

    about = queries.estimate_rule(shop.conn, rule, workspace_id=shop.workspace, now=shop.now)
    monkeypatch.setattr("kesher.segments.previewing._SAMPLE", 1_000)
    exact = queries.estimate_rule(shop.conn, rule, workspace_id=shop.workspace, now=shop.now)

    assert about.estimated and 0 <= about.count <= 60
    assert (exact.count, exact.estimated, len(exact.sample)) == (30, False, 20)


def test_no_choice_of_a_form_is_offered_twice() -> None:
    for field in (field for leaf in LANGUAGE.leaves for field in leaf.fields):
        values = [choice.value for choice in field.choices]
        assert len(values) == len(set(values)), field.name


def test_a_lone_condition_is_said_without_brackets() -> None:
    lone = {"event": "Order Completed", "where": [{"property": "total", "op": "gt", "value": 100}]}

    whole = queries.say(queries.parse_rule({"all": [lone]})).whole

    assert whole == queries.say(queries.parse_rule(lone)).whole
    assert "(" not in whole.render("en")
