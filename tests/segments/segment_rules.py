"""Strategies that make up rules of the whole language."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from segment_histories import LISTS, NUMBERS, PATHS, SEGMENTS, TEXTS, moments, names

_filled = st.sampled_from([text for text in TEXTS if text])
_numbers = st.sampled_from(NUMBERS)
_days = st.sampled_from(["2025-03-28", "2024-02-29"])
_times = st.sampled_from(["2025-03-28T00:30:00+02:00", "2025-03-27T22:30:00Z", "2025-03-27T22:30:00.5Z"])


_atoms = st.sampled_from(
    [
        *("a", "b", "A", "ה", "é", "0", "1", "2", "-", ".", "🛒", "'", "%"),
        *(r"\.", r"\\", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\n"),
        *("[a-c]", "[^a]", r"[^א-ת\d]", "[-T:]"),
    ]
)
_edges = st.sampled_from(["", "", "", "^", "$"])
patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.builds(
            lambda part, sign: f"(?:{part}){sign}", inner, st.sampled_from(["?", "*", "+", "{2}", "{1,}", "{0,2}"])
        ),
        st.builds(lambda first, part, last: f"({first}{part}{last})", _edges, inner, _edges),
    ),
    max_leaves=6,
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A comparison with its operand."""
    op = draw(
        st.sampled_from(
            ["eq", "ne", "lt", "le", "gt", "ge", "between", "in", "contains", "starts", "ends", "exists", "regex"]
        )
    )
    if op == "exists":
        return {"op": op}
    if op == "regex":
        return {"op": op, "value": draw(patterns)}
    if op in ("starts", "ends"):
        return {"op": op, "value": draw(_filled)}
    kinds: dict[str, st.SearchStrategy[Any]] = {"text": _filled, "number": _numbers}
    if op != "contains":
        kinds |= {"date": _days, "datetime": _times}
    if op in ("eq", "ne", "in", "contains"):
        kinds["bool"] = st.booleans()
    kind = draw(st.sampled_from(sorted(kinds)))
    named = {} if kind in ("text", "number", "bool") else {"as": kind}
    if op == "in":
        return {"op": op, "value": draw(st.lists(kinds[kind], min_size=1, max_size=3)), **named}
    if op == "between":
        pair = [draw(kinds[kind]), draw(kinds[kind])]
        order = {"datetime": lambda v: datetime.fromisoformat(v.replace("Z", "+00:00").replace(".5", ".500000"))}
        return {"op": op, "value": sorted(pair, key=order.get(kind)), **named}
    return {"op": op, "value": draw(kinds[kind]), **named}


@st.composite
def filters(draw: st.DrawFn, depth: int = 1) -> dict[str, Any]:
    """A property filter, now and then a small tree of them."""
    shape = draw(st.sampled_from(["leaf", "leaf", "leaf", "all", "any", "not", "items"])) if depth else "leaf"
    if shape == "items":
        inner = st.builds(lambda path, test: {"property": path, **test}, st.sampled_from(["c", "p"]), conditions())
        path = draw(st.sampled_from(["items[]", "a[]", "missing[]"]))
        return {"items": path, "where": draw(st.lists(inner, min_size=1, max_size=2))}
    if shape == "leaf":
        return {"property": draw(st.sampled_from(PATHS)), **draw(conditions())}
    if shape == "not":
        return {"not": draw(filters(depth - 1))}
    return {shape: draw(st.lists(filters(depth - 1), min_size=1, max_size=2))}


durations = st.one_of(
    st.integers(1, 120).map(lambda n: {"hours": n}),
    st.integers(1, 10).map(lambda n: {"days": n}),
    st.sampled_from([1, 60, 1440]).map(lambda n: {"minutes": n}),
)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    """Ever, rolling or fixed."""
    shape = draw(st.sampled_from(["ever", "rolling", "rolling", "fixed"]))
    if shape == "ever":
        return {}
    if shape == "rolling":
        return {"within": draw(durations)}
    since, until = sorted([draw(moments()), draw(moments()) + timedelta(seconds=1)])
    bounds = {"since": _iso(since), "until": _iso(until)}
    kept = draw(st.sampled_from([["since"], ["until"], ["since", "until"]]))
    return {name: bounds[name] for name in kept} if since < until else {"since": bounds["since"]}


