"""Make the demo's workspace in the database of DATABASE_URL, with no quiet hours (the tests run at any hour), and some
families: each third one never agreed to hear from the shop."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

from kesher.cli.session import set_up_django

FAMILIES = 30
NAMES = ("Noa נועה", "אורי", "Yael", "מאיה", "Omer", "תמר כהן-לוי")
_SAID_YES = """
SELECT %(e2e_workspace_id)s::int AS workspace_id, profile_id, 'email' AS channel, 'news' AS topic, 'granted' AS state,
    'till' AS source, '' AS wording, '{}'::jsonb AS evidence, %(e2e_now)s::timestamptz AS given_at
FROM unnest(%(e2e_people)s::bigint[]) AS profile_id"""


def main() -> None:
    set_up_django()
    from kesher.cli.demo.workspace import create_demo, give_password
    from kesher.config.environment import environment
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.messaging import services as messaging

    with connect("set-up") as conn:
        now = read_clock(conn)
        made = create_demo(conn, base_url=f"http://127.0.0.1:{os.environ['KESHER_PORT']}", now=now)
        give_password(environment().demo_password)
        messaging.save_policy(conn, workspace_id=made.id, caps=[], quiet_hours=None, now=now)
        move_in(conn, made.id, now=now)


def move_in(conn: Any, workspace_id: int, *, now: datetime) -> None:
    """The families, and what two of three said."""
    from kesher.events import services as events
    from kesher.kernel.relations import Relation

    people = events.ingest(conn, [family(number, workspace_id, now) for number in range(FAMILIES)], now=now).profile_ids
    said_yes = [person for number, person in enumerate(people) if number % 3]
    given = {"e2e_workspace_id": workspace_id, "e2e_now": now, "e2e_people": said_yes}
    events.record_consents(conn, Relation(_SAID_YES, given), now=now)


def family(number: int, workspace_id: int, now: datetime) -> Any:
    """One of them, as a till tells of it."""
    from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent

    traits = {
        "email": f"family-{number}@example.com",
        "first_name": NAMES[number % len(NAMES)],
        "language": ("he", "en")[number % 2],
        "kids_count": "2",
    }
    return IncomingEvent(
        workspace_id=workspace_id,
        source_id=0,
        message_id=f"family-{number}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=now,
        received_at=now,
        user_id=f"family-{number}",
        traits=traits,
        properties=json.dumps(traits),
    )


if __name__ == "__main__":
    main()
