"""Where the person is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.operators import number_of
from kesher.segments.reading import Mistake, Reader, checked_text
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Scope, Verdict
from kesher.segments.words import Words, number, phrase, value

_EARTH_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of the WGS 84 ellipsoid: Moritz, “Geodetic Reference System 1980”, Journal of
Geodesy 74 (2000)."""
_MOST_KM = 20_000
_PLACES = ("country", "city")
_NEAR = {"location": ("near",)}
_ADDRESS = "address"
_SAID = {"country": Words("country", "המדינה"), "city": Words("city", "העיר")}


@dataclass(frozen=True, slots=True)
class LocationLeaf(Leaf):
    """`{"location": "country", "in": ["IL"]}`, `{"location": "city", "in": ["חיפה", "Haifa"]}`, or
    `{"location": "near", "latitude": 32.79, "longitude": 34.99, "radius_km": 5}`.

    Country and city are the traits of these names, and `address.country`, `address.city`; the person is there when one
    of them is one of the names. Her point is the traits `latitude` and `longitude` in degrees, or those in `address`.
    The distance is the great circle's on a sphere, by the haversine formula (R. W. Sinnott, “Virtues of the
    Haversine”, Sky and Telescope 68/2, 1984, p. 159), within 0.5 % of the ellipsoid's.
    """

    head: ClassVar[str] = "location"
    label: ClassVar[Text] = Text(en="Location", he="מיקום")
    help: ClassVar[Text] = Text(
        en="The person's country or city, or how far she is from a point.",
        he="המדינה או העיר של האדם, או מרחקו מנקודה.",
    )
    form = (
        FormField(
            "location",
            "choice",
            Text(en="Where", he="היכן"),
            required=True,
            choices=(
                Choice("country", Text(en="country", he="מדינה")),
                Choice("city", Text(en="city", he="עיר")),
                Choice("near", Text(en="near a point", he="בקרבת נקודה")),
            ),
        ),
        FormField("in", "texts", Text(en="One of", he="אחת מתוך"), required=True, when={"location": _PLACES}),
        FormField(
            "latitude", "number", Text(en="Latitude", he="קו רוחב"), required=True, when=_NEAR, smallest=-90, largest=90
        ),
        FormField(
            "longitude",
            "number",
            Text(en="Longitude", he="קו אורך"),
            required=True,
            when=_NEAR,
            smallest=-180,
            largest=180,
        ),
        FormField(
            "radius_km",
            "number",
            Text(en="Within km", he="עד כמה ק״מ"),
            required=True,
            when=_NEAR,
            smallest=0.001,
            largest=_MOST_KM,
        ),
    )
    place: str
    names: tuple[str, ...] = ()
    latitude: float = 0.0
    longitude: float = 0.0
    radius_km: float = 0.0

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        place = reader.choice(cls.head, (*_PLACES, "near"))
        if place in _PLACES:
            names = reader.items("in")
            return cls(place, tuple(checked_text(name, f"{reader.place('in')}[{n}]") for n, name in enumerate(names)))
        return cls(
            place,
            latitude=_degrees(reader, "latitude", 90),
            longitude=_degrees(reader, "longitude", 180),
            radius_km=_number(reader, "radius_km", 0.001, _MOST_KM),
        )

    def compile(self, scope: Scope) -> LeafSql:
        roots = (scope.traits, f"({scope.traits} -> '{_ADDRESS}')")
        if self.place in _PLACES:
            names = scope.bind(list(self.names), "text[]")
            tests = (_named_sql(f"({root} -> '{self.place}')", names) for root in roots)
        else:
            tests = (self._near_sql(root, scope) for root in roots)
        return LeafSql(f"({' OR '.join(tests)})")

    def _near_sql(self, root: str, scope: Scope) -> str:
        here = f"{scope.bind(self.latitude, 'float8')}, {scope.bind(self.longitude, 'float8')}"
        distance = f"segments_distance_km({here}, {root} -> 'latitude', {root} -> 'longitude')"
        return f"coalesce({distance} <= {scope.bind(self.radius_km, 'float8')}, false)"

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        address = person.traits.get(_ADDRESS)
        roots = [person.traits, address] if isinstance(address, dict) else [person.traits]
        if self.place in _PLACES:
            return Verdict(any(root.get(self.place) in self.names for root in roots))
        return Verdict(any(self._is_near(root) for root in roots))

    def _is_near(self, root: Mapping[str, Any]) -> bool:
        point = point_of(root)
        return point is not None and distance_km(self.latitude, self.longitude, *point) <= self.radius_km

    def says(self) -> Words:
        if self.place in _PLACES:
            return phrase(
                "the {place} is one of {names}",
                "{place}: אחת מתוך {names}",
                place=_SAID[self.place],
                names=value(self.names),
            )
        return phrase(
            "within {radius} km of {latitude}, {longitude}",
            "עד {radius} ק״מ מ־{latitude}, {longitude}",
            radius=number(self.radius_km),
            latitude=number(self.latitude),
            longitude=number(self.longitude),
        )

    def found(self, person: Person, now: datetime) -> Found:
        address = person.traits.get(_ADDRESS)
        roots = [person.traits, address] if isinstance(address, dict) else [person.traits]
        if self.place in _PLACES:
            return Found(next((root[self.place] for root in roots if root.get(self.place) is not None), None))
        points = [point for root in roots if (point := point_of(root)) is not None]
        away = [distance_km(self.latitude, self.longitude, *point) for point in points]
        return Found(f"{min(away):.1f} km" if away else None)

    def dependencies(self) -> Dependencies:
        own = {self.place} if self.place in _PLACES else {"latitude", "longitude"}
        return Dependencies(traits=frozenset({*own, _ADDRESS}))


def point_of(root: Mapping[str, Any]) -> tuple[float, float] | None:
    """The latitude and longitude that an object holds, or None."""
    latitude, longitude = number_of(root.get("latitude")), number_of(root.get("longitude"))
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return float(latitude), float(longitude)


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance by the haversine formula; the twin of segments_distance_km."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_phi = math.sin((other_phi - phi) / 2)
    half_lambda = math.sin((math.radians(other_longitude) - math.radians(longitude)) / 2)
    a = half_phi * half_phi + math.cos(phi) * math.cos(other_phi) * half_lambda * half_lambda
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(a)))


def _named_sql(x: str, names: str) -> str:
    return f"CASE WHEN jsonb_typeof({x}) = 'string' THEN {x} #>> '{{}}' = ANY ({names}) ELSE false END"


def _degrees(reader: Reader, name: str, most: float) -> float:
    return _number(reader, name, -most, most)


def _number(reader: Reader, name: str, least: float, most: float) -> float:
    number = number_of(reader.value(name))
    if number is None or not least <= number <= most:
        raise Mistake(
            reader.place(name), f"This must be a number from {least} to {most}.", f"כאן צריך מספר מ־{least} עד {most}."
        )
    return float(number)
