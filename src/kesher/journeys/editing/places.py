"""Where in a journey a mistake is: at which node, and in which field of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kesher.kernel.errors import Problem

_NODES = "nodes."


@dataclass(frozen=True, slots=True)
class Spot:
    """`node` is the key of a node, or None beside the nodes; `field` is the path within it."""

    node: str | None
    field: str


def spot_of(problem: Problem, nodes: Collection[str]) -> Spot:
    """The node and the field of a mistake; a key that is wrong itself may have dots in it, so the longest wins."""
    inner = problem.path.removeprefix(_NODES)
    if inner == problem.path:
        return Spot(None, problem.path)
    fitting = [key for key in nodes if inner == key or inner.startswith((f"{key}.", f"{key}["))]
    if not fitting:
        return Spot(None, problem.path)
    node = max(fitting, key=len)
    return Spot(node, inner[len(node) :].lstrip("."))
