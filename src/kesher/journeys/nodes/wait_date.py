"""Hold people until a date of their own: a renewal, an appointment, a birthday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kesher.events.types import PROFILE_IDENTIFIED
from kesher.journeys.dates import DateTerms
from kesher.journeys.durations import Offset
from kesher.journeys.fields import Boolean, Field, LocalTime, OffsetKind, RuleValue, Target, Words
from kesher.journeys.fields.given import look_up
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import Criterion
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class WaitDateConfig:
    """`at` is a time of the person's own day."""

    trait: str
    offset: Offset | None
    at: str | None
    yearly: bool
    next: str | None
    passed: str | None
    missing: str | None

    @property
    def terms(self) -> DateTerms:
        """When it is."""
        return DateTerms(self.trait, self.offset, self.at, self.yearly)


class WaitDateNode(NodeType):
    """A wait for a date trait, so long before or after it, as `DateTerms` says. A changed trait moves the date of those
    who wait."""

    key = "wait_date"
    name = Text(en="Wait for a date", he="המתנה לתאריך")
    about = Text(
        en="Waits until a date of the person, or so long before or after it, by the clock where the person lives.",
        he="ממתין עד תאריך של האדם, או פרק זמן לפניו או אחריו, לפי השעון במקום מגוריו.",
    )
    category = Category.WAIT
    icon = "calendar-event"
    config = WaitDateConfig
    fields = (
        Field("trait", Words(name="trait"), Text(en="Date of the person", he="תאריך של האדם"), required=True),
        Field("offset", OffsetKind(), Text(en="Before or after it", he="לפניו או אחריו")),
        Field("at", LocalTime(), Text(en="Time of day", he="שעה ביום")),
        Field("yearly", Boolean(), Text(en="Every year", he="בכל שנה"), default=False),
        Field("next", Target(), Text(en="Then", he="ואז")),
        Field("passed", Target(), Text(en="When it has passed", he="אם התאריך עבר")),
        Field("missing", Target(), Text(en="When there is no date", he="אם אין תאריך")),
    )

    def edges(self, config: WaitDateConfig) -> Mapping[str, str | None]:
        return {"next": config.next, "passed": config.passed, "missing": config.missing}

    def awaits(self, config: WaitDateConfig) -> tuple[Criterion, RuleValue | None]:
        return Criterion(PROFILE_IDENTIFIED), None

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        terms = {name: partial(_term, name) for name in ("path", "days", "rest", "at", "yearly")}
        params = {"configs": configs_of(groups, **terms), "wait_now": moment.now, **moment.ready().params}
        moment.decide(Relation(_sql["decide_date_waits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        config: WaitDateConfig = stand.node.config
        there, value = look_up(stand.person.traits, config.trait.split("."))
        facts = {"date": value} if there and value is not None else {}
        moments = config.terms.moments(stand.person, around=stand.node_entered_at)
        if config.yearly:
            moments = [each for each in moments if each >= stand.node_entered_at]
        if not moments:
            return Decision("missing", facts=facts)
        due_at = moments[0]
        if due_at < stand.node_entered_at:
            return Decision("passed", facts=facts)
        return Decision("next", facts=facts) if due_at <= stand.now else Decision(due_at=due_at)


def _term(name: str, group: Group) -> Any:
    return group.node.config.terms.row()[name]
