"""Every example of docs/rules.md is a rule, and every leaf, operator and measure stands on that page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kesher.segments.measures import MEASURES
from kesher.segments.operators import OPERATORS
from kesher.segments.queries import parse_rule
from kesher.segments.registry import leaf_kinds

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = [
    *re.findall(r"```json\n(.*?)```", PAGE, flags=re.S),
    *re.findall(r"\| `(\{.*\})` \|", PAGE),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: " ".join(text.split())[:50])
def test_an_example_of_the_page_is_a_rule(example: str) -> None:
    parse_rule(json.loads(example))


def test_the_page_shows_every_leaf_operator_and_measure() -> None:
    shown = {name for example in EXAMPLES for name in _names(json.loads(example))}

    assert set(leaf_kinds()) <= shown
    for name in (*OPERATORS, *MEASURES):
        assert f"`{name}`" in PAGE, name


def _names(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in _names(inner)}
    return {name for inner in value for name in _names(inner)} if isinstance(value, list) else set()
