"""No change is silent: what differs between two definitions is said in words, in both languages."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from test_journey_publishing import definitions

from kesher.journeys.definition import read_definition, write_definition
from kesher.journeys.editing.changes import list_changes
from kesher.journeys.fields import Reading

LANGUAGES = ("en", "he")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value within a definition, but for its key and its start (the first node when not named)."""
    if path and path not in (("journey",), ("start",)):
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in inner:
        yield from places(part, (*path, name))


def changed(definition: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The definition with another value at a path; None takes it away."""
    other = copy.deepcopy(definition)
    at: Any = other
    for name in path[:-1]:
        at = at[name]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return other


@settings(max_examples=60, deadline=None, database=None)
@given(
    definition=definitions(), data=st.data(), value=st.sampled_from([None, "something_else", 7, True, {"x": 1}, ["y"]])
)
def test_whatever_is_changed_is_said(definition: dict[str, Any], data: st.DataObject, value: Any) -> None:
    read = read_definition(definition, Reading(1))
    assert read is not None
    before = write_definition(read)
    path = data.draw(st.sampled_from(list(places(before))))

    after = changed(before, path, value)

    changes = list_changes(before, after)
    assert bool(changes) == (after != before), (path, value)
    for change in changes:
        for language in LANGUAGES:
            assert change.text.render(language)
    assert list_changes(before, before) == list_changes(after, after) == []
