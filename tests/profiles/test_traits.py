"""Typed traits: learnt, kept, ordered by time; what does not fit is counted and harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from kesher.profiles import queries, services
from kesher.profiles.errors import TraitNameInvalid
from kesher.profiles.types import ProfileView, TraitType, TraitUpdate


@pytest.fixture
def person(resolve: Callable[..., list[int | None]]) -> int:
    [profile_id] = resolve({"user_id": "u1"})
    assert profile_id is not None
    return profile_id


@pytest.fixture
def tell(conn: psycopg.Connection, workspace: int, person: int, now: datetime) -> Callable[..., ProfileView]:
    """Tell the person's traits, at minutes after `now`; the profile afterwards."""

    def run(*told: dict[str, Any] | tuple[float, dict[str, Any]], **hints: str) -> ProfileView:
        updates = []
        for item in told:
            minutes, traits = item if isinstance(item, tuple) else (0.0, item)
            updates.append(TraitUpdate(workspace, person, traits, now + timedelta(minutes=minutes), **hints))
        services.apply_traits(conn, updates, now=now)
        return queries.get_profile(conn, workspace_id=workspace, profile_id=person)

    return run


Tell = Callable[..., ProfileView]


@pytest.mark.parametrize(
    ("first", "kind", "stored"),
    [
        ("gold", "text", "gold"),
        (3, "number", 3),
        (2.5, "number", 2.5),
        (True, "bool", True),
        ("2026-01-02", "date", "2026-01-02"),
        ("2026-01-02T03:04:05+02:00", "datetime", "2026-01-02T01:04:05Z"),
        ("2026-01-02 03:04", "datetime", "2026-01-02T03:04:00Z"),
        ("2026-02-31", "text", "2026-02-31"),
        (["a", 1], "list", ["a", 1]),
        ({"city": "חיפה", "zip": None}, "object", {"city": "חיפה"}),
    ],
)
def test_a_trait_takes_the_type_of_its_first_value(
    conn: psycopg.Connection, workspace: int, tell: Tell, first: Any, kind: str, stored: Any
) -> None:
    assert tell({"x": first}).traits == {"x": stored}
    [trait] = queries.list_traits(conn, workspace_id=workspace)
    assert (trait.name, trait.type, trait.declared) == ("x", kind, False)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("text", 7, "7"),
        ("text", True, "true"),
        ("number", " 4.5 ", 4.5),
        ("number", "-3", -3),
        ("bool", "Yes", True),
        ("bool", 0, False),
        ("date", "2026-01-02T23:30:00-05:00", "2026-01-02"),
        ("datetime", "2026-01-02", "2026-01-02T00:00:00Z"),
        ("datetime", "2026-01-02T03:04:05.250Z", "2026-01-02T03:04:05.250000Z"),
        ("list", "one", ["one"]),
    ],
)
def test_a_value_is_brought_into_the_declared_type(
    conn: psycopg.Connection, workspace: int, now: datetime, tell: Tell, kind: str, value: Any, stored: Any
) -> None:
    services.declare_trait(conn, workspace_id=workspace, name="x", type=TraitType(kind), now=now)

    assert tell({"x": value}).traits == {"x": stored}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", {"a": 1}),
        ("text", "x" * 5000),
        ("text", "nul\x00"),
        ("text", "half\ud800"),
        ("number", "many"),
        ("number", "٣"),
        ("number", float("inf")),
        ("number", 10**400),
        ("number", "9" * 30),
        ("bool", 2),
        ("date", "2026-02-31"),
        ("date", "soon"),
        ("datetime", "0001-01-01T00:00:00+10:00"),
        ("datetime", 1767225600),
        ("list", [{"a": 1}]),
        ("object", "flat"),
        ("object", {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}),
    ],
)
def test_a_value_that_does_not_fit_is_left_out_and_counted(
    conn: psycopg.Connection, workspace: int, now: datetime, tell: Tell, kind: str, value: Any
) -> None:
    services.declare_trait(conn, workspace_id=workspace, name="x", type=TraitType(kind), now=now)

    assert tell({"x": value, "kept": 1}, {"x": value}).traits == {"kept": 1}
    rejected = {t.name: (t.rejected_count, t.rejected_example is not None) for t in _traits(conn, workspace)}
    assert rejected == {"x": (2, True), "kept": (0, False)}


def _traits(conn: psycopg.Connection, workspace: int) -> list[Any]:
    return queries.list_traits(conn, workspace_id=workspace)


def test_a_name_that_cannot_be_a_trait_harms_nobody(tell: Tell) -> None:
    assert tell({"": 1, "x" * 300: 1, "a\x00": 1, "bell\x07": None, "ok": 1}).traits == {"ok": 1}


