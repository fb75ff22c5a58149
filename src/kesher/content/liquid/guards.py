"""What every filter is wrapped in: no huge values in or out, and a missing value stops where the template says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from liquid.exceptions import ResourceLimitError

from kesher.content.liquid.context import StoppingMissing

MAX_CHARACTERS = 100_000
MAX_ITEMS = 2_000
MAX_BITS = 256

Filter = Callable[..., Any]


def guarded(function: Filter) -> Filter:
    """The filter, with its values checked before and its result after."""

    @wraps(function)
    def apply(value: Any, *args: Any, **kwargs: Any) -> Any:
        _check(value)
        for argument in args:
            _check(argument)
        result = function(value, *args, **kwargs)
        _check(result)
        return result

    return apply


def check_length(characters: int) -> None:
    """Refuse a text before it is made."""
    if characters > MAX_CHARACTERS:
        raise ResourceLimitError(f"a text of more than {MAX_CHARACTERS:,} characters", token=None)


def _check(value: Any) -> None:
    if isinstance(value, str):
        check_length(len(value))
    elif isinstance(value, StoppingMissing):
        raise value.stop()
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise ResourceLimitError("a number that is too large", token=None)
    elif isinstance(value, range):
        # len() of a range fails beyond the machine's word.
        _check_items(value.stop - value.start)
    elif isinstance(value, (list, tuple, Mapping)):
        _check_items(len(value))


def _check_items(items: int) -> None:
    if items > MAX_ITEMS:
        raise ResourceLimitError(f"a list of more than {MAX_ITEMS:,} items", token=None)
