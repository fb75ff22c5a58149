"""A journey's states.

Paused, nobody enters and people in flight stand still: waits that fall due, and events that were waited for, take
effect on resuming, counted from then. Goals and exits still happen. Archived, everybody leaves and nobody returns.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kesher.accounts import services as audit
from kesher.journeys import models
from kesher.journeys.errors import JourneyNotFound, JourneyStateWrong
from kesher.journeys.types import JourneyState
from kesher.kernel import wake
from kesher.kernel.db import request_connection
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")


def pause_journey(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> None:
    """Stop entries and let people in flight stand still; the journey must be live."""
    _change(key, workspace_id, (JourneyState.LIVE,), JourneyState.PAUSED, now, actor)


def resume_journey(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> None:
    """Go on; the journey must be paused."""
    _change(key, workspace_id, (JourneyState.PAUSED,), JourneyState.LIVE, now, actor)


def archive_journey(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> None:
    """End the journey for good: the engine lets everybody in flight go, and withdraws what was not yet sent."""
    states = (JourneyState.DRAFT, JourneyState.LIVE, JourneyState.PAUSED)
    _change(key, workspace_id, states, JourneyState.ARCHIVED, now, actor)


def _change(
    key: str, workspace_id: int, expected: tuple[JourneyState, ...], state: JourneyState, now: datetime, actor: str
) -> None:
    with transaction.atomic():
        journey = models.Journey.objects.select_for_update().filter(workspace_id=workspace_id, key=key).first()
        if journey is None:
            raise JourneyNotFound(key=key)
        if journey.state not in expected:
            raise JourneyStateWrong(key=key, state=journey.state, expected=", ".join(expected))
        journey.state = state
        journey.save(update_fields=["state"])
        if state is JourneyState.ARCHIVED:
            _sql.run(request_connection(), "clear_schedule", {"journey": journey.pk})
            _sql.run(request_connection(), "clear_date_timers", {"journey": journey.pk})
        audit.record_audit(workspace_id, actor, f"journeys.{state}", key, {"state": str(state)}, now)
        wake.notify(request_connection(), wake.WORK)
