"""Events in their order: is there a chain of one after another, with nothing forbidden between?

Both evaluators climb the same ladder. A step's events are reached when an event that reached the step before lies
earlier, near enough, and with nothing forbidden between. Of several such the latest is always the best: nearest, with
the least room for a forbidden one, and (by induction over the steps) of the chain that began last. So one value a step
is enough, and the chain that began last says when a rolling window loses the last chain.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kesher.segments.happenings import Happening
from kesher.segments.moments import earliest
from kesher.segments.types import ChainRows, LeafSql, Person, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words, duration, joined, phrase


@dataclass(frozen=True, slots=True)
class Step:
    """An event, at most `within` after the step before, and none of `without` between the two."""

    happening: Happening
    within: timedelta | None = None
    without: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """What did not happen within the time after the last step; None: until now."""

    happening: Happening
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer in memory, and the chain that decided it: the times of its steps, oldest first."""

    verdict: Verdict
    times: tuple[datetime, ...] = ()


_Reached = list[tuple[datetime, ...]]
"""The chains that reached a step, each as its times; sorted by the last."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in their order, and what did not follow."""

    steps: tuple[Step, ...]
    ending: Ending | None = None

    def happenings(self) -> Iterator[Happening]:
        """Every kind of event that the chain asks about."""
        for step in self.steps:
            yield step.happening
            yield from step.without
        if self.ending is not None:
            yield self.ending.happening

    def says(self) -> Words:
        """“A, then B within 2 days and no C between”."""
        parts: list[Words] = []
        for step in self.steps:
            said = step.happening.says()
            if step.within is not None:
                said = phrase("{said} within {gap}", "{said} בתוך {gap}", said=said, gap=duration(step.within))
            if step.without:
                barred = joined([other.says() for other in step.without], " or ", " או ")
                said = phrase("{said} with no {barred} between", "{said} ללא {barred} ביניהם", said=said, barred=barred)
            parts.append(said)
        if self.ending is not None:
            said = phrase("no {said}", "לא {said}", said=self.ending.happening.says())
            if self.ending.within is not None:
                said = phrase("{said} within {gap}", "{said} בתוך {gap}", said=said, gap=duration(self.ending.within))
            parts.append(said)
        return joined(parts, ", then ", ", אחר כך ")

    # In memory

    def evaluate(self, person: Person, window: Window, now: datetime) -> Found:
        """Whether there is such a chain at `now`, and when that could change with no new event."""
        ahead = [at for happening in self.happenings() for at in _times(happening, person, window, now) if at > now]
        reached: _Reached = [(at,) for at in self._seen(self.steps[0].happening, person, window, now)]
        for step in self.steps[1:]:
            times = self._seen(step.happening, person, window, now)
            barred = sorted(at for other in step.without for at in self._seen(other, person, window, now))
            reached = _extended(reached, times, step.within, barred)
        settled, pending = self._ended(reached, person, window, now)
        best = max(settled, key=lambda chain: chain[0], default=None)
        changes = pending if best is None else window.leaves_at(best[0])
        return Found(Verdict(best is not None, earliest(*ahead, changes)), best or ())

    def _seen(self, happening: Happening, person: Person, window: Window, now: datetime) -> list[datetime]:
        return [at for at in _times(happening, person, window, now) if at <= now]

    def _ended(
        self, reached: _Reached, person: Person, window: Window, now: datetime
    ) -> tuple[_Reached, datetime | None]:
        """The chains that nothing followed, and when the first of those that are still open will be one."""
        if self.ending is None:
            return reached, None
        followers = self._seen(self.ending.happening, person, window, now)
        gap = self.ending.within
        settled: _Reached = []
        pending: list[datetime] = []
        for chain in reached:
            place = bisect_right(followers, chain[-1])
            follower = followers[place] if place < len(followers) else None
            if gap is None or chain[-1] + gap <= now:
                if follower is None or (gap is not None and follower > chain[-1] + gap):
                    settled.append(chain)
            elif follower is None:
                pending.append(chain[-1] + gap)
        return settled, min(pending, default=None)

    # In PostgreSQL

    def compile(self, window: Window, scope: Scope) -> LeafSql:
        """The same over the log."""
        roles: dict[str, str] = {}
        levels: list[str] = []
        levels.append("SELECT l.*, CASE WHEN m1 THEN t END AS s1 FROM ({below}) AS l")
        for number, step in enumerate(self.steps, start=1):
            roles[f"m{number}"] = _role(step.happening, scope)
            if number > 1:
                if step.without:
                    roles[f"f{number}"] = " OR ".join(_role(each, scope) for each in step.without)
                levels += _level(number, step, scope)
        if self.ending is not None:
            roles["f"] = _role(self.ending.happening, scope)
            levels.append(
                f"SELECT l.*, min(CASE WHEN f AND t <= {scope.now} THEN t END) OVER (PARTITION BY who ORDER BY t DESC"
                " GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS follower FROM ({below}) AS l"
            )
        names = sorted({happening.name for happening in self.happenings()})
        rows = ChainRows(
            profile=f"{scope.profile}.id",
            names_sql=f"e.name = ANY ({scope.bind(names, 'text[]')})",
            bounds=(*window.during(scope), *window.written(scope)),
            roles=roles,
            levels=tuple(levels),
            columns=self._columns(scope),
        )
        changes = ["s.next"]
        if window.lasts is not None:
            changes.append(f"{window.leaves_at_sql('s.start', scope)}")
        if "pending" in rows.columns:
            changes.append("CASE WHEN s.start IS NULL THEN s.pending END")
        listed = ", ".join(changes)
        return LeafSql("(s.start IS NOT NULL)", f"least({listed})" if len(changes) > 1 else listed, rows)

    def _columns(self, scope: Scope) -> dict[str, str]:
        last = f"s{len(self.steps)}"
        now = scope.now
        columns = {"start": f"max({last}) FILTER (WHERE t <= {now})", "next": f"min(t) FILTER (WHERE t > {now})"}
        if self.ending is None:
            return columns
        settled = f"t <= {now} AND follower IS NULL"
        if self.ending.within is not None:
            gap = f"make_interval(secs => {scope.bind(self.ending.within.total_seconds(), 'float8')})"
            settled = f"t + {gap} <= {now} AND (follower IS NULL OR follower > t + {gap})"
            opened = f"{last} IS NOT NULL AND t <= {now} AND t + {gap} > {now} AND follower IS NULL"
            columns["pending"] = f"min(t + {gap}) FILTER (WHERE {opened})"
        columns["start"] = f"max({last}) FILTER (WHERE {settled})"
        return columns


