"""Single texts with Liquid in them, outside of templates: an address to call, a line to a colleague, a JSON body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from liquid.exceptions import LiquidError, LiquidInterrupt

from kesher.content.errors import RenderFailed
from kesher.content.liquid.environment import parse
from kesher.content.program import Program
from kesher.content.types import Missing

_WHOLE = re.compile(r"\{\{-?\s*([A-Za-z_][\w-]*(?:\.[\w-]+)*)\s*-?\}\}")


@lru_cache(maxsize=1_000)
def _program(source: str) -> Program:
    return Program(parse(source, Missing.DEFAULT), Missing.DEFAULT, html=False)


def render_text(source: str, variables: Mapping[str, Any], *, language: str, timezone: str) -> str:
    """The text filled in, as it is (nothing is escaped); what is missing shows nothing. RenderFailed."""
    try:
        return _program(source).render(variables, lambda url: url, language=language, timezone=timezone)
    except (LiquidError, LiquidInterrupt) as error:
        raise RenderFailed(detail=str(getattr(error, "message", error))) from error
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise RenderFailed(detail=str(error)) from error


def render_json(source: Any, variables: Mapping[str, Any], *, language: str, timezone: str) -> Any:
    """JSON whose texts are Liquid, filled in. A text that is nothing but `{{ a.b }}` becomes that value itself, so that
    a number stays a number and what is missing is null. RenderFailed."""
    if isinstance(source, str):
        whole = _WHOLE.fullmatch(source.strip())
        if whole:
            return _value_at(variables, whole[1].split("."))
        return render_text(source, variables, language=language, timezone=timezone)
    if isinstance(source, Mapping):
        return {
            key: render_json(value, variables, language=language, timezone=timezone) for key, value in source.items()
        }
    if isinstance(source, list):
        return [render_json(value, variables, language=language, timezone=timezone) for value in source]
    return source


def _value_at(variables: Mapping[str, Any], path: list[str]) -> Any:
    value: Any = variables
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
