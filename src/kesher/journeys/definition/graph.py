"""Checks of the graph as a whole: edges that lead nowhere, nodes that nobody reaches, loops that nothing slows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kesher.journeys.fields import Place, Reading
from kesher.journeys.types import Node
from kesher.kernel.text import Text

_NO_NODE = Text(en="There is no node “{name}”.", he="אין צומת בשם ”{name}“.")
_UNREACHED = Text(en="Nobody can reach the node “{name}”.", he="אי אפשר להגיע אל הצומת ”{name}“.")
_LOOP = Text(
    en="This loop has no wait in it ({path}); add a wait with “for”, or a wait_until.",
    he="בלולאה הזאת אין המתנה ({path}); יש להוסיף wait עם for, או wait_until.",
)
_FEEDS_ITSELF = Text(
    en="This loop waits only for an event that it logs itself ({path}), so it would never rest; add a wait with “for”.",
    he="הלולאה הזאת ממתינה רק לאירוע שהיא עצמה רושמת ({path}), ולכן לא תנוח לעולם; יש להוסיף wait עם for.",
)


def check_graph(nodes: Mapping[str, Node], start: str | None, keys: Sequence[str], reading: Reading) -> None:
    """Note what is wrong with the edges; `keys` are all nodes as written, also those that could not be read."""
    for path, target in reading.targets:
        if target not in keys:
            Place(reading, path).unknown(_NO_NODE, target, keys)
    if reading.problems or start is None:
        return
    place = Place(reading, "nodes")
    reached = _reach(nodes, start)
    for key in nodes:
        if key not in reached:
            place.at(key).problem(_UNREACHED, name=key)
    loop = _find_loop(nodes)
    if loop:
        awaits = any(nodes[key].type.takes_time(nodes[key].config) for key in loop)
        place.at(loop[0]).problem(_FEEDS_ITSELF if awaits else _LOOP, path=" → ".join([*loop, loop[0]]))


def _reach(nodes: Mapping[str, Node], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += [target for target in nodes[key].edges.values() if target is not None]
    return reached


def _find_loop(nodes: Mapping[str, Node]) -> list[str]:
    """A cycle among the nodes that people pass in no time: what remains when one peels off the nodes that lead into it
    and out of it, and the waits for events that no node of the rest logs."""
    quick = {key: ways for key, node in nodes.items() if (ways := _quick_ways(node))}
    while True:
        caused = frozenset[str]().union(*(nodes[key].type.causes(nodes[key].config) for key in quick))
        entered = set[str]().union(*quick.values())
        ends = [
            key
            for key, ways in quick.items()
            if key not in entered or not ways & quick.keys() or not _passed(nodes[key], caused)
        ]
        if not ends:
            break
        for key in ends:
            del quick[key]
    path: list[str] = []
    at: str | None = next(iter(quick), None)
    while at is not None and at not in path:
        path.append(at)
        at = next(target for target in nodes[at].edges.values() if target in quick[at] & quick.keys())
    return path[path.index(at) :] if at is not None else []


def _quick_ways(node: Node) -> set[str]:
    """Where people go from here in no time; from a wait for an event, when the event comes."""
    ways = node.edges if not node.type.takes_time(node.config) else {"then": node.edges.get("then")}
    return {target for target in ways.values() if target is not None}


def _passed(node: Node, caused: Collection[str]) -> bool:
    awaited = node.type.awaits(node.config) if node.type.takes_time(node.config) else None
    return not node.type.takes_time(node.config) or (awaited is not None and awaited[0].event in caused)
