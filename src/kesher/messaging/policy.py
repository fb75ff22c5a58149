"""A workspace's rules of contact, parsed: frequency caps, and quiet hours in the person's own zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging.errors import PolicyInvalid

DEFER = "defer"
DROP = "drop"
_ACTIONS = (DEFER, DROP)
_MAX_WINDOW_HOURS = 24 * 92
_MAX_CAPS = 10

_ACTION = Text(en="Choose “defer” or “drop”.", he="יש לבחור ”defer“ (דחייה) או ”drop“ (ביטול).")
_LIMIT = Text(en="The limit is a whole number from 1 to 1000.", he="המגבלה היא מספר שלם מ־1 עד 1000.")
_WINDOW = Text(
    en="The window is a whole number of hours from 1 to {most}.", he="החלון הוא מספר שעות שלם מ־1 עד {most}."
)
_UNKNOWN = Text(en="“{name}” is not known here.", he="”{name}“ אינו מוכר כאן.")
_OBJECT = Text(en="This must be an object with named values.", he="כאן נדרש אובייקט עם ערכים בשמות.")
_LIST = Text(en="This must be a list of at most {most}.", he="כאן נדרשת רשימה של {most} פריטים לכל היותר.")
_CHANNEL = Text(en="Name a channel, or leave it empty for all.", he="יש לציין ערוץ, או להשאיר ריק עבור כולם.")
_TIME = Text(en="Write a time of day as HH:MM.", he="יש לכתוב שעה בצורה HH:MM.")
_EMPTY = Text(
    en="Quiet hours that start when they end would never be quiet.",
    he="שעות שקטות שמתחילות ברגע שבו הן נגמרות לעולם לא יחולו.",
)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` messages to a person in any `window_hours`, on a channel or (`""`) over all."""

    limit: int
    window_hours: int
    channel: str = ""
    action: str = DEFER


@dataclass(frozen=True, slots=True)
class QuietHours:
    """No messages from `start` to `end` where the person is; over midnight when `end` is the earlier."""

    start: time
    end: time
    action: str = DEFER

    def until(self, zone: str, now: datetime) -> datetime | None:
        """The exact end of the quiet hours that hold in `zone` at `now`; None when it is not quiet."""
        local = now.astimezone(_zone(zone))
        # The span that began today, or the one that began yesterday and runs over midnight.
        for day in (local.date() - timedelta(days=1), local.date()):
            begins = datetime.combine(day, self.start, local.tzinfo)
            last = day if self.start < self.end else day + timedelta(days=1)
            ends = datetime.combine(last, self.end, local.tzinfo)
            # Compared in UTC: Python compares times of one zone by the wall clock, which jumps twice a year.
            if begins.astimezone(UTC) <= now < ends.astimezone(UTC):
                return ends.astimezone(UTC)
        return None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a workspace promises its people."""

    caps: tuple[Cap, ...] = ()
    quiet_hours: QuietHours | None = None


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The IANA zones that this installation knows."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name if name in known_zones() else "UTC")


def parse_policy(caps: Any, quiet_hours: Any) -> Policy:
    """The policy of its JSON; PolicyInvalid with every problem by its path."""
    problems: list[Problem] = []
    parsed: list[Cap] = []
    if not isinstance(caps, list) or len(caps) > _MAX_CAPS:
        problems.append(
            Problem("caps", Text(en=_LIST.render("en", most=_MAX_CAPS), he=_LIST.render("he", most=_MAX_CAPS)))
        )
    else:
        parsed = [_parse_cap(value, f"caps.{index}", problems) for index, value in enumerate(caps)]
    quiet = _parse_quiet_hours(quiet_hours, problems) if quiet_hours else None
    if problems:
        raise PolicyInvalid(problems=tuple(problems))
    return Policy(tuple(parsed), quiet)


def policy_json(policy: Policy) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The caps and the quiet hours as they are kept."""
    caps = [
        {"channel": cap.channel, "limit": cap.limit, "window_hours": cap.window_hours, "action": cap.action}
        for cap in policy.caps
    ]
    quiet = policy.quiet_hours
    if quiet is None:
        return caps, {}
    return caps, {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}", "action": quiet.action}


def _parse_cap(value: Any, path: str, problems: list[Problem]) -> Cap:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, _OBJECT))
        return Cap(1, 1)
    _refuse_unknown(value, {"channel", "limit", "window_hours", "action"}, path, problems)
    limit, hours = value.get("limit"), value.get("window_hours")
    if not _is_whole(limit, 1000):
        problems.append(Problem(f"{path}.limit", _LIMIT))
    if not _is_whole(hours, _MAX_WINDOW_HOURS):
        most = _MAX_WINDOW_HOURS
        problems.append(
            Problem(f"{path}.window_hours", Text(_WINDOW.render("en", most=most), _WINDOW.render("he", most=most)))
        )
    channel = value.get("channel", "")
    if not isinstance(channel, str):
        problems.append(Problem(f"{path}.channel", _CHANNEL))
    return Cap(limit or 1, hours or 1, channel, _parse_action(value, path, problems))


def _parse_quiet_hours(value: Any, problems: list[Problem]) -> QuietHours | None:
    if not isinstance(value, Mapping):
        problems.append(Problem("quiet_hours", _OBJECT))
        return None
    _refuse_unknown(value, {"start", "end", "action"}, "quiet_hours", problems)
    start, end = (_parse_time(value.get(name), f"quiet_hours.{name}", problems) for name in ("start", "end"))
    action = _parse_action(value, "quiet_hours", problems)
    if start is not None and start == end:
        problems.append(Problem("quiet_hours.end", _EMPTY))
    return QuietHours(start, end, action) if start is not None and end is not None else None


def _parse_time(value: Any, path: str, problems: list[Problem]) -> time | None:
    try:
        return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except (TypeError, ValueError):
        problems.append(Problem(path, _TIME))
        return None


def _parse_action(value: Mapping[str, Any], path: str, problems: list[Problem]) -> str:
    action = value.get("action", DEFER)
    if action not in _ACTIONS:
        problems.append(Problem(f"{path}.action", _ACTION))
    return str(action)


def _refuse_unknown(value: Mapping[str, Any], known: set[str], path: str, problems: list[Problem]) -> None:
    for name in sorted(set(map(str, value)) - known):
        problems.append(
            Problem(f"{path}.{name}", Text(en=_UNKNOWN.render("en", name=name), he=_UNKNOWN.render("he", name=name)))
        )


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
