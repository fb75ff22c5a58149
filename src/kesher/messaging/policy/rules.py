"""Frequency caps, quiet hours in the person's own zone, and the policy that they and the windows make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging.errors import PolicyInvalid
from kesher.messaging.policy.reading import (
    DEFER,
    NOT_CHANNEL,
    NOT_LIST,
    NOT_OBJECT,
    note,
    parse_action,
    parse_time,
    refuse_unknown,
    zone_of,
)
from kesher.messaging.policy.windows import SendingWindow, parse_windows

_MAX_WINDOW_HOURS = 24 * 92
_MAX_CAPS = 10

_LIMIT = Text(en="The limit is a whole number from 1 to 1000.", he="המגבלה היא מספר שלם מ־1 עד 1000.")
_WINDOW = Text(
    en="The window is a whole number of hours from 1 to {most}.", he="החלון הוא מספר שעות שלם מ־1 עד {most}."
)
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
        local = now.astimezone(zone_of(zone))
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
    windows: tuple[SendingWindow, ...] = ()


def parse_policy(caps: Any, quiet_hours: Any, windows: Any = ()) -> Policy:
    """The policy of its JSON; PolicyInvalid with every problem by its path."""
    problems: list[Problem] = []
    parsed: list[Cap] = []
    if not isinstance(caps, list) or len(caps) > _MAX_CAPS:
        note(problems, "caps", NOT_LIST, most=_MAX_CAPS)
    else:
        parsed = [_parse_cap(value, f"caps.{index}", problems) for index, value in enumerate(caps)]
    quiet = _parse_quiet_hours(quiet_hours, problems) if quiet_hours else None
    open_windows = parse_windows(list(windows) if isinstance(windows, tuple) else windows, problems)
    if problems:
        raise PolicyInvalid(problems=tuple(problems))
    return Policy(tuple(parsed), quiet, open_windows)


def policy_json(policy: Policy) -> tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
    """The caps, the quiet hours and the sending windows as they are kept."""
    caps = [
        {"channel": cap.channel, "limit": cap.limit, "window_hours": cap.window_hours, "action": cap.action}
        for cap in policy.caps
    ]
    quiet = policy.quiet_hours
    kept = {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}", "action": quiet.action} if quiet else {}
    return caps, kept, [window.as_json() for window in policy.windows]


def _parse_cap(value: Any, path: str, problems: list[Problem]) -> Cap:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, NOT_OBJECT))
        return Cap(1, 1)
    refuse_unknown(value, {"channel", "limit", "window_hours", "action"}, path, problems)
    limit, hours = value.get("limit"), value.get("window_hours")
    if not _is_whole(limit, 1000):
        problems.append(Problem(f"{path}.limit", _LIMIT))
    if not _is_whole(hours, _MAX_WINDOW_HOURS):
        note(problems, f"{path}.window_hours", _WINDOW, most=_MAX_WINDOW_HOURS)
    channel = value.get("channel", "")
    if not isinstance(channel, str):
        problems.append(Problem(f"{path}.channel", NOT_CHANNEL))
    return Cap(limit or 1, hours or 1, channel, parse_action(value, path, problems))


def _parse_quiet_hours(value: Any, problems: list[Problem]) -> QuietHours | None:
    if not isinstance(value, Mapping):
        problems.append(Problem("quiet_hours", NOT_OBJECT))
        return None
    refuse_unknown(value, {"start", "end", "action"}, "quiet_hours", problems)
    start, end = (parse_time(value.get(name), f"quiet_hours.{name}", problems) for name in ("start", "end"))
    action = parse_action(value, "quiet_hours", problems)
    if start is not None and start == end:
        problems.append(Problem("quiet_hours.end", _EMPTY))
    return QuietHours(start, end, action) if start is not None and end is not None else None


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
