"""Amounts and counts as a language writes them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_currency_precision, is_currency

_CACHED = 20_000
_LARGEST = Decimal(10) ** 15


def format_money(value: Any, currency: str, unit: str, language: str) -> str | None:
    """An amount in a currency; None when the value is no number or the currency no ISO 4217 code."""
    amount = as_number(value)
    code = currency.upper()
    if amount is None or not is_currency(code):
        return None
    return _format_money(amount, code, unit, language)


@lru_cache(maxsize=_CACHED)
def _format_money(amount: Decimal, currency: str, unit: str, language: str) -> str:
    precision = int(get_currency_precision(currency))
    major = amount.scaleb(-precision) if unit == "minor" else amount
    return str(format_currency(major, currency, locale=language))


def plural_category(value: Any, language: str) -> tuple[str, str | None]:
    """The plural category of a number and the number as text; (`other`, None) when it is none."""
    number = as_number(value)
    return ("other", None) if number is None else _plural(number, language)


@lru_cache(maxsize=_CACHED)
def _plural(number: Decimal, language: str) -> tuple[str, str]:
    locale = Locale.parse(language)
    return str(locale.plural_form(abs(number))), str(format_decimal(number, locale=locale))


def as_number(value: Any) -> Decimal | None:
    """A finite number of a sensible size, from a number or its text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None