def _times(happening: Happening, person: Person, window: Window, now: datetime) -> Sequence[datetime]:
    return [event.occurred_at for event in window.covered(happening.of(person), now)]


def _extended(
    reached: _Reached, times: Sequence[datetime], within: timedelta | None, barred: Sequence[datetime]
) -> _Reached:
    """The chains that reach a step at these times, each from the latest before it."""
    lasts = [chain[-1] for chain in reached]
    found: _Reached = []
    for at in times:
        place = bisect_left(lasts, at)
        if place == 0 or (within is not None and at > lasts[place - 1] + within):
            continue
        if bisect_right(barred, lasts[place - 1]) == bisect_left(barred, at):
            found.append((*reached[place - 1], at))
    return found


def _role(happening: Happening, scope: Scope) -> str:
    return f"({' AND '.join((*happening.named_sql(scope), *happening.where_sql(scope)))})"


def _level(number: int, step: Step, scope: Scope) -> list[str]:
    """Two SELECTs over the level below: the latest before each row, then who is reached from it.

    Of each row `r` is when the step was reached and `s` when the chain to it began, the same at the first step: each
    window aggregate costs, over a million people, as much as the scan.
    """
    latest = {f"p{number}": "s1" if number == 2 else f"r{number - 1}"}
    began = f"p{number}"
    tests = [f"m{number}", f"p{number} IS NOT NULL"]
    if number > 2:
        began = f"b{number}"
        latest[began] = f"s{number - 1}"
    if step.without:
        latest[f"q{number}"] = f"CASE WHEN f{number} THEN t END"
        tests.append(f"(q{number} IS NULL OR q{number} <= p{number})")
    if step.within is not None:
        gap = scope.bind(step.within.total_seconds(), "float8")
        tests.append(f"t <= p{number} + make_interval(secs => {gap})")
    passes = " AND ".join(tests)
    columns = ", ".join(f"max({sql}) OVER w AS {name}" for name, sql in latest.items())
    window = "(PARTITION BY who ORDER BY t GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return [
        f"SELECT l.*, {columns} FROM ({{below}}) AS l WINDOW w AS {window}",
        f"SELECT l.*, CASE WHEN {passes} THEN t END AS r{number},"
        f" CASE WHEN {passes} THEN {began} END AS s{number} FROM ({{below}}) AS l",
    ]
