"""Sending windows: when messages may reach people, by channel and country, and the calendars that close a place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging.calendars import CALENDARS
from kesher.messaging.policy.reading import (
    DEFER,
    NOT_CHANNEL,
    NOT_LIST,
    NOT_OBJECT,
    note,
    parse_action,
    refuse_unknown,
    zone_of,
)
from kesher.messaging.types import DAYS

_MOST_WINDOWS, _MOST_HOURS = 50, 14
_COUNTRY = re.compile(r"[A-Z]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_WEEK = 8
"""Days to look ahead: a whole week, and today's weekday once more."""

_NOT_COUNTRY = Text(
    en="Write a country's two letters, such as IL, or leave it empty for all.",
    he="יש לכתוב את שתי האותיות של המדינה, למשל IL, או להשאיר ריק עבור כולן.",
)
_NOT_TIME = Text(en="Write a time of day as HH:MM, at most 24:00.", he="יש לכתוב שעה בצורה HH:MM, עד 24:00.")
_NOT_DAY = Text(en="“{name}” is not one of: {days}.", he="”{name}“ אינו אחד מאלה: {days}.")
_NO_DAYS = Text(en="Name at least one day.", he="יש לציין יום אחד לפחות.")
_BACKWARDS = Text(
    en="“before” must be later in the day than “after”.", he="השעה ב־before חייבת להיות מאוחרת מזו שב־after."
)
_NO_CALENDAR = Text(
    en="There is no calendar “{name}”; there are: {known}.", he="אין לוח שנה בשם ”{name}“; יש: {known}."
)
_NOTHING = Text(en="Say when it is open (“open”), name a “calendar”, or both.", he="יש לציין open,‏ calendar או שניהם.")
_TWICE = Text(en="There is another window for this channel and country.", he="יש חלון נוסף לאותו ערוץ ולאותה מדינה.")
_NEAREST = Text(en="{said} Did you mean “{nearest}”?", he="{said} האם הכוונה ל־”{nearest}“?")


@dataclass(frozen=True, slots=True)
class OpenHours:
    """From `after` (included) to `before` (not included), in minutes of the local day, on some days of the week."""

    days: tuple[str, ...] = DAYS
    after: int = 0
    before: int = 24 * 60


@dataclass(frozen=True, slots=True)
class SendingWindow:
    """When a channel is open to people of a country (`""`: all channels, all countries). Without hours it is open all
    day; the calendar's closings close it on top."""

    channel: str = ""
    country: str = ""
    open: tuple[OpenHours, ...] = ()
    calendar: str = ""
    action: str = DEFER

    def until(self, zone: str, now: datetime) -> datetime | None:
        """The moment at which it opens again, when it is closed in `zone` at `now`; the calendar is not asked here."""
        if not self.open:
            return None
        today = now.astimezone(zone_of(zone)).date()
        spans = sorted(span for number in range(_WEEK) for span in self._spans(zone, today + timedelta(days=number)))
        begins = next(begins for begins, ends in spans if ends > now)
        return None if begins <= now else begins

    def _spans(self, zone: str, day: date) -> Iterator[tuple[datetime, datetime]]:
        for hours in self.open:
            if DAYS[day.isoweekday() % 7] in hours.days:
                yield _moment(zone, day, hours.after), _moment(zone, day, hours.before)

    def as_json(self) -> dict[str, Any]:
        """The window as it is kept and shown."""
        hours = [{"days": list(h.days), "after": _clock(h.after), "before": _clock(h.before)} for h in self.open]
        return {
            "channel": self.channel,
            "country": self.country,
            "open": hours,
            "calendar": self.calendar,
            "action": self.action,
        }


def window_for(windows: Sequence[SendingWindow], *, channel: str, country: str) -> SendingWindow | None:
    """The one window that holds: for the channel and country, else the country, else the channel, else all."""
    by_key = {(window.channel, window.country): window for window in windows}
    for key in ((channel, country), ("", country), (channel, ""), ("", "")):
        if key in by_key:
            return by_key[key]
    return None


