"""Models of scores as statements: the rules of several models asked at once, and their events found in one pass."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from kesher.events.types import SYSTEM_NAMES, SystemEvent
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.segments.compiling import compile_family
from kesher.segments.conditions import filters_sql
from kesher.segments.prepared import Prepared, prepare, verdicts_of
from kesher.segments.scores.parsing import EngagingEvent, ScoreModel, parse_score_model
from kesher.segments.types import Fragment, Rule, Scope

_sql = statements_of("kesher.segments")
BATCH = 4
"""Models served by one statement at most."""
_BY_MACHINES = {SystemEvent.MESSAGE_OPENED.value, SystemEvent.MESSAGE_CLICKED.value}


@dataclass(frozen=True, slots=True)
class AskedRule:
    """A rule of a model under a number of its own, and its worth when it holds: points of fit, or a stage's place."""

    number: int
    model_id: int
    rule: Rule
    worth: float


@dataclass(frozen=True, slots=True)
class Compiled:
    """The statements of a batch of models, and the rules that they ask; no `stages` where no model has any."""

    scores: Prepared
    fit_rules: Sequence[AskedRule]
    stages: Prepared | None
    stage_rules: Sequence[AskedRule]


@lru_cache(maxsize=256)
def compile_models(workspace_id: int, models: tuple[tuple[int, str], ...]) -> Compiled:
    """The statements of some models of a workspace, by id and text, which an edit changes: nothing to invalidate."""
    parsed = [(model_id, parse_model(text)) for model_id, text in models]
    fits = _numbered((id, part.rule, part.points) for id, model in parsed for part in model.fit)
    stages = _numbered(
        (id, stage.rule, place)
        for id, model in parsed
        for place, stage in enumerate(model.stages, start=1)
        if stage.rule is not None
    )
    answers, now_params = _answers_of(fits, workspace_id)
    relations = {"contributions": contributions_of(parsed), "answers": answers}
    scores = prepare(_sql["apply_scores"], relations, *now_params)
    if not any(model.stages for _, model in parsed):
        return Compiled(scores, fits, None, ())
    answers, now_params = _answers_of(stages, workspace_id)
    return Compiled(scores, fits, prepare(_sql["apply_stages"], {"answers": answers}, *now_params), stages)


@lru_cache(maxsize=1_024)
def parse_model(text: str) -> ScoreModel:
    """A saved definition."""
    return parse_score_model(json.loads(text))


def slots_of(model: ScoreModel) -> list[tuple[EngagingEvent, int]]:
    """The model's kinds of events, each with its slot: its place among those with a maximum, 0 without one."""
    places = count(1)
    return [(event, 0 if event.maximum is None else next(places)) for event in model.engagement]


def contributions_of(models: Iterable[tuple[int, ScoreModel]]) -> Relation:
    """The events that give engagement: of the pairs (`slice_models`, `slice_profiles`) those in the slice, of
    (`log_models`, `log_profiles`) those in the log; see `logged_contributions_of`."""
    kinds = _kinds_of(models)
    in_slice = (
        f"SELECT {_COLUMNS} FROM events_slice e JOIN {_KINDS} ON k.name = e.name"
        f" JOIN {_pairs('slice')} ON u.model_id = k.model_id AND u.profile_id = e.profile_id WHERE {kinds.sql}"
    )
    return Relation(f"{in_slice} UNION ALL {_LOGGED} AND {kinds.sql}", kinds.params)


def logged_contributions_of(models: Iterable[tuple[int, ScoreModel]]) -> Relation:
    """The events of (`log_models`, `log_profiles`) in the log, up to the transactions `read_to` of each shard that
    give engagement; `number` is that of the kind of events."""
    kinds = _kinds_of(models)
    return Relation(f"{_LOGGED} AND {kinds.sql}", kinds.params)


