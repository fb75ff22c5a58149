"""From JSON to the rule tree: one parser for segments, entries, splits, goals and content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from kesher.kernel.errors import Problem
from kesher.segments.conditions import ItemsFilter, PropertyFilter, parse_filters
from kesher.segments.errors import RuleInvalid
from kesher.segments.reading import Mistake, Reader, unknown
from kesher.segments.registry import leaf_kinds
from kesher.segments.types import AllOf, AnyOf, Dependencies, Leaf, Node, NotOf, Reference, Rule

MAX_DEPTH = 20
MAX_LEAVES = 200


def parse_rule(source: Any, *, path: str = "rule") -> Rule:
    """The rule of a JSON value (as `json.loads` gives it); RuleInvalid names every mistake by its place.

    A node is an object: `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`, or a leaf that is named by one of its
    fields (`trait`, `date`, `event`, `segment`, `list`, `consent`, and what higher rooms registered).
    """
    parser = _Parser(leaf_kinds())
    node = parser.parse(source, path, 1)
    if parser.leaves > MAX_LEAVES:
        parser.problems.append(
            Mistake(path, f"More than {MAX_LEAVES} conditions.", f"יותר מ־{MAX_LEAVES} תנאים.").problem
        )
    if parser.problems or node is None:
        raise RuleInvalid(problems=tuple(parser.problems))
    return node


def parse_parts(sources: Sequence[Any], path: str, kinds: Mapping[str, type[Leaf]]) -> Rule:
    """The rule of an array whose parts must all hold, within a leaf that knows only some kinds of leaves; RuleInvalid
    names every mistake."""
    parser = _Parser(kinds)
    parts = [parser.parse(source, f"{path}[{n}]", 1) for n, source in enumerate(sources)]
    if parser.problems:
        raise RuleInvalid(problems=tuple(parser.problems))
    return AllOf(tuple(part for part in parts if part is not None))


def parse_where(source: Any, *, path: str = "where") -> Node:
    """Filters over an event's properties: an array that all must pass; RuleInvalid names the first mistake."""
    try:
        return parse_filters(source, path)
    except Mistake as mistake:
        raise RuleInvalid(problems=(mistake.problem,)) from None


def dependencies_of(rule: Rule) -> Dependencies:
    """Everything besides time that can change the rule's answer."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            found = Dependencies()
            for part in parts:
                found |= dependencies_of(part)
            return found
        case NotOf(part):
            return dependencies_of(part)
        case Leaf():
            return rule.dependencies()
    raise TypeError(f"not a rule: {rule!r}")


def reach_of(rule: Rule) -> timedelta | None:
    """How long before now the oldest event lies that can decide the rule's answer; None: as far as the log goes."""
    reaches = [leaf.looks_back() for leaf in leaves_of(rule) if leaf.dependencies().events]
    known = [reach for reach in reaches if reach is not None]
    return max(known, default=timedelta(0)) if len(known) == len(reaches) else None


def references_of(rule: Rule, path: str = "rule") -> Iterator[tuple[str, Reference]]:
    """What the rule names, each with its place."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            head = "all" if isinstance(rule, AllOf) else "any"
            for position, part in enumerate(parts):
                yield from references_of(part, f"{path}.{head}[{position}]")
        case NotOf(part):
            yield from references_of(part, f"{path}.not")
        case Leaf():
            for reference in rule.references():
                yield f"{path}.{reference.field}", reference


def leaves_of(rule: Rule) -> Iterator[Leaf]:
    """The rule's leaves, in their order."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves_of(part)
        case NotOf(part):
            yield from leaves_of(part)
        case Leaf():
            yield rule


class _Parser:
    def __init__(self, kinds: Mapping[str, type[Leaf]]) -> None:
        self.kinds = kinds
        self.problems: list[Problem] = []
        self.leaves = 0

    def parse(self, source: Any, path: str, depth: int) -> Node | None:
        try:
            return self._node(source, path, depth)
        except Mistake as mistake:
            self.problems.append(mistake.problem)
        except RuleInvalid as inner:
            self.problems += inner.problems
        return None

    def _node(self, source: Any, path: str, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise Mistake(path, f"More than {MAX_DEPTH} levels.", f"יותר מ־{MAX_DEPTH} רמות.")
        reader = Reader(source, path)
        heads = [head for head in ("all", "any", "not", *self.kinds) if reader.has(head)]
        if not heads:
            raise unknown(path, next(iter(source), ""), ["all", "any", "not", *self.kinds])
        reader = Reader(source, path)
        head = heads[0]
        if head in ("all", "any"):
            return self._several(reader, head, depth)
        if head == "not":
            inner = reader.value("not")
            reader.finish()
            part = self.parse(inner, reader.place("not"), depth + 1)
            return None if part is None else NotOf(part)
        leaf = self.kinds[head].parse(reader)
        reader.finish()
        self.leaves += _weight(leaf)
        return leaf

    def _several(self, reader: Reader, head: str, depth: int) -> Node | None:
        items = reader.items(head)
        reader.finish()
        parts = [self.parse(item, f"{reader.place(head)}[{n}]", depth + 1) for n, item in enumerate(items)]
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        return AllOf(known) if head == "all" else AnyOf(known)


def _weight(node: Any) -> int:
    """How many conditions a part has: a leaf, and each filter in it, is one."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            return sum(map(_weight, parts))
        case NotOf(part):
            return _weight(part)
        case ItemsFilter(_, where):
            return 1 + _weight(where)
        case PropertyFilter():
            return 1
        case Leaf():
            return 1 + sum(map(_weight, node.filters()))
    raise TypeError(f"not a rule: {node!r}")
