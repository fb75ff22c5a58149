"""The rules and filters that a node's configuration holds, whatever its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from kesher.journeys.fields import RuleValue, WhereValue


def conditions_of(config: Any, place: str = "") -> Iterator[tuple[str, RuleValue | WhereValue]]:
    """The rules and filters of a configuration, each with its place."""
    if isinstance(config, RuleValue | WhereValue):
        yield place, config
    elif isinstance(config, tuple):
        for position, item in enumerate(config):
            yield from conditions_of(item, f"{place}[{position}]")
    elif is_dataclass(config):
        for each in fields(config):
            yield from conditions_of(getattr(config, each.name), f"{place}.{each.name}" if place else each.name)