def _kinds_of(models: Iterable[tuple[int, ScoreModel]]) -> Fragment:
    """Whether an event `e` is of the kind `k`, with the values of all kinds; what machines opened gives nothing."""
    kinds = [(id, slot, event) for id, model in models for event, slot in slots_of(model)]
    scope = Scope(profile="", prefix="k")
    tests = "".join(
        f" WHEN {number} THEN {filters_sql(event.where, 'e.properties', scope)}"
        for number, (_, _, event) in enumerate(kinds)
        if event.where is not None
    )
    passes = f"CASE k.number{tests} ELSE true END" if tests else "true"
    by_machine = f"k.by_people AND e.properties @> '{_MACHINE}'"
    return Fragment(
        f"(e.type = 'system' OR NOT k.is_system) AND NOT ({by_machine}) AND {passes}",
        {
            **scope.params,
            "k_numbers": list(range(len(kinds))),
            "k_models": [id for id, _, _ in kinds],
            "k_slots": [slot for _, slot, _ in kinds],
            "k_names": [event.event for _, _, event in kinds],
            "k_points": [event.points for _, _, event in kinds],
            "k_systems": [event.event in SYSTEM_NAMES for _, _, event in kinds],
            "k_people": [event.event in _BY_MACHINES for _, _, event in kinds],
        },
    )


def _pairs(source: str) -> str:
    arrays = f"unnest(%({source}_models)s::bigint[], %({source}_profiles)s::bigint[])"
    return f"(SELECT * FROM {arrays} AS u (model_id, profile_id)) AS u"


def _numbered(rules: Iterable[tuple[int, Rule, float]]) -> list[AskedRule]:
    return [AskedRule(number, *rule) for number, rule in enumerate(rules, start=1)]


def _answers_of(rules: Sequence[AskedRule], workspace_id: int) -> tuple[Relation, tuple[str, ...]]:
    """The rules' answers about the pairs (`asked_rules`, `asked_profiles`), and the names that bind the moment."""
    if not rules:
        return Relation(_NO_ANSWERS), ()
    compiled = compile_family([(rule.number, rule.rule) for rule in rules], workspace_id=workspace_id, prefix="f")
    verdicts = verdicts_of(compiled.verdicts, "asked_rules", "asked_profiles")
    worths = "unnest(%(w_numbers)s::bigint[], %(w_models)s::bigint[], %(w_worths)s::float8[])"
    return Relation(
        "SELECT w.model_id, v.profile_id, w.worth, v.holds, v.changes_at"
        f" FROM ({verdicts.sql}) AS v JOIN {worths} AS w (number, model_id, worth) ON w.number = v.segment_id",
        {
            **verdicts.params,
            "w_numbers": [rule.number for rule in rules],
            "w_models": [rule.model_id for rule in rules],
            "w_worths": [rule.worth for rule in rules],
        },
    ), (compiled.now_param,)


_COLUMNS = "k.model_id, u.profile_id, k.slot, k.points, e.occurred_at, k.number"
_KINDS = (
    "(SELECT * FROM unnest(%(k_numbers)s::int[], %(k_models)s::bigint[], %(k_slots)s::int[],"
    " %(k_names)s::text[], %(k_points)s::float8[], %(k_systems)s::bool[], %(k_people)s::bool[])"
    " AS k (number, model_id, slot, name, points, is_system, by_people)) AS k"
)
# OFFSET 0: a person's events of one name by the index, never a scan of the log.
_LOGGED = (
    f"SELECT {_COLUMNS} FROM {_pairs('log')} JOIN {_KINDS} ON k.model_id = u.model_id CROSS JOIN LATERAL ("
    "SELECT * FROM events_event e WHERE e.profile_id = u.profile_id AND e.name = k.name OFFSET 0) AS e"
    " WHERE e.tx_id < ((%(read_to)s::text[])[e.shard + 1])::xid8"
)
_MACHINE = '{"machine": true}'
_NO_ANSWERS = (
    "SELECT NULL::bigint AS model_id, NULL::bigint AS profile_id, NULL::float8 AS worth, NULL::boolean AS holds,"
    " NULL::timestamptz AS changes_at WHERE false"
)
