"""Publishing: versions, idempotence, the audit log, export; a round trip changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_journey_validation import RIGHT

import kesher
from kesher.journeys import models, queries, services
from kesher.journeys.definition import dump_yaml, load_yaml, read_definition, write_definition
from kesher.journeys.errors import JourneyInvalid, JourneyNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.types import Applied, JourneyState

DEMO = sorted(Path(kesher.__file__).parent.glob("cli/demo/journeys/*.yaml"))


def test_a_new_journey_is_live_in_version_one(shop: int, now: datetime) -> None:
    applied = services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    assert applied == Applied("cart", 1, changed=True)
    info = queries.get_journey("cart", workspace_id=shop)
    assert (info.state, info.version, info.name.he) == (JourneyState.LIVE, 1, "עגלה")


def test_applying_again_changes_nothing(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    again = services.apply_yaml("# a comment\n" + RIGHT, workspace_id=shop, now=now + timedelta(days=1))

    assert again == Applied("cart", 1, changed=False)
    assert models.Version.objects.count() == 1


def test_a_change_makes_a_version_and_leaves_the_old_one_as_it_was(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    before = queries.get_definition("cart", workspace_id=shop, version=1)

    applied = services.apply_yaml(RIGHT.replace("1h", "2h"), workspace_id=shop, now=now)

    assert applied == Applied("cart", 2, changed=True)
    assert queries.get_definition("cart", workspace_id=shop, version=1) == before
    assert queries.get_definition("cart", workspace_id=shop)["nodes"]["hour"]["for"] == "2h"


def test_a_paused_journey_stays_paused_when_it_is_changed(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)
    services.pause_journey("cart", workspace_id=shop, now=now)

    services.apply_yaml(RIGHT.replace("1h", "2h"), workspace_id=shop, now=now)

    assert queries.get_journey("cart", workspace_id=shop).state is JourneyState.PAUSED


def test_every_change_is_in_the_audit_log(conn: psycopg.Connection, shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now, actor="dana@shop.test")
    services.apply_yaml(RIGHT, workspace_id=shop, now=now, actor="dana@shop.test")
    services.pause_journey("cart", workspace_id=shop, now=now, actor="dana@shop.test")

    rows = conn.execute("SELECT actor, action, target FROM accounts_audit_entry ORDER BY id").fetchall()

    assert rows == [
        ("dana@shop.test", "journeys.publish", "cart"),
        ("dana@shop.test", "journeys.paused", "cart"),
    ]


def test_a_wrong_definition_is_refused_and_nothing_is_written(shop: int, now: datetime) -> None:
    with pytest.raises(JourneyInvalid) as refused:
        services.apply_yaml(RIGHT.replace("first", "frist"), workspace_id=shop, now=now)

    assert [(p.path, p.line) for p in refused.value.problems] == [("nodes.remind.template", 26)]
    assert models.Journey.objects.count() == 0


def test_a_schedule_in_the_past_is_refused(shop: int, now: datetime) -> None:
    entry = '{schedule: {at: "2025-01-01 09:00"}, segment: gold}'
    text = f"{{journey: once, name: Once, entry: {entry}, nodes: {{a: {{type: exit}}}}}}"

    with pytest.raises(JourneyInvalid, match="has passed"):
        services.apply_yaml(text, workspace_id=shop, now=now)

    assert models.Journey.objects.count() == 0


def test_another_workspace_cannot_read_it(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    assert queries.list_journeys(workspace_id=shop + 1) == []
    with pytest.raises(JourneyNotFound):
        services.export_yaml(workspace_id=shop + 1, key="cart")
    with pytest.raises(JourneyNotFound):
        queries.get_definition("cart", workspace_id=shop + 1)


def test_the_exported_nodes_come_in_the_order_of_the_flow(shop: int, now: datetime) -> None:
    services.apply_yaml(RIGHT, workspace_id=shop, now=now)

    exported = load_yaml(services.export_yaml(workspace_id=shop, key="cart")).data

    assert list(exported) == ["journey", "name", "entry", "reentry", "goal", "exit", "nodes"]
    assert list(exported["nodes"]) == ["hour", "chance", "remind", "order", "bye"]


KEYS = st.text("abcdefghij_0123456789", min_size=1, max_size=8).map(lambda text: f"n{text}")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
DURATIONS = st.builds("{}{}".format, st.integers(1, 50), st.sampled_from("smhdw"))
RULES = st.recursive(
    st.one_of(
        st.builds(lambda name, value: {"trait": name, "op": "eq", "value": value}, KEYS, WORDS | st.booleans()),
        st.builds(
            lambda name, n: {"event": name, "measure": "count", "op": "ge", "value": n}, WORDS, st.integers(0, 9)
        ),
    ),
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=2))
        | st.builds(lambda part: {"not": part}, inner)
    ),
    max_leaves=3,
)
WHERES = st.lists(
    st.builds(lambda name, value: {"property": name, "op": "eq", "value": value}, KEYS, WORDS | st.integers(-5, 5)),
    min_size=1,
    max_size=2,
)
TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@st.composite
def nodes_of(draw: Any, position: int, keys: list[str]) -> dict[str, Any]:
    """A node whose every way leads to a later one, the first of them to the next, so that all are reached."""
    later = keys[position + 1 :]
    on = {"next": later[0]} if later else {}
    somewhere = st.sampled_from(later) if later else st.none()
    kind = draw(st.sampled_from(["wait", "until", "wait_until", "split", "random", "update", "send", "exit"]))
    if kind == "wait" or (kind == "exit" and later):
        return {"type": "wait", "for": draw(DURATIONS), **on}
    if kind == "until":
        after, before = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
        days = draw(st.lists(st.sampled_from(["sun", "mon", "fri"]), min_size=1, unique=True))
        return {"type": "wait", "until": {"after": after, "before": before, "days": days}, **on}
    if kind == "wait_until":
        node = {"type": "wait_until", "event": draw(WORDS), "for": draw(DURATIONS), "timeout": draw(somewhere)}
        if later:
            node["then"] = later[0]
        return {**node, "where": draw(WHERES), "rule": draw(RULES)}
    if kind == "split":
        branches = [{"name": "a", "rule": draw(RULES), **on}, {"name": "b", "where": draw(WHERES)}]
        return {"type": "split", "branches": branches, "else": draw(somewhere)}
    if kind == "random":
        weight = draw(st.integers(1, 9_999))
        paths = [{"name": "a", "weight": weight, **on}, {"name": "b", "weight": 10_000 - weight, "holdout": True}]
        return {"type": "random", "paths": paths, "salt": draw(WORDS)}
    if kind == "update":
        values = WORDS | st.integers(-9, 9) | st.booleans() | st.builds(lambda path: {"event": path}, KEYS)
        return {"type": "update_profile", "set": draw(st.dictionaries(KEYS, values, min_size=1, max_size=3)), **on}
    if kind == "send":
        return {"type": "send_email", "template": "first", "topic": "offers", **on}
    return {"type": "exit"}


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """A right definition of up to six nodes."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique=True))
    entry = draw(
        st.one_of(
            st.builds(lambda event, where: {"event": event, "where": where}, WORDS, WHERES),
            st.just({"segment": "gold"}),
            st.builds(lambda time: {"schedule": {"time": time, "days": ["sun"]}, "segment": "gold"}, TIMES),
        )
    )
    return {
        "journey": "made_up",
        "name": draw(WORDS),
        "entry": entry,
        "reentry": {"policy": "always", "after": draw(DURATIONS)},
        "goal": {"event": draw(WORDS), "within": draw(DURATIONS), "exit": draw(st.booleans())},
        "exit": [{"event": draw(WORDS)}, {"rule": draw(RULES)}],
        "nodes": {key: draw(nodes_of(position, keys)) for position, key in enumerate(keys)},
    }


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definition=definitions())
def test_export_then_apply_is_the_identity(shop: int, now: datetime, definition: dict[str, Any]) -> None:
    services.publish_journey(definition, workspace_id=shop, now=now)
    text = services.export_yaml(workspace_id=shop, key="made_up")

    assert services.validate_yaml(text, workspace_id=shop) == []
    assert services.apply_yaml(text, workspace_id=shop, now=now).changed is False
    assert services.export_yaml(workspace_id=shop, key="made_up") == text


