"""A person's rights: all that is known of her in one document; and after her erasing, nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from callers import Caller
from examples import JOURNEY, MARK, TEMPLATE
from psycopg.types.json import Jsonb

from kesher.kernel.sql import Statements

MARKER = "shoham-7f3"
"""Stands in everything that is known of the person."""
ADDRESS = f"{MARKER}@home.test"
SCORE = {
    "fit": {
        "maximum": 10,
        "rules": [{"rule": {"trait": "name", "op": "exists"}, "points": 5}],
        "grades": {"A": 9, "B": 7, "C": 5},
    },
    "engagement": {
        "half_life": {"days": 30},
        "events": [{"event": "Order Completed", "points": 5}],
        "grades": {"1": 9, "2": 7, "3": 5},
    },
}
WAITING_JOURNEY = JOURNEY.replace("  hello:", "  pause:\n    type: wait\n    for: 9d\n    next: hello\n  hello:")


class Life:
    """A person of whom every room knows something, and somebody beside her."""

    def __init__(self, conn: psycopg.Connection, api: Caller, workspace: int) -> None:
        self.conn, self.api, self.workspace = conn, api, workspace
        self._define()
        self.she = self._identify(MARKER, email=ADDRESS, phone="+972501234567", name=f"{MARKER} cohen")
        self.beside = self._identify("beside", email="beside@home.test", name="Beside")
        self.before = self._identify(f"{MARKER}-old", city=MARKER)
        self.parted = self._identify(f"{MARKER}-parted", city=MARKER)
        self._happen()

    def _define(self) -> None:
        self.must("PUT", f"/segments/{MARK}", {"name": {"en": "s"}, "rule": {"trait": "name", "op": "exists"}})
        self.must("PUT", f"/scores/{MARK}", {"name": {"en": "s"}, **SCORE})
        self.must("POST", "/lists", {"key": MARK, "name": {"en": "l"}})
        self.must("POST", "/topics", {"key": MARK, "name": {"en": "t"}})
        self.must("PUT", f"/templates/{MARK}-mail", TEMPLATE)
        self.must("POST", "/journey-files", {"yaml": WAITING_JOURNEY})
        self.must("POST", "/traits", {"name": "age", "type": "number"})
        self.tick()

    def _happen(self) -> None:
        for path, body in (
            (f"/profiles/{self.she}/merges", {"loser_id": self.before, "reason": MARKER}),
            (f"/profiles/{self.she}/merges", {"loser_id": self.parted, "reason": MARKER}),
            (
                f"/profiles/{self.she}/consent",
                {"topic": MARK, "state": "granted", "source": "till", "wording": "News?"},
            ),
            (f"/lists/{MARK}/members", {"profile_ids": [self.she, self.beside]}),
        ):
            answer = self.must("POST", path, body)
        merges = self.must("GET", f"/profiles/{self.she}/merges")
        parting = next(merge["id"] for merge in merges if merge["loser_id"] == self.parted)
        self.must("DELETE", f"/profiles/{self.she}/merges/{parting}")
        self.must("PATCH", f"/profiles/{self.she}", {"traits": {"age": MARKER, "note": MARKER}})
        assert answer
        self.conn.execute(
            "UPDATE consent_entry SET evidence = %s WHERE profile_id = %s", (Jsonb({"ip": MARKER}), self.she)
        )
        self.did(MARKER, "Order Completed", said={"item": MARKER})
        self.did("beside", "Order Completed", said={"item": "milk"})
        self.tick()
        self.must("POST", "/messages", {"idempotency_key": MARKER, "template": f"{MARK}-mail", "user_id": MARKER})
        self.conn.execute(
            "UPDATE messaging_message SET address = %s, answer = %s, context = %s, state = 'sent', sent_at = now()"
            " WHERE profile_id = %s",
            (ADDRESS, f"250 {ADDRESS}", Jsonb({"said": MARKER}), self.she),
        )
        self.conn.execute(
            "UPDATE journeys_run SET context = %s WHERE profile_id = %s", (Jsonb({"a": MARKER}), self.she)
        )
        self.tick()

    def did(self, user: str, name: str, said: dict[str, Any]) -> None:
        """Something happens to a person, on a device."""
        from kesher.events import services
        from kesher.events.types import IncomingEvent
        from kesher.kernel.clock import read_clock

        now = read_clock(self.conn)
        services.ingest(
            self.conn,
            [
                IncomingEvent(
                    workspace_id=self.workspace,
                    source_id=0,
                    message_id=f"{user}-{name}",
                    type="track",
                    name=name,
                    occurred_at=now,
                    received_at=now,
                    user_id=user,
                    properties=json.dumps(said),
                    context=json.dumps({"ip": said["item"]}),
                )
            ],
            now=now,
        )

    def tick(self) -> None:
        """Let the engine do all that there is to do."""
        from kesher.config.engine import events_waiting, prepare, tick
        from kesher.kernel.shards import SHARDS

        prepare(self.conn)
        shards = list(range(SHARDS))
        for _ in range(30):
            if not tick(self.conn, shards).more and not events_waiting(self.conn, shards):
                return
        raise AssertionError("the ticks do not come to rest")

    def must(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of a call that has to succeed."""
        answer = self.api(method, path, body)
        assert answer.status_code < 300, answer.content.decode()
        return answer.json() if answer.content else None

    def _identify(self, user: str, **traits: str) -> int:
        return int(self.must("POST", "/identify", {"user_id": user, "traits": traits})["id"])

    def found(self, text: str = MARKER) -> dict[str, list[str]]:
        """Every row of every table that has the text in any of its columns."""
        tables = self.conn.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        rows: dict[str, list[str]] = {}
        for (table,) in tables:
            seen = self.conn.execute(
                f'SELECT t::text FROM "{table}" t WHERE t::text ILIKE %s', (f"%{text}%",)
            ).fetchall()
            if seen:
                rows[table] = [row[0] for row in seen]
        return rows


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> str:
    """An empty lake."""
    settings.LAKE_URL = str(tmp_path / "lake")
    return str(settings.LAKE_URL)


