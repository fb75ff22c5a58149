"""What needs a person's attention in a workspace: each thing with a sentence and the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kesher.content import queries as content
from kesher.events import queries as events
from kesher.journeys import queries as journeys
from kesher.journeys.queries import JourneyHealth
from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging
from kesher.segments import queries as segments
from kesher.segments.types import SegmentState

Kind = Literal[
    "provider_failing",
    "provider_missing",
    "queue_late",
    "engine_late",
    "journey_failing",
    "journey_late",
    "coupons_low",
    "coupons_out",
    "segment_building",
    "sender_missing",
]
Severity = Literal["error", "warning", "info"]
Screen = Literal["providers", "messages", "journeys", "coupons", "segments", "brand", "installation"]

_SLOW_SECONDS = 60.0
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Target:
    """Where in the app the thing is mended: a screen, and which of its things."""

    screen: Screen
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs attention."""

    kind: Kind
    severity: Severity
    text: Text
    target: Target


def list_attention(conn: Conn, *, workspace_id: int, health: Iterable[JourneyHealth], now: datetime) -> list[Attention]:
    """What needs attention now, the gravest first."""
    found = [
        *_of_providers(conn, workspace_id, now),
        *_of_queues(conn, workspace_id, now),
        *_of_journeys(health),
        *_of_coupons(conn, workspace_id),
        *_of_segments(conn, workspace_id),
        *_of_sender(conn, workspace_id),
    ]
    return sorted(found, key=lambda each: _ORDER[each.severity])


def _of_providers(conn: Conn, workspace_id: int, now: datetime) -> Iterator[Attention]:
    for trouble in messaging.list_troubled_providers(conn, workspace_id=workspace_id, now=now):
        if trouble.name is None:
            text = _filled(
                Text(
                    en="Messages that cannot leave, as there is no provider for them: {n}.",
                    he="הודעות שאינן יכולות לצאת משום שאין ספק שישלח אותן: {n}.",
                ),
                n=trouble.messages,
            )
            yield Attention("provider_missing", "error", text, Target("providers"))
            continue
        text = _filled(
            Text(
                en="The provider “{name}” does not take messages ({n} lately). Its last answer: {answer}",
                he="הספק ”{name}“ אינו מקבל הודעות ({n} לאחרונה). תשובתו האחרונה: {answer}",
            ),
            name=trouble.name,
            n=trouble.messages,
            answer=(trouble.answer or "—")[:200],
        )
        yield Attention("provider_failing", "error", text, Target("providers", f"{trouble.channel}/{trouble.name}"))


def _of_queues(conn: Conn, workspace_id: int, now: datetime) -> Iterator[Attention]:
    late = messaging.find_late_messages(conn, workspace_id=workspace_id, now=now)
    if late is not None:
        text = _filled(
            Text(
                en="Messages that should have left by now: {n}. The oldest is {minutes} minutes late.",
                he="הודעות שהיו אמורות כבר לצאת: {n}. הישנה שבהן מתעכבת {minutes} דקות.",
            ),
            n=f"{late.count}+" if late.count == messaging.MOST_LATE else late.count,
            minutes=int((now - late.since).total_seconds() // 60),
        )
        yield Attention("queue_late", "warning", text, Target("messages"))
    lag = events.lag_seconds(conn, consumer="engine", shards=list(range(SHARDS)))
    if lag > _SLOW_SECONDS:
        text = _filled(
            Text(
                en="Segments and journeys are {s} seconds behind the events. Does the engine run?",
                he="הסגמנטים והמסעות בפיגור של {s} שניות אחרי האירועים. האם המנוע פועל?",
            ),
            s=int(lag),
        )
        yield Attention("engine_late", "error", text, Target("installation"))


def _of_journeys(health: Iterable[JourneyHealth]) -> Iterator[Attention]:
    for journey in health:
        target = Target("journeys", journey.key)
        if journey.failed:
            text = _named(
                Text(
                    en="People who could not go on in “{name}” in the last day: {n}.",
                    he="אנשים שלא יכלו להמשיך במסע ”{name}“ ביממה האחרונה: {n}.",
                ),
                journey.name,
                n=journey.failed,
            )
            yield Attention("journey_failing", "error", text, target)
        if journey.late:
            text = _named(
                Text(
                    en="People who should have moved on in “{name}” by now: {n}.",
                    he="אנשים שהיו אמורים כבר להתקדם במסע ”{name}“: {n}.",
                ),
                journey.name,
                n=journey.late,
            )
            yield Attention("journey_late", "warning", text, target)


def _of_coupons(conn: Conn, workspace_id: int) -> Iterator[Attention]:
    for pool in journeys.list_coupon_pools(conn, workspace_id=workspace_id):
        if pool.left >= pool.warn_below:
            continue
        text = _named(
            Text(en="Codes left in the coupon pool “{name}”: {n}.", he="קודים שנותרו במאגר הקופונים ”{name}“: {n}."),
            pool.name,
            n=pool.left,
        )
        target = Target("coupons", pool.key)
        if pool.left:
            yield Attention("coupons_low", "warning", text, target)
        else:
            yield Attention("coupons_out", "error", text, target)


def _of_segments(conn: Conn, workspace_id: int) -> Iterator[Attention]:
    for segment in segments.list_segments(conn, workspace_id=workspace_id):
        if segment.state == SegmentState.BUILDING:
            text = _named(
                Text(
                    en="The segment “{name}” is being built; its count is not final yet.",
                    he="הסגמנט ”{name}“ נבנה כעת; המספר שלו עדיין אינו סופי.",
                ),
                Text.from_dict(segment.name),
            )
            yield Attention("segment_building", "info", text, Target("segments", segment.key))


def _of_sender(conn: Conn, workspace_id: int) -> Iterator[Attention]:
    if content.get_brand_kit(conn, workspace_id).sender_email:
        return
    text = Text(
        en="E-mails have no sender’s address yet: set it in the brand kit.",
        he="עדיין אין כתובת שולח להודעות הדוא״ל: אפשר לקבוע אותה בערכת המותג.",
    )
    yield Attention("sender_missing", "warning", text, Target("brand"))


def _filled(text: Text, **values: Any) -> Text:
    return Text(text.render("en", **values), text.render("he", **values))


def _named(text: Text, name: Text, **values: Any) -> Text:
    """The sentence with the name of a thing, each language with its own."""
    return Text(text.render("en", name=name.en, **values), text.render("he", name=name.he, **values))
