"""The first screen: a workspace in numbers, and what needs attention."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kesher.accounts import queries as accounts
from kesher.api.attention import Kind, Screen, Severity, list_attention
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, Out
from kesher.events import queries as events
from kesher.journeys import queries as journeys
from kesher.journeys.types import JourneyState
from kesher.messaging import queries as messaging
from kesher.profiles import queries as profiles

routes = Routes("home")


class EventPulse(Out):
    """The events that people did, by when they arrived; `by_minute` are the last sixty minutes, the present last."""

    last_minute: int
    last_hour: int
    last_day: int
    by_minute: list[int]


class MessagesToday(Out):
    """`waiting` is now; the others since midnight in the workspace's time zone."""

    waiting: int
    sent: int
    held: int
    failed: int


class Deliverability(Out):
    """What became of the messages sent in the last seven days; the rates are shares of those sent, null if none."""

    sent: int
    delivered: int
    bounced: int
    complained: int
    opened: int
    clicked: int
    unsubscribed: int
    delivered_rate: float | None
    bounced_rate: float | None
    complained_rate: float | None


class JourneyHealthDetail(Out):
    """A journey: who is in it now, who of them is late by more than five minutes, how many runs failed in the last day,
    and all who ever entered and reached the goal."""

    key: str
    name: BothTexts
    state: JourneyState
    people: int
    late: int
    failed: int
    entered: int
    goals: int


class GoalsReached(Out):
    """How many runs reached their goal since midnight, and in the last seven days."""

    today: int
    week: int


class AttentionTarget(Out):
    """Where the thing is mended: a screen of the app, and which of its things."""

    screen: Screen
    key: str | None


class AttentionItem(Out):
    """One thing that needs attention."""

    kind: Kind
    severity: Severity
    text: BothTexts
    target: AttentionTarget


class Home(Out):
    """A workspace at a glance."""

    at: datetime
    today_since: datetime
    people: int
    events: EventPulse
    messages: MessagesToday
    deliverability: Deliverability
    journeys: list[JourneyHealthDetail]
    goals: GoalsReached
    attention: list[AttentionItem]


@routes.get("/home", permission="events:read")
def get_home(call: Call) -> Home:
    """The workspace in numbers as they are now, and what needs attention, the gravest first."""
    here = call.workspace_id
    zone = ZoneInfo(accounts.get_workspace(here).timezone)
    today = call.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    outcomes = messaging.count_outcomes(call.conn, workspace_id=here, today=today, now=call.now)
    health = journeys.list_health(call.conn, workspace_id=here, now=call.now)
    goals = journeys.count_goals(call.conn, workspace_id=here, today=today, now=call.now)
    needed = list_attention(call.conn, workspace_id=here, health=health, now=call.now)
    return Home(
        at=call.now,
        today_since=today,
        people=profiles.count_profiles(call.conn, workspace_id=here),
        events=EventPulse.model_validate(events.get_pulse(call.conn, workspace_id=here, now=call.now)),
        messages=MessagesToday(
            waiting=outcomes.waiting,
            sent=outcomes.sent_today,
            held=outcomes.held_today,
            failed=outcomes.failed_today,
        ),
        deliverability=_deliverability(outcomes),
        journeys=[JourneyHealthDetail.model_validate(each) for each in health],
        goals=GoalsReached(today=goals[0], week=goals[1]),
        attention=[AttentionItem.model_validate(each) for each in needed],
    )


def _deliverability(outcomes: messaging.Outcomes) -> Deliverability:
    def rate(count: int) -> float | None:
        return round(count / outcomes.sent, 6) if outcomes.sent else None

    return Deliverability(
        sent=outcomes.sent,
        delivered=outcomes.delivered,
        bounced=outcomes.bounced,
        complained=outcomes.complained,
        opened=outcomes.opened,
        clicked=outcomes.clicked,
        unsubscribed=outcomes.unsubscribed,
        delivered_rate=rate(outcomes.delivered),
        bounced_rate=rate(outcomes.bounced),
        complained_rate=rate(outcomes.complained),
    )