@pytest.mark.parametrize(
    "text", ["0E0", "1", "09:30", "on", "null", "", "~", ".5", "-7", "true", "1_000", "0x1f", "שלום"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    assert load_yaml(dump_yaml({text: [text]})).data == {text: [text]}


@settings(max_examples=60, deadline=None, database=None)
@given(definition=definitions())
def test_nothing_of_a_definition_is_lost_on_the_way_through_yaml(definition: dict[str, Any]) -> None:
    read = read_definition(load_yaml(dump_yaml(definition)).data, Reading(1))
    assert read is not None

    written = write_definition(read)

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if v is not None and not (k == "exit" and v is True)}
        return [clean(item) for item in value] if isinstance(value, list) else value

    wanted = clean(definition) | {"start": next(iter(definition["nodes"]))}
    for node in wanted["nodes"].values():
        if node["type"] == "wait" and "until" in node:
            until = node["until"]
            until["days"] = [day for day in ("sun", "mon", "fri") if day in until["days"]]
            if until["after"] == "00:00":
                del until["after"]
    assert written == wanted


@pytest.mark.parametrize("file", DEMO, ids=lambda file: file.stem)
def test_the_journeys_of_the_demo_can_be_read(file: Path) -> None:
    document = load_yaml(file.read_text(encoding="utf-8"))
    reading = Reading(1)

    assert read_definition(document.data, reading) is not None, reading.problems
