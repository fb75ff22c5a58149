"""A person and a journey: how she went through it, or why she never entered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from kesher.events.types import LoggedEvent, SystemEvent
from kesher.journeys import models
from kesher.journeys.definition import read_definition
from kesher.journeys.errors import JourneyNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.fields.given import text_at
from kesher.journeys.fields.place import filled
from kesher.journeys.histories import get_run_history, list_runs
from kesher.journeys.playing.customer import Customer
from kesher.journeys.playing.loading import Stage, load_beginnings, set_stage
from kesher.journeys.playing.memberships import Memberships
from kesher.journeys.playing.past import load_pasts
from kesher.journeys.reasons import POLICIES, exit_text
from kesher.journeys.tick.matching import LATE
from kesher.journeys.types import Definition, Happening, JourneyState, ReentryPolicy, RunInfo, Step
from kesher.journeys.why.facts import Account, Basis, Fact, fact
from kesher.journeys.why.messages import message_facts
from kesher.kernel.db import Conn
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging
from kesher.messaging.types import MessageInfo
from kesher.segments import queries as segments

MOST = 500
_LATEST = 5
"""The latest events that could have let her in are looked at."""

_STATES = {
    JourneyState.DRAFT: Text(en="The journey was never published.", he="המסע מעולם לא פורסם."),
    JourneyState.PAUSED: Text(en="The journey is paused: nobody enters.", he="המסע מושהה: איש אינו נכנס."),
    JourneyState.ARCHIVED: Text(en="The journey is over.", he="המסע הסתיים."),
}
_STEPS = {
    SystemEvent.JOURNEY_ENTERED: Text(en="Entered at “{node}”.", he="כניסה בצומת ”{node}“."),
    SystemEvent.JOURNEY_STEP_ENTERED: Text(
        en="From “{came_from}” by “{outcome}” to “{node}”.", he="מ”{came_from}“ דרך ”{outcome}“ אל ”{node}“."
    ),
    SystemEvent.JOURNEY_GOAL_REACHED: Text(en="Reached the goal.", he="המטרה הושגה."),
    SystemEvent.JOURNEY_EXITED: Text(en="Left at “{node}”: {reason}.", he="יציאה בצומת ”{node}“: {reason}."),
}
_BEGAN = Text(en="Came to “{node}”.", he="הגעה אל ”{node}“.")
_STANDS = Text(en="Stands at “{node}” until {until}.", he="המתנה בצומת ”{node}“ עד {until}.")
_IN = Text(en="The person entered the journey.", he="האדם נכנס למסע.")
_OUT = Text(en="The person did not enter the journey.", he="האדם לא נכנס למסע.")
_NEVER = Text(
    en="“{event}”, which lets people in, is not in the person's log since the journey went live.",
    he="האירוע ”{event}“, שמכניס אנשים למסע, אינו ביומן של האדם מאז שהמסע עלה לאוויר.",
)
_BEFORE = Text(en="“{event}” came before the journey went live.", he="”{event}“ קרה לפני שהמסע עלה לאוויר.")
_WHERE = Text(
    en="“{event}” came, but not with the properties that the entry asks for.",
    he="”{event}“ קרה, אך לא עם המאפיינים שהכניסה דורשת.",
)
_TOO_LATE = Text(
    en="“{event}” was known more than a day after it happened, too late to start anything.",
    he="”{event}“ נודע יותר מיממה אחרי שקרה, מאוחר מכדי להתחיל משהו.",
)
_RULE = Text(
    en="“{event}” came, but the entry's rule did not hold then.",
    he="”{event}“ קרה, אך כלל הכניסה לא התקיים אז.",
)
_AGAIN = Text(
    en="“{event}” came after an earlier entry, and the journey did not let the person in again: {policy}.",
    he="”{event}“ קרה אחרי כניסה קודמת, והמסע לא אפשר כניסה חוזרת: {policy}.",
)
_NO_KEY = Text(
    en="“{event}” came without “{key}”, by which the journey keeps its runs apart; such an event lets nobody in.",
    he="”{event}“ קרה בלי ”{key}“, שלפיו המסע מבדיל בין מעברים; אירוע כזה אינו מכניס איש.",
)
_SAME_KEY = Text(
    en="“{event}” came with the “{key}” of an earlier run ({value}), and the journey did not let the person in again.",
    he="”{event}“ קרה עם ה־”{key}“ של מעבר קודם ({value}), והמסע לא אפשר כניסה חוזרת.",
)
_UNKNOWN = Text(
    en="“{event}” came and could have let the person in; why it did not was not recorded.",
    he="”{event}“ קרה ויכול היה להביא לכניסה; לא נרשם מדוע לא כך היה.",
)
_OUTSIDE = Text(
    en="The person is not in the segment “{segment}” now; whether that was so then was not recorded.",
    he="האדם אינו בסגמנט ”{segment}“ כעת; לא נרשם אם כך היה אז.",
)


def account_of_journey(conn: Conn, *, workspace_id: int, profile_id: int, key: str, now: datetime) -> Account:
    """How the person went through a journey, or why she did not enter."""
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    runs = list_runs(conn, workspace_id=workspace_id, journey=key, profile_id=profile_id, limit=MOST)[::-1]
    letters = messaging.list_messages(conn, workspace_id=workspace_id, profile_id=profile_id, limit=MOST)
    facts = [each for run in runs for each in run_facts(conn, run, letters, workspace_id=workspace_id)]
    facts += _refusals(conn, journey, runs, workspace_id=workspace_id, profile_id=profile_id, now=now)
    return Account("journey", key, profile_id, _IN if runs else _OUT, tuple(facts))


def run_facts(conn: Conn, run: RunInfo, letters: Sequence[MessageInfo], *, workspace_id: int) -> Iterator[Fact]:
    """Every recorded step of a run, with its messages."""
    steps = [_step(each) for each in get_run_history(conn, workspace_id=workspace_id, run_id=run.id).steps]
    written = [each for letter in reversed(letters) if letter.run_id == run.id for each in message_facts(letter)]
    timed = [(each.at, each) for each in [*filter(None, steps), *written] if each.at is not None]
    yield from (each for _, each in sorted(timed, key=lambda pair: pair[0]))
    yield from (each for each in written if each.at is None)
    if run.due_at is not None and run.ended_at is None:
        yield fact("stands", _STANDS, node=run.node, until=f"{run.due_at:%Y-%m-%d %H:%M}Z")


def _step(step: Step) -> Fact | None:
    if step.name not in _STEPS:
        return None
    sentence = _STEPS[SystemEvent(step.name)]
    if step.name == SystemEvent.JOURNEY_STEP_ENTERED and step.came_from is None:
        sentence = _BEGAN
    told = {"node": step.node, "came_from": step.came_from, "outcome": step.outcome, "reason": step.reason}
    kind = step.name.removeprefix("Journey ").lower().replace(" ", "_")
    details = {**told, "facts": dict(step.facts)}
    text = filled(sentence, **{**told, "reason": exit_text(step.reason)})
    return Fact(kind, text, step.at, details=details)


def _refusals(
    conn: Conn, journey: models.Journey, runs: Sequence[RunInfo], *, workspace_id: int, profile_id: int, now: datetime
) -> Iterator[Fact]:
    """Why events that could have let her in did not."""
    if journey.state in _STATES:
        yield fact("state", _STATES[JourneyState(journey.state)])
    versions = models.Version.objects.filter(journey=journey).order_by("number")
    first, last = versions.first(), versions.last()
    if first is None or last is None:
        return
    definition = read_definition(last.definition, Reading(workspace_id))
    assert definition is not None, f"version {last.pk} cannot be read"
    stage = set_stage(conn, definition, workspace_id=workspace_id, number=last.number)
    trigger = definition.entry.kind.trigger(definition.entry.config)
    if trigger is None:
        yield from _outside(conn, definition, stage, profile_id, now)
        return
    past = load_pasts(conn, [profile_id], stage, until=now).get(profile_id)
    came = [event for event in past[1] if event.name == trigger.event] if past else []
    since = [event for event in came if event.received_at >= first.published_at]
    if not since and not runs:
        yield fact("no_event", _BEFORE if came else _NEVER, event=trigger.event)
    entered = {each.entered_at for each in runs}
    if past is None:
        return
    customer = Customer(past[0], stage.book.copy())
    refused = [event for event in since if event.received_at not in entered][-_LATEST:]
    had = models.Run.objects.filter(journey_id=journey.pk, profile_id=profile_id)
    yield from _replayed(customer, past[1], refused, stage, set(had.values_list("entry_key", flat=True)))


def _replayed(
    customer: Customer,
    heard: Sequence[LoggedEvent],
    refused: Sequence[LoggedEvent],
    stage: Stage,
    keys: Collection[str | None],
) -> Iterator[Fact]:
    memberships = Memberships(stage.rules)
    asked = {event.id for event in refused}
    for event in heard:
        event = customer.hear(event)
        if event.id in asked:
            memberships.settle(customer, event.received_at)
            yield _refusal(event, customer, stage.version.definition, keys)


def _refusal(event: LoggedEvent, customer: Customer, definition: Definition, keys: Collection[str | None]) -> Fact:
    """Why this event did not let her in; `keys` are the entry keys of the runs that she had."""
    entry, reentry = definition.entry, definition.reentry
    told = {"event": event.name}
    if not entry.kind.admits(entry.config, Happening(event.name, event.properties, event.context)):
        return fact("other_properties", _WHERE, event.received_at, **told, properties=dict(event.properties))
    if event.occurred_at <= event.received_at - LATE:
        return fact("late", _TOO_LATE, event.received_at, **told)
    explained = entry.rule and segments.explain(entry.rule.tree, customer.person, event.received_at)
    if explained and not explained.holds:
        return Fact("rule", filled(_RULE, **told), event.received_at, Basis.REPLAYED, told, explained)
    value = text_at(event.properties, reentry.key) if reentry.key else None
    if reentry.key and value is None:
        return fact("no_key", _NO_KEY, event.received_at, **told, key=reentry.key)
    if reentry.key and value in keys:
        return fact("reentry", _SAME_KEY, event.received_at, **told, key=reentry.key, value=value)
    if keys and not reentry.key and (reentry.policy is not ReentryPolicy.ALWAYS or reentry.after):
        text = filled(_AGAIN, **told, policy=POLICIES[reentry.policy])
        return Fact("reentry", text, event.received_at, details={**told, "policy": reentry.policy.value})
    return fact("unknown", _UNKNOWN, event.received_at, **told)


def _outside(conn: Conn, definition: Definition, stage: Stage, profile_id: int, now: datetime) -> Iterator[Fact]:
    """Entries at set times: whether she is in their segment now."""
    audience = definition.entry.kind.audience(definition.entry.config)
    beginning = load_beginnings(conn, [profile_id], stage).get(profile_id)
    if audience is None or beginning is None:
        return
    customer = Customer(beginning, stage.book.copy())
    Memberships(stage.rules).settle(customer, now)
    if audience.segment not in customer.person.segments:
        explained = segments.explain(stage.rules[audience.segment], customer.person, now)
        told = {"segment": audience.segment}
        yield Fact("segment", filled(_OUTSIDE, **told), None, Basis.NOW, told, explained)