@st.composite
def event_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about events."""
    leaf: dict[str, Any] = {"event": draw(names), **draw(windows())}
    if draw(st.integers(0, 2)) == 0:
        leaf["where"] = draw(st.lists(filters(), min_size=1, max_size=2))
    if draw(st.integers(0, 5)) == 0:
        return {**leaf, "measures": draw(st.lists(measures(), min_size=1, max_size=3))}
    return {**leaf, **draw(measures())}


@st.composite
def sequence_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about what followed what."""

    def happening(head: str) -> dict[str, Any]:
        where = {"where": [draw(filters(0))]} if draw(st.integers(0, 4)) == 0 else {}
        return {head: draw(names), **where}

    def gap() -> dict[str, Any]:
        return {"within": draw(durations)} if draw(st.booleans()) else {}

    steps = [happening("event")]
    for _ in range(draw(st.integers(0, 3))):
        steps += [happening("not") for _ in range(draw(st.sampled_from([0, 0, 1, 2])))]
        steps.append({**happening("event"), **gap()})
    if len(steps) == 1 or draw(st.booleans()):
        steps.append({**happening("not"), **gap()})
    return {"sequence": steps, **draw(windows())}


@st.composite
def message_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about what became of messages."""
    chosen: dict[str, Any] = {"message": draw(st.sampled_from(["sent", "opened", "clicked"])), **draw(windows())}
    if draw(st.booleans()):
        chosen["template"] = draw(st.sampled_from(["hello", "bye"]))
    if draw(st.booleans()):
        chosen["journey"] = "welcome"
        if draw(st.booleans()):
            chosen["node"] = draw(st.sampled_from(["mail", "wait"]))
    if chosen["message"] == "clicked" and draw(st.booleans()):
        chosen["link"] = draw(st.sampled_from(["https://shop.example/a", "https://shop.example/b"]))
    if draw(st.integers(0, 3)) == 0:
        after = {"after": draw(durations)} if draw(st.booleans()) else {}
        return {**chosen, "without": draw(st.sampled_from(["opened", "clicked"])), **after}
    return {**chosen, "op": draw(st.sampled_from(["eq", "ge", "lt"])), "value": draw(st.integers(0, 2))}


@st.composite
def journey_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about a journey."""
    states = ["in", "in", "in", "was_in", "never", "completed", "exited", "reached_goal"]
    leaf: dict[str, Any] = {"journey": "welcome", "state": draw(st.sampled_from(states))}
    if draw(st.booleans()):
        leaf["node"] = draw(st.sampled_from(["mail", "wait"]))
    return leaf if leaf["state"] == "in" else {**leaf, **draw(windows())}


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    """What is measured of events, and what it must be."""
    kinds = ["count", "count", "count", "sum", "avg", "min", "max", "distinct", "first", "last"]
    measure = draw(st.sampled_from(kinds))
    if measure in ("count", "distinct"):
        op = draw(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "between"]))
        n = draw(st.integers(0, 4))
        of = {"of": draw(st.sampled_from(["n", "a", "a[]", "items[].c"]))} if measure == "distinct" else {}
        return {"measure": measure, **of, "op": op, "value": [n, n + draw(st.integers(0, 2))] if op == "between" else n}
    if measure in ("sum", "avg", "min", "max"):
        path = draw(st.sampled_from(["n", "a[]", "items[].p", "missing"]))
        op = draw(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "between"]))
        value = sorted([draw(_numbers), draw(_numbers)]) if op == "between" else draw(_numbers)
        return {"measure": measure, "of": path, "op": op, "value": value}
    if draw(st.booleans()):
        op = draw(st.sampled_from(["newer_than", "older_than"]))
        return {"measure": measure, "op": op, "value": draw(durations)}
    op = draw(st.sampled_from(["lt", "le", "gt", "ge"]))
    return {"measure": measure, "op": op, "value": _iso(draw(moments()))}


