"""The policy gate in memory: what `judge_messages` would say of one message to one person at one moment.

For playing journeys. It reads nothing: the policy, the suppressed addresses and what the person was sent are given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from kesher.messaging.calendars import Place
from kesher.messaging.calendars.closings import closings_of
from kesher.messaging.calendars.jewish import Closing
from kesher.messaging.policy import DROP, Policy
from kesher.messaging.policy.hours import hours_at
from kesher.messaging.queries.reach import find_unreachable
from kesher.messaging.types import Purpose, Reason


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person as the gate sees her. `sent` are her marketing messages: channel and moment of sending."""

    traits: Mapping[str, Any]
    zone: str
    consents: Mapping[tuple[str, str], str]
    sent: Sequence[tuple[str, datetime]] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """No reason: it leaves now. A reason and `later`: it is put off until then. A reason alone: it is held for good."""

    reason: Reason | None = None
    later: datetime | None = None


LEAVES = Judgement()


@dataclass(frozen=True, slots=True)
class Gate:
    """A workspace's gate. `suppressed` are pairs of channel and address."""

    policy: Policy
    zone: str
    suppressed: Collection[tuple[str, str]] = field(default=frozenset())

    def judge(self, person: Addressee, *, channel: str, topic: str, purpose: str, now: datetime) -> Judgement:
        """The first reason why the message may not leave now, in the gate's order."""
        exempt = purpose == Purpose.TRANSACTIONAL
        unreachable = find_unreachable(
            traits=person.traits,
            consents=person.consents,
            suppressed=self.suppressed,
            channel=channel,
            topic=None if exempt else topic,
        )
        if unreachable is not None:
            return Judgement(unreachable)
        if exempt:
            return LEAVES
        return self._ask_hours(person, channel, now) or self._ask_caps(person.sent, channel, now) or LEAVES

    def _ask_hours(self, person: Addressee, channel: str, now: datetime) -> Judgement | None:
        country, city = (_located(person.traits, name) for name in ("country", "city"))
        return self.judge_place(person.zone, country, city, channel=channel, now=now)

    def judge_place(self, zone: str, country: str, city: str, *, channel: str, now: datetime) -> Judgement | None:
        """What quiet hours, sending windows and rest days say of everybody in a place."""
        hours = hours_at(self.policy, self.zone, channel, zone, country, city, now=now)
        closed = _closed_until(hours.calendar, hours.place, now) if hours.calendar else None
        times = [at for at in (hours.quiet_until, hours.window_until, closed) if at is not None]
        if not times:
            return None
        kept_shut = hours.window_until is not None or closed is not None
        drops = (hours.quiet_until is not None and hours.quiet_drops) or (kept_shut and hours.window_drops)
        window = Reason.SENDING_WINDOW if hours.window_until is not None else Reason.REST_DAY
        return Judgement(Reason.QUIET_HOURS if hours.quiet_until is not None else window, None if drops else max(times))

    def _ask_caps(self, sent: Sequence[tuple[str, datetime]], channel: str, now: datetime) -> Judgement | None:
        frees, drops = [], False
        for cap in self.policy.caps:
            span = timedelta(hours=cap.window_hours)
            times = sorted(at for on, at in sent if cap.channel in ("", on) and at > now - span)
            if len(times) >= cap.limit:
                frees.append(times[-cap.limit] + span)
                drops = drops or cap.action == DROP
        return Judgement(Reason.CAPPED, None if drops else max(frees)) if frees else None


def _located(traits: Mapping[str, Any], name: str) -> str:
    address = traits.get("address")
    value = traits.get(name) or (address.get(name) if isinstance(address, Mapping) else None)
    return value if isinstance(value, str) else ""


def _closed_until(calendar: str, place: Place, now: datetime) -> datetime | None:
    closings = _closings_around(calendar, place, now.year, now.month)
    return max((each.ends_at for each in closings if each.starts_at <= now < each.ends_at), default=None)


@lru_cache(maxsize=512)
def _closings_around(calendar: str, place: Place, year: int, month: int) -> Sequence[Closing]:
    """Those of a month (of UTC) and what reaches into it, computed once a process."""
    start = datetime.fromisoformat(f"{year:04}-{month:02}-01T00:00:00+00:00")
    return closings_of(calendar, place, start=start, end=start + timedelta(days=32))
