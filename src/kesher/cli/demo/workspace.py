"""The demo's workspace: brand, topics, templates, segments, journeys, policy, and what its people said about e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from kesher.accounts import queries as accounts
from kesher.accounts import services as account_services
from kesher.cli.demo.definitions import (
    CAPS,
    CAPS_AFTERWARDS,
    JOURNEYS,
    QUIET_HOURS,
    TEMPLATES,
    TOPICS,
    brand_values,
    journey_text,
    segment_definitions,
    template_variants,
)
from kesher.cli.demo.recording import Household
from kesher.config.environment import DEMO_OWNER
from kesher.consent import services as consent
from kesher.content import services as content
from kesher.content.types import Missing
from kesher.events import queries as event_queries
from kesher.events import services as events
from kesher.journeys import services as journeys
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging import services as messaging
from kesher.segments import services as segments
from kesher.web.storefront.catalogue import SHOP_NAME, SOURCE_NAME, WORKSPACE_SLUG

TILLS = "Tills"

_sql = statements_of("kesher.cli")


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """The workspace and the write key of the chain's tills."""

    id: int
    write_key: str


def find_demo(conn: Conn) -> DemoWorkspace | None:
    """The demo's workspace, when it was made before."""
    workspace = accounts.find_workspace(WORKSPACE_SLUG)
    if workspace is None:
        return None
    sources = event_queries.list_sources(conn, workspace_id=workspace.id)
    return DemoWorkspace(workspace.id, next(source.write_key for source in sources if source.name == TILLS))


def give_password(known: str | None) -> str:
    """Let the demo's owner sign in with the known password, or with a new one made here; the password."""
    owner = accounts.find_user(DEMO_OWNER)
    if owner is None:
        raise LookupError(DEMO_OWNER)
    password = known or token_urlsafe(9)
    account_services.set_password(owner.id, password)
    return password


def create_demo(conn: Conn, *, base_url: str, now: datetime) -> DemoWorkspace:
    """Make everything that a marketer would have made before the first customer comes."""
    workspace = account_services.bootstrap(
        name=SHOP_NAME.he, slug=WORKSPACE_SLUG, email=DEMO_OWNER, password=None, actor="kesher demo", now=now
    )
    tills = events.create_source(conn, workspace_id=workspace.id, name=TILLS, now=now)
    events.create_source(conn, workspace_id=workspace.id, name=SOURCE_NAME, now=now)
    for position, (key, name) in enumerate(TOPICS.items()):
        consent.create_topic(workspace_id=workspace.id, key=key, name=name, position=position)
    content.save_brand_kit(workspace_id=workspace.id, values=brand_values(base_url), now=now)
    for key, name in TEMPLATES.items():
        content.save_template(
            workspace_id=workspace.id,
            key=key,
            name=name,
            variants=template_variants(key, base_url=base_url),
            fallback_language="en",
            missing=Missing.STOP,
            now=now,
        )
    for key, segment in segment_definitions().items():
        name = Text.from_dict(segment["name"])
        segments.save_segment(conn, workspace_id=workspace.id, key=key, name=name, rule=segment["rule"], now=now)
    for key in JOURNEYS:
        journeys.apply_yaml(journey_text(key), workspace_id=workspace.id, now=now)
    messaging.save_policy(conn, workspace_id=workspace.id, caps=CAPS, quiet_hours=QUIET_HOURS, now=now)
    return DemoWorkspace(workspace.id, tills.write_key)


def open_shop(conn: Conn, workspace_id: int, *, now: datetime) -> None:
    """Lift the quiet hours and the tight cap: the abandoned cart's e-mail is to arrive at night, and a third time."""
    messaging.save_policy(conn, workspace_id=workspace_id, caps=CAPS_AFTERWARDS, quiet_hours={}, now=now)


def record_answers(conn: Conn, workspace_id: int, households: Sequence[Household], *, now: datetime) -> None:
    """Enter what the households said about marketing e-mail into the ledger; their profiles exist already."""
    answers = list(_answers(households))
    relation = Relation(
        "SELECT * FROM unnest(%(demo_users)s::text[], %(demo_topics)s::text[], %(demo_states)s::text[])"
        " AS answers(user_id, topic, state)",
        {
            "demo_users": [user for user, _, _ in answers],
            "demo_topics": [topic for _, topic, _ in answers],
            "demo_states": [state for _, _, state in answers],
        },
    )
    entries = Relation(
        _sql["select_demo_consents"].compose({"answers": relation}),
        {**relation.params, "workspace_id": workspace_id, "given_at": now},
    )
    events.record_consents(conn, entries, now=now)


def _answers(households: Sequence[Household]) -> Iterator[tuple[str, str, str]]:
    for household in households:
        if household.email_marketing == "denied":
            yield household.user_id, "", "denied"
        for topic in household.topics:
            yield household.user_id, topic, "granted"