@st.composite
def date_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about a day seen from today."""
    op = draw(st.sampled_from(["before", "after", "on", "within_last", "within_next"]))
    low = 0 if op.startswith("within") else -5
    return {
        "date": draw(st.sampled_from(["day", "day", "day", "a.b", "n"])),
        "op": op,
        "days": draw(st.integers(low, 5)),
    }


@st.composite
def anniversary_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about the yearly return of a day."""
    op = draw(st.sampled_from(["on", "within_last", "within_next"]))
    days = draw(st.sampled_from([0, 1, 3, 5, 30, 364, 365, *([-3, -365] if op == "on" else [])]))
    return {"anniversary": draw(st.sampled_from(["day", "born", "born"])), "op": op, "days": days}


location_leaves = st.one_of(
    st.builds(
        lambda place, names: {"location": place, "in": names},
        st.sampled_from(["country", "city"]),
        st.lists(st.sampled_from(["IL", "חיפה", "Haifa"]), min_size=1, max_size=2),
    ),
    st.builds(
        lambda latitude, longitude, radius: {
            "location": "near",
            "latitude": latitude,
            "longitude": longitude,
            "radius_km": radius,
        },
        st.sampled_from([32.794, -90, 0, 89.9]),
        st.sampled_from([34.9896, 180, -179.9, 0]),
        st.sampled_from([0.5, 5, 85.2, 10_000, 20_000]),
    ),
)


@st.composite
def trait_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about a trait."""
    return {"trait": draw(st.sampled_from([*PATHS, "timezone"])), **draw(conditions())}


@st.composite
def _about_objects(draw: st.DrawFn, depth: int = 1) -> dict[str, Any]:
    """A condition on an object, now and then a small tree of them."""
    shape = draw(st.sampled_from(["attribute", "attribute", "date", "date", "place", "any", "not"]))
    if shape in ("any", "not") and depth:
        parts = draw(st.lists(_about_objects(0), min_size=1, max_size=2))
        return {"not": parts[0]} if shape == "not" else {"any": parts}
    if shape == "date":
        return draw(st.one_of(date_leaves(), anniversary_leaves()))
    if shape == "place":
        return draw(location_leaves)
    return {"attribute": draw(st.sampled_from([*PATHS, "timezone"])), **draw(conditions())}


@st.composite
def object_leaves(draw: st.DrawFn) -> dict[str, Any]:
    """A leaf about what the person belongs to."""
    leaf: dict[str, Any] = {"object": draw(st.sampled_from(["company", "company", "course"]))}
    if draw(st.integers(0, 3)) == 0:
        leaf["role"] = draw(st.sampled_from(["admin", "owner"]))
    if draw(st.integers(0, 3)):
        leaf["where"] = draw(st.lists(_about_objects(), min_size=1, max_size=2))
    if draw(st.booleans()):
        op = draw(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "between"]))
        n = draw(st.integers(0, 2))
        leaf |= {"op": op, "value": [n, n + 1] if op == "between" else n}
    return leaf


_states = st.sampled_from(["granted", "denied", "pending", "none", "permitted"])
leaves = st.one_of(
    event_leaves(),
    event_leaves(),
    sequence_leaves(),
    message_leaves(),
    journey_leaves(),
    date_leaves(),
    anniversary_leaves(),
    location_leaves,
    object_leaves(),
    st.builds(
        lambda path, condition: {"trait": path, **condition}, st.sampled_from([*PATHS, "timezone"]), conditions()
    ),
    st.sampled_from(SEGMENTS).map(lambda key: {"segment": key}),
    st.sampled_from(LISTS).map(lambda key: {"list": key}),
    st.builds(lambda t, s: {"consent": "email", "topic": t, "state": s}, st.just("news"), _states),
    st.builds(lambda s: {"consent": "email", "state": s}, _states),
)


def _trees(of: st.SearchStrategy[dict[str, Any]], max_leaves: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        of,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=max_leaves,
    )


rules = _trees(leaves, 5)
_simple = st.builds(
    lambda name, n, hours: {"event": name, "op": "ge", "value": n, "within": {"hours": hours}},
    names,
    st.integers(1, 2),
    st.sampled_from([6, 24, 48, 96]),
)
timed_rules = st.builds(
    lambda head, parts: {head: parts},
    st.sampled_from(["all", "any"]),
    st.lists(_trees(_simple, 3), min_size=2, max_size=3),
)
