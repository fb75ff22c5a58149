"""Reading profiles: inside the workspace only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest

from kesher.profiles import queries, services
from kesher.profiles.errors import MergeNotFound, MergeNotPossible, MergeNotUndoable, MergeTooLarge, ProfileNotFound
from kesher.profiles.types import TraitUpdate

Resolve = Callable[..., list[int | None]]


def test_a_profile_is_found_by_each_of_its_identifiers(
    conn: psycopg.Connection, workspace: int, resolve: Resolve
) -> None:
    [person] = resolve({"user_id": "u1", "anonymous_id": "a1", "email": "d@example.org", "is_identify": True})

    for value in ("u1", "a1", "d@example.org"):
        found = queries.find_profile_by_identifier(conn, workspace_id=workspace, value=value)
        assert found is not None and found.id == person
    assert queries.find_profile_by_identifier(conn, workspace_id=workspace, value="u2") is None
    assert [
        (i.kind, i.value) for i in queries.list_identifiers(conn, workspace_id=workspace, profile_id=person or 0)
    ] == [
        ("anonymous_id", "a1"),
        ("email", "d@example.org"),
        ("user_id", "u1"),
    ]


def test_nothing_of_another_workspace_is_read(conn: psycopg.Connection, workspace: int, resolve: Resolve) -> None:
    [person] = resolve({"user_id": "u1"})
    assert person is not None
    other = workspace + 1

    with pytest.raises(ProfileNotFound):
        queries.get_profile(conn, workspace_id=other, profile_id=person)
    assert queries.find_profile_by_identifier(conn, workspace_id=other, value="u1") is None
    assert queries.list_identifiers(conn, workspace_id=other, profile_id=person) == []
    assert queries.search_profiles(conn, workspace_id=other) == []
    assert queries.count_profiles(conn, workspace_id=other) == 0


def test_search_finds_by_the_beginnings_of_words_and_pages(
    conn: psycopg.Connection, workspace: int, resolve: Resolve, now: datetime
) -> None:
    people = [id for id in resolve(*[{"user_id": f"u{n}"} for n in range(5)]) if id is not None]
    traits = [
        {"first_name": "דנה", "last_name": "בן-דוד"},
        {"email": "Dana@example.org", "phone": "054-123-4567"},
        {"name": "100%_\\ sure 'a' & !b"},
        {"name": "x" * 300, "plan": "gold"},
        {"firstName": "Rivka", "lastName": "Ben-Ami"},
    ]
    services.apply_traits(
        conn, [TraitUpdate(workspace, id, t, now) for id, t in zip(people, traits, strict=True)], now=now
    )

    def found(text: str) -> list[int]:
        return [profile.id for profile in queries.search_profiles(conn, workspace_id=workspace, text=text)]

    for text in ("דנה", "דוד ד", "בן-ד", "  דנה   בן"):
        assert found(text) == [people[0]], text
    assert found("דנה כהן") == [], "every word counts"
    for text in ("DANA@", "dana@example.org", "example.o", "0541234567", "054-123", "+972 54-123", "972541234567"):
        assert found(text) == [people[1]], text
    for text in ("%_\\", "100%_\\", "'a'", "& !b"):
        assert found(text) == ([] if text.startswith("%") else [people[2]]), text
    assert found("x" * 150) == [people[3]]
    assert found("riv ben-a") == [people[4]], "names as Segment's libraries send them"
    assert found("u2") == [people[2]]
    assert found(str(people[0]))[-1] == people[0], "the number of a profile"
    assert found("gold") == found("9" * 30) == []
    first = queries.search_profiles(conn, workspace_id=workspace, limit=3)
    rest = queries.search_profiles(conn, workspace_id=workspace, limit=2, before_id=first[-1].id)
    assert [p.id for p in first + rest] == people[::-1]
    assert queries.count_profiles(conn, workspace_id=workspace) == 5


def test_search_follows_changes_merges_and_erasing_and_stays_in_its_workspace(
    conn: psycopg.Connection, workspace: int, resolve: Resolve, now: datetime
) -> None:
    mine, gone = resolve({"user_id": "u1"}, {"user_id": "u2"})
    [theirs] = resolve({"user_id": "u1", "workspace_id": workspace + 1})
    assert mine is not None and gone is not None and theirs is not None

    def say(profile: int, name: str | None, into: int = workspace) -> None:
        services.apply_traits(conn, [TraitUpdate(into, profile, {"name": name}, now)], now=now)

    def found(text: str) -> list[int]:
        return [profile.id for profile in queries.search_profiles(conn, workspace_id=workspace, text=text)]

    say(theirs, "Dana", workspace + 1)
    assert found("Dana") == []
    say(mine, "Dana")
    say(gone, "Dana")
    assert found("dan") == [gone, mine]
    services.merge_profiles(
        conn, workspace_id=workspace, winner_id=mine, loser_id=gone, reason="the same person", now=now
    )
    assert found("dan") == [mine]
    say(mine, None)
    assert found("dan") == []


def test_an_operator_cannot_merge_what_is_not_two_living_profiles_of_the_workspace(
    conn: psycopg.Connection, workspace: int, resolve: Resolve, now: datetime
) -> None:
    one, two = resolve({"user_id": "u1"}, {"user_id": "u2"})
    [stranger] = resolve({"user_id": "u1", "workspace_id": workspace + 1})

    def merge(winner: int | None, loser: int | None) -> int:
        assert winner is not None and loser is not None
        return services.merge_profiles(
            conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="operator", now=now
        ).merge_id

    for pair in ((one, one), (one, stranger), (stranger, two), (one, 999)):
        with pytest.raises(MergeNotPossible):
            merge(*pair)
    merge_id = merge(one, two)
    with pytest.raises(MergeNotPossible):
        merge(one, two)
    with pytest.raises(MergeNotFound):
        services.undo_merge(conn, workspace_id=workspace + 1, merge_id=merge_id, now=now)
    services.undo_merge(conn, workspace_id=workspace, merge_id=merge_id, now=now)
    with pytest.raises(MergeNotUndoable):
        services.undo_merge(conn, workspace_id=workspace, merge_id=merge_id, now=now)


def test_a_merge_whose_winner_was_merged_since_is_not_undone_before_that_one(
    conn: psycopg.Connection, workspace: int, resolve: Resolve, now: datetime
) -> None:
    one, two, three = (id or 0 for id in resolve({"user_id": "u1"}, {"user_id": "u2"}, {"user_id": "u3"}))

    def merge(winner: int, loser: int) -> int:
        return services.merge_profiles(
            conn, workspace_id=workspace, winner_id=winner, loser_id=loser, reason="operator", now=now
        ).merge_id

    inner, outer = merge(two, three), merge(one, two)
    with pytest.raises(MergeNotUndoable):
        services.undo_merge(conn, workspace_id=workspace, merge_id=inner, now=now)
    assert queries.find_survivors(conn, [one, two, three]) == {two: one, three: one}
    services.undo_merge(conn, workspace_id=workspace, merge_id=outer, now=now)
    assert queries.find_survivors(conn, [one, two, three]) == {three: two}
    assert resolve({"user_id": "u3"}) == [two]
    services.undo_merge(conn, workspace_id=workspace, merge_id=inner, now=now)
    assert resolve({"user_id": "u3"}) == [three]
    assert [m.undone_at for m in queries.list_merges(conn, workspace_id=workspace, profile_id=two)] == [now, now]


def test_an_operator_keeps_to_the_limits(
    conn: psycopg.Connection, workspace: int, resolve: Resolve, now: datetime
) -> None:
    resolve(*[{"user_id": f"u{n}"} for n in range(6)])
    [person] = resolve(*[{"user_id": "u0", "previous_id": f"u{n}"} for n in range(1, 5)])[:1]
    [sixth] = resolve({"user_id": "u5"})
    assert person is not None and sixth is not None

    with pytest.raises(MergeTooLarge):
        services.merge_profiles(
            conn, workspace_id=workspace, winner_id=person, loser_id=sixth, reason="operator", now=now
        )
