"""Where on Earth a person is, as far as the sun is concerned.

A time zone stands for its principal place, whose coordinates the tz database gives (zone.tab). Within Israel, where
towns light candles by customs of their own, a known town is a place too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

ISRAEL = "IL"
_ISRAELI_ZONE = "Asia/Jerusalem"
_CANDLES_ABROAD = 18
_CANDLES_ISRAEL = 40
"""The earliest custom of the country (Jerusalem's), where the town is not known."""
_COORDINATES = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")
"""ISO 6709: degrees, minutes and sometimes seconds, of latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point with its zone and country; candles are lit `candle_minutes` before sunset."""

    key: str
    latitude: float
    longitude: float
    zone: str
    country: str
    candle_minutes: int = _CANDLES_ABROAD

    @property
    def in_israel(self) -> bool:
        """Whether festivals last one day, as in Israel, or two."""
        return self.country == ISRAEL


_TOWNS = (
    # key, latitude, longitude, minutes from candle lighting to sunset by the town's custom, names
    ("jerusalem", 31.7784, 35.2066, 40, ("jerusalem", "ירושלים")),
    ("petah_tikva", 32.0871, 34.8875, 40, ("petah tikva", "petach tikva", "petah tiqwa", "פתח תקווה", "פתח תקוה")),
    ("haifa", 32.7940, 34.9896, 30, ("haifa", "חיפה")),
    ("zikhron_yaakov", 32.5736, 34.9522, 30, ("zikhron yaakov", "zichron yaakov", "זכרון יעקב", "זיכרון יעקב")),
    ("safed", 32.9646, 35.4960, 30, ("safed", "tzfat", "zefat", "צפת")),
    (
        "tel_aviv",
        32.0809,
        34.7806,
        20,
        ("tel aviv", "tel aviv-yafo", "tel aviv yafo", "תל אביב", "תל אביב-יפו", "תל־אביב"),
    ),
    ("ramat_gan", 32.0684, 34.8248, 20, ("ramat gan", "רמת גן")),
    ("bnei_brak", 32.0840, 34.8352, 20, ("bnei brak", "bene beraq", "בני ברק")),
    ("holon", 32.0158, 34.7874, 20, ("holon", "חולון")),
    ("rishon_lezion", 31.9730, 34.7925, 20, ("rishon lezion", "rishon le zion", "ראשון לציון")),
    ("rehovot", 31.8928, 34.8113, 20, ("rehovot", "רחובות")),
    ("netanya", 32.3215, 34.8532, 20, ("netanya", "נתניה")),
    ("ashdod", 31.8014, 34.6435, 20, ("ashdod", "אשדוד")),
    ("beersheba", 31.2530, 34.7915, 20, ("beersheba", "beer sheva", "be'er sheva", "באר שבע")),
    ("eilat", 29.5577, 34.9519, 20, ("eilat", "אילת")),
)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The IANA zones that this installation knows."""
    return frozenset(available_timezones())


def place_at(zone: str, country: str, city: str, *, default_zone: str) -> Place:
    """The place of a person: by her zone, else by her country, else the workspace's; in Israel by her town too."""
    if zone not in known_zones():
        zone = _zones_of().get(country.strip().upper(), default_zone)
    place = _by_zone().get(zone) or _unlisted(zone)
    if place.in_israel:
        return _towns().get(" ".join(city.strip().lower().split()), place)
    return place


def place_named(key: str) -> Place | None:
    """The place of a key that `place_at` gave."""
    by_key = {place.key: place for place in _towns().values()}
    return by_key.get(key) or _by_zone().get(key) or (_unlisted(key) if key in known_zones() else None)


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, Place]:
    return {
        name: Place(key, latitude, longitude, _ISRAELI_ZONE, ISRAEL, minutes)
        for key, latitude, longitude, minutes, names in _TOWNS
        for name in names
    }


@lru_cache(maxsize=1)
def _by_zone() -> Mapping[str, Place]:
    places = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, coordinates, zone = line.split("\t")[:3]
        latitude, longitude = _degrees(coordinates)
        minutes = _CANDLES_ISRAEL if country == ISRAEL else _CANDLES_ABROAD
        places[zone] = Place(zone, latitude, longitude, zone, country, minutes)
    return places


@lru_cache(maxsize=1)
def _zones_of() -> Mapping[str, str]:
    """The first zone of each country: of its capital, or of most of its people."""
    zones: dict[str, str] = {}
    for place in _by_zone().values():
        zones.setdefault(place.country, place.zone)
    return zones


@lru_cache(maxsize=256)
def _unlisted(zone: str) -> Place:
    """An alias such as `Israel` or `US/Eastern`, or a zone without a place such as `UTC`: where the clock would be."""
    target = _aliases().get(zone)
    if target is not None:
        known = _by_zone()[target]
        return Place(zone, known.latitude, known.longitude, zone, known.country, known.candle_minutes)
    return Place(zone, 0.0, 0.0, zone, "")


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, str]:
    """Old names of zones, by the tz database's links (tzdata.zi: `L target alias`)."""
    aliases = {}
    for line in (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text(encoding="utf-8").splitlines():
        if line.startswith("L "):
            _, target, alias = line.split()
            if target in _by_zone():
                aliases[alias] = target
    return aliases


def _degrees(coordinates: str) -> tuple[float, float]:
    found = _COORDINATES.fullmatch(coordinates)
    assert found is not None, coordinates
    parts = found.groups()
    return _angle(*parts[:4]), _angle(*parts[4:])


def _angle(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    size = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -size if sign == "-" else size
