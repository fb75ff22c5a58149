"""A date of the person, seen from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.leaves.trait import found_at, parse_single, trait_sql
from kesher.segments.moments import MAX_DAYS, day_start, earliest, local_date, parse_days, read_date, read_moment
from kesher.segments.paths import Path
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Scope, Verdict
from kesher.segments.words import Words, duration, phrase, quoted

ZONES = 3
"""Days by which a trait's spelt day (two, from the farthest offset to the farthest zone) and today in UTC (one) can
differ from those in the person's zone."""
_OPS = ("before", "after", "on", "within_last", "within_next")


@dataclass(frozen=True, slots=True)
class RelativeDateLeaf(Leaf):
    """`{"date": "renewal", "op": "within_next", "days": 14}`: a date trait against the present day.

    Today is the day in the person's time zone (the workspace's when she has none); a datetime counts with its date
    there. `before`, `after` and `on` compare with today plus `days` (0 when absent; -30 is thirty days ago);
    `within_last` n is today and the n days before, `within_next` n today and the n days to come. As bounds on the
    distance d = date - today: first <= d <= last, which begins when the day `date - last` begins in her zone, and ends
    when the day `date - first + 1` does.
    """

    head: ClassVar[str] = "date"
    label: ClassVar[Text] = Text(en="Date, seen from today", he="תאריך ביחס להיום")
    help: ClassVar[Text] = Text(
        en="Compares a date of the person with today in the person's time zone.",
        he="משווה תאריך של האדם עם היום הנוכחי באזור הזמן שלו.",
    )
    form = (
        FormField("date", "trait", Text(en="Date of the person", he="תאריך של האדם"), required=True),
        FormField(
            "op",
            "choice",
            Text(en="Is", he="חל"),
            required=True,
            choices=(
                Choice("before", Text(en="before the day", he="לפני היום")),
                Choice("after", Text(en="after the day", he="אחרי היום")),
                Choice("on", Text(en="on the day", he="ביום")),
                Choice("within_last", Text(en="in the last days", he="בימים האחרונים")),
                Choice("within_next", Text(en="in the next days", he="בימים הקרובים")),
            ),
        ),
        FormField("days", "whole", Text(en="Days from today", he="ימים מהיום"), smallest=-MAX_DAYS, largest=MAX_DAYS),
    )
    path: Path
    first: int | None
    last: int | None

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        path = parse_single(reader, cls.head)
        op = reader.choice("op", _OPS)
        optional = op in ("before", "after", "on")
        days = 0 if optional and not reader.has("days") else parse_days(reader, "days")
        if not optional and days < 0:
            raise Mistake(reader.place("days"), "This must not be negative.", "הערך אינו יכול להיות שלילי.")
        bounds: dict[str, tuple[int | None, int | None]] = {
            "before": (None, days - 1),
            "after": (days + 1, None),
            "on": (days, days),
            "within_last": (-days, 0),
            "within_next": (0, days),
        }
        return cls(path, *bounds[op])

    def compile(self, scope: Scope) -> LeafSql:
        column, path = trait_sql(self.path, scope)
        _, x = path.rows(column, scope)
        zone = f"{scope.profile}.timezone"
        fallback = f"(SELECT w.timezone FROM accounts_workspace w WHERE w.id = {scope.workspace})"
        bounds: list[str] = []
        if self.last is not None:
            last = scope.bind(self.last, "int")
            bounds.append(f"segments_day_start(d.day - {last}, d.zone, d.fallback) AS begins")
        if self.first is not None:
            first = scope.bind(self.first, "int")
            bounds.append(f"segments_day_start(d.day - {first} + 1, d.zone, d.fallback) AS ends")
        source = (
            f"SELECT {', '.join(bounds)} FROM (SELECT segments_local_date({x}, v.zone, v.fallback) AS day,"
            f" v.zone, v.fallback FROM (SELECT {zone} AS zone, {fallback} AS fallback) AS v OFFSET 0) AS d"
        )
        tests = [f"s.begins <= {scope.now}"] if self.last is not None else []
        tests += [f"s.ends > {scope.now}"] if self.first is not None else []
        ahead = [f"CASE WHEN s.{bound} > {scope.now} THEN s.{bound} END" for bound in self._bounds()]
        changes = f"least({', '.join(ahead)})" if len(ahead) > 1 else ahead[0]
        return LeafSql(f"coalesce({' AND '.join(tests)}, false)", changes, source, self._rough_sql(x, scope))

    def _rough_sql(self, x: str, scope: Scope) -> str:
        """Far from today the date's text tells, whatever the zone; what cannot be read as a date is never on a day."""
        day = f"left({x} #>> '{{}}', 10) COLLATE \"C\""
        outside, inside = [f"jsonb_typeof({x}) IS DISTINCT FROM 'string'"], []
        if self.first is not None:
            outside.append(f"{day} < {spelt_day(self.first - ZONES, 'YYYY-MM-DD', scope)}")
            inside.append(f"{day} > {spelt_day(self.first + ZONES, 'YYYY-MM-DD', scope)}")
        if self.last is not None:
            outside.append(f"{day} > {spelt_day(self.last + ZONES, 'YYYY-MM-DD', scope)}")
            inside.append(f"{day} < {spelt_day(self.last - ZONES, 'YYYY-MM-DD', scope)}")
        plain = f"{x} #>> '{{}}' ~ '^[12][0-9]{{3}}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$'"
        read = f"coalesce(segments_read_date({x} #>> '{{}}')::text, segments_read_moment({x} #>> '{{}}')::text)"
        known = f"{plain} OR {read} IS NOT NULL"
        return f"CASE WHEN {' OR '.join(outside)} THEN false WHEN {' AND '.join(inside)} THEN {known} END"

    def _bounds(self) -> list[str]:
        return (["begins"] if self.last is not None else []) + (["ends"] if self.first is not None else [])

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        found = self.path.values(person.traits)
        day = read_day(found[0], person) if found else None
        if day is None:
            return Verdict(False)
        begins = None if self.last is None else _start(day - timedelta(days=self.last), person)
        ends = None if self.first is None else _start(day - timedelta(days=self.first - 1), person)
        holds = (begins is None or begins <= now) and (ends is None or ends > now)
        return Verdict(holds, earliest(*(bound for bound in (begins, ends) if bound is not None and bound > now)))

    def says(self) -> Words:
        return phrase(
            "{trait} {when}", "{trait} {when}", trait=quoted(str(self.path)), when=days_away(self.first, self.last)
        )

    def found(self, person: Person, now: datetime) -> Found:
        return found_at(self.path, person)

    def dependencies(self) -> Dependencies:
        return Dependencies(traits=frozenset({self.path.first, "timezone"}))


