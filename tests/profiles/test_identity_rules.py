"""The rules of the identity graph, as the docstring of profiles.services tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from kesher.profiles.types import LIMITS

Resolve = Callable[..., list[int | None]]
Conflicts = Callable[[], list[tuple[str, str, str]]]
Living = Callable[[], list[int]]

U1, U2 = {"user_id": "u1"}, {"user_id": "u2"}
A1, A2 = {"anonymous_id": "a1"}, {"anonymous_id": "a2"}


def says(*, email: str | None = None, phone: str | None = None) -> dict[str, Any]:
    return {"email": email, "phone": phone, "is_identify": True}


@pytest.mark.parametrize(
    "value", ["null", "undefined", "  ", "0", "000-000", "N/A", "[object Object]", "a\x00b", "x" * 256]
)
def test_a_blocked_value_identifies_nobody(resolve: Resolve, living: Living, value: str) -> None:
    assert resolve({"user_id": value}, {"anonymous_id": value}) == [None, None]
    assert living() == []


def test_a_test_address_identifies_nobody_but_its_call_still_has_its_own_profile(resolve: Resolve) -> None:
    first, second = resolve(A1 | says(email="test@test.com"), A2 | says(email="Test@Test.com"))

    assert first != second


def test_the_same_claim_always_names_the_same_profile(resolve: Resolve) -> None:
    first = resolve(U1, A1, U1, A1)

    assert resolve(A1, U1) == [first[1], first[0]]
    assert first[0] == first[2] != first[1] == first[3]


def test_a_user_id_never_seen_takes_over_the_anonymous_profile_of_its_call(resolve: Resolve, living: Living) -> None:
    [anonymous] = resolve(A1)

    assert resolve(U1 | A1, U1) == [anonymous, anonymous]
    assert living() == [anonymous]


def test_within_one_set_the_anonymous_beginning_and_the_login_are_one_person(resolve: Resolve, living: Living) -> None:
    assert len({*resolve(A1, A1 | U1, U1, A2 | U1, A2)}) == 1
    assert len(living()) == 1


def test_anonymous_joins_known_and_the_known_wins(resolve: Resolve, living: Living) -> None:
    [anonymous, known] = resolve(A1, U1)

    assert resolve(U1 | A1) == [known]
    assert resolve(A1) == [known]
    assert living() == [known]
    assert anonymous < known, "the older one lost, because it had no user id"


def test_a_shared_device_does_not_merge_two_users(resolve: Resolve, living: Living, conflicts: Conflicts) -> None:
    [first] = resolve(U1 | A1)

    [second] = resolve(U2 | A1)

    assert second != first
    assert resolve(A1) == [first], "the device stays with its first owner"
    assert living() == [first, second]
    assert conflicts() == [("anonymous_id", "a1", "two_users")]


def test_an_address_with_a_user_id_claims_the_profile_that_has_no_user_id(resolve: Resolve, living: Living) -> None:
    [subscriber] = resolve(A1 | says(email="dana@example.org"))

    [user] = resolve(U1)

    assert resolve(U1 | says(email="Dana@Example.org ")) == [user]
    assert resolve(A1, says(email="dana@example.org")) == [user, user]
    assert living() == [user]
    assert user != subscriber


def test_an_address_with_a_user_id_never_seen_gives_the_id_to_the_addresss_profile(resolve: Resolve) -> None:
    subscriber = resolve(says(email="dana@example.org"))

    assert resolve(U1 | says(email="dana@example.org")) == subscriber


def test_an_address_does_not_merge_two_users(resolve: Resolve, living: Living, conflicts: Conflicts) -> None:
    [first] = resolve(U1 | says(email="dana@example.org"))

    [second] = resolve(U2 | says(email="dana@example.org"))

    assert living() == [first, second]
    assert resolve(says(email="dana@example.org")) == [first]
    assert conflicts() == [("email", "dana@example.org", "two_users")]


def test_an_address_typed_into_a_form_attaches_the_anonymous_visitor_to_its_owner(
    resolve: Resolve, living: Living
) -> None:
    [owner] = resolve(U1 | says(email="dana@example.org"))
    resolve(A1)

    assert resolve(A1 | says(email="dana@example.org")) == [owner]
    assert living() == [owner]


def test_an_address_typed_into_a_form_does_not_merge_two_known_people(
    resolve: Resolve, living: Living, conflicts: Conflicts
) -> None:
    [first, second] = resolve(U1 | A1, U2 | says(email="dana@example.org"))

    assert resolve(A1 | says(email="dana@example.org")) == [first]
    assert living() == [first, second]
    assert conflicts() == [("email", "dana@example.org", "two_people")]


def test_a_kiosk_does_not_chain_the_people_who_type_their_addresses(resolve: Resolve, living: Living) -> None:
    owners = resolve(says(email="a@example.org"), says(email="b@example.org"), says(email="c@example.org"))

    resolve(*[A1 | says(email=f"{letter}@example.org") for letter in "abc"])

    assert [id for id in owners if id in living()] == owners


def test_an_address_alone_names_its_owner_or_a_new_profile(resolve: Resolve) -> None:
    [by_email] = resolve(says(email="dana@example.org", phone="+972541234567"))

    assert resolve(says(phone="054-123-4567")) == [by_email]


def test_only_an_identify_speaks_of_addresses(resolve: Resolve) -> None:
    [owner] = resolve(U1 | says(email="dana@example.org"))

    [visitor] = resolve(A1 | {"email": "dana@example.org"})

    assert visitor != owner


@pytest.mark.parametrize("previous", ["u2", "a2"])
def test_an_alias_merges_whatever_its_ids_name(resolve: Resolve, living: Living, previous: str) -> None:
    [first, second] = resolve(U1, U2 | A2)

    assert resolve(U1 | {"previous_id": previous}) == [first]
    assert resolve(U2, A2) == [first, first]
    assert living() == [first]
    assert second is not None


def test_an_alias_of_an_id_never_seen_attaches_it(resolve: Resolve) -> None:
    [user] = resolve(U1 | {"previous_id": "a9"})

    assert resolve({"anonymous_id": "a9"}) == [user]


def test_of_two_users_the_older_wins(resolve: Resolve) -> None:
    [older, _] = resolve(U1, U2)

    assert resolve(U2 | {"previous_id": "u1"}) == [older]


def test_merges_of_merges_in_one_set_end_at_one_survivor(
    conn: psycopg.Connection, resolve: Resolve, living: Living
) -> None:
    ids = resolve(*[{"user_id": f"u{n}"} for n in range(5)])

    resolve(*[{"user_id": f"u{n}", "previous_id": f"u{n + 1}"} for n in range(4)])

    assert living() == [ids[0]]
    assert {row[0] for row in conn.execute("SELECT winner_id FROM profiles_merge")} == {ids[0]}


@pytest.mark.parametrize(("kind", "limit"), sorted(LIMITS.items()))
def test_more_identifiers_of_a_kind_than_the_limit_are_refused(
    conn: psycopg.Connection, resolve: Resolve, conflicts: Conflicts, kind: str, limit: int
) -> None:
    def claim(number: int) -> dict[str, Any]:
        match kind:
            case "user_id":
                return {"user_id": "u", "previous_id": f"u{number}"}
            case "anonymous_id":
                return {"user_id": "u", "anonymous_id": f"a{number}"}
            case "email":
                return U1 | says(email=f"dana{number}@example.org")
            case _:
                return U1 | says(phone=f"+97254123456{number}")

    if kind == "user_id":
        resolve(*[{"user_id": f"u{n}"} for n in range(limit + 2)])
    [*owners] = resolve(*[claim(n) for n in range(limit + 2)])

    rows = conn.execute(
        "SELECT count(*) FROM profiles_identifier WHERE profile_id = %s AND kind = %s", (owners[0], kind)
    ).fetchone()
    assert rows == (limit,)
    assert {rule for _, _, rule in conflicts()} == {"limit"}
    assert len(set(owners)) == 1, "the call's own profile is hers all the same"


def test_identifiers_of_two_workspaces_never_meet(conn: psycopg.Connection, resolve: Resolve, workspace: int) -> None:
    everything = U1 | A1 | says(email="dana@example.org", phone="+972541234567")
    [here, there] = resolve(everything, everything | {"workspace_id": workspace + 1})

    assert here != there
    [again] = resolve(A2 | says(email="dana@example.org") | {"workspace_id": workspace + 1})
    assert again == there
    rows = conn.execute(
        "SELECT count(*) FROM profiles_identifier i JOIN profiles_profile p ON p.id = i.profile_id"
        " WHERE p.workspace_id <> i.workspace_id"
    ).fetchone()
    assert rows == (0,)


def test_the_number_of_statements_does_not_grow_with_the_number_of_claims(
    conn: psycopg.Connection, resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesher.kernel import sql

    calls: list[str] = []
    run = sql.Statements.run

    def counting(self: sql.Statements, conn: Any, name: str, params: Any = None, /, **relations: Any) -> Any:
        calls.append(name)
        return run(self, conn, name, params, **relations)

    monkeypatch.setattr(sql.Statements, "run", counting)
    counts = []
    for size in (3, 300):
        claims = [A1 | {"anonymous_id": f"{size}a{n}"} for n in range(size)]
        resolve(*claims, *[{"user_id": f"{size}u{n}"} for n in range(size)])
        calls.clear()
        resolve(*[c | {"user_id": f"{size}u{n}"} for n, c in enumerate(claims)])
        counts.append(len(calls))
    assert counts[0] == counts[1]
