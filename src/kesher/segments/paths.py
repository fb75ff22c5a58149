"""Paths into JSON: `total`, `address.city`, `products[].category` (any element), `odd\\.name` (a dot in the name)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kesher.segments.reading import Mistake, checked_text
from kesher.segments.types.sql import Scope

_STEP = re.compile(r"((?:[^.\\\[\]]|\\.)+)(\[\])?(?:\.|\Z)")
MAX_STEPS = 10


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from an object inwards; a step with `each` goes on from every element of an array."""

    steps: tuple[tuple[str, bool], ...]

    @property
    def first(self) -> str:
        """The name of the outermost step."""
        return self.steps[0][0]

    def __str__(self) -> str:
        """The path as it is spelt."""
        return ".".join(re.sub(r"([.\\\[\]])", r"\\\1", name) + ("[]" if each else "") for name, each in self.steps)

    @property
    def single(self) -> bool:
        """Whether the path leads to one value at most."""
        return not any(each for _, each in self.steps)

    def values(self, root: Any) -> list[Any]:
        """Every value at the path; a JSON null is no value."""
        found = [root]
        for name, each in self.steps:
            found = [value[name] for value in found if isinstance(value, dict) and name in value]
            if each:
                found = [element for value in found if isinstance(value, list) for element in value]
        return [value for value in found if value is not None]

    def rows(self, column: str, scope: Scope) -> tuple[list[str], str]:
        """FROM items, in order, that unfold the arrays on the way, and the expression of the value in each row."""
        items: list[str] = []
        here = column
        for name, each in self.steps:
            here = f"({here} -> {scope.bind(name, 'text')})"
            if each:
                alias = scope.alias("a")
                items.append(
                    f"LATERAL jsonb_array_elements(CASE WHEN jsonb_typeof({here}) = 'array' THEN {here} END)"
                    f" AS {alias}(item)"
                )
                here = f"{alias}.item"
        return items, here

    def any_sql(self, column: str, scope: Scope, test: Callable[[str], str]) -> str:
        """Whether any value at the path passes `test`, an expression that is never NULL and false for JSON null."""
        items, value = self.rows(column, scope)
        if not items:
            return test(value)
        return f"EXISTS (SELECT FROM {', '.join(items)} WHERE {test(value)})"


def parse_path(source: Any, path: str) -> Path:
    """The path that a text spells."""
    text = checked_text(source, path)
    steps: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            break
        steps.append((re.sub(r"\\(.)", r"\1", match[1]), match[2] is not None))
        position = match.end()
    if position < len(text) or (text.endswith(".") and not text.endswith("\\.")) or not 1 <= len(steps) <= MAX_STEPS:
        raise Mistake(
            path,
            f"“{text[:60]}” is not a path such as total, address.city or products[].category.",
            f"”{text[:60]}“ אינו נתיב כגון total, address.city או products[].category.",
        )
    return Path(tuple(steps))
