"""Dates, money and plurals as Hebrew and English write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from content_samples import render_text

from kesher.content.errors import MissingValue

_IN_TEL_AVIV = {"customer": {"timezone": "Asia/Jerusalem"}}
_LATE = "2026-01-13T22:30:00Z"  # half past midnight of the 14th in Israel


@pytest.mark.parametrize(
    ("form", "hebrew", "english"),
    [
        ("short", "14.1.2026", "1/14/26"),
        ("medium", "14 בינו׳ 2026", "Jan 14, 2026"),
        ("long", "14 בינואר 2026", "January 14, 2026"),
        ("full", "יום רביעי, 14 בינואר 2026", "Wednesday, January 14, 2026"),
        ("time", "0:30", "12:30\u202fAM"),
        ("datetime", "14 בינו׳ 2026, 0:30", "Jan 14, 2026, 12:30\u202fAM"),
        ("%d/%m/%Y %H:%M", "14/01/2026 00:30", "14/01/2026 00:30"),
        ("%A, %d %B", "יום רביעי, 14 ינואר", "Wednesday, 14 January"),
        ("d בMMMM", "14 בינואר", "14 בJanuary"),
    ],
)
def test_a_moment_is_written_in_the_persons_zone_and_language(form: str, hebrew: str, english: str) -> None:
    template = f"{{{{ at | date: '{form}' }}}}"

    assert render_text(template, at=_LATE, **_IN_TEL_AVIV) == hebrew
    assert render_text(template, at=_LATE, language="en", **_IN_TEL_AVIV) == english


@pytest.mark.parametrize(
    "value",
    [_LATE, "2026-01-14T00:30:00+02:00", datetime(2026, 1, 13, 22, 30, tzinfo=UTC), 1768343400, "2026-01-13T22:30:00"],
)
def test_moments_come_in_several_forms(value: Any) -> None:
    assert render_text("{{ at | date: '%d %H:%M' }}", at=value, **_IN_TEL_AVIV) == "14 00:30"


@pytest.mark.parametrize("value", ["2026-01-13", date(2026, 1, 13)])
def test_a_date_has_no_zone(value: Any) -> None:
    variables = {"customer": {"timezone": "America/Los_Angeles"}}

    assert render_text("{{ on | date: 'long' }}", on=value, language="en", **variables) == "January 13, 2026"


@pytest.mark.parametrize(
    ("variables", "hour"),
    [
        ({"customer": {"timezone": "Asia/Tokyo"}, "brand": {"timezone": "Asia/Jerusalem"}}, "07"),
        ({"customer": {}, "brand": {"timezone": "Asia/Jerusalem"}}, "00"),
        ({"customer": {"timezone": "Mars/Base"}}, "22"),
        ({}, "22"),
    ],
)
def test_the_zone_is_the_persons_then_the_brands_then_utc(variables: dict[str, Any], hour: str) -> None:
    assert render_text("{{ at | date: '%H' }}", at=_LATE, **variables) == hour


@pytest.mark.parametrize("value", ["soon", "", "2026-13-45", True, [], {}, 10**30, float("nan")])
def test_what_is_no_moment_counts_as_missing(value: Any) -> None:
    assert render_text("{{ at | date: 'long' | default: 'בקרוב' }}", at=value) == "בקרוב"
    with pytest.raises(MissingValue):
        render_text("{{ at | date: 'long' }}", at=value, missing="stop")


@pytest.mark.parametrize(
    ("filters", "value", "hebrew", "english"),
    [
        ("money: 'ILS'", 123456, "\u200f1,234.56\xa0\u200f₪", "₪1,234.56"),
        ("money: 'JPY'", 500, "\u200f\u200f500\xa0\u200f¥", "¥500"),
        ("money: 'usd'", "1990", "\u200f19.90\xa0\u200f$", "$19.90"),
        ("money: 'ILS', unit: 'major'", 19.9, "\u200f19.90\xa0\u200f₪", "₪19.90"),
        ("money: 'ILS'", 0, "\u200f0.00\xa0\u200f₪", "₪0.00"),
    ],
)
def test_money_is_minor_units_and_a_currency(filters: str, value: Any, hebrew: str, english: str) -> None:
    template = f"{{{{ price | {filters} }}}}"

    assert render_text(template, price=value).replace("\u200f", "") == hebrew.replace("\u200f", "")
    assert render_text(template, price=value, language="en") == english


@pytest.mark.parametrize(
    ("value", "currency"), [("free", "ILS"), (100, "NIS"), (100, None), (True, "ILS"), (10**40, "ILS")]
)
def test_an_amount_that_is_none_counts_as_missing(value: Any, currency: Any) -> None:
    assert render_text("{{ price | money: currency | default: '-' }}", price=value, currency=currency) == "-"


@pytest.mark.parametrize(
    ("count", "hebrew", "english"),
    [
        (0, "0 פריטים", "0 items"),
        (1, "פריט אחד", "one item"),
        ("1", "פריט אחד", "one item"),
        (2, "שני פריטים", "2 items"),
        (3, "3 פריטים", "3 items"),
        (11, "11 פריטים", "11 items"),
        (100, "100 פריטים", "100 items"),
        (1234, "1,234 פריטים", "1,234 items"),
        (1.5, "1.5 פריטים", "1.5 items"),
    ],
)
def test_plurals_follow_the_language(count: Any, hebrew: str, english: str) -> None:
    in_hebrew = "{{ n | plural: one: 'פריט אחד', two: 'שני פריטים', other: '# פריטים' }}"
    in_english = "{{ n | plural: one: 'one item', other: '# items' }}"

    assert render_text(in_hebrew, n=count) == hebrew
    assert render_text(in_english, n=count, language="en") == english


def test_a_plural_may_say_nothing_in_its_own_words() -> None:
    assert render_text("{{ n | plural: zero: 'אין פריטים', other: '# פריטים' }}", n=0) == "אין פריטים"


@pytest.mark.parametrize(("value", "shown"), [(25.0, "25"), (2.5, "2.5"), (True, "true"), ([1, "a"], "1, a"), (0, "0")])
def test_values_that_are_no_text_are_written_as_people_would(value: Any, shown: str) -> None:
    assert render_text("{{ v }}", v=value) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, "x"), ("", "x"), (False, "x"), ([], "x"), (0, "0"), ("a", "a")])
def test_default_fills_what_is_empty_but_not_zero(value: Any, shown: str) -> None:
    assert render_text("{{ v | default: 'x' }}", v=value) == shown
    assert render_text("{% if true %}{{ v | default: 'x' }}{% endif %}", v=value) == shown
