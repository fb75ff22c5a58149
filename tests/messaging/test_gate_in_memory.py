"""The gate in memory says what the sender's gate does, over made-up policies, people and pasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from messaging_shop import Shop

from kesher.consent.queries import get_states
from kesher.messaging import queries, services
from kesher.messaging.gate import Addressee, Gate, Judgement
from kesher.messaging.sender.claim import Room, claim_batch
from kesher.messaging.types import Lane, Reason

FRIDAY = datetime(2026, 1, 16, 6, 0, tzinfo=UTC)
ADDRESSES = ["dana@shop.test", " Dana@Shop.test ", "not an address", "blocked@shop.test", "", None]


def make_policy(chance: Random) -> dict[str, Any]:
    action = chance.choice(["defer", "drop"])
    caps = [
        {"channel": chance.choice(["", "email"]), "limit": chance.randint(1, 3), "window_hours": hours, "action": act}
        for hours, act in ((24, action), (72, chance.choice(["defer", "drop"])))
    ][: chance.randint(0, 2)]
    quiet = {"start": "21:00", "end": "08:00", "action": action} if chance.random() < 0.5 else {}
    open_hours = [{"days": ["sun", "mon", "fri"], "after": "09:00", "before": "14:00"}]
    windows: list[dict[str, Any]] = [
        {"channel": "email", "country": "IL", "calendar": "jewish", "action": chance.choice(["defer", "drop"])},
        {"channel": "", "country": "", "open": open_hours, "calendar": chance.choice(["", "jewish"])},
    ]
    return {"caps": caps, "quiet_hours": quiet, "windows": windows[: chance.randint(0, 2)]}


@settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_gate_in_memory_judges_like_the_sender(conn: psycopg.Connection, shop: Shop, seed: int) -> None:
    chance = Random(seed)
    now = FRIDAY + timedelta(minutes=15 * chance.randint(0, 4 * 60))
    conn.execute("TRUNCATE messaging_message, messaging_policy, messaging_suppression, consent_state")
    policy = services.save_policy(conn, workspace_id=shop.workspace_id, now=now, **make_policy(chance))
    services.add_suppression(
        conn, workspace_id=shop.workspace_id, channel="email", address="blocked@shop.test", reason="complaint", now=now
    )
    traits = chance.choice([{}, {"country": "IL", "city": "Haifa"}, {"address": {"country": "US"}}])
    zone = chance.choice([None, "America/New_York", "Asia/Jerusalem"])
    email = chance.choice(ADDRESSES[:1] * 6 + ADDRESSES)
    person = shop.add_profile(email, consent=None, timezone=zone, traits=traits)
    conn.execute("UPDATE profiles_profile SET email = %s WHERE id = %s", (email, person))
    for topic in ("", "news"):
        if chance.random() < 0.7:
            state = chance.choice(["granted", "granted", "granted", "denied", "pending"])
            shop.set_consent(person, state, topic=topic)
    sent = [now - timedelta(hours=chance.choice([0, 1, 12, 24, 30, 71, 72])) for _ in range(chance.randint(0, 4))]
    for at in sent:
        past = shop.reserve(person)
        conn.execute("UPDATE messaging_message SET state = 'sent', sent_at = %s WHERE id = %s", (at, past))
    purpose = chance.choice(["marketing", "marketing", "marketing", "transactional"])
    message = shop.reserve(person, purpose=purpose, at=now)

    claim_batch(conn, owner="test", now=now, room=Room({Lane.TRIGGERED: 10}))
    addressee = Addressee(
        {**traits, "email": email}, zone or "", get_states(conn, [person])[person], [("email", at) for at in sent]
    )
    gate = Gate(policy, "Asia/Jerusalem", {("email", "blocked@shop.test")})
    judged = gate.judge(addressee, channel="email", topic="news", purpose=purpose, now=now)

    assert judged == _stored(shop, message)


def _stored(shop: Shop, message: int) -> Judgement:
    state, reason = shop.state(message)
    if state == "sending":
        return Judgement()
    return Judgement(Reason(reason or ""), shop.field(message, "available_at") if state == "reserved" else None)


def test_the_workspaces_gate_is_loaded(conn: psycopg.Connection, shop: Shop) -> None:
    services.add_suppression(
        conn, workspace_id=shop.workspace_id, channel="email", address="blocked@shop.test", reason="x", now=shop.now
    )
    person = shop.add_profile()
    message = shop.reserve(person)
    conn.execute("UPDATE messaging_message SET state = 'sent', sent_at = %s WHERE id = %s", (shop.now, message))

    gate = queries.load_gate(conn, workspace_id=shop.workspace_id)

    assert gate.suppressed == {("email", "blocked@shop.test")}
    assert gate.zone == "Asia/Jerusalem"
    sent = queries.list_sent(conn, [person], since=shop.now - timedelta(days=1), until=shop.now, except_journey="cart")
    assert sent == {person: [("email", shop.now)]}
