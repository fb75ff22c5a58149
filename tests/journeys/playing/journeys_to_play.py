"""Made-up journeys over every node type and entry kind, and made-up lives to play them with.

They come from a seeded generator instead of hypothesis' strategies: of those most examples are small changes of each
other, and each costs a second of the live engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

EVENTS = ["Order", "הזמנה"]
RICH = {"total": 150, "plan": "gold", "items": [{"sku": "a"}]}
SAME = ["total", "plan", "items.0.sku"]
"""Properties by which runs are kept apart, and events told to be about the same thing."""
DURATIONS = ["30m", "1h", "6h", "12h", "1d", "25h", "2d"]
WHERES: list[Any] = [
    [{"property": "total", "op": "gt", "value": 100}],
    [{"property": "plan", "op": "eq", "value": "gold"}],
    [{"not": {"property": "total", "op": "exists"}}],
    [{"property": "items[].sku", "op": "eq", "value": "a"}],
]
LEAVES: list[Any] = [
    {"trait": "plan", "op": "eq", "value": "gold"},
    {"trait": "visits", "op": "ge", "value": 2},
    {"event": "Order", "op": "ge", "value": 2, "within": {"hours": 30}},
    {"event": "הזמנה", "op": "eq", "value": 0, "within": {"hours": 12}},
    {"event": "Order", "measure": "sum", "of": "total", "op": "gt", "value": 150, "within": {"days": 2}},
    {"event": "Journey Step Entered", "op": "ge", "value": 3, "within": {"hours": 20}},
    {"event": "Profile Identified", "op": "ge", "value": 2},
    {"date": "birthday", "op": "within_next", "days": 1},
    {"segment": "gold"},
    {"segment": "busy"},
    {"list": "news"},
    {"object": "company", "where": [{"attribute": "plan", "op": "eq", "value": "gold"}]},
    {"object": "company", "where": [{"date": "renewal", "op": "within_next", "days": 1}]},
    {"object": "company", "role": "admin", "op": "eq", "value": 0},
    {"consent": "email", "topic": "offers"},
    {"consent": "email", "state": "denied"},
]
LOGGED: list[tuple[str, Any]] = [
    ("Message Sent", {"template": "first"}),
    ("Message Opened", {"template": "first", "machine": True}),
    ("Message Opened", {"template": "second"}),
    ("Message Clicked", {"template": "first", "url": "https://shop.test/sale"}),
    ("Journey Requested", {"journey": "played", "total": 150}),
    ("Webhook Received", {"journey": "played", "plan": "gold"}),
    ("Journey Entered", {"journey": "other", "run_id": 7}),
    ("Journey Exited", {"journey": "other", "run_id": 7, "state": "completed"}),
]
"""What Kesher itself may have logged of this person elsewhere."""
SEGMENTS = {
    "gold": {"trait": "plan", "op": "eq", "value": "gold"},
    "busy": {"event": "Order", "op": "ge", "value": 2, "within": {"hours": 36}},
    "loyal": {"any": [{"segment": "gold"}, {"all": [{"segment": "busy"}, {"not": {"list": "news"}}]}]},
}


@dataclass(frozen=True, slots=True)
class Make:
    """Chance, with the few ways in which it is asked."""

    chance: Random

    def one(self, options: Sequence[Any]) -> Any:
        """One of several."""
        return self.chance.choice(options)

    def some(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return self.chance.randint(least, most)

    def perhaps(self, in_ten: int, **fields: Any) -> dict[str, Any]:
        """Each of the fields, so many times in ten."""
        return {name: value for name, value in fields.items() if self.chance.randrange(10) < in_ten}

    def rule(self) -> dict[str, Any]:
        """A rule over the person."""
        shape = self.some(0, 4)
        if shape == 0:
            return {"not": self.one(LEAVES)}
        if shape == 1:
            return {self.one(["all", "any"]): [self.one(LEAVES), {"not": self.one(LEAVES)}]}
        return dict(self.one(LEAVES))


Target = Callable[[], "str | None"]
"""Draws where an edge leads: another node, or the end."""


def edge(target: Target, name: str = "next") -> dict[str, Any]:
    """An edge, unless it leads to the end."""
    to = target()
    return {} if to is None else {name: to}


def send_email(make: Make, target: Target) -> dict[str, Any]:
    """A message."""
    topic = make.one([{"topic": "offers"}, {"purpose": "transactional"}])
    return {"template": make.one(["first", "second"]), **topic, **edge(target)}


def wait(make: Make, target: Target) -> dict[str, Any]:
    """A length, a window, or both."""
    length = {"for": make.one(DURATIONS)}
    windows: list[dict[str, Any]] = [
        {"after": "09:00", "before": "18:00"},
        {"after": "02:30"},
        {"before": "06:00"},
        {"after": "22:00", "before": "24:00", "days": ["thu", "fri"]},
        {"days": ["sun", "fri"]},
        {"after": "10:00", "calendar": "jewish"},
    ]
    window = {"until": make.one(windows)}
    return {**make.one([length, window, {**length, **window}]), **edge(target)}


def wait_until(make: Make, target: Target) -> dict[str, Any]:
    """An event to come."""
    conditions = make.perhaps(3, where=make.one(WHERES), rule=make.rule(), same=make.one(SAME))
    waits = {"event": make.one([*EVENTS, "Profile Identified"]), "for": make.one(DURATIONS), **conditions}
    return {**waits, **edge(target, "then"), **edge(target, "timeout")}


def split(make: Make, target: Target) -> dict[str, Any]:
    """One or two branches."""
    branches = []
    for name in make.one([["one"], ["one", "two"]]):
        conditions = make.perhaps(5, where=make.one(WHERES), rule=make.rule()) or {"rule": make.rule()}
        branches.append({"name": name, **conditions, **edge(target)})
    return {"branches": branches, **edge(target, "else")}


def random(make: Make, target: Target) -> dict[str, Any]:
    """Two paths, or three."""
    weights = make.one([[5000, 5000], [1000, 8000, 1000]])
    paths = [{"name": f"p{n}", "weight": weight, **edge(target)} for n, weight in enumerate(weights)]
    paths[-1]["holdout"] = make.one([True, False])
    return {"paths": paths, **make.perhaps(7, salt=f"salt {make.some(0, 99)}")}


def update_profile(make: Make, target: Target) -> dict[str, Any]:
    """Literals and properties of the entry event."""
    traits = {
        "plan": make.one(["gold", {"event": "plan"}, {"event": "items.0.sku"}]),
        **make.perhaps(
            3,
            visits=make.one([2, {"event": "total"}, "not a number"]),
            timezone=make.one(["America/New_York", "Nowhere/Land"]),
            birthday=make.one(["2025-03-29", "no date"]),
        ),
    }
    return {"set": traits, **edge(target)}


def exit(make: Make, target: Target) -> dict[str, Any]:
    """The end, with or without a reason."""
    return make.perhaps(5, reason="enough")


def emit_event(make: Make, target: Target) -> dict[str, Any]:
    """An event that others may wait for."""
    given = make.perhaps(5, total=make.one([200, {"event": "total"}]), plan={"trait": "plan"})
    return {"event": make.one(["Order", "Echo"]), **({"properties": given} if given else {}), **edge(target)}


def set_context(make: Make, target: Target) -> dict[str, Any]:
    """Something to remember."""
    given = [{"event": "items.0.sku"}, {"trait": "visits"}, {"run": "kept"}, {"run": "event.name"}, 7]
    return {"set": {"kept": make.one(given)}, **edge(target)}


def change_list(make: Make, target: Target) -> dict[str, Any]:
    """On the list, or off it."""
    return {"list": "news", "action": make.one(["add", "remove"]), **edge(target)}


def change_consent(make: Make, target: Target) -> dict[str, Any]:
    """A yes, a no, or a question."""
    consent = {"state": make.one(["granted", "denied", "pending"]), "wording": "I agree"}
    return {**consent, **make.perhaps(5, topic="offers"), **edge(target)}


def rate_gate(make: Make, target: Target) -> dict[str, Any]:
    """One at a time; several runs of one person queue."""
    return {"limit": make.some(1, 2), "per": make.one(["minute", "hour", "day"]), **edge(target)}


def split_cap(make: Make, target: Target) -> dict[str, Any]:
    """The first one or two people."""
    return {"first": make.some(1, 2), **edge(target, "then"), **edge(target, "else")}


def loop(make: Make, target: Target) -> dict[str, Any]:
    """Back, through a wait or on."""
    return {"times": make.some(1, 3), "then": target(), **edge(target, "done")}


def wait_date(make: Make, target: Target) -> dict[str, Any]:
    """A date of the person."""
    options = make.perhaps(5, offset=make.one(["-1d", "2d", "6h"]), at=make.one(["09:00", "02:30"]), yearly=True)
    ways = {**edge(target), **edge(target, "passed"), **edge(target, "missing")}
    return {"trait": make.one(["birthday", "birthday", "plan"]), **options, **ways}


def wait_random(make: Make, target: Target) -> dict[str, Any]:
    """A length by chance."""
    return {"from": make.one(["30m", "1h"]), "to": make.one(["6h", "2d"]), **edge(target)}


def wait_segment(make: Make, target: Target) -> dict[str, Any]:
    """In the segment, or out of it."""
    waits = {"segment": make.one(list(SEGMENTS)), "until": make.one(["in", "out"]), "for": make.one(DURATIONS)}
    return {**waits, **edge(target, "then"), **edge(target, "timeout")}


def split_time(make: Make, target: Target) -> dict[str, Any]:
    """By the clock."""
    times: list[dict[str, Any]] = [
        {"days": ["thu", "fri"]},
        {"after": "06:00", "before": "18:30"},
        {"from": "2025-03-28", "to": "2025-03-29", "before": "12:00"},
    ]
    return {"branches": [{"name": "one", **make.one(times), **edge(target)}], **edge(target, "else")}


def split_reach(make: Make, target: Target) -> dict[str, Any]:
    """By address and permission."""
    conditions = make.perhaps(5, topic="offers", channel=make.one(["email", "sms"]))
    return {**conditions, **edge(target, "then"), **edge(target, "else")}


def split_engagement(make: Make, target: Target) -> dict[str, Any]:
    """By what she did with messages of a template."""
    did = make.one([{"did": "opened"}, {"did": "clicked", "link": "sale"}, {"did": "sent"}])
    deed = {"template": make.one(["first", "second"]), **did, **make.perhaps(5, within=make.one(DURATIONS))}
    return {**deed, **edge(target, "then"), **edge(target, "else")}


def pick(make: Make, target: Target) -> dict[str, Any]:
    """One of two texts."""
    options = [{"name": name, "value": name.upper()} for name in ("a", "b")]
    return {"options": options, "into": "kept", **make.perhaps(5, salt="s"), **edge(target)}


def coupon(make: Make, target: Target) -> dict[str, Any]:
    """A code of a pool that runs dry."""
    return {"pool": "sale", **make.perhaps(5, into="kept"), **edge(target), **edge(target, "empty")}


def notify(make: Make, target: Target) -> dict[str, Any]:
    """A note to a member."""
    return {"to": "noa@shop.test", "subject": "Look", "text": "Call {{ customer.email }}", **edge(target)}


def webhook(make: Make, target: Target) -> dict[str, Any]:
    """A call that nobody answers in time."""
    ways = {**edge(target), **edge(target, "timeout"), **edge(target, "on_error")}
    return {"url": "https://crm.test/hook", "for": make.one(DURATIONS), **make.perhaps(5, into="kept"), **ways}


NODES: dict[str, Callable[[Make, Target], dict[str, Any]]] = {
    "send_email": send_email,
    "wait": wait,
    "wait_until": wait_until,
    "split": split,
    "random": random,
    "update_profile": update_profile,
    "exit": exit,
    "emit_event": emit_event,
    "set_context": set_context,
    "pick": pick,
    "change_list": change_list,
    "change_consent": change_consent,
    "rate_gate": rate_gate,
    "split_cap": split_cap,
    "loop": loop,
    "wait_date": wait_date,
    "wait_random": wait_random,
    "wait_segment": wait_segment,
    "split_time": split_time,
    "split_reach": split_reach,
    "split_engagement": split_engagement,
    "coupon": coupon,
    "notify": notify,
    "webhook": webhook,
}
"""One maker of configurations for each node type; a new type adds its own here."""
OUTSIDE = {"sub_journey"}
"""What a play does not have: the runs of other journeys. Its decisions are compared in tests/steps."""


def event(make: Make) -> dict[str, Any]:
    """By something that the person does, or that the engine itself logs."""
    if make.some(0, 5) == 0:
        return {"event": make.one(["Profile Identified", "List Joined", "Journey Exited", "Consent Given"])}
    return {"event": make.one(EVENTS), **make.perhaps(4, where=make.one(WHERES))}


def segment(make: Make) -> dict[str, Any]:
    """By coming into a segment."""
    return {"segment": make.one(list(SEGMENTS)), **make.perhaps(4, existing=True)}


def segment_left(make: Make) -> dict[str, Any]:
    """By leaving a segment."""
    return {"segment_left": make.one(list(SEGMENTS))}


def trait(make: Make) -> dict[str, Any]:
    """By another value."""
    values = ["gold", "basic"]
    return {"trait": make.one(["plan", "plan", "birthday"]), **make.perhaps(4, **{"from": values, "to": ["gold", 2]})}


def journey(make: Make) -> dict[str, Any]:
    """By what another journey does: the log of the played one, were it that one."""
    return {"journey": "other", "on": make.one(["entered", "completed", "exited", "goal"])}


def schedule(make: Make) -> dict[str, Any]:
    """At a time."""
    times: list[Any] = [
        {"at": "2025-03-27 09:00"},
        {"time": "02:30"},
        {"time": "21:00", "dates": [28, "last"]},
        {"time": "18:00", "days": ["fri", "sun"]},
    ]
    who = {"segment": make.one(["gold", "busy"]), **make.perhaps(5, members="new")}
    return {"schedule": make.one(times), **who}


def date(make: Make) -> dict[str, Any]:
    """On a date of hers."""
    options = make.perhaps(5, offset=make.one(["-1d", "6h"]), at=make.one(["09:00", "02:30"]), yearly=True)
    return {"date": "birthday", **options}


def api(make: Make) -> dict[str, Any]:
    """By a program."""
    return {"api": True}


def hook(make: Make) -> dict[str, Any]:
    """By another system."""
    return {"webhook": {"user_id": "who"}}


ENTRIES: dict[str, Callable[[Make], dict[str, Any]]] = {
    "event": event,
    "segment": segment,
    "segment_left": segment_left,
    "trait": trait,
    "journey": journey,
    "schedule": schedule,
    "date": date,
    "api": api,
    "webhook": hook,
}
"""One maker of configurations for each kind of entry; a new kind adds its own here."""

Happening = tuple[str, str, Any, int]
"""Its kind, its name, what it says, and how many minutes ago it occurred when it is received."""
Life = list[tuple[int, Happening]]
"""What happens, and after how many times six hours since the play began."""


def make_story(seed: int) -> tuple[dict[str, Any], Life]:
    """A journey, and a life in which its entry is likely to come."""
    make = Make(Random(seed))
    definition = make_journey(make)
    entry = definition["entry"]
    said = make.one([RICH, RICH, {}])
    life: list[Happening] = [make_happening(make) for _ in range(make.some(2, 10))]
    moments = [make.some(0, 20) for _ in life]
    if entry.get("event") in EVENTS:
        cause: list[Happening] = [("track", entry["event"], said, 0)] * make.some(1, 2)
    elif entry.keys() & {"journey", "api", "webhook"}:
        cause = [("system", *each, 0) for each in LOGGED if "journey" in each[1]]
    elif "date" in entry:
        cause = [("identify", "", {"birthday": make.one(["2025-03-28", "1990-03-29"])}, 0)]
    else:
        cause = [("identify", "", {"plan": "gold"}, 0), *[("track", "Order", said, 0)] * make.some(0, 2)]
    begins = make.some(0, 3)
    return definition, [*((begins, each) for each in cause), *zip(moments, life, strict=True)]


def make_journey(make: Make) -> dict[str, Any]:
    """A definition that the workspace accepts, or nearly: the graph's own checks have the last word."""
    kinds = [make.one([*sorted(NODES), "wait", "send_email"]) for _ in range(make.some(3, 8))]
    keys = [f"n{number}_{kind}" for number, kind in enumerate(kinds)]
    nodes = {
        key: {"type": kind, **NODES[kind](make, _targets(make, keys, number, kind))}
        for number, (key, kind) in enumerate(zip(keys, kinds, strict=True))
    }
    policies = [{"policy": policy, **make.perhaps(3, after="9h")} for policy in ("after_exit", "always", "always")]
    policies[-1]["key"] = make.one(SAME)
    return {
        "journey": "played",
        "name": "Played",
        "entry": {**ENTRIES[make.one(sorted(ENTRIES))](make), **make.perhaps(2, rule=make.rule())},
        "reentry": make.one([{"policy": "never"}, *policies]),
        **make.perhaps(2, holdout="50%"),
        **make.perhaps(4, goal=_make_goal(make), exit=[_make_exit(make) for _ in range(make.some(1, 2))]),
        "start": keys[0],
        "nodes": _reached(keys[0], nodes),
    }


