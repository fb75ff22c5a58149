"""What the builder of rules needs: the language with its forms, the workspace's own words, and rules said in words."""

from __future__ import annotations

from collections import defaultdict

from pydantic import JsonValue

from kesher.api.forms import ChoiceDetail, FieldDetail
from kesher.api.routes.segments import RuleQuestion
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, Out
from kesher.events import queries as events
from kesher.events.types import SYSTEM_NAMES
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.profiles import queries as profiles
from kesher.segments import queries
from kesher.segments.types import Said

routes = Routes("segments")

_sql = statements_of("kesher.api")
_MOST_THINGS = 500
_RESERVED = ("email", "phone", "language", "timezone")


class LeafDetail(Out):
    """A kind of condition; `key` is the field of its JSON that names it."""

    key: str
    label: BothTexts
    help: BothTexts
    fields: list[FieldDetail]


class OperatorDetail(Out):
    """A comparison: the kinds of values that it reads, and its operands: `nothing`, `one`, `pair` or `many`."""

    key: str
    label: BothTexts
    kinds: list[str]
    arity: str


class MeasureDetail(Out):
    """What a condition on events can measure, with the fields that it has then."""

    key: str
    label: BothTexts
    fields: list[FieldDetail]


class RuleLanguageDetail(Out):
    """Everything that a rule may say. `filters` and `items` are the fields of filters over an event's properties."""

    groups: list[ChoiceDetail]
    leaves: list[LeafDetail]
    operators: list[OperatorDetail]
    measures: list[MeasureDetail]
    kinds: list[ChoiceDetail]
    filters: list[FieldDetail]
    items: list[FieldDetail]
    most_depth: int
    most_leaves: int
    most_filter_depth: int


class TraitWords(Out):
    """A trait, its type, and the commonest values that several people share."""

    name: str
    type: str
    values: list[JsonValue]


class PropertyWords(Out):
    """A path into an event's properties, and the JSON type of what is found there."""

    path: str
    type: str


class EventWords(Out):
    """An event's name and its properties; `system` when Kesher itself logs it."""

    name: str
    system: bool
    properties: list[PropertyWords]


class NamedThing(Out):
    """A thing of the workspace that can be named."""

    key: str
    name: BothTexts


class VocabularyDetail(Out):
    """The workspace's own words; `things` by what a `reference` names: `segment`, `template`, `journey`, …"""

    traits: list[TraitWords]
    events: list[EventWords]
    things: dict[str, list[NamedThing]]


class RuleSentence(Out):
    """A part of a rule in words; `whole` says it with all its parts in one sentence."""

    path: str
    kind: str
    sentence: BothTexts
    whole: BothTexts
    parts: list[RuleSentence]


@routes.get("/rule-language", permission="segments:read")
def get_rule_language(call: Call) -> RuleLanguageDetail:
    """The rule language: kinds of conditions with their fields, operators, measures, in both languages."""
    return RuleLanguageDetail.model_validate(queries.describe_language())


@routes.get("/vocabulary", permission="segments:read")
def get_vocabulary(call: Call) -> VocabularyDetail:
    """The workspace's traits, events and things, for choosing from; bounded, whatever the number of people."""
    return VocabularyDetail(traits=_traits(call), events=_events(call), things=_things(call))


@routes.ask("/rules/sentence", permission="segments:read")
def say_rule(call: Call, body: RuleQuestion) -> RuleSentence:
    """A rule in words, part by part."""
    return _said(queries.say(queries.parse_rule(body.rule)))


def _traits(call: Call) -> list[TraitWords]:
    known = {trait.name: trait.type.value for trait in profiles.list_traits(call.conn, workspace_id=call.workspace_id)}
    values = profiles.list_trait_values(call.conn, workspace_id=call.workspace_id)
    names = {**dict.fromkeys(_RESERVED, "text"), **known}
    return [TraitWords(name=name, type=names[name], values=values.get(name, [])) for name in sorted(names)]


def _events(call: Call) -> list[EventWords]:
    seen = events.list_event_shapes(call.conn, workspace_id=call.workspace_id)
    shapes = {each.name: each.properties for each in seen}
    return [
        EventWords(
            name=name,
            system=name in SYSTEM_NAMES,
            properties=[PropertyWords(path=path, type=kind) for path, kind in shapes.get(name, ())],
        )
        for name in sorted({*shapes, *SYSTEM_NAMES})
    ]


def _things(call: Call) -> dict[str, list[NamedThing]]:
    found: dict[str, list[NamedThing]] = defaultdict(list)
    params = {"workspace_id": call.workspace_id, "most": _MOST_THINGS}
    for kind, key, name in _sql.run(call.conn, "list_named_things", params):
        found[kind].append(NamedThing(key=key, name=BothTexts.model_validate(Text.from_dict(name))))
    return found


def _said(part: Said) -> RuleSentence:
    return RuleSentence(
        path=part.path,
        kind=part.kind,
        sentence=_both(part.sentence),
        whole=_both(part.whole),
        parts=[_said(inner) for inner in part.parts],
    )


def _both(text: Text) -> BothTexts:
    return BothTexts(en=text.render("en"), he=text.render("he"))
