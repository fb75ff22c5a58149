"""Shabbat and the festivals on which work is forbidden, from candle lighting to nightfall.

The days are pyluach's; the sun is astral's. Candles are lit the town's minutes before sunset; the day is out when the
sun stands 8.5° below the horizon (three small stars: the angle that Hebcal and most printed calendars use). Days that
adjoin are one closing. Outside Israel festivals last two days. Fast days, Chol HaMoed, Hanukkah and Purim are working
days here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import dusk, sunset
from pyluach.dates import GregorianDate

from kesher.kernel.text import Text
from kesher.messaging.calendars.places import Place

_NIGHTFALL_DEGREES = 8.5
_CANDLES_WITHOUT_SUNSET, _NO_NIGHT = time(18, 0), time(1, 0)
"""By the clock, where the sun does not set that day, or no night falls until the next."""
_SATURDAY = 5
_SHABBAT = Text(en="Shabbat", he="שבת")
_NAMES = {
    "Rosh Hashana": Text(en="Rosh Hashanah", he="ראש השנה"),
    "Yom Kippur": Text(en="Yom Kippur", he="יום כיפור"),
    "Succos": Text(en="Sukkot", he="סוכות"),
    "Shmini Atzeres": Text(en="Shemini Atzeret", he="שמיני עצרת"),
    "Simchas Torah": Text(en="Simchat Torah", he="שמחת תורה"),
    "Pesach": Text(en="Passover", he="פסח"),
    "Shavuos": Text(en="Shavuot", he="שבועות"),
}
"""pyluach's names in the spelling of most readers."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A stretch of time in which people are left in peace, and why."""

    starts_at: datetime
    ends_at: datetime
    name: Text


def jewish_closings(place: Place, first: date, last: date) -> list[Closing]:
    """The closings of which a day lies from `first` to `last`, in order."""
    return [_closing(place, days) for days in _stretches(place, first, last)]


def _stretches(place: Place, first: date, last: date) -> Iterator[list[tuple[date, Text]]]:
    """Holy days that follow each other."""
    stretch: list[tuple[date, Text]] = []
    # A stretch has at most three days, so the one that is under way at the edge is whole.
    for number in range((last - first).days + 7):
        day = first + timedelta(days=number - 3)
        name = _holy(place, day)
        if name is not None:
            stretch.append((day, name))
        elif stretch:
            if any(first <= each <= last for each, _ in stretch):
                yield stretch
            stretch = []


def _holy(place: Place, day: date) -> Text | None:
    hebrew = GregorianDate(day.year, day.month, day.day).to_heb()
    festival = hebrew.festival(israel=place.in_israel, include_working_days=False)
    if festival is not None:
        return _NAMES[festival]
    return _SHABBAT if day.weekday() == _SATURDAY else None


def _closing(place: Place, days: list[tuple[date, Text]]) -> Closing:
    names = list(dict.fromkeys(name for _, name in days))
    starts_at = _candles(place, days[0][0] - timedelta(days=1))
    return Closing(
        starts_at=starts_at,
        ends_at=max(_nightfall(place, days[-1][0]), starts_at + timedelta(days=len(days))),
        name=Text(en=", ".join(n.en for n in names), he=", ".join(n.he for n in names)),
    )


def _candles(place: Place, eve: date) -> datetime:
    down = _after_noon(place, eve, sunset)
    if down is None:
        return _by_clock(place, eve, _CANDLES_WITHOUT_SUNSET)
    return _whole_minutes(down - timedelta(minutes=place.candle_minutes))


def _nightfall(place: Place, day: date) -> datetime:
    night = _after_noon(place, day, partial(dusk, depression=_NIGHTFALL_DEGREES))
    return _whole_minutes((night or _by_clock(place, day + timedelta(days=1), _NO_NIGHT)) + timedelta(seconds=59))


def _after_noon(place: Place, day: date, event: Callable[..., datetime]) -> datetime | None:
    """When the sun does this first after noon of the day (in a northern summer it may be after midnight); None when it
    does not. astral is asked by dates of UTC, whatever the zone's."""
    noon = _by_clock(place, day, time(12, 0))
    for days in (-1, 0, 1):
        with suppress(ValueError):  # astral: the sun does not come there that day
            at = event(_observer(place), day + timedelta(days=days))
            if noon < at < noon + timedelta(hours=16):
                return at
    return None


def _observer(place: Place) -> Observer:
    return Observer(place.latitude, place.longitude)


def _by_clock(place: Place, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(place.zone)).astimezone(UTC)


def _whole_minutes(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)
