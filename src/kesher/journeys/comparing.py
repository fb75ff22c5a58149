"""Whether those who were treated do better than those who were held out."""

from __future__ import annotations

from math import sqrt

from kesher.journeys.types import HoldoutReport

_Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: two-sided 95 %."""


def compare_groups(treated: int, treated_converted: int, held_out: int, held_out_converted: int) -> HoldoutReport:
    """The two conversion rates' difference with its 95 % interval: the hybrid score method without continuity
    correction (R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of
    eleven methods", Statistics in Medicine 17, 1998, pp. 873-890, method 10), made of two Wilson intervals."""
    counts = (treated, treated_converted, held_out, held_out_converted)
    if not treated or not held_out:
        return HoldoutReport(*counts, None, None, None)
    rate, other = treated_converted / treated, held_out_converted / held_out
    low, high = _wilson(treated_converted, treated)
    other_low, other_high = _wilson(held_out_converted, held_out)
    difference = rate - other
    below = sqrt((rate - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - rate) ** 2 + (other - other_low) ** 2)
    return HoldoutReport(*counts, difference, difference - below, difference + above)


def _wilson(converted: int, people: int) -> tuple[float, float]:
    """The 95 % score interval of one rate (E. B. Wilson, Journal of the American Statistical Association 22, 1927)."""
    rate, square = converted / people, _Z * _Z
    middle = rate + square / (2 * people)
    spread = _Z * sqrt(rate * (1 - rate) / people + square / (4 * people * people))
    return (middle - spread) / (1 + square / people), (middle + spread) / (1 + square / people)
