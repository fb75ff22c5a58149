"""From JSON to a definition; every mistake is named at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.definition.graph import check_graph
from kesher.journeys.definition.values import check_values
from kesher.journeys.fields import (
    Boolean,
    Choice,
    Currency,
    DurationKind,
    Field,
    Integer,
    Items,
    Key,
    NameKind,
    Place,
    Reading,
    Record,
    RuleKind,
    Share,
    Target,
    Where,
    Words,
    read_fields,
)
from kesher.journeys.fields.kinds import KEY
from kesher.journeys.fields.layout import LAYOUT, Layout
from kesher.journeys.fields.place import MISSING_FIELD, NOT_MAPPING
from kesher.journeys.registry import entry_kinds, node_types
from kesher.journeys.types import (
    DEFAULT_ATTRIBUTION,
    MIDDLE_PRIORITY,
    Attribution,
    Definition,
    Entry,
    Exit,
    Goal,
    Node,
    Reentry,
    ReentryPolicy,
)
from kesher.kernel.text import Text

_UNKNOWN_TYPE = Text(en="There is no node type “{name}”.", he="אין סוג צומת בשם ”{name}“.")
_NO_NODES = Text(en="A journey needs at least one node.", he="למסע נדרש צומת אחד לפחות.")
_MANY_NODES = Text(en="A journey has at most {most} nodes.", he="במסע יכולים להיות לכל היותר {most} צמתים.")
_BAD_KEY = Text(
    en="A node's key has lower-case letters, digits and _, at most 60, and begins with a letter.",
    he="מפתח של צומת מורכב מאותיות לטיניות קטנות, ספרות וקו תחתון, עד 60 תווים, ומתחיל באות.",
)
_NO_ENTRY = Text(
    en="Say how people enter, with one of: {kinds}.", he="יש לציין כיצד אנשים נכנסים, באחת הדרכים: {kinds}."
)
_EXIT_ONE = Text(
    en="An exit is either an “event” (with “where” if wanted) or a “rule”.",
    he="יציאה היא event (ואם רוצים, עם where) או rule.",
)
_ENDLESS = Text(
    en="This event is caused by journeys themselves; who may enter again needs “after”, or it could start for ever.",
    he="את האירוע הזה גורמים המסעות עצמם; כשמותר להיכנס שוב נדרש after, אחרת הכניסות לא ייפסקו.",
)
_ONCE_A_LIFE = Text(
    en="Every year needs a re-entry: write “policy: after_exit” (or “always”).",
    he="כניסה בכל שנה מחייבת כניסה חוזרת: יש לכתוב policy: after_exit (או always).",
)
_KEY_ALWAYS = Text(
    en="“key” goes with “policy: always”: one run for each value, also at the same time.",
    he="key מחייב policy: always: מעבר אחד לכל ערך, גם בו־זמנית.",
)
_WHICH_CURRENCY = Text(
    en="“value” needs “currency”: the one that counts when the event names none.",
    he="value מחייב currency: המטבע שנחשב כשהאירוע אינו נוקב במטבע.",
)
_SAME_TIME = Text(
    en="A holdout needs “within”, so that both groups are counted over the same time.",
    he="קבוצת ביקורת מחייבת within, כדי ששתי הקבוצות יימדדו לאורך אותו פרק זמן.",
)
_RESERVED_OUTCOME = Text(
    en="“{name}” is a word of the reports; call it something else.", he="”{name}“ היא מילה של הדוחות; יש לבחור שם אחר."
)
MOST_NODES = 500
RESERVED_OUTCOMES = frozenset({"entered", "exited", "failed", "moved"})

_JOURNEYS_OWN = frozenset(
    {
        SystemEvent.JOURNEY_ENTERED,
        SystemEvent.JOURNEY_STEP_ENTERED,
        SystemEvent.JOURNEY_GOAL_REACHED,
        SystemEvent.JOURNEY_EXITED,
        SystemEvent.JOURNEY_RUN_MOVED,
    }
)

ON_ERROR = Field("on_error", Target(), Text(en="If it fails", he="אם זה נכשל"))
"""What every node that can fail has beside its own fields."""

_RULE = Field("rule", RuleKind(), Text(en="The person", he="האדם"))
_EVENT = Field("event", Words(name="event"), Text(en="Event", he="אירוע"))
_WHERE = Field("where", Where(), Text(en="Where", he="כאשר"))
_SAME = Field(
    "same",
    Words(name="property"),
    Text(en="Of the same", he="של אותו"),
    help=Text(
        en="A property that must be the same as in the event of the entry, such as order.id.",
        he="מאפיין שערכו חייב להיות כמו באירוע הכניסה, למשל order.id.",
    ),
)

REENTRY = (
    Field(
        "policy",
        Choice(
            {
                ReentryPolicy.NEVER: Text(en="never", he="לעולם לא"),
                ReentryPolicy.AFTER_EXIT: Text(en="after leaving", he="אחרי היציאה"),
                ReentryPolicy.ALWAYS: Text(en="at any time", he="בכל עת"),
            }
        ),
        Text(en="May enter again", he="כניסה חוזרת"),
        default=ReentryPolicy.NEVER,
    ),
    Field("after", DurationKind(), Text(en="Not sooner than", he="לא לפני")),
    Field(
        "key",
        Words(name="property"),
        Text(en="One run for each", he="מעבר אחד לכל"),
        help=Text(
            en="A property of the entry event: one run for each of its values, such as order.id.",
            he="מאפיין של אירוע הכניסה: מעבר אחד לכל ערך שלו, למשל order.id.",
        ),
    ),
)
ATTRIBUTION = (
    Field("click", DurationKind(), Text(en="After a click", he="אחרי לחיצה")),
    Field("open", DurationKind(), Text(en="After an opening", he="אחרי פתיחה")),
    Field("send", DurationKind(), Text(en="After sending", he="אחרי שליחה")),
)
GOAL = (
    Field("event", Words(name="event"), Text(en="Event", he="אירוע"), required=True),
    _WHERE,
    Field("within", DurationKind(), Text(en="Within", he="בתוך")),
    Field("exit", Boolean(), Text(en="Leaves the journey at the goal", he="יוצאים מהמסע בהשגת המטרה"), default=True),
    _SAME,
    Field(
        "value",
        Words(name="property"),
        Text(en="Worth", he="שווי"),
        help=Text(
            en="The property of the event that says what the goal is worth.",
            he="המאפיין של האירוע שאומר כמה היעד שווה.",
        ),
    ),
    Field("currency", Currency(), Text(en="Currency", he="מטבע")),
    Field(
        "attribution",
        Record(ATTRIBUTION, Attribution),
        Text(en="Attribution windows", he="חלונות ייחוס"),
        default=DEFAULT_ATTRIBUTION,
    ),
)
EXIT = (_EVENT, _WHERE, _RULE, _SAME)


@dataclass(frozen=True, slots=True)
class _Anything:
    """Read by hand, since its fields depend on what it is."""

    name: str = "anything"

    def read(self, value: Any, place: Place) -> Any:
        return value

    def write(self, value: Any) -> Any:
        return value


HOLDOUT = Field(
    "holdout",
    Share(),
    Text(en="Held out to compare", he="קבוצת ביקורת"),
    default=0,
    help=Text(
        en="This share enters and gets nothing, to compare with.", he="החלק הזה נכנס ואינו מקבל דבר, לשם השוואה."
    ),
)
PRIORITY = Field(
    "priority",
    Integer(1, 100),
    Text(en="Priority", he="עדיפות"),
    default=MIDDLE_PRIORITY,
    help=Text(
        en="Where a cap leaves room for one message, the higher priority goes first.",
        he="כשמגבלת התדירות משאירה מקום להודעה אחת, העדיפות הגבוהה קודמת.",
    ),
)
LAYOUT_FIELD = Field("layout", Record(LAYOUT, Layout), Text(en="Canvas", he="לוח"))
_FIELDS = (
    Field("journey", Key(), Text(en="Key", he="מפתח"), required=True),
    Field("name", NameKind(), Text(en="Name", he="שם"), required=True),
    Field("entry", _Anything(), Text(en="Entry", he="כניסה"), required=True),
    Field("reentry", Record(REENTRY, Reentry), Text(en="Re-entry", he="כניסה חוזרת"), default=Reentry()),
    Field("goal", Record(GOAL, Goal), Text(en="Goal", he="מטרה")),
    Field("exit", Items(Record(EXIT, Exit)), Text(en="Exit", he="יציאה"), default=()),
    HOLDOUT,
    PRIORITY,
    LAYOUT_FIELD,
    Field("start", Target(), Text(en="First node", he="צומת ראשון")),
    Field("nodes", _Anything(), Text(en="Nodes", he="צמתים"), required=True),
)


def read_definition(data: Any, reading: Reading) -> Definition | None:
    """The definition, or None when `reading.problems` has something to say."""
    place = Place(reading)
    check_values(data, place)
    if reading.problems:
        return None
    values = read_fields(_FIELDS, data, place)
    reading.journey = values["journey"] or ""
    entry = _read_entry(values["entry"], place.at("entry"))
    nodes = _read_nodes(values["nodes"], place.at("nodes"))
    if isinstance(data, Mapping):
        _check_exits(data.get("exit"), place.at("exit"))
    if not reading.problems:
        _check_between(values, place)
        _check_yearly(entry, values["reentry"], place.at("reentry"))
        _check_endless(entry, values["reentry"], nodes, place.at("entry"))
    start = values["start"] or next(iter(nodes), None)
    node_keys = list(values["nodes"]) if isinstance(values["nodes"], Mapping) else []
    check_graph(nodes, start, node_keys, reading)
    if reading.problems:
        return None
    assert entry is not None and start is not None
    return Definition(
        key=values["journey"],
        name=values["name"],
        entry=entry,
        reentry=replace(values["reentry"], policy=ReentryPolicy(values["reentry"].policy)),
        goal=values["goal"],
        exits=values["exit"],
        start=start,
        nodes=nodes,
        holdout=values["holdout"],
        priority=values["priority"],
        layout=values["layout"],
    )


def _read_entry(data: Any, place: Place) -> Entry | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        place.problem(NOT_MAPPING)
        return None
    kinds = entry_kinds()
    kind = next((kind for key, kind in kinds.items() if key in data), None)
    if kind is None:
        place.problem(_NO_ENTRY, kinds=", ".join(kinds))
        return None
    rule = _RULE.kind.read(data["rule"], place.at("rule")) if data.get("rule") is not None else None
    own = {key: value for key, value in data.items() if key != "rule"}
    return Entry(kind, kind.read(own, place), rule)


def _read_nodes(data: Any, place: Place) -> dict[str, Node]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        place.problem(NOT_MAPPING)
        return {}
    if not data:
        place.problem(_NO_NODES)
    if len(data) > MOST_NODES:
        place.problem(_MANY_NODES, most=MOST_NODES)
        return {}
    nodes = {}
    for key, raw in data.items():
        node = _read_node(str(key), raw, place.at(str(key)))
        if node is not None:
            nodes[node.key] = node
    return nodes


def _read_node(key: str, data: Any, place: Place) -> Node | None:
    if not KEY.fullmatch(key):
        place.problem(_BAD_KEY)
    if not isinstance(data, Mapping):
        place.problem(NOT_MAPPING)
        return None
    name = data.get("type")
    if name is None:
        place.at("type").problem(MISSING_FIELD, name="type")
        return None
    types = node_types()
    if name not in types:
        place.at("type").unknown(_UNKNOWN_TYPE, str(name), types)
        return None
    node_type = types[name]
    before = len(place.reading.problems)
    common = {"type", ON_ERROR.name} if node_type.fails else {"type"}
    config = node_type.read({field: value for field, value in data.items() if field not in common}, place)
    on_error = read_fields((ON_ERROR,), {ON_ERROR.name: data.get(ON_ERROR.name)}, place)[ON_ERROR.name]
    if len(place.reading.problems) > before:
        return Node(key, node_type, config, {})
    edges = node_type.edges(config)
    for outcome in edges.keys() & RESERVED_OUTCOMES:
        place.problem(_RESERVED_OUTCOME, name=outcome)
    return Node(key, node_type, config, {**edges, "error": on_error} if on_error else edges, on_error)


def _check_exits(data: Any, place: Place) -> None:
    for position, raw in enumerate(data if isinstance(data, list) else ()):
        if isinstance(raw, Mapping):
            by_event, by_rule = raw.get("event") is not None, raw.get("rule") is not None
            if by_event == by_rule or ("where" in raw and not by_event):
                place.at(position).problem(_EXIT_ONE)


def _check_between(values: Mapping[str, Any], place: Place) -> None:
    """What one part of a journey asks of another."""
    goal, reentry = values["goal"], values["reentry"]
    if reentry.key is not None and reentry.policy != ReentryPolicy.ALWAYS:
        place.at("reentry").problem(_KEY_ALWAYS)
    if goal is not None and goal.value is not None and goal.currency is None:
        place.at("goal").problem(_WHICH_CURRENCY)
    if goal is not None and values["holdout"] and goal.within is None:
        place.at("goal").problem(_SAME_TIME)


def _check_yearly(entry: Entry | None, reentry: Reentry, place: Place) -> None:
    dated = entry.kind.dated(entry.config) if entry else None
    if dated is not None and dated.yearly and reentry.policy == ReentryPolicy.NEVER:
        place.problem(_ONCE_A_LIFE)


def _check_endless(entry: Entry | None, reentry: Reentry, nodes: Mapping[str, Node], place: Place) -> None:
    trigger = entry.kind.trigger(entry.config) if entry else None
    if trigger is None or reentry.after is not None:
        return
    by_nodes = trigger.event in frozenset[str]().union(*(n.type.causes(n.config) for n in nodes.values()))
    if (trigger.event in _JOURNEYS_OWN and reentry.policy != ReentryPolicy.NEVER) or (
        by_nodes and reentry.policy == ReentryPolicy.ALWAYS
    ):
        place.problem(_ENDLESS)
