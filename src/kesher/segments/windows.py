"""The stretch of time in which an event leaf looks for events: rolling, fixed, or ever.

At the moment `now` an event at `t` is seen when `t <= now` and, in a rolling window of length w, `now - w < t`; in a
fixed one `since <= t < until`. An event from after `now` (a skewed clock) is not seen yet: it will be at its time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.moments import parse_duration, parse_moment
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import PastEvent, Scope
from kesher.segments.words import Words, in_the_last, joined, moment, phrase

_time_of = attrgetter("occurred_at")

LOG_MARGIN_DAYS = 2
"""An event is logged at most an hour before it occurs (the collector corrects what lies further ahead), so a window
that starts at s finds all its events in rows written since the day of s; two days more cost nothing."""

WINDOW_FORM = (
    FormField("within", "span", Text(en="Within the last", he="בפרק הזמן האחרון של")),
    FormField("since", "moment", Text(en="Since", he="החל מ־")),
    FormField("until", "moment", Text(en="Until", he="עד")),
)
"""A `span` is `{"days": 30}` (minutes, hours or days); it stands alone, `since` and `until` go together."""


@dataclass(frozen=True, slots=True)
class Window:
    """`lasts` for a rolling window, `since` and `until` for a fixed one, none for ever."""

    lasts: timedelta | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def ever(self) -> bool:
        """Whether the whole past counts."""
        return self.lasts is None and self.since is None and self.until is None

    def says(self) -> Words:
        """“in the last 30 days”; empty for ever."""
        if self.lasts is not None:
            return in_the_last(self.lasts)
        parts: list[Words] = []
        if self.since is not None:
            parts.append(phrase("since {at}", "מ־{at}", at=moment(self.since)))
        if self.until is not None:
            parts.append(phrase("until {at}", "עד {at}", at=moment(self.until)))
        return joined(parts, " ", " ")

    def covered(self, events: Sequence[PastEvent], now: datetime) -> Sequence[PastEvent]:
        """Of events sorted by time those in the window, now or (the ones that are still ahead) at their time."""
        first, end = 0, len(events)
        if self.lasts is not None:
            first = bisect_right(events, now - self.lasts, key=_time_of)
        elif self.since is not None:
            first = bisect_left(events, self.since, key=_time_of)
        if self.until is not None:
            end = bisect_left(events, self.until, key=_time_of)
        return events[first:end]

    def leaves_at(self, at: datetime) -> datetime | None:
        """When an event of the window drops out of it; None for never."""
        return None if self.lasts is None else at + self.lasts

    def during(self, scope: Scope) -> tuple[str, ...]:
        """`covered` over a row `e` of the log."""
        if self.lasts is not None:
            return (f"e.occurred_at > {scope.ago(self.lasts)}",)
        found: list[str] = []
        if self.since is not None:
            found.append(f"e.occurred_at >= {scope.bind(self.since, 'timestamptz')}")
        if self.until is not None:
            found.append(f"e.occurred_at < {scope.bind(self.until, 'timestamptz')}")
        return tuple(found)

    def written(self, scope: Scope) -> tuple[str, ...]:
        """The days of writing that can hold such rows."""
        if self.lasts is not None:
            return (written_since(f"({scope.ago(self.lasts)})"),)
        return () if self.since is None else (written_since(scope.bind(self.since, "timestamptz")),)

    def lasts_sql(self, scope: Scope) -> str:
        """The rolling length as an interval of exact seconds (days of 24 hours in every zone)."""
        assert self.lasts is not None
        return f"make_interval(secs => {scope.bind(self.lasts.total_seconds(), 'float8')})"

    def leaves_at_sql(self, at: str, scope: Scope) -> str | None:
        """`leaves_at` over a timestamptz expression."""
        return None if self.lasts is None else f"{at} + {self.lasts_sql(scope)}"


def first_day(start: datetime) -> date:
    """The first day of writing that can hold events from `start` on: `written_since` in memory."""
    return start.astimezone(UTC).date() - timedelta(days=LOG_MARGIN_DAYS)


def written_since(start: str) -> str:
    """The days of writing that can hold events from `start` on."""
    return f"e.log_day >= ({start} AT TIME ZONE 'UTC')::date - {LOG_MARGIN_DAYS}"


def parse_window(reader: Reader) -> Window:
    """The window of `within`, or of `since` and `until`; ever when none is given."""
    lasts = parse_duration(reader.value("within"), reader.place("within")) if reader.has("within") else None
    since = parse_moment(reader.value("since"), reader.place("since")) if reader.has("since") else None
    until = parse_moment(reader.value("until"), reader.place("until")) if reader.has("until") else None
    if lasts is not None and (since is not None or until is not None):
        raise Mistake(
            reader.place("within"),
            "Use either “within” or “since” and “until”, not both.",
            "אפשר להשתמש ב־within או ב־since ו־until, לא בשניהם.",
        )
    if since is not None and until is not None and since >= until:
        raise Mistake(reader.place("until"), "“until” must be after “since”.", "”until“ חייב לבוא אחרי ”since“.")
    return Window(lasts, since, until)
