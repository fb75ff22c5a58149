"""People with histories, written straight into the tables, and strategies that make up rules about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

START = datetime(2025, 3, 20, tzinfo=UTC)
"""Nine days around the spring's clock change in Israel (28 March 2025, 02:00)."""
SPAN_HOURS = 24 * 9

TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "חיפה",
    "חיפה ב׳",
    "é",
    "e\u0301",
    "🛒",
    "10",
    "true",
    "2025-03-28",
    "2025-02-30",
    "2024-02-29",
    "2025-03-28T00:30:00+02:00",
    "2025-03-27T22:30:00Z",
    "2025-03-27T22:30:00.5Z",
    "2025-03-27T25:00:00Z",
    "now",
    "infinity",
]
NUMBERS: list[Any] = [0, 1, 2, 10, -3, 0.1, 0.2, 0.3, 1.0, 1e-7, 12345678901234567, 1e300]
ZONES = [None, "Asia/Jerusalem", "America/New_York", "Asia/Kolkata", "America/Havana", "Pacific/Apia"]
NAMES = ["Order", "הזמנה", "Message Opened"]
SEGMENTS = ["vip", "quiet"]
LISTS = ["news"]

texts = st.sampled_from(TEXTS)
scalars = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), texts)
values = st.one_of(scalars, scalars, st.lists(scalars, max_size=3), st.fixed_dictionaries({}, optional={"b": scalars}))
items = st.lists(st.one_of(scalars, st.fixed_dictionaries({}, optional={"c": scalars, "p": scalars})), max_size=3)
properties = st.fixed_dictionaries({}, optional={"n": scalars, "a": values, "items": st.one_of(items, scalars)})
PATHS = ["n", "a", "a.b", "a[]", "items[].c", "items[].p", "items[]", "missing", "n.x"]


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A moment of the nine days: on the hour, or next to it, so that edges are met exactly."""
    hours = draw(st.integers(0, SPAN_HOURS))
    return START + timedelta(hours=hours, microseconds=draw(st.sampled_from([0, 0, 0, -1, 1])))


@dataclass
class Past:
    """What is known about one made-up person."""

    traits: dict[str, Any] = field(default_factory=dict)
    zone: str | None = None
    events: list[tuple[str, str, datetime, dict[str, Any]]] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    consents: dict[tuple[str, str], str] = field(default_factory=dict)


names = st.sampled_from(["Order", *NAMES, "Order"])
_events = st.tuples(names, st.sampled_from(["track", "system"]), moments(), properties)
_near_days = st.integers(0, SPAN_HOURS // 24).map(lambda n: (START + timedelta(days=n)).date().isoformat())
_born = st.sampled_from(["2000-02-29", "2024-02-29", "2025-03-21", "2024-03-27", "1990-03-30T22:30:00Z", "1980-12-31"])
_points = {
    "latitude": st.sampled_from([32.0853, 32.794, 90, -91, "32"]),
    "longitude": st.sampled_from([34.9896, 180, 0]),
}
_places = {"country": st.sampled_from(["IL", "FR", 3]), "city": st.sampled_from(["חיפה", "Haifa", "Paris"]), **_points}
_traits = {
    "n": scalars,
    "a": values,
    "items": items,
    "day": st.one_of(texts, _near_days, _near_days),
    "born": _born,
    "address": st.one_of(scalars, st.fixed_dictionaries({}, optional=_places)),
    **_places,
}
pasts = st.builds(
    Past,
    traits=st.fixed_dictionaries({}, optional=_traits),
    zone=st.sampled_from(ZONES),
    events=st.lists(_events, max_size=8),
    segments=st.lists(st.sampled_from(SEGMENTS), unique=True),
    lists=st.lists(st.sampled_from(LISTS), unique=True),
    consents=st.dictionaries(
        st.tuples(st.just("email"), st.sampled_from(["", "news"])), st.sampled_from(["granted", "denied", "pending"])
    ),
)
KEPT = ["Message Sent", "Message Opened", "Message Clicked"]
RUNS = ["Journey Entered", "Journey Step Entered", "Journey Step Entered", "Journey Run Moved", "Journey Exited"]
_kept = st.tuples(
    st.sampled_from(KEPT),
    st.sampled_from(["system", "system", "track"]),
    moments(),
    st.fixed_dictionaries(
        {},
        optional={
            "template": st.sampled_from(["hello", "bye"]),
            "journey": st.sampled_from(["welcome", "other"]),
            "node": st.sampled_from(["mail", "wait"]),
            "url": st.sampled_from(["https://shop.example/a?b=1", "https://shop.example/"]),
            "machine": st.booleans(),
        },
    ),
)
_walked = st.tuples(
    st.sampled_from([*RUNS, "Journey Goal Reached"]),
    st.sampled_from(["system", "system", "system", "track"]),
    moments(),
    st.fixed_dictionaries(
        {
            "journey": st.sampled_from(["welcome", "welcome", "other"]),
            "run_id": st.sampled_from([1, 2]),
            "node": st.sampled_from(["mail", "wait"]),
            "state": st.sampled_from(["completed", "exited"]),
        }
    ),
)


def _numbered(events: list[Any]) -> list[Any]:
    """The steps of runs numbered as the engine does, in the order of time; a moved run keeps its number."""
    done: list[Any] = []
    for number, (name, kind, at, said) in enumerate(sorted(events, key=lambda event: event[2]), start=1):
        done.append((name, kind, at, {**said, "step": number // 2 if name == "Journey Run Moved" else number}))
    return done


kept_pasts = st.builds(Past, events=st.lists(_kept, min_size=2, max_size=8))
walked_pasts = st.builds(
    Past, events=st.lists(_walked, min_size=2, max_size=8, unique_by=lambda event: event[2]).map(_numbered)
)
busy_pasts = st.builds(
    Past, events=st.lists(_events, min_size=4, max_size=10), zone=st.sampled_from(ZONES), segments=st.just([])
)

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


_states = st.sampled_from(["granted", "denied", "pending", "none", "permitted"])
leaves = st.one_of(
    event_leaves(),
    event_leaves(),
    sequence_leaves(),
    date_leaves(),
    anniversary_leaves(),
    location_leaves,
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


def write_people(conn: psycopg.Connection, workspace: int, people: list[Past]) -> list[int]:
    """Write made-up people into the tables; their profile ids."""
    ids: list[int] = []
    for past in people:
        row = conn.execute(
            "INSERT INTO profiles_profile (workspace_id, shard, traits, timezone, created_at)"
            " VALUES (%s, 0, %s, %s, %s) RETURNING id",
            (workspace, Jsonb(past.traits), past.zone, START),
        ).fetchone()
        assert row is not None
        ids.append(row[0])
    conn.execute("UPDATE profiles_profile SET shard = id %% 64 WHERE id = ANY(%s)", (ids,))
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO events_event (workspace_id, shard, profile_id, type, name, message_key, occurred_at,"
            " received_at, properties, context) VALUES (%s, %s, %s, %s, %s, gen_random_uuid(), %s, %s, %s, '{}')",
            [
                (workspace, id % 64, id, kind, name, at, at, Jsonb(said))
                for id, past in zip(ids, people, strict=True)
                for name, kind, at, said in past.events
            ],
        )
        cursor.executemany(
            "INSERT INTO segments_membership SELECT id, %s, workspace_id, 0, %s FROM segments_segment"
            " WHERE key = ANY(%s)",
            [(id, START, past.segments) for id, past in zip(ids, people, strict=True)],
        )
        cursor.executemany(
            "INSERT INTO segments_list_member SELECT id, %s, workspace_id, 0, %s FROM segments_list"
            " WHERE key = ANY(%s)",
            [(id, START, past.lists) for id, past in zip(ids, people, strict=True)],
        )
        cursor.executemany(
            "INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at, entry_id)"
            " VALUES (%s, %s, %s, %s, 0, %s, %s, 0)",
            [
                (id, channel, topic, workspace, state, START)
                for id, past in zip(ids, people, strict=True)
                for (channel, topic), state in past.consents.items()
            ],
        )
    conn.execute(
        "INSERT INTO events_summary (profile_id, name, workspace_id, shard, count, first_at, last_at)"
        " SELECT profile_id, name, workspace_id, 0, count(*), min(occurred_at), max(occurred_at)"
        " FROM events_event WHERE profile_id = ANY(%s) GROUP BY 1, 2, 3",
        (ids,),
    )
    return ids


def write_keys(conn: psycopg.Connection, workspace: int) -> None:
    """Write the segments and lists that made-up rules name."""
    for key in SEGMENTS:
        conn.execute(
            "INSERT INTO segments_segment (workspace_id, key, name, rule, state, revision, level, holds_empty,"
            " build_cursor, created_at, updated_at) VALUES (%s, %s, '{}', '{}', 'live', 1, 0, false, 0, %s, %s)",
            (workspace, key, START, START),
        )
    for key in LISTS:
        conn.execute(
            "INSERT INTO segments_list (workspace_id, key, name, created_at) VALUES (%s, %s, '{}', %s)",
            (workspace, key, START),
        )