@pytest.fixture
def life(conn: psycopg.Connection, api: Caller, workspace: int, now: datetime, lake: str) -> Iterator[Life]:
    """The person and her neighbour."""
    from kesher.kernel.clock import freeze_clock

    yield Life(conn, api, workspace)
    freeze_clock(conn, now)


def lake_text(lake: str) -> str:
    from deltalake import DeltaTable

    return json.dumps(DeltaTable(f"{lake}/events").to_pyarrow_table().to_pylist(), default=str)


def test_the_export_has_something_from_every_room_and_nothing_of_others(life: Life) -> None:
    document = life.must("POST", f"/profiles/{life.she}/export")
    assert document["person"] == life.she
    for section in ("profiles", "identifiers", "merges", "consents", "messages", "runs", "events"):
        assert MARKER in json.dumps(document[section]), section
    assert [row["key"] for row in document["memberships"]] == [MARK, MARK]
    assert document["scores"][0]["grade"] == "C3"
    assert "beside" not in json.dumps(document).lower()
    audit = life.must("GET", "/audit")["items"][0]
    assert (audit["action"], audit["target"]) == ("profiles.export", str(life.she))


def test_the_export_has_what_only_the_lake_remembers(life: Life, conn: psycopg.Connection, lake: str) -> None:
    from kesher.events import services

    while services.export_slice(conn, lake):
        pass
    before = life.must("POST", f"/profiles/{life.she}/export")["events"]
    conn.execute("DELETE FROM events_event WHERE name = 'Order Completed'")
    after = life.must("POST", f"/profiles/{life.she}/export")["events"]
    assert [(event["id"], event["properties"]) for event in after] == [
        (event["id"], event["properties"]) for event in before
    ]


