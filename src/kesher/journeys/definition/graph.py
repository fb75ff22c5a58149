"""Checks of the graph as a whole: edges that lead nowhere, nodes that nobody reaches, loops that nothing slows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kesher.journeys.fields import Place, Reading
from kesher.journeys.types import Node
from kesher.kernel.text import Text

_NO_NODE = Text(en="There is no node “{name}”.", he="אין צומת בשם ”{name}“.")
_UNREACHED = Text(en="Nobody can reach the node “{name}”.", he="אי אפשר להגיע אל הצומת ”{name}“.")
_LOOP = Text(
    en="This loop has no wait in it ({path}); add a wait with “for”, or a wait_until.",
    he="בלולאה הזאת אין המתנה ({path}); יש להוסיף wait עם for, או wait_until.",
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
        place.at(loop[0]).problem(_LOOP, path=" → ".join([*loop, loop[0]]))


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
    """A cycle among the nodes that people pass in no time, found by peeling off the nodes that lead out of it."""
    quick = {key: node for key, node in nodes.items() if not node.type.takes_time(node.config)}
    while True:
        ends = [key for key, node in quick.items() if not any(t in quick for t in node.edges.values())]
        if not ends:
            break
        for key in ends:
            del quick[key]
    path: list[str] = []
    at: str | None = next(iter(quick), None)
    while at is not None and at not in path:
        path.append(at)
        at = next(target for target in quick[at].edges.values() if target in quick)
    return path[path.index(at) :] if at is not None else []
