"""Whatever is sent, the API never breaks: random bodies, half shaped by the document, and random parameters."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any
from urllib.parse import quote, urlencode

from callers import Caller
from examples import EXAMPLES, MARK, filled_body
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.api.urls import api as kesher_api

DOCUMENT = json.loads(json.dumps(kesher_api.get_openapi_schema(path_prefix="/api/"), default=str))
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (document["operationId"], method.upper(), path.removeprefix("/api"), document)
    for path, methods in DOCUMENT["paths"].items()
    for method, document in methods.items()
]
EXAMPLES_EACH = int(os.environ.get("KESHER_FUZZ_EXAMPLES", "10"))
KNOWN_BODIES = {example.operation: example.body for example in EXAMPLES if example.body is not None}

texts = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.sampled_from(["", "שלום", "' OR 1=1 --", "%s", "{x}", "{{ x | y }}", "a" * 5000, "..", "1", "en", "email"]),
    st.sampled_from([MARK, f"{MARK}-mail", f"{MARK}_welcome", f"{MARK}@shop.test"]),
)
hostile = st.sampled_from(["\0", "\ud800", "\x1b[0m", "\u202e", "\n"])
numbers = st.one_of(
    st.integers(-3, 300), st.sampled_from([2**31, 2**63 - 1, 2**63, -(2**63), 10**400]), st.floats(allow_nan=False)
)
parts = st.one_of(texts.filter(bool), numbers, st.integers(1, 3))
times = st.sampled_from(
    ["2026-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-13-01", "now"]
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts, texts, times, hostile),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def shaped(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that mostly fit a schema, so that what lies behind the validation is reached too."""
    if "$ref" in schema:
        return st.deferred(lambda: shaped(SCHEMAS[schema["$ref"].rpartition("/")[2]]))
    if "anyOf" in schema:
        return st.one_of([shaped(each) for each in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    kinds = {"string": texts, "integer": numbers, "number": numbers, "boolean": st.booleans(), "null": st.none()}
    if schema.get("type") == "array":
        return st.lists(shaped(schema.get("items", {})), max_size=4)
    if schema.get("type") == "object" and "properties" in schema:
        return fields_of(schema)
    if schema.get("type") == "object":
        return st.dictionaries(texts, anything, max_size=4)
    if schema.get("format") == "date-time":
        return times
    return kinds.get(schema.get("type", ""), anything)


def mostly(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """These values, and once in ten times something else."""
    return st.integers(0, 9).flatmap(lambda drawn: anything if drawn == 0 else values)


def fields_of(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the schema's fields, each now and then something else."""
    needed = set(schema.get("required", ()))
    each = {name: mostly(shaped(field)) for name, field in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: values for name, values in each.items() if name in needed},
        optional={name: values for name, values in each.items() if name not in needed},
    )


def bodies(correct: Any, document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A correct body changed in one place, bodies by the schema, and anything at all."""
    content = document.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return st.none()
    if not correct:
        return mostly(shaped(content["schema"]))
    changed = st.builds(changed_at, st.just(correct), st.sampled_from(list(places_in(correct))), anything)
    return mostly(st.one_of(st.just(correct), changed, changed, shaped(content["schema"])))


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, and one in each object that it has not."""
    inner = list(value.items()) if isinstance(value, dict) else []
    inner = list(enumerate(value)) if isinstance(value, list) else inner
    if isinstance(value, dict):
        yield (*place, "more")
    for name, each in inner:
        yield (*place, name)
        yield from places_in(each, (*place, name))


def changed_at(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The document with another value in one place."""
    if not place:
        return new
    copied = copy(value)
    first, *rest = place
    copied[first] = changed_at(value[first], tuple(rest), new) if rest else new
    return copied


def queries(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Query parameters by the document."""
    named = {p["name"]: shaped(p["schema"]) for p in document.get("parameters", ()) if p["in"] == "query"}
    return st.fixed_dictionaries({}, optional=named)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def test_no_request_breaks_the_api(api: Caller, known: dict[str, Any]) -> None:
    for operation, method, path, document in sorted(OPERATIONS, key=lambda each: each[1] == "DELETE"):
        correct = filled_body(KNOWN_BODIES.get(operation), known)
        paths = [example.filled(known) for example in EXAMPLES if example.operation == operation] or [path]
        law_of(api, method, [*paths, *paths, path], bodies(correct, document), queries(document))()


def law_of(api: Caller, method: str, paths: list[str], sent: Any, asked: Any) -> Callable[[], None]:
    """That nothing sent to one operation breaks it."""

    @settings(max_examples=EXAMPLES_EACH, deadline=None, database=None)
    @given(path=st.sampled_from(paths), body=sent, query=asked, places=st.lists(parts, min_size=3, max_size=3))
    def holds(path: str, body: Any, query: dict[str, Any], places: list[Any]) -> None:
        never_breaks(api, method, path, body=body, query=query, places=places)

    return holds


def never_breaks(api: Caller, method: str, path: str, *, body: Any, query: dict[str, Any], places: list[Any]) -> None:
    """One call, which may be refused in the right form and may not break anything."""
    values = iter(places)
    filled = re.sub(r"\{\w+\}", lambda _: quote(as_text(next(values)), safe="", errors="replace"), path)
    asked = urlencode({name: as_text(value) for name, value in query.items()}, errors="replace")
    answer = api(method, f"{filled}{'&' if '?' in filled else '?'}{asked}", body)
    # A mail server of nobody's cannot be reached, which a test message says with 503 and its reason.
    refused = answer.status_code == 503 and answer.json()["code"] == "messaging.test_not_taken"
    assert answer.status_code < 500 or refused, (method, filled, asked, body, answer.content.decode())
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