def test_after_erasing_no_table_holds_anything_of_the_person(life: Life, conn: psycopg.Connection) -> None:
    assert {"profiles_profile", "profiles_identifier", "consent_entry", "messaging_message", "journeys_run"} <= set(
        life.found()
    )
    life.must("POST", "/erasures", {"profile_ids": [life.she, life.parted]})
    life.tick()
    left = life.found()
    assert {table: rows for table, rows in left.items() if table != "accounts_audit_entry"} == {}
    assert "972501234567" not in json.dumps(life.found("972501234567"))
    for table in ("segments_membership", "segments_list_member", "segments_score", "segments_timer", "consent_state"):
        people = conn.execute(f"SELECT DISTINCT profile_id FROM {table}").fetchall()
        assert {life.she, life.before, life.parted}.isdisjoint({row[0] for row in people}), table


def test_the_neighbour_keeps_everything(life: Life) -> None:
    before = life.must("POST", f"/profiles/{life.beside}/export")
    life.must("POST", f"/profiles/{life.she}/erase")
    life.tick()
    after = life.must("POST", f"/profiles/{life.beside}/export")
    assert {**after, "exported_at": None} == {**before, "exported_at": None}


def test_what_reports_count_stays(life: Life, conn: psycopg.Connection) -> None:
    counts = (
        "SELECT (SELECT count(*) FROM events_event WHERE name <> 'Profile Erased' AND type <> 'system'),"
        " (SELECT count(*) FROM messaging_message WHERE state = 'sent'), (SELECT count(*) FROM consent_entry)"
    )
    before = conn.execute(counts).fetchone()
    life.must("POST", f"/profiles/{life.she}/erase")
    life.tick()
    assert conn.execute(counts).fetchone() == before
    run = conn.execute("SELECT state, reason FROM journeys_run WHERE profile_id = %s", (life.she,)).fetchall()
    assert run == [("exited", "erased")]


def test_a_merged_profile_is_erased_with_its_winner_and_cannot_come_back(life: Life, conn: psycopg.Connection) -> None:
    assert life.must("POST", f"/profiles/{life.before}/erase") == {"erased": 1}
    rows = conn.execute(
        "SELECT id, traits, email, erased_at IS NOT NULL FROM profiles_profile WHERE id = ANY(%s) ORDER BY id",
        ([life.she, life.before],),
    ).fetchall()
    assert rows == [(life.she, {}, None, True), (life.before, {}, None, True)]
    assert life.must("GET", f"/profiles/{life.she}/merges") == []
    assert life.must("POST", "/erasures", {"profile_ids": [life.she]}) == {"erased": 0}


def test_nothing_more_is_written_for_an_erased_person_and_she_comes_back_as_a_stranger(
    life: Life, conn: psycopg.Connection
) -> None:
    life.must("POST", f"/profiles/{life.she}/erase")
    assert life.api("POST", f"/profiles/{life.she}/export").status_code == 404
    before = conn.execute("SELECT count(*) FROM events_event WHERE profile_id = %s", (life.she,)).fetchone()
    life.did(MARKER, "Page Read", said={"item": "x"})
    assert conn.execute("SELECT count(*) FROM events_event WHERE profile_id = %s", (life.she,)).fetchone() == before
    found = life.must("GET", f"/profiles?q={MARKER}")["items"]
    assert [profile["traits"] for profile in found] == [{}]
    assert found[0]["id"] != life.she


def test_an_address_that_comes_back_with_an_import_gets_no_marketing_until_it_is_released(
    life: Life, now: datetime
) -> None:
    life.must("POST", "/suppressions", {"address": ADDRESS})
    life.must("POST", f"/profiles/{life.she}/erase")
    life.tick()
    assert life.must("GET", "/suppressions")["items"] == []
    again = life._identify("imported", email=ADDRESS.upper())
    consent = {"topic": MARK, "state": "granted", "source": "import", "wording": "?"}
    life.must("POST", f"/profiles/{again}/consent", consent)
    assert gate_of(life, again, now, "marketing") == ("held", "suppressed")
    assert gate_of(life, again, now, "transactional")[0] == "sending"
    life.must("DELETE", f"/suppressions/email/{ADDRESS}")
    assert gate_of(life, again, now, "marketing")[0] == "sending"


