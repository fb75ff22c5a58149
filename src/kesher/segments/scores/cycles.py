"""Segments and scores may ask about each other, but never in a circle: a tick would not come to rest.

A model counts as two: its grade (fit and engagement), and its stage, whose rules may ask about its own grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.segments.errors import ScoreCycle
from kesher.segments.leaves.membership import SegmentLeaf
from kesher.segments.leaves.score import ScoreLeaf
from kesher.segments.parsing import leaves_of, parse_rule
from kesher.segments.scores.parsing import ScoreModel, parse_score_model
from kesher.segments.types import Rule

_sql = statements_of("kesher.segments")
_Place = tuple[str, str]
"""What something depends on: (`segment`, `grade` or `stage`; key)."""


def refuse_cycles(
    conn: Conn,
    *,
    workspace_id: int,
    segments: Mapping[str, Rule] | None = None,
    models: Mapping[str, ScoreModel] | None = None,
) -> None:
    """ScoreCycle when the workspace's definitions, with these in place of the saved ones, would ask in a circle."""
    sources = _sql.run(conn, "list_sources", {"workspace_id": workspace_id}).fetchall()
    if not models and not any(kind == "score" for kind, _, _ in sources):
        return
    graph: dict[_Place, list[_Place]] = {}
    for kind, key, source in sources:
        graph |= _edges(kind, key, source)
    for key, rule in (segments or {}).items():
        graph["segment", key] = list(_asked(rule))
    for key, model in (models or {}).items():
        graph |= _model_edges(key, model)
    for start in graph:
        _walk(graph, start, ())


def users_of_score(conn: Conn, *, workspace_id: int, key: str) -> list[str]:
    """The keys of the segments and of the other scores that ask for a score."""
    found: list[str] = []
    for kind, user, source in _sql.run(conn, "list_sources", {"workspace_id": workspace_id}):
        edges = {target for targets in _edges(kind, user, source).values() for target in targets}
        if not (kind == "score" and user == key) and edges & {("grade", key), ("stage", key)}:
            found.append(user)
    return found


def _edges(kind: str, key: str, source: Any) -> dict[_Place, list[_Place]]:
    if kind == "segment":
        return {("segment", key): list(_asked(parse_rule(source)))}
    return _model_edges(key, parse_score_model(source))


def _model_edges(key: str, model: ScoreModel) -> dict[_Place, list[_Place]]:
    stages = [stage.rule for stage in model.stages if stage.rule is not None]
    return {
        ("grade", key): [place for part in model.fit for place in _asked(part.rule)],
        ("stage", key): [("grade", key), *(place for rule in stages for place in _asked(rule))],
    }


def _asked(rule: Rule) -> Iterator[_Place]:
    for leaf in leaves_of(rule):
        if isinstance(leaf, SegmentLeaf):
            yield "segment", leaf.key
        elif isinstance(leaf, ScoreLeaf):
            yield ("stage" if leaf.of == "stage" else "grade"), leaf.key


def _walk(graph: Mapping[_Place, Sequence[_Place]], place: _Place, trail: tuple[_Place, ...]) -> None:
    if place in trail:
        circle = [*trail[trail.index(place) :], place]
        raise ScoreCycle(cycle=" → ".join(key for _, key in circle))
    for below in graph.get(place, ()):
        _walk(graph, below, (*trail, place))
