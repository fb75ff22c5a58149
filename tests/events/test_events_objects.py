"""Companies and other objects: made by group calls, told to their people, following merges and erasures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from kesher.events import objects, services
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.relations import Relation
from kesher.profiles import queries as profiles
from kesher.profiles import relating
from kesher.profiles.errors import (
    ObjectKeyInvalid,
    ObjectKindInvalid,
    ObjectNotFound,
    ObjectTooLarge,
    TooManyObjectKinds,
    TooManyRelations,
)
from kesher.profiles.services import save_object_kind
from kesher.profiles.types import MAX_KINDS, MAX_RELATIONS

Event = Callable[..., IncomingEvent]
Ingest = Callable[..., IngestResult]
RELATIONS = "SELECT profile_id, object_id, role, attributes, related_at, origin_profile_id FROM profiles_relation"


@pytest.fixture
def join(event: Event, ingest: Ingest) -> Callable[..., int]:
    """A person joins a group, of which traits are told; her profile."""

    def run(
        who: str, key: str, *, minute: float = 0, role: str | None = None, kind: str = "company", **traits: Any
    ) -> int:
        named = {"group_id": key, "group_kind": kind, "group_role": role}
        call = event(minute, type="group", name="Group Joined", user_id=who, traits=traits, **named)
        (profile_id,) = ingest(call).profile_ids
        assert profile_id is not None
        return profile_id

    return run


def one(profile_id: int) -> Relation:
    return Relation("SELECT %(one)s::bigint AS profile_id", {"one": profile_id})


def said(conn: psycopg.Connection, profile_id: int) -> list[tuple[str, dict[str, Any]]]:
    """What the log tells a person of objects, oldest first."""
    rows = conn.execute(
        "SELECT name, properties FROM events_event WHERE profile_id = %s AND name LIKE 'Object %%' ORDER BY id",
        (profile_id,),
    )
    return rows.fetchall()


def belongs(conn: psycopg.Connection, profile_id: int) -> list[tuple[str, str, str]]:
    found = profiles.list_related_objects(conn, [profile_id]).get(profile_id, [])
    return [(each.kind, each.key, each.role) for each in found]


def tell(conn: psycopg.Connection, now: datetime) -> int:
    """Tell people until all are told; in how many turns."""
    turns = 0
    while services.tell_object_changes(conn, now=now):
        turns += 1
    return turns


def test_a_group_call_makes_a_company_and_relates_the_person(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    ana = join("ana", "acme", name="Acme", plan="pro", role="admin")

    company = profiles.get_object(conn, workspace_id=workspace, kind="company", key="acme")
    assert company.attributes == {"name": "Acme", "plan": "pro"}
    assert belongs(conn, ana) == [("company", "acme", "admin")]
    assert [kind.key for kind in profiles.list_object_kinds(conn, workspace_id=workspace)] == ["company"]
    like = {"name": "Acme", "plan": "pro"}
    told = {"kind": "company", "key": "acme", "role": "admin", "attributes": like}
    assert said(conn, ana) == [("Object Related", told)]


def test_a_call_of_another_kind_makes_another_object(
    conn: psycopg.Connection, workspace: int, join: Callable[..., int]
) -> None:
    ana = join("ana", "7", kind="course", level=3)
    join("ana", "7", name="Seven")

    assert belongs(conn, ana) == [("course", "7", ""), ("company", "7", "")]


def test_a_call_that_says_nothing_new_tells_nobody(
    conn: psycopg.Connection, now: datetime, join: Callable[..., int]
) -> None:
    ana = join("ana", "acme", plan="pro", role="admin")
    tell(conn, now)
    before = said(conn, ana)

    join("ana", "acme", plan="pro")

    assert tell(conn, now) == 0
    assert said(conn, ana) == before
    assert belongs(conn, ana) == [("company", "acme", "admin")]


def test_everybody_of_a_company_is_told_what_changed(
    conn: psycopg.Connection, now: datetime, join: Callable[..., int]
) -> None:
    ana, ben = join("ana", "acme", plan="free"), join("ben", "acme")
    tell(conn, now)

    join("ben", "acme", plan="pro", seats=5)
    tell(conn, now)

    changes = {"plan": {"from": "free", "to": "pro"}, "seats": {"from": None, "to": 5}}
    news = ("Object Changed", {"kind": "company", "key": "acme", "role": "", "changes": changes})
    assert said(conn, ana)[-1] == news
    assert said(conn, ben)[-1] == news


def test_a_large_company_is_told_in_chunks_and_everybody_once(
    conn: psycopg.Connection,
    workspace: int,
    now: datetime,
    join: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [join(f"u{n}", "acme") for n in range(7)] + [join(f"v{n}", "other") for n in range(2)]
    monkeypatch.setattr(relating, "CHUNK", 4)

    for key in ("acme", "other"):
        services.save_object(conn, workspace_id=workspace, kind="company", key=key, attributes={"n": 1}, now=now)

    assert tell(conn, now) == 3  # two each; two of the first, and the end of the other; the last three
    assert [name for id in people for name, _ in said(conn, id)[1:]] == ["Object Changed"] * 9


def test_an_older_call_fills_only_what_is_missing(
    conn: psycopg.Connection, workspace: int, join: Callable[..., int]
) -> None:
    join("ana", "acme", plan="pro", city="חיפה")

    join("ana", "acme", minute=-60, plan="free", city=None, seats=3)

    company = profiles.get_object(conn, workspace_id=workspace, kind="company", key="acme")
    assert company.attributes == {"plan": "pro", "city": "חיפה", "seats": 3}


def test_calls_of_one_batch_are_told_in_the_order_of_time(
    conn: psycopg.Connection, workspace: int, event: Event, ingest: Ingest
) -> None:
    named = {"type": "group", "name": "Group Joined", "group_id": "acme"}
    ingest(event(0, **named, traits={"plan": "pro"}), event(-5, **named, traits={"plan": "free", "old": True}))

    company = profiles.get_object(conn, workspace_id=workspace, kind="company", key="acme")
    assert company.attributes == {"plan": "pro", "old": True}


def test_a_placeholder_names_no_company(conn: psycopg.Connection, workspace: int, join: Callable[..., int]) -> None:
    ana = join("ana", "null", name="Nobody")

    assert belongs(conn, ana) == []
    assert profiles.list_objects(conn, workspace_id=workspace, kind="company") == []


def test_a_merge_carries_relations_and_undoing_it_gives_each_her_own(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    ana, ben = join("ana", "acme", role="admin"), join("ben", "acme")
    join("ben", "beta", role="owner")
    before = sorted(map(str, conn.execute(RELATIONS)))

    merge = services.merge_profiles(conn, workspace_id=workspace, winner_id=ana, loser_id=ben, reason="same", now=now)

    assert belongs(conn, ana) == [("company", "acme", "admin"), ("company", "beta", "owner")]
    beta = profiles.get_object(conn, workspace_id=workspace, kind="company", key="beta")
    assert [each.profile_id for each in profiles.list_object_people(conn, object_id=beta.id)] == [ana]

    services.undo_merge(conn, workspace_id=workspace, merge_id=merge.merge_id, now=now)

    assert sorted(map(str, conn.execute(RELATIONS))) == before


def test_what_she_said_herself_stays_with_the_winner(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    ana, ben = join("ana", "acme"), join("ben", "beta")
    merge = services.merge_profiles(conn, workspace_id=workspace, winner_id=ana, loser_id=ben, reason="same", now=now)
    join("ana", "beta", role="admin")

    services.undo_merge(conn, workspace_id=workspace, merge_id=merge.merge_id, now=now)

    assert belongs(conn, ana) == [("company", "acme", ""), ("company", "beta", "admin")]
    assert belongs(conn, ben) == [("company", "beta", "")]


def test_nobody_belongs_to_more_than_the_limit(
    conn: psycopg.Connection, workspace: int, now: datetime, event: Event, ingest: Ingest, join: Callable[..., int]
) -> None:
    named = {"type": "group", "name": "Group Joined", "user_id": "ana"}
    ingest(*(event(group_id=f"c{n}", **named) for n in range(MAX_RELATIONS)))

    ana = join("ana", "one-more")

    assert len(belongs(conn, ana)) == MAX_RELATIONS
    (kind,) = profiles.list_object_kinds(conn, workspace_id=workspace)
    assert kind.refused_count == 1
    with pytest.raises(TooManyRelations):
        services.relate_people(conn, one(ana), workspace_id=workspace, kind="company", key="one-more", now=now)
    join("ana", "c3", role="admin")  # where she is already there is room
    assert ("company", "c3", "admin") in belongs(conn, ana)


def test_a_merge_keeps_the_limit(
    conn: psycopg.Connection, workspace: int, now: datetime, event: Event, ingest: Ingest, join: Callable[..., int]
) -> None:
    named = {"type": "group", "name": "Group Joined"}
    ingest(*(event(group_id=f"c{n}", user_id="ana", **named) for n in range(MAX_RELATIONS - 1)))
    ana, ben = join("ana", "c0"), join("ben", "d1")
    join("ben", "d2")

    services.merge_profiles(conn, workspace_id=workspace, winner_id=ana, loser_id=ben, reason="same", now=now)

    assert len(belongs(conn, ana)) == MAX_RELATIONS


def test_erasing_a_person_leaves_the_company(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    ana, ben = join("ana", "acme", role="admin"), join("ben", "acme")

    services.erase_profiles(conn, one(ana), workspace_id=workspace, now=now)

    assert belongs(conn, ana) == []
    assert belongs(conn, ben) == [("company", "acme", "")]
    assert conn.execute("SELECT count(*) FROM profiles_relation WHERE profile_id = %s", (ana,)).fetchone() == (0,)


def test_the_export_of_a_person_says_what_she_belongs_to(conn: psycopg.Connection, join: Callable[..., int]) -> None:
    ana = join("ana", "acme", name="Acme", role="admin")

    (found,) = profiles.export_person(conn, [ana])["objects"]

    assert (found["kind"], found["key"], found["name"], found["role"]) == ("company", "acme", "Acme", "admin")


def test_a_removed_object_is_gone_at_once_and_its_people_are_told(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [join(f"u{n}", "acme", role="admin") for n in range(5)]
    tell(conn, now)
    monkeypatch.setattr(relating, "CHUNK", 2)

    services.remove_object(conn, workspace_id=workspace, kind="company", key="acme", now=now)

    with pytest.raises(ObjectNotFound):
        profiles.get_object(conn, workspace_id=workspace, kind="company", key="acme")
    assert belongs(conn, people[4]) == []
    again = join("u0", "acme")  # a new company of the same key
    tell(conn, now)
    assert [said(conn, id)[1] for id in people] == [
        ("Object Unrelated", {"kind": "company", "key": "acme", "role": "admin"}) if id != again else said(conn, id)[1]
        for id in people
    ]
    assert conn.execute("SELECT count(*) FROM profiles_relation").fetchone() == (1,)
    assert conn.execute("SELECT count(*) FROM profiles_object").fetchone() == (1,)


def test_people_are_related_and_parted_by_hand(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    ana = join("ana", "acme")
    named = {"workspace_id": workspace, "kind": "course", "key": "7", "now": now}
    services.save_object(conn, attributes={"level": 1}, **named)

    assert services.relate_people(conn, one(ana), role="pupil", **named) == 1
    assert services.relate_people(conn, one(ana), **named) == 0
    assert services.unrelate_people(conn, one(ana), **named) == 1
    assert services.unrelate_people(conn, one(ana), **named) == 0
    assert [name for name, _ in said(conn, ana)] == ["Object Related", "Object Related", "Object Unrelated"]


def test_an_object_is_told_anew_as_a_whole(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    named = {"workspace_id": workspace, "kind": "company", "key": "acme"}
    services.save_object(conn, attributes={"plan": "pro", "seats": 3}, now=now, **named)

    partly = services.save_object(conn, attributes={"seats": None, "city": "חיפה"}, now=now, **named)
    whole = services.save_object(conn, attributes={"plan": "free"}, now=now, whole=True, **named)

    assert partly.attributes == {"plan": "pro", "city": "חיפה"}
    assert whole.attributes == {"plan": "free"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": "Company!"}, ObjectKindInvalid),
        ({"key": "undefined"}, ObjectKeyInvalid),
        ({"key": " acme"}, ObjectKeyInvalid),
        ({"attributes": {"long": "x" * 5_000}}, ObjectTooLarge),
        ({"attributes": {f"n{n}": "x" * 1_000 for n in range(17)}}, ObjectTooLarge),
    ],
)
def test_what_cannot_be_an_object_is_refused(
    conn: psycopg.Connection, workspace: int, now: datetime, changed: dict[str, Any], error: type[Exception]
) -> None:
    given = {"kind": "company", "key": "acme", "attributes": {}, **changed}

    with pytest.raises(error):
        services.save_object(conn, workspace_id=workspace, now=now, **given)

    assert conn.execute("SELECT count(*) FROM profiles_object").fetchone() == (0,)


def test_the_kinds_of_a_workspace_are_bounded(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int]
) -> None:
    from kesher.kernel.text import Text

    for n in range(MAX_KINDS):
        name = Text(en=f"Kind {n}", he=f"סוג {n}")
        save_object_kind(conn, workspace_id=workspace, key=f"k{n}", name=name, plural=name, now=now)

    with pytest.raises(TooManyObjectKinds):
        services.save_object(conn, workspace_id=workspace, kind="more", key="a", attributes={}, now=now)
    assert belongs(conn, join("ana", "a", kind="more")) == []
    assert belongs(conn, join("ana", "a", kind="k7")) == [("k7", "a", "")]


def test_values_that_cannot_be_kept_are_left_out_and_counted(
    conn: psycopg.Connection, workspace: int, join: Callable[..., int]
) -> None:
    join("ana", "acme", plan="pro", essay="x" * 5_000)

    company = profiles.get_object(conn, workspace_id=workspace, kind="company", key="acme")
    assert company.attributes == {"plan": "pro"}
    assert profiles.list_object_kinds(conn, workspace_id=workspace)[0].refused_count == 1


def test_relating_many_works_in_chunks(
    conn: psycopg.Connection, workspace: int, now: datetime, join: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [join(f"u{n}", "acme") for n in range(5)]
    named = {"workspace_id": workspace, "kind": "course", "key": "7", "now": now + timedelta(seconds=1)}
    services.save_object(conn, attributes={}, **named)
    monkeypatch.setattr(objects, "CHUNK", 2)

    everybody = Relation("SELECT unnest(%(all)s::bigint[]) AS profile_id", {"all": people})

    assert services.relate_people(conn, everybody, **named) == 5