def gate_of(life: Life, profile_id: int, now: datetime, purpose: str) -> tuple[str, str | None]:
    """What the policy gate says of a message."""
    from kesher.messaging.sender.claim import Room, claim_batch
    from kesher.messaging.types import Lane

    row = life.conn.execute(
        "INSERT INTO messaging_message (workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose,"
        " topic, template_version_id, state, available_at, reserved_at)"
        " VALUES (%s, %s, %s, %s, 1, 'email', %s, %s, 1, 'reserved', %s, %s) RETURNING id",
        (life.workspace, profile_id % 64, profile_id, profile_id, purpose, MARK, now, now),
    ).fetchone()
    assert row is not None
    claim_batch(life.conn, owner="test", now=now, room=Room({Lane.TRIGGERED: 10}))
    found = life.conn.execute("SELECT state, reason FROM messaging_message WHERE id = %s", row).fetchone()
    assert found is not None
    return str(found[0]), found[1]


def test_another_workspace_erases_and_exports_nobody_here(life: Life, stranger: Caller) -> None:
    assert stranger("POST", f"/profiles/{life.she}/erase").status_code == 404
    assert stranger("POST", f"/profiles/{life.she}/export").status_code == 404
    assert stranger("POST", "/erasures", {"profile_ids": [life.she]}).json() == {"erased": 0}
    assert life.must("GET", f"/profiles/{life.she}")["erased_at"] is None


def test_the_lake_forgets_what_it_had_already(life: Life, conn: psycopg.Connection, lake: str) -> None:
    from kesher.events import services

    while services.export_slice(conn, lake):
        pass
    assert MARKER in lake_text(lake)
    life.must("POST", "/erasures", {"profile_ids": [life.she, life.parted]})
    life.tick()
    while services.export_slice(conn, lake):
        pass
    assert services.erase_from_lake(conn, lake) == 3
    assert services.erase_from_lake(conn, lake) == 0
    assert MARKER not in lake_text(lake)
    assert "milk" in lake_text(lake)


def test_an_event_that_arrives_while_its_person_is_erased_belongs_to_a_stranger(
    life: Life, conn: psycopg.Connection, now: datetime
) -> None:
    """The writer knew her, and waits for the erasing to end; then it must not write to what is left of her."""
    from kesher.events import services
    from kesher.kernel.db import connect
    from kesher.kernel.relations import Relation

    her = Relation("SELECT %(her)s::bigint AS profile_id", {"her": life.she})
    with connect("eraser") as eraser:
        with eraser.transaction():
            assert services.erase_profiles(eraser, her, workspace_id=life.workspace, now=now) == 1
            writer = Thread(target=life.did, args=(MARKER, "Page Read", {"item": "late"}))
            writer.start()
            waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
            while eraser.execute(waiting).fetchone() != (True,):
                assert writer.is_alive()
        writer.join()
    (row,) = conn.execute("SELECT profile_id FROM events_event WHERE properties ->> 'item' = 'late'").fetchall()
    assert row[0] not in (life.she, life.before)


def test_many_are_erased_in_a_few_statements(life: Life, conn: psycopg.Connection, now: datetime) -> None:
    from kesher.events import services
    from kesher.kernel.relations import Relation

    people = [life._identify(f"crowd-{n}") for n in range(12)]
    crowd = Relation("SELECT unnest(%(crowd)s::bigint[]) AS profile_id", {"crowd": people})
    statements: list[str] = []
    run = Statements.run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Statements, "run", lambda self, c, name, *a, **k: statements.append(name) or run(self, c, name, *a, **k)
        )
        assert services.erase_profiles(conn, crowd, workspace_id=life.workspace, now=now) == 12
    assert len(statements) <= 14