def spelt_day(distance: int, form: str, scope: Scope) -> str:
    """The day at a distance from today (in UTC) as text; asked once a statement."""
    day = f"({scope.now} AT TIME ZONE 'UTC')::date + {scope.bind(distance, 'int')}"
    return f"(SELECT to_char({day}, '{form}') COLLATE \"C\")"


def days_away(first: int | None, last: int | None) -> Words:
    """“is between today and 7 days from today”: bounds on the distance of a day from today."""
    if first is None:
        return phrase("is {last} or earlier", "חל {last} או קודם לכן", last=_day(last))
    if last is None:
        return phrase("is {first} or later", "חל {first} או אחר כך", first=_day(first))
    if first == last:
        return phrase("is {day}", "חל {day}", day=_day(first))
    return phrase("is between {first} and {last}", "חל בין {first} לבין {last}", first=_day(first), last=_day(last))


def _day(distance: int | None) -> Words:
    if not distance:
        return Words("today", "היום")
    length = duration(timedelta(days=abs(distance)))
    if distance < 0:
        return phrase("{length} ago", "לפני {length}", length=length)
    return phrase("in {length}", "בעוד {length}", length=length)


def read_day(value: Any, person: Person) -> date | None:
    """The day of a date, or of a datetime in the person's zone; None for anything else."""
    if not isinstance(value, str):
        return None
    moment = read_moment(value)
    return read_date(value) if moment is None else local_date(moment, person.zone, person.workspace_zone)


def _start(day: date, person: Person) -> datetime:
    return day_start(day, person.zone, person.workspace_zone)
