"""The yearly return of a date: a birthday, a first purchase."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.leaves.relative_date import ZONES, days_away, read_day, spelt_day
from kesher.segments.leaves.trait import found_at, parse_single, trait_sql
from kesher.segments.moments import day_start, earliest, parse_days
from kesher.segments.paths import Path
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Scope, Verdict
from kesher.segments.words import Words, phrase, quoted

_OPS = ("on", "within_last", "within_next")
_MOST = 365
_YEARS = 5
"""Anniversaries looked at: from two years before the present one (in UTC) on. They hold every one that lies within 365
days of today in any zone, and one that is still to come."""


@dataclass(frozen=True, slots=True)
class AnniversaryLeaf(Leaf):
    """`{"anniversary": "birthday", "op": "within_next", "days": 7}`: the day of a date trait, every year after.

    `on` is the day that lies `days` from today (0 when absent, -3 is three days ago); `within_next` n is today and the
    n days to come, `within_last` n today and the n days before. Today is the day in the person's time zone (the
    workspace's when she has none). The first anniversary is a year after the date. 29 February returns on 28 February
    where the year has none.
    """

    head: ClassVar[str] = "anniversary"
    label: ClassVar[Text] = Text(en="Anniversary", he="יום שנה")
    help: ClassVar[Text] = Text(
        en="The yearly return of a date of the person, such as a birthday, seen from today.",
        he="החזרה השנתית של תאריך של האדם, כגון יום הולדת, ביחס להיום.",
    )
    form = (
        FormField("anniversary", "trait", Text(en="Date of the person", he="תאריך של האדם"), required=True),
        FormField(
            "op",
            "choice",
            Text(en="Is", he="חל"),
            default="on",
            choices=(
                Choice("on", Text(en="on the day", he="ביום")),
                Choice("within_last", Text(en="in the last days", he="בימים האחרונים")),
                Choice("within_next", Text(en="in the next days", he="בימים הקרובים")),
            ),
        ),
        FormField("days", "whole", Text(en="Days from today", he="ימים מהיום"), smallest=-_MOST, largest=_MOST),
    )
    path: Path
    first: int
    last: int

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        path = parse_single(reader, cls.head)
        op = reader.choice("op", _OPS, default="on")
        days = 0 if op == "on" and not reader.has("days") else parse_days(reader, "days")
        if abs(days) > _MOST or (days < 0 and op != "on"):
            least = -_MOST if op == "on" else 0
            raise Mistake(
                reader.place("days"),
                f"This must be a whole number of days from {least} to {_MOST}.",
                f"כאן צריך מספר ימים שלם מ־{least} עד {_MOST}.",
            )
        bounds = {"on": (days, days), "within_next": (0, days), "within_last": (-days, 0)}
        return cls(path, *bounds[op])

    def compile(self, scope: Scope) -> LeafSql:
        column, path = trait_sql(self.path, scope)
        _, x = path.rows(column, scope)
        fallback = f"(SELECT w.timezone FROM accounts_workspace w WHERE w.id = {scope.workspace})"
        first, last = scope.bind(self.first, "int"), scope.bind(self.last, "int")
        born = "extract(year FROM d.day)::int"
        year = f"greatest({born} + 1, extract(year FROM {scope.now} AT TIME ZONE 'UTC')::int - 2)"
        source = (
            # The day is asked first: the starts of days in a zone are dear, and most of these years are far away.
            "SELECT coalesce(bool_or(y.day BETWEEN {today} + {first} - {zones} AND {today} + {last} + {zones}"
            " AND y.begins <= {now} AND y.ends > {now}), false) AS holds,"
            " least(min(y.begins) FILTER (WHERE y.begins > {now}), min(y.ends) FILTER (WHERE y.ends > {now})) AS at"
            " FROM (SELECT r.day, segments_day_start(r.day - {last}, r.zone, r.fallback) AS begins,"
            " segments_day_start(r.day - {first} + 1, r.zone, r.fallback) AS ends"
            " FROM (SELECT (d.day + make_interval(years => {year} + n.n - {born}))::date AS day, d.zone, d.fallback"
            " FROM (SELECT segments_local_date({x}, v.zone, v.fallback) AS day, v.zone, v.fallback"
            " FROM (SELECT {zone} AS zone, {fallback} AS fallback) AS v OFFSET 0) AS d,"
            " generate_series(0, {more}) AS n (n) WHERE d.day IS NOT NULL) AS r) AS y"
        ).format(
            now=scope.now,
            today=f"({scope.now} AT TIME ZONE 'UTC')::date",
            zones=ZONES,
            first=first,
            last=last,
            year=year,
            born=born,
            x=x,
            zone=f"{scope.profile}.timezone",
            fallback=fallback,
            more=_YEARS - 1,
        )
        return LeafSql("s.holds", "s.at", source, self._rough_sql(x, scope))

    def _rough_sql(self, x: str, scope: Scope) -> str | None:
        """Far from the days that count, month and day tell, whatever the year and the zone."""
        if self.last - self.first > _MOST - 4 * ZONES:
            return None
        day = f"substr({x} #>> '{{}}', 6, 5) COLLATE \"C\""
        # A day more for 29 February.
        low = spelt_day(self.first - ZONES - 1, "MM-DD", scope)
        high = spelt_day(self.last + ZONES + 1, "MM-DD", scope)
        near = (
            f"CASE WHEN {low} <= {high} THEN {day} BETWEEN {low} AND {high} ELSE {day} >= {low} OR {day} <= {high} END"
        )
        return f"CASE WHEN {near} THEN NULL ELSE false END"

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        found = self.path.values(person.traits)
        day = read_day(found[0], person) if found else None
        if day is None:
            return Verdict(False)
        first_year = max(day.year + 1, now.astimezone(UTC).year - 2)
        spans = [self._span(anniversary(day, first_year + n), person) for n in range(_YEARS)]
        holds = any(begins <= now < ends for begins, ends in spans)
        return Verdict(holds, earliest(*(edge for span in spans for edge in span if edge > now)))

    def _span(self, day: date, person: Person) -> tuple[datetime, datetime]:
        starts = (day - timedelta(days=self.last), day - timedelta(days=self.first - 1))
        begins, ends = (day_start(start, person.zone, person.workspace_zone) for start in starts)
        return begins, ends

    def says(self) -> Words:
        return phrase(
            "the anniversary of {trait} {when}",
            "יום השנה של {trait} {when}",
            trait=quoted(str(self.path)),
            when=days_away(self.first, self.last),
        )

    def found(self, person: Person, now: datetime) -> Found:
        return found_at(self.path, person)

    def dependencies(self) -> Dependencies:
        return Dependencies(traits=frozenset({self.path.first, "timezone"}))


def anniversary(day: date, year: int) -> date:
    """The day on which a date returns in a year: 29 February on the 28th where there is none."""
    common = (day.month, day.day) == (2, 29) and not isleap(year)
    return date(year, 2, 28) if common else day.replace(year=year)
