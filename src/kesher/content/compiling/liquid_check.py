"""Liquid errors found before anything is saved: syntax with its line, unknown filters, wrong arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import Parameter, signature
from typing import Any

from liquid.builtin.expressions import FilteredExpression, KeywordArgument
from liquid.builtin.tags.for_tag import BreakNode, ContinueNode, ForNode
from liquid.exceptions import LiquidError

from kesher.content.compiling import problems
from kesher.content.compiling.masking import Unclosed, mask
from kesher.content.compiling.problems import filled
from kesher.content.liquid.environment import environment
from kesher.content.liquid.filters import PLURAL_FORMS
from kesher.content.types import Missing
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

_MAX_PIECES = 5_000
_RAW = re.compile(r"\{%-?\s*(raw|doc)\b")


def check_liquid(source: str, path: str, *, compiled: bool = False) -> list[Problem]:
    """What is wrong with the Liquid in a source."""
    try:
        masked = mask(source)
    except Unclosed as error:
        return [Problem(path, problems.UNCLOSED, error.line)]
    if len(masked.pieces) > _MAX_PIECES:
        return [Problem(path, filled(problems.TOO_MANY_PIECES, limit=f"{_MAX_PIECES:,}"))]
    if raw := _RAW.search(source):
        return [Problem(path, filled(problems.RAW, name=raw[1]), source.count("\n", 0, raw.start()) + 1)]
    try:
        template = environment(Missing.DEFAULT, compiled=compiled).from_string(source)
    except LiquidError as error:
        # What is missing at the very end has no place of its own.
        line = _line(error.token) or source.count("\n") + 1
        return [Problem(path, filled(problems.LIQUID, detail=str(error.message)), line)]
    return [Problem(path, text, line) for text, line in _check_nodes(template.nodes)]


def _check_nodes(nodes: Any, *, looping: bool = False) -> Iterator[tuple[Text, int | None]]:
    for node in nodes:
        if isinstance(node, (BreakNode, ContinueNode)) and not looping:
            yield filled(problems.OUTSIDE_LOOP, name=node.token.value), _line(node.token)
        for expression in node.expressions():
            for applied in _filters_of(expression):
                if misuse := _misuse(applied):
                    yield misuse, _line(applied.token)
        yield from _check_nodes(node.children(None), looping=looping or isinstance(node, ForNode))


def _filters_of(expression: Any) -> Iterator[Any]:
    if isinstance(expression, FilteredExpression):
        yield from expression.filters or ()
    for child in expression.children():
        yield from _filters_of(child)


def _misuse(applied: Any) -> Text | None:
    """How a filter is used wrongly, or None."""
    known = environment(Missing.DEFAULT, compiled=False).filters
    function = known.get(applied.name)
    if function is None:
        return filled(problems.UNKNOWN_FILTER, name=applied.name, known=", ".join(sorted(known)))
    named = {argument.name for argument in applied.args if isinstance(argument, KeywordArgument)}
    given = len(applied.args) - len(named)
    if applied.name == "plural":
        fits = not given and named <= PLURAL_FORMS and "other" in named
        return None if fits else problems.PLURAL_FORMS
    accepted = [p for p in signature(function).parameters.values() if p.name not in ("context", "environment")]
    ordered = [p for p in accepted if p.kind is Parameter.POSITIONAL_OR_KEYWORD][1:]
    least = sum(p.default is Parameter.empty for p in ordered)
    if unknown := named - {p.name for p in accepted}:
        return filled(problems.FILTER_NAMED, name=applied.name, argument=min(unknown))
    if not least <= given <= len(ordered):
        return filled(problems.FILTER_COUNT, name=applied.name, least=least, most=len(ordered), given=given)
    return None


def _line(token: Any) -> int | None:
    if token is None or token.start_index < 0:
        return None
    return int(token.source.count("\n", 0, token.start_index)) + 1
