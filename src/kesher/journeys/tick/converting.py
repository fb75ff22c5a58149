"""What the goals that were reached are worth, and which messages have a part in them."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel.numbers import get_currency_precision
from psycopg.types.json import Jsonb

from kesher.journeys.durations import Duration
from kesher.journeys.fields.kinds import CURRENCIES
from kesher.journeys.tick.catalogue import Version
from kesher.journeys.tick.work import Work


def count_goals(work: Work) -> None:
    """Complete what is logged of the tick's goals, and count them."""
    terms = [_terms(version) for version in work.catalogue if version.definition.goal is not None]
    if terms and work.run("attribute_goals", terms=Jsonb(terms), digits=_digits()):
        work.run("count_conversions")


def _terms(version: Version) -> dict[str, Any]:
    goal = version.definition.goal
    assert goal is not None
    return {
        "version_id": version.id,
        "click": _interval(goal.attribution.click),
        "open": _interval(goal.attribution.open),
        "send": _interval(goal.attribution.send),
        "value": goal.value.split(".") if goal.value else None,
        "currency": goal.currency,
    }


def _interval(duration: Duration | None) -> str | None:
    return duration.interval if duration else None


@cache
def _digits() -> Jsonb:
    """The currencies whose minor unit is not a hundredth."""
    digits = {currency: get_currency_precision(currency) for currency in CURRENCIES}
    return Jsonb({currency: number for currency, number in digits.items() if number != 2})