def parse_windows(value: Any, problems: list[Problem]) -> tuple[SendingWindow, ...]:
    """The windows of their JSON."""
    if not isinstance(value, list) or len(value) > _MOST_WINDOWS:
        note(problems, "windows", NOT_LIST, most=_MOST_WINDOWS)
        return ()
    windows = [_parse_window(each, f"windows.{index}", problems) for index, each in enumerate(value)]
    seen: set[tuple[str, str]] = set()
    for index, window in enumerate(windows):
        if (window.channel, window.country) in seen:
            note(problems, f"windows.{index}", _TWICE)
        seen.add((window.channel, window.country))
    return tuple(windows)


def _parse_window(value: Any, path: str, problems: list[Problem]) -> SendingWindow:
    if not isinstance(value, Mapping):
        note(problems, path, NOT_OBJECT)
        return SendingWindow()
    refuse_unknown(value, {"channel", "country", "open", "calendar", "action"}, path, problems)
    channel, country = value.get("channel", ""), value.get("country", "")
    if not isinstance(channel, str):
        note(problems, f"{path}.channel", NOT_CHANNEL)
    if country != "" and not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
        note(problems, f"{path}.country", _NOT_COUNTRY)
    calendar = value.get("calendar") or ""
    if calendar and calendar not in CALENDARS:
        _note_unknown(problems, f"{path}.calendar", _NO_CALENDAR, calendar, CALENDARS, known=", ".join(CALENDARS))
    hours = _parse_hours(value.get("open") or [], f"{path}.open", problems)
    if not value.get("open") and not calendar:
        note(problems, path, _NOTHING)
    return SendingWindow(str(channel), str(country), hours, str(calendar), parse_action(value, path, problems))


def _parse_hours(value: Any, path: str, problems: list[Problem]) -> tuple[OpenHours, ...]:
    if not isinstance(value, list) or len(value) > _MOST_HOURS:
        note(problems, path, NOT_LIST, most=_MOST_HOURS)
        return ()
    return tuple(_parse_open(each, f"{path}.{index}", problems) for index, each in enumerate(value))


def _parse_open(value: Any, path: str, problems: list[Problem]) -> OpenHours:
    if not isinstance(value, Mapping):
        note(problems, path, NOT_OBJECT)
        return OpenHours()
    refuse_unknown(value, {"days", "after", "before"}, path, problems)
    days = value.get("days", list(DAYS))
    if not isinstance(days, list) or not days:
        note(problems, f"{path}.days", _NO_DAYS)
        days = []
    for name in days:
        if name not in DAYS:
            _note_unknown(problems, f"{path}.days", _NOT_DAY, str(name), DAYS, days=", ".join(DAYS))
    after = _parse_minutes(value.get("after", "00:00"), f"{path}.after", problems)
    before = _parse_minutes(value.get("before", "24:00"), f"{path}.before", problems)
    if after is not None and before is not None and before <= after:
        note(problems, f"{path}.before", _BACKWARDS)
    return OpenHours(tuple(day for day in DAYS if day in days), after or 0, before or 24 * 60)


def _parse_minutes(value: Any, path: str, problems: list[Problem]) -> int | None:
    if isinstance(value, str) and _TIME.fullmatch(value):
        hours, _, minutes = value.partition(":")
        return int(hours) * 60 + int(minutes)
    note(problems, path, _NOT_TIME)
    return None


def _note_unknown(
    problems: list[Problem],
    path: str,
    message: Text,
    name: Any,
    among: Collection[str],
    **fields: Any,
) -> None:
    near = get_close_matches(str(name), among, n=1)
    if not near:
        note(problems, path, message, name=name, **fields)
        return
    said = {language: message.render(language, name=name, **fields) for language in ("en", "he")}
    hinted = {language: _NEAREST.render(language, said=said[language], nearest=near[0]) for language in ("en", "he")}
    problems.append(Problem(path, Text(en=hinted["en"], he=hinted["he"])))


def _moment(zone: str, day: date, minutes: int) -> datetime:
    """The moment at which the clock of the zone shows so many minutes since midnight."""
    local = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone_of(zone)).astimezone(UTC)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