def _make_goal(make: Make) -> dict[str, Any]:
    conditions = make.perhaps(5, where=make.one(WHERES), within=make.one(DURATIONS), exit=make.one([True, False]))
    return {"event": make.one(EVENTS), **conditions, **make.perhaps(4, same=make.one(SAME))}


def _make_exit(make: Make) -> dict[str, Any]:
    by_event = {"event": make.one(EVENTS), **make.perhaps(4, where=make.one(WHERES), same=make.one(SAME))}
    return make.one([{"rule": make.rule()}, by_event])


def _targets(make: Make, keys: list[str], number: int, kind: str) -> Target:
    """Later nodes, the next one most often; a wait for an event may lead back."""
    following = keys[number + 1 :]
    if kind == "loop":
        waits = [key for key in keys if "wait_" in key]
        return lambda: make.one(waits or following or keys)
    choices: list[str | None] = [*following[:1] * 4, *following, None]
    if kind == "wait_until":
        choices += keys[: number + 1]
    return lambda: make.one(choices)


def _reached(start: str, nodes: dict[str, Any]) -> dict[str, Any]:
    """The nodes that can be reached from the start."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [each for each in nodes if f"'{each}'" in repr(nodes[key])]
    return {key: node for key, node in nodes.items() if key in found}


def make_happening(make: Make) -> Happening:
    """Something that happens; some of it arrives late, or is a little ahead of its time."""
    late = make.one([0, 0, 0, 0, -59, 120, 24 * 60, 24 * 60 + 1, 3 * 24 * 60])
    kind = make.some(0, 7)
    if kind == 7:
        told = make.perhaps(
            3, plan=make.one(["gold", "basic", None]), renewal=make.one(["2025-03-28", "2025-03-30", "never"])
        )
        return make.one(["group", "group", "object", "parted"]), make.one(["acme", "beta"]), told, 0
    if kind == 6:
        return "system", *make.one(LOGGED), 0
    if kind == 0:
        return "list", "news", make.one([True, False]), 0
    if kind == 1:
        return "consent", make.one(["", "offers"]), make.one(["granted", "denied"]), 0
    if kind == 2:
        traits = make.perhaps(
            4,
            plan=make.one(["gold", "basic", None]),
            visits=make.one([1, 2, 3.5, "many"]),
            timezone=make.one(["Pacific/Apia", "America/Havana"]),
            birthday=make.one(["2025-03-28", "2025-03-30"]),
            language=make.one(["he-IL", "en"]),
        )
        return "identify", "", traits, late
    properties = make.perhaps(
        5,
        total=make.one([50, 99.5, 150, "150", None]),
        plan=make.one(["gold", "basic"]),
        items=make.one([[{"sku": "a"}, {"sku": "b"}], [], "none"]),
    )
    return "track", make.one(EVENTS), properties, late
