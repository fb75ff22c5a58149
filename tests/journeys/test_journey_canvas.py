"""The canvas draws itself from the node classes, keeps where things lie, and shows each mistake at its node."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

import pytest
from playing.journeys_to_play import NODES, Make, make_journey
from test_journey_validation import RIGHT

from kesher.journeys import models, queries, services
from kesher.journeys.definition import load_yaml, read_definition
from kesher.journeys.fields import Reading
from kesher.journeys.queries import Spot, list_entry_kinds, list_node_types, spot_of
from kesher.journeys.registry import node_types
from kesher.kernel.errors import Problem
from kesher.kernel.forms import FormField
from kesher.kernel.text import Text

LAYOUT = """\
layout:
  nodes:
    hour: {x: 10, y: -20}
    bye: {x: 400, y: 380}
  notes:
  - {text: 'לבדוק עם דנה', x: 0, y: 500, width: 240, height: 80}
"""


def test_where_things_lie_survives_export_and_apply(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT + LAYOUT, workspace_id=shop, now=now)

    file = services.export_yaml(workspace_id=shop, key="cart")
    again = services.apply_yaml(file, workspace_id=shop, now=now)

    assert not again.changed
    assert services.export_yaml(workspace_id=shop, key="cart") == file
    assert load_yaml(file).data["layout"] == load_yaml(LAYOUT).data["layout"]


def test_moving_a_node_on_the_canvas_makes_no_version_and_says_so(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT + LAYOUT, workspace_id=shop, now=now)
    moved = RIGHT + LAYOUT.replace("x: 10", "x: 99")
    said = services.diff_yaml(moved, workspace_id=shop)

    applied = services.apply_yaml(moved, workspace_id=shop, now=now)

    assert [change.path for change in said] == ["layout"]
    assert (applied.version, applied.changed) == (1, False)
    assert queries.get_definition("cart", workspace_id=shop)["layout"]["nodes"]["hour"] == {"x": 99, "y": -20}
    assert "layout" not in models.Version.objects.get().definition


def test_a_file_that_says_nothing_of_the_canvas_leaves_it(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT + LAYOUT, workspace_id=shop, now=now)

    services.apply_yaml(RIGHT.replace("for: 1h", "for: 2h"), workspace_id=shop, now=now)

    assert queries.get_definition("cart", workspace_id=shop)["layout"]["nodes"]["bye"] == {"x": 400, "y": 380}


def test_a_draft_keeps_its_layout_and_publishes_it(shop: int, now: datetime) -> None:
    draft = load_yaml(RIGHT + LAYOUT).data
    revision = services.save_draft(draft, workspace_id=shop, key="cart", revision=0, now=now)
    assert queries.get_draft("cart", workspace_id=shop).definition["layout"] == draft["layout"]

    services.publish_draft("cart", workspace_id=shop, revision=revision, now=now)

    assert queries.get_definition("cart", workspace_id=shop)["layout"] == draft["layout"]


def test_a_place_for_a_node_that_is_not_there_is_a_mistake(shop: int) -> None:
    wrong = RIGHT + LAYOUT.replace("bye:", "by:")

    problems = services.validate_yaml(wrong, workspace_id=shop)

    assert [(p.path, p.message.en) for p in problems] == [
        ("layout.nodes.by", "There is no node “by”. Did you mean “bye”?")
    ]


@pytest.mark.parametrize(
    ("path", "spot"),
    [
        ("nodes.hour.for", Spot("hour", "for")),
        ("nodes.hour", Spot("hour", "")),
        ("nodes.split.branches[0].rule.all[1].op", Spot("split", "branches[0].rule.all[1].op")),
        ("nodes.a.b.type", Spot("a.b", "type")),
        ("entry.event", Spot(None, "entry.event")),
        ("nodes", Spot(None, "nodes")),
    ],
)
def test_a_mistake_is_at_its_node(path: str, spot: Spot) -> None:
    found = spot_of(Problem(path, Text(en="x", he="x")), ["hour", "split", "a", "a.b"])

    assert found == spot


def test_every_node_type_has_its_picture_and_texts_in_both_languages() -> None:
    forms = list_node_types()

    assert len(forms) == len(node_types())
    shelves = {choice.value for choice in queries.get_journey_form().categories}
    assert {form.category for form in forms} == shelves
    for form in [*forms, *list_entry_kinds()]:
        assert form.icon
        texts = [form.name, form.about, *_texts(form.fields)]
        assert [text for text in texts if not text.en or not text.he] == []
        json.dumps([field.default for field in form.fields])


def _texts(fields: Sequence[FormField]) -> Iterator[Text]:
    for field in fields:
        yield field.label
        if field.help:
            yield field.help
        yield from (choice.label for choice in field.choices)
        yield from _texts(field.fields)


def test_the_outcomes_that_are_told_are_those_of_the_nodes() -> None:
    told = {form.key: form for form in list_node_types()}
    seen = set()
    for seed in range(80):
        definition = make_journey(Make(Random(seed)))
        read = read_definition(definition, Reading(0))
        for key, node in read.nodes.items() if read else ():
            written = definition["nodes"][key]
            ways: dict[str, Any] = {}
            for outcome in told[node.type.key].outcomes:
                ways |= dict(_ways(written, outcome.name, outcome.path))
            assert _leading(node.edges) == _leading(ways)
            assert node.type.key == "exit" or node.edges.keys() <= ways.keys()
            seen.add(node.type.key)

    assert seen == set(NODES)


def _leading(ways: Mapping[str, Any]) -> dict[str, Any]:
    return {name: target for name, target in ways.items() if target is not None}


def _ways(written: Mapping[str, Any], name: str, path: str) -> Iterator[tuple[str, Any]]:
    if "[]." not in path:
        yield name, written.get(path)
        return
    items, field = path.split("[].")
    for item in written[items]:
        yield item["name"], item.get(field)
