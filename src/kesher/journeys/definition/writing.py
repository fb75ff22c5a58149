"""From a definition to its canonical JSON: fields in order, defaults left out, nodes in the order of the flow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kesher.journeys.definition.reading import (
    EXIT,
    GOAL,
    HOLDOUT,
    LAYOUT_FIELD,
    ON_ERROR,
    PRIORITY,
    REENTRY,
    read_definition,
)
from kesher.journeys.errors import JourneyInvalid
from kesher.journeys.fields import NameKind, Reading, write_fields
from kesher.journeys.types import Definition, Entry, Reentry


def write_definition(definition: Definition) -> dict[str, Any]:
    """The JSON that `read_definition` takes to give the same definition. The start is the first node, and is named
    too, because jsonb does not keep an order."""
    written: dict[str, Any] = {
        "journey": definition.key,
        "name": NameKind().write(definition.name),
        "entry": _write_entry(definition.entry),
    }
    if definition.reentry != Reentry():
        written["reentry"] = write_fields(REENTRY, definition.reentry)
    if definition.goal is not None:
        written["goal"] = write_fields(GOAL, definition.goal)
    if definition.exits:
        written["exit"] = [write_fields(EXIT, each) for each in definition.exits]
    written |= write_fields((HOLDOUT, PRIORITY), definition)
    written["start"] = definition.start
    written["nodes"] = {key: _write_node(definition, key) for key in _flow(definition)}
    if definition.layout is not None:
        written["layout"] = LAYOUT_FIELD.kind.write(definition.layout)
    return written


def split_layout(written: dict[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any] | None]:
    """A written definition without its layout, and the layout: the same people do the same things however it lies."""
    return {key: value for key, value in written.items() if key != "layout"}, written.get("layout")


def with_layout(written: dict[str, Any], layout: Mapping[str, Any]) -> dict[str, Any]:
    """A written definition with the layout of its journey, as far as its nodes are in it."""
    points = {key: point for key, point in layout.get("nodes", {}).items() if key in written["nodes"]}
    kept = {**layout, "nodes": points} if points else {key: value for key, value in layout.items() if key != "nodes"}
    return {**written, "layout": kept} if kept else written


def in_flow_order(written: dict[str, Any]) -> dict[str, Any]:
    """A stored definition with its fields and nodes in their order again, which jsonb does not keep."""
    reading = Reading(workspace_id=0)
    definition = read_definition(written, reading)
    if definition is None:
        raise JourneyInvalid(problems=tuple(reading.problems))
    return write_definition(definition)


def digest_of(written: dict[str, Any]) -> str:
    """A hash of the canonical JSON: equal definitions have equal digests."""
    text = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _write_entry(entry: Entry) -> dict[str, Any]:
    written = write_fields(entry.kind.fields, entry.config)
    if entry.rule is not None:
        written["rule"] = entry.rule.source
    return written


def _write_node(definition: Definition, key: str) -> dict[str, Any]:
    node = definition.nodes[key]
    written = {"type": node.type.key, **write_fields(node.type.fields, node.config)}
    return written if node.on_error is None else {**written, ON_ERROR.name: node.on_error}


def _flow(definition: Definition) -> list[str]:
    """The nodes from the start onwards, each branch to its end before the next one."""
    order: list[str] = []
    waiting = [definition.start]
    while waiting:
        key = waiting.pop()
        if key not in order:
            order.append(key)
            targets = [target for target in definition.nodes[key].edges.values() if target is not None]
            waiting += reversed(targets)
    return order
