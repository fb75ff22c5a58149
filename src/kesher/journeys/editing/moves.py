"""Where people of earlier versions go: checked, suggested, and previewed before anybody is moved.

A mapping names nodes of earlier versions and gives each a node of the new one, or None to leave the journey. It holds
for whoever stands at such a node, now or when she comes to it later; nodes that it does not name let people finish the
version they are in. The mapping of the version in force counts, whatever version somebody is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kesher.journeys import models
from kesher.journeys.editing.changes import renamed_nodes
from kesher.journeys.errors import JourneyInvalid
from kesher.journeys.fields import Place, Reading
from kesher.journeys.fields.place import filled
from kesher.journeys.types import MoveGroup, MovePreview
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

Moves = Mapping[str, str | None]

_NO_OLD = Text(en="No earlier version has a node “{name}”.", he="באף גרסה קודמת אין צומת בשם ”{name}“.")
_NO_NEW = Text(en="The new version has no node “{name}”.", he="בגרסה החדשה אין צומת בשם ”{name}“.")
_ONE, _MANY = Text(en="1 person", he="אדם אחד"), Text(en="{count} people", he="{count} אנשים")
_STAY = Text(
    en="At “{node}” (version {version}), {people}: finish the version they are in.",
    he="בצומת ”{node}“ (גרסה {version}), {people}: השלמת הגרסה הנוכחית שלהם.",
)
_SAME = Text(
    en="At “{node}” (version {version}), {people}: go on at “{target}” of the new version; time already spent"
    " there counts.",
    he="בצומת ”{node}“ (גרסה {version}), {people}: המשך בצומת ”{target}“ של הגרסה החדשה; הזמן שכבר חלף שם נחשב.",
)
_MOVE = Text(
    en="At “{node}” (version {version}), {people}: go to “{target}” of the new version and begin it afresh.",
    he="בצומת ”{node}“ (גרסה {version}), {people}: מעבר אל ”{target}“ בגרסה החדשה, מתחילתו.",
)
_EXIT = Text(
    en="At “{node}” (version {version}), {people}: leave the journey.",
    he="בצומת ”{node}“ (גרסה {version}), {people}: יציאה מהמסע.",
)


def check_moves(moves: Moves, journey: models.Journey, nodes: Mapping[str, Any]) -> None:
    """JourneyInvalid when the mapping names a node that no earlier version has, or leads to one that is not there."""
    if not moves:
        return
    reading = Reading(journey.workspace_id)
    place = Place(reading, "moves")
    known = {key for graph in _graphs(journey) for key in graph}
    for old, new in moves.items():
        if old not in known:
            place.at(old).unknown(_NO_OLD, old, known)
        if new is not None and new not in nodes:
            place.at(old).unknown(_NO_NEW, new, nodes)
    if reading.problems:
        raise JourneyInvalid(problems=tuple(reading.problems))


def preview_moves(conn: Conn, journey: models.Journey, nodes: Mapping[str, Any], moves: Moves | None) -> MovePreview:
    """Who stands where in the earlier versions, and what the mapping (the suggested one when none is given) does."""
    graphs = {version.number: version.definition["nodes"] for version in _versions(journey)}
    current = max(graphs, default=0)
    standing = _sql.run(conn, "list_standing", {"journey": journey.pk}).fetchall()
    rows = [row for row in standing if row[0] != current or graphs[current] != nodes]
    suggestion = _suggest(rows, graphs, nodes)
    chosen = suggestion if moves is None else moves
    check_moves(chosen, journey, nodes)
    groups = tuple(_group(row, graphs[row[0]][row[1]], chosen) for row in rows)
    return MovePreview(groups, suggestion)


def _suggest(rows: Sequence[Any], graphs: Mapping[int, Mapping[str, Any]], nodes: Mapping[str, Any]) -> Moves:
    """A node that is still there, of the same type, or only has another name, keeps its people."""
    moves: dict[str, str | None] = {}
    for number, node, _ in rows:
        renamed = renamed_nodes(graphs[number], nodes)
        target = node if node in nodes else renamed.get(node)
        if target is not None and nodes[target].get("type") == graphs[number][node]["type"]:
            moves[node] = target
    return moves


def _group(row: Any, node: Mapping[str, Any], moves: Moves) -> MoveGroup:
    version, key, count = row
    target = moves.get(key)
    action = "stay" if key not in moves else "exit" if target is None else "move"
    sentence = {"stay": _STAY, "exit": _EXIT, "move": _SAME if target == key else _MOVE}[action]
    people = filled(_ONE if count == 1 else _MANY, count=f"{count:,}")
    words = filled(sentence, node=key, version=version, people=people, target=target)
    return MoveGroup(version, key, str(node["type"]), count, action, target, words)


def _versions(journey: models.Journey) -> list[models.Version]:
    return list(models.Version.objects.filter(journey=journey).order_by("number"))


def _graphs(journey: models.Journey) -> list[Mapping[str, Any]]:
    return [version.definition["nodes"] for version in _versions(journey)]
