"""The demo's workspace: everything in it is accepted by the room that keeps it."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest

from kesher.accounts import queries as accounts
from kesher.cli.demo.definitions import JOURNEYS, TEMPLATES, journey_text
from kesher.cli.demo.recording import load_recording
from kesher.cli.demo.workspace import DemoWorkspace, create_demo, find_demo, record_answers
from kesher.content import queries as content
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.journeys import queries as journeys
from kesher.journeys import services as journey_services
from kesher.web.storefront.catalogue import WORKSPACE_SLUG

pytestmark = pytest.mark.usefixtures("django_database")


@pytest.fixture
def demo(conn: psycopg.Connection, now: datetime) -> DemoWorkspace:
    return create_demo(conn, base_url="http://127.0.0.1:8000", now=now)


def test_the_workspace_has_all_that_its_journeys_name(conn: psycopg.Connection, demo: DemoWorkspace) -> None:
    live = {journey.key: journey.state for journey in journeys.list_journeys(workspace_id=demo.id)}
    assert live == dict.fromkeys(JOURNEYS, "live")
    for key in JOURNEYS:
        assert journey_services.validate_yaml(journey_text(key), workspace_id=demo.id) == []
    saved = {template.key: set(template.languages) for template in content.list_templates(workspace_id=demo.id)}
    assert saved == {key: {"he", "en"} for key in TEMPLATES}


@pytest.mark.parametrize("key", JOURNEYS)
def test_a_journeys_file_survives_export_and_apply(demo: DemoWorkspace, now: datetime, key: str) -> None:
    exported = journey_services.export_yaml(workspace_id=demo.id, key=key)
    again = journey_services.apply_yaml(exported, workspace_id=demo.id, now=now)
    assert (again.changed, again.version) == (False, 1)


def test_the_demo_is_found_again(conn: psycopg.Connection, demo: DemoWorkspace) -> None:
    assert find_demo(conn) == demo
    assert accounts.get_workspace(slug=WORKSPACE_SLUG).name == "מכולת קשר"


def test_answers_enter_the_ledger_as_drawn(conn: psycopg.Connection, demo: DemoWorkspace, now: datetime) -> None:
    households = load_recording(households=60, now=now).households
    calls = [
        IncomingEvent(
            workspace_id=demo.id,
            source_id=0,
            message_id=household.user_id,
            type=EventType.IDENTIFY,
            name=PROFILE_IDENTIFIED,
            occurred_at=now,
            received_at=now,
            user_id=household.user_id,
            traits=household.traits,
        )
        for household in households
    ]
    events.ingest(conn, calls, now=now)
    record_answers(conn, demo.id, households, now=now)
    found = set(
        conn.execute(
            "SELECT i.value, c.topic, c.state FROM consent_state c"
            " JOIN profiles_identifier i ON i.profile_id = c.profile_id AND i.kind = 'user_id'"
        )
    )
    expected = {(h.user_id, topic, "granted") for h in households for topic in h.topics}
    expected |= {(h.user_id, "", "denied") for h in households if h.email_marketing == "denied"}
    assert found == expected
    assert {state for _, _, state in found} == {"granted", "denied"}
