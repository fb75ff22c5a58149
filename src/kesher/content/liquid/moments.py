"""Moments as people write them: in their zone, in their language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, format_time

_DATE_STYLES = frozenset({"short", "medium", "long", "full"})
# strftime's words come from the machine's locale; these CLDR patterns give the same words in the person's language.
_WORDS = {"%A": "EEEE", "%a": "EEE", "%B": "MMMM", "%b": "MMM"}
_CACHED = 20_000


def parse_moment(value: Any) -> datetime | date | None:
    """A date or an aware datetime from ISO 8601 text, epoch seconds or Python's own; None for anything else."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(value)
    return _parse_text(value) if isinstance(value, str) else None


@lru_cache(maxsize=_CACHED)
def _parse_text(text: str) -> datetime | date | None:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_epoch(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


@lru_cache(maxsize=_CACHED)
def format_moment(moment: datetime | date, form: str, timezone: str, language: str) -> str:
    """The moment in a zone and a language; a date has no zone and stays as it is."""
    local = moment.astimezone(zone(timezone)) if isinstance(moment, datetime) else moment
    if "%" in form:
        return _format_pattern(local, form, language)
    if form in _DATE_STYLES:
        return format_date(local, form, locale=language)
    at = local if isinstance(local, datetime) else datetime(local.year, local.month, local.day, tzinfo=UTC)
    if form == "time":
        return format_time(at, "short", tzinfo=at.tzinfo, locale=language)
    if form == "datetime":
        day = format_date(at, "medium", locale=language)
        return f"{day}, {format_time(at, 'short', tzinfo=at.tzinfo, locale=language)}"
    return format_datetime(at, form, tzinfo=at.tzinfo, locale=language)


def _format_pattern(local: datetime | date, form: str, language: str) -> str:
    for directive, pattern in _WORDS.items():
        if directive in form:
            word = format_datetime(_noon(local), pattern, locale=language).replace("%", "%%")
            form = form.replace(directive, word)
    return local.strftime(form)


def _noon(local: datetime | date) -> datetime:
    # Only the names of its month and day are wanted, which UTC at noon does not change.
    return datetime(local.year, local.month, local.day, 12, tzinfo=UTC)


@lru_cache(maxsize=1_000)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC for a name that the machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
