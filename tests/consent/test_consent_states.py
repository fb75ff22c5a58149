"""The ledger of consent: history stays, what holds is derived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.consent import queries, services
from kesher.consent.errors import TopicExists, TopicKeyInvalid, TopicNotFound
from kesher.consent.types import ConsentState, Purpose, permits
from kesher.kernel.relations import Relation
from kesher.kernel.text import Text
from kesher.profiles import services as profiles
from kesher.profiles.types import IdentityClaim

Said = tuple[str, str, str, int]
"""Channel, topic, state, and the minute at which it was said."""

_STATES = [state.value for state in ConsentState]


@pytest.fixture
def person(conn: psycopg.Connection, workspace: int, now: datetime) -> int:
    return _person(conn, workspace, now, "u1")


def _person(conn: psycopg.Connection, workspace: int, now: datetime, user_id: str) -> int:
    claim = IdentityClaim(workspace_id=workspace, user_id=user_id)
    [profile_id] = profiles.resolve_claims(conn, [claim], now=now).profile_ids
    assert profile_id is not None
    return profile_id


@pytest.fixture
def record(conn: psycopg.Connection, workspace: int, now: datetime) -> Callable[..., list[int]]:
    def run(profile_id: int, *said: Said, workspace_id: int = workspace) -> list[int]:
        channels, topics, states, minutes = zip(*said, strict=True)
        return services.record_entries(
            conn,
            Relation(
                "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, channel, topic, state,"
                " 'form' AS source, 'כן, שלחו לי' AS wording,"
                ' \'{"ip": "192.0.2.1"}\'::jsonb AS evidence, at AS given_at'
                " FROM unnest(%(c)s::text[], %(t)s::text[], %(s)s::text[], %(a)s::timestamptz[])"
                " AS x (channel, topic, state, at)",
                {
                    "w": workspace_id,
                    "p": profile_id,
                    "c": list(channels),
                    "t": list(topics),
                    "s": list(states),
                    "a": [now + timedelta(minutes=minute) for minute in minutes],
                },
            ),
            now=now,
        )

    return run


Record = Callable[..., list[int]]


@pytest.mark.parametrize(
    ("states", "whole", "news", "offers"),
    [
        ({}, False, False, False),
        ({"": "granted"}, True, True, True),
        ({"": "denied"}, False, False, False),
        ({"": "pending"}, False, False, False),
        ({"news": "granted"}, False, True, False),
        ({"news": "granted", "": "denied"}, False, False, False),
        ({"news": "denied", "": "granted"}, True, False, True),
        ({"news": "pending", "": "granted"}, True, False, True),
        ({"news": "granted", "": "pending"}, False, True, False),
    ],
)
def test_what_is_permitted_in_memory_and_in_sql(
    conn: psycopg.Connection,
    person: int,
    record: Record,
    states: dict[str, str],
    whole: bool,
    news: bool,
    offers: bool,
) -> None:
    if states:
        record(person, *[("email", topic, state, 0) for topic, state in states.items()])

    held = queries.get_states(conn, [person])[person]
    assert held == {("email", topic): state for topic, state in states.items()}
    for topic, expected in (("", whole), ("news", news), ("offers", offers)):
        assert permits(held, "email", topic) is expected
        sql = queries.permitted_sql(profile_id="%s::bigint", channel="'email'", topic="%s::text")
        assert conn.execute(f"SELECT {sql}", (person, topic)).fetchone() == (expected,)
        assert permits(held, "sms", topic) is False


def test_history_keeps_what_was_shown_and_where(
    conn: psycopg.Connection, workspace: int, person: int, record: Record, now: datetime
) -> None:
    record(person, ("email", "news", "granted", 0))
    record(person, ("email", "news", "denied", 5))

    last, first = queries.list_entries(conn, workspace_id=workspace, profile_id=person)
    assert (first.state, first.source, first.wording, first.evidence, first.given_at) == (
        ConsentState.GRANTED,
        "form",
        "כן, שלחו לי",
        {"ip": "192.0.2.1"},
        now,
    )
    assert last.state is ConsentState.DENIED
    assert queries.get_states(conn, [person]) == {person: {("email", "news"): "denied"}}


def test_an_entry_that_comes_late_changes_history_and_not_what_holds(
    conn: psycopg.Connection, workspace: int, person: int, record: Record
) -> None:
    record(person, ("email", "", "denied", 10))
    record(person, ("email", "", "granted", 5))

    assert queries.get_states(conn, [person])[person] == {("email", ""): "denied"}
    assert len(queries.list_entries(conn, workspace_id=workspace, profile_id=person)) == 2


def test_of_two_entries_of_one_moment_the_later_written_holds(
    conn: psycopg.Connection, person: int, record: Record
) -> None:
    record(person, ("email", "", "granted", 0))
    record(person, ("email", "", "denied", 0))

    assert queries.get_states(conn, [person])[person] == {("email", ""): "denied"}


def test_an_entry_for_a_stranger_of_another_workspace_is_left_out(
    conn: psycopg.Connection, workspace: int, person: int, record: Record
) -> None:
    assert record(person, ("email", "", "granted", 0), workspace_id=workspace + 1) == []
    assert record(999, ("email", "", "granted", 0)) == []
    assert queries.get_states(conn, [person]) == {person: {}}
    assert queries.list_entries(conn, workspace_id=workspace + 1, profile_id=person) == []


def test_an_entry_for_a_merged_person_reaches_where_she_lives_on(
    conn: psycopg.Connection, workspace: int, now: datetime, person: int, record: Record
) -> None:
    lost, middle = _person(conn, workspace, now, "u2"), _person(conn, workspace, now, "u3")
    for winner, loser in ((middle, lost), (person, middle)):
        profiles.merge_profiles(conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="x", now=now)

    record(lost, ("email", "", "granted", 0))

    assert queries.get_states(conn, [person, middle, lost]) == {
        person: {("email", ""): "granted"},
        middle: {},
        lost: {},
    }


said = st.lists(
    st.tuples(
        st.sampled_from(["email", "sms"]), st.sampled_from(["", "news"]), st.sampled_from(_STATES), st.integers(0, 4)
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=said, hers=said)
def test_a_merge_derives_from_the_union_and_its_undo_gives_each_her_own_back(
    conn: psycopg.Connection, workspace: int, now: datetime, record: Record, mine: list[Said], hers: list[Said]
) -> None:
    one, two = (_person(conn, workspace, now, f"{name}{id(mine)}") for name in "ab")
    conn.execute("DELETE FROM consent_entry")
    conn.execute("DELETE FROM consent_state")
    written: dict[tuple[str, str], tuple[int, int, str]] = {}
    for person, entries in ((one, mine), (two, hers)):
        for channel, topic, state, minute in entries:
            [entry_id] = record(person, (channel, topic, state, minute))
            written[channel, topic] = max(written.get((channel, topic), (-1, 0, "")), (minute, entry_id, state))
    before = queries.get_states(conn, [one, two])

    merge = profiles.merge_profiles(conn, workspace_id=workspace, winner_id=one, loser_id=two, reason="x", now=now)
    services.carry_merges(conn, winner_ids=[one], loser_ids=[two])
    assert queries.get_states(conn, [one, two]) == {one: {k: v[2] for k, v in written.items()}, two: {}}

    profiles.undo_merge(conn, workspace_id=workspace, merge_id=merge.merge_id, now=now)
    services.undo_merge(conn, winner_id=one, loser_id=two)
    assert queries.get_states(conn, [one, two]) == before


def test_topics_have_a_key_an_order_and_two_languages(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    services.create_topic(workspace_id=workspace, key="offers", name=Text(en="Offers", he="מבצעים"), position=2)
    news = services.create_topic(workspace_id=workspace, key="news", name=Text(en="News", he="חדשות"), position=1)

    assert news.name.render("he") == "חדשות"
    assert news.purpose is Purpose.MARKETING
    with pytest.raises(TopicExists):
        services.create_topic(workspace_id=workspace, key="news", name=Text(en="Again", he="שוב"))
    with pytest.raises(TopicKeyInvalid):
        services.create_topic(workspace_id=workspace, key="Big News", name=Text(en="", he=""))
    with pytest.raises(TopicNotFound):
        services.archive_topic(workspace_id=workspace + 1, key="news", now=now)
    services.archive_topic(workspace_id=workspace, key="offers", now=now)
    assert [topic.key for topic in queries.list_topics(workspace_id=workspace)] == ["news"]
    assert [topic.key for topic in queries.list_topics(workspace_id=workspace, archived=True)] == ["news", "offers"]
    assert queries.list_topics(workspace_id=workspace + 1) == []