def test_a_late_identify_fills_only_what_is_missing(tell: Tell, now: datetime) -> None:
    tell((10, {"plan": "pro"}))

    profile = tell((5, {"plan": "free", "city": "Haifa"}), (6, {"city": "חיפה"}))

    assert profile.traits == {"plan": "pro", "city": "חיפה"}
    assert profile.traits_at == now + timedelta(minutes=10)


def test_within_one_set_the_times_decide_and_not_the_order(tell: Tell) -> None:
    assert tell((2, {"plan": "late"}), (1, {"plan": "early", "city": "Haifa"})).traits == {
        "plan": "late",
        "city": "Haifa",
    }


def test_null_removes_a_trait_unless_it_comes_late(tell: Tell) -> None:
    tell((10, {"plan": "pro", "city": "Haifa"}))

    assert tell((5, {"plan": None})).traits == {"plan": "pro", "city": "Haifa"}
    assert tell((11, {"plan": None})).traits == {"city": "Haifa"}


def test_reserved_traits_are_columns_in_one_spelling(tell: Tell) -> None:
    profile = tell(
        {"email": " Dana@Example.org", "phone": "054-1234567", "locale": "iw-IL", "timezone": "Asia/Jerusalem"}
    )

    assert (profile.email, profile.phone) == ("dana@example.org", "+972541234567")
    assert (profile.language, profile.timezone) == ("he", "Asia/Jerusalem")
    assert profile.traits["email"] == "dana@example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("email", "not an address"),
        ("phone", "12"),
        ("timezone", "Mars/Base"),
        ("timezone", "localtime"),
        ("language", "Hebrew!"),
        ("locale", "עברית"),
    ],
)
def test_a_reserved_trait_that_is_wrong_is_not_taken(
    conn: psycopg.Connection, workspace: int, tell: Tell, name: str, value: str
) -> None:
    profile = tell({name: value})

    assert profile.traits == {}
    assert (profile.email, profile.phone, profile.language, profile.timezone) == (None, None, None, None)
    assert [(t.name, t.rejected_count) for t in _traits(conn, workspace)] == [(name, 1)]


def test_the_devices_hints_serve_where_the_traits_are_silent(tell: Tell) -> None:
    hinted = tell({}, locale="en-US", timezone="Europe/Paris")
    said = tell((1, {"language": "he", "timezone": "Asia/Jerusalem"}), locale="en-US", timezone="Europe/Paris")
    unknown = tell((2, {}), locale="??", timezone="Nowhere")

    assert (hinted.language, hinted.timezone, hinted.traits) == ("en", "Europe/Paris", {})
    assert (said.language, said.timezone) == (unknown.language, unknown.timezone) == ("he", "Asia/Jerusalem")


def test_a_declared_type_holds_against_what_is_said_later(
    conn: psycopg.Connection, workspace: int, now: datetime, tell: Tell
) -> None:
    tell({"age": "12"})
    services.declare_trait(conn, workspace_id=workspace, name="age", type=TraitType.NUMBER, now=now)

    assert tell((1, {"age": "13"})).traits == {"age": 13}
    assert tell((2, {"age": "old"})).traits == {"age": 13}


def test_types_of_one_workspace_do_not_bind_another(
    conn: psycopg.Connection, workspace: int, now: datetime, resolve: Callable[..., list[int | None]], tell: Tell
) -> None:
    tell({"x": 1})
    [stranger] = resolve({"user_id": "u1", "workspace_id": workspace + 1})
    assert stranger is not None

    services.apply_traits(conn, [TraitUpdate(workspace + 1, stranger, {"x": "one"}, now)], now=now)

    assert queries.get_profile(conn, workspace_id=workspace + 1, profile_id=stranger).traits == {"x": "one"}


def test_a_relation_of_updates_is_typed_like_any_other(
    conn: psycopg.Connection, workspace: int, now: datetime, person: int
) -> None:
    from kesher.kernel.relations import Relation

    updates = Relation(
        "SELECT %(w)s::int AS workspace_id, %(p)s::bigint AS profile_id, '{\"n\": 1}'::jsonb AS traits,"
        " %(at)s::timestamptz AS at",
        {"w": workspace, "p": person, "at": now},
    )

    assert services.apply_traits(conn, updates, now=now).rejected == 0
    assert queries.get_profile(conn, workspace_id=workspace, profile_id=person).traits == {"n": 1}


def test_a_trait_needs_a_name(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    with pytest.raises(TraitNameInvalid):
        services.declare_trait(conn, workspace_id=workspace, name="a\nb", type=TraitType.TEXT, now=now)
