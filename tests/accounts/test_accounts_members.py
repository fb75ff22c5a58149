"""Users, roles and members."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest

from kesher.accounts import queries, services
from kesher.accounts.errors import (
    InvitationInvalid,
    LastOwner,
    MemberExists,
    MemberNotFound,
    UserExists,
    UserInvalid,
    WorkspaceExists,
    WorkspaceInvalid,
    WorkspaceNotChosen,
    WorkspaceNotFound,
)
from kesher.accounts.types import PERMISSIONS, ROLE_PERMISSIONS, Actor, Role
from kesher.kernel.errors import Forbidden

PASSWORD = "a long enough secret"


def make_member(workspace: int, name: str, role: Role, now: datetime) -> Actor:
    """A user with a role, as an actor."""
    user = services.create_user(email=f"{name}@shop.test", password=PASSWORD, now=now)
    services.add_member(workspace_id=workspace, user_id=user.id, role=role)
    return queries.access_as_member(user.id, reference=str(workspace))


def user_of(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("accounts:read", "owner admin editor viewer"),
        ("accounts:write", "owner admin"),
        ("accounts:members", "owner admin"),
        ("accounts:owners", "owner"),
        ("accounts:keys", "owner admin"),
        ("accounts:audit", "owner admin"),
        ("profiles:read", "owner admin editor viewer"),
        ("profiles:write", "owner admin editor"),
        ("profiles:merge", "owner admin"),
        ("profiles:export", "owner admin"),
        ("profiles:erase", "owner admin"),
        ("consent:read", "owner admin editor viewer"),
        ("consent:write", "owner admin editor"),
        ("consent:topics", "owner admin"),
        ("events:read", "owner admin editor viewer"),
        ("events:sources", "owner admin"),
        ("segments:read", "owner admin editor viewer"),
        ("segments:write", "owner admin editor"),
        ("content:read", "owner admin editor viewer"),
        ("content:write", "owner admin editor"),
        ("messaging:read", "owner admin editor viewer"),
        ("messaging:send", "owner admin editor"),
        ("messaging:broadcast", "owner admin editor"),
        ("messaging:suppress", "owner admin"),
        ("messaging:policy", "owner admin"),
        ("messaging:providers", "owner admin"),
        ("journeys:read", "owner admin editor viewer"),
        ("journeys:write", "owner admin editor"),
        ("journeys:publish", "owner admin editor"),
    ],
)
def test_a_role_holds_its_permissions_and_no_others(permission: str, roles: str) -> None:
    assert {role.value for role, held in ROLE_PERMISSIONS.items() if permission in held} == set(roles.split())


def test_the_matrix_above_names_every_permission() -> None:
    matrix = test_a_role_holds_its_permissions_and_no_others.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {row[0] for row in matrix} == PERMISSIONS


def test_a_workspace_needs_a_real_time_zone_a_slug_and_a_language(now: datetime) -> None:
    with pytest.raises(WorkspaceInvalid) as refused:
        services.create_workspace(slug="42", name=" ", timezone="Mars/Olympus", default_language="fr", now=now)

    assert [p.path for p in refused.value.problems] == ["slug", "name", "timezone", "default_language"]


def test_postgres_knows_every_time_zone_that_can_be_chosen(conn: psycopg.Connection) -> None:
    known = {row[0] for row in conn.execute("SELECT name FROM pg_timezone_names")}

    offered = {zone.name for zone in queries.list_timezones()}

    assert offered - known == set()
    assert "Asia/Jerusalem" in offered


def test_two_workspaces_cannot_share_a_slug(workspace: int, now: datetime) -> None:
    with pytest.raises(WorkspaceExists):
        services.create_workspace(slug="shop", name="Shop", now=now)


def test_settings_are_set_one_by_one_and_removed_by_null(workspace: int) -> None:
    services.update_workspace(workspace, settings={"a": 1, "b": {"c": 2}})
    services.update_workspace(workspace, settings={"a": None, "d": 3})

    assert queries.get_workspace(workspace).settings == {"b": {"c": 2}, "d": 3}


def test_an_address_belongs_to_one_user_whatever_its_case(now: datetime) -> None:
    services.create_user(email="Dana@Shop.test", password=PASSWORD, now=now)

    with pytest.raises(UserExists):
        services.create_user(email="dana@shop.TEST", password=PASSWORD, now=now)
    assert queries.find_user("DANA@shop.test") is not None


def test_a_weak_password_is_refused_in_both_languages(now: datetime) -> None:
    with pytest.raises(UserInvalid) as refused:
        services.create_user(email="dana@shop.test", password="password", now=now)

    short, common = (problem.message for problem in refused.value.problems)
    assert (short.en, short.he) == ("Use at least 10 characters.", "יש להשתמש ב־10 תווים לפחות.")
    assert "קלה מדי" in common.he


def test_the_password_is_stored_only_as_a_hash(conn: psycopg.Connection, now: datetime) -> None:
    services.create_user(email="dana@shop.test", password=PASSWORD, now=now)

    stored = conn.execute("SELECT accounts_user::text FROM accounts_user").fetchone()

    assert stored is not None
    assert PASSWORD not in stored[0]


def test_a_user_joins_a_workspace_once(workspace: int, now: datetime) -> None:
    dana = make_member(workspace, "dana", Role.VIEWER, now)

    with pytest.raises(MemberExists):
        services.add_member(workspace_id=workspace, user_id=user_of(dana), role=Role.OWNER)


def test_an_admin_cannot_make_or_unmake_owners(workspace: int, now: datetime) -> None:
    owner = make_member(workspace, "owner", Role.OWNER, now)
    admin = make_member(workspace, "admin", Role.ADMIN, now)
    friend = services.create_user(email="friend@shop.test", now=now)

    with pytest.raises(Forbidden):
        services.add_member(workspace_id=workspace, user_id=friend.id, role=Role.OWNER, actor=admin)
    with pytest.raises(Forbidden):
        services.change_role(workspace_id=workspace, user_id=user_of(admin), role=Role.OWNER, actor=admin)
    with pytest.raises(Forbidden):
        services.change_role(workspace_id=workspace, user_id=user_of(owner), role=Role.VIEWER, actor=admin)
    with pytest.raises(Forbidden):
        services.remove_member(workspace_id=workspace, user_id=user_of(owner), actor=admin)


def test_the_last_owner_stays(workspace: int, now: datetime) -> None:
    first = make_member(workspace, "first", Role.OWNER, now)

    with pytest.raises(LastOwner):
        services.remove_member(workspace_id=workspace, user_id=user_of(first), actor=first)
    with pytest.raises(LastOwner):
        services.change_role(workspace_id=workspace, user_id=user_of(first), role=Role.ADMIN, actor=first)

    make_member(workspace, "second", Role.OWNER, now)
    services.remove_member(workspace_id=workspace, user_id=user_of(first), actor=first)
    with pytest.raises(WorkspaceNotFound):
        queries.access_as_member(user_of(first), reference="shop")


def test_a_member_of_another_workspace_cannot_be_changed_from_here(workspace: int, now: datetime) -> None:
    other = services.create_workspace(slug="other", name="Other", now=now)
    owner = make_member(workspace, "owner", Role.OWNER, now)
    theirs = make_member(other.id, "theirs", Role.VIEWER, now)

    with pytest.raises(MemberNotFound):
        services.change_role(workspace_id=workspace, user_id=user_of(theirs), role=Role.EDITOR, actor=owner)


def test_a_user_with_two_workspaces_must_name_one(workspace: int, now: datetime) -> None:
    dana = user_of(make_member(workspace, "dana", Role.VIEWER, now))
    other = services.create_workspace(slug="other", name="Other", now=now)
    assert queries.access_as_member(dana, reference=None).workspace_id == workspace

    services.add_member(workspace_id=other.id, user_id=dana, role=Role.OWNER)

    with pytest.raises(WorkspaceNotChosen):
        queries.access_as_member(dana, reference=None)
    assert queries.access_as_member(dana, reference="other").permissions == PERMISSIONS
    assert queries.access_as_member(dana, reference=str(workspace)).permissions == ROLE_PERMISSIONS[Role.VIEWER]


@pytest.mark.parametrize("reference", ["other", "nowhere", "999999999999999999999", "0", "", "١"])
def test_a_workspace_of_others_cannot_be_told_from_none(workspace: int, now: datetime, reference: str) -> None:
    services.create_workspace(slug="other", name="Other", now=now)
    dana = user_of(make_member(workspace, "dana", Role.OWNER, now))

    with pytest.raises(WorkspaceNotFound):
        queries.access_as_member(dana, reference=reference)


def test_an_invitation_works_once(workspace: int, now: datetime) -> None:
    dana = services.create_user(email="dana@shop.test", now=now)
    token = services.invite_user(dana.id)
    assert token is not None

    services.accept_invitation(token, password=PASSWORD, name="דנה")

    with pytest.raises(InvitationInvalid):
        services.accept_invitation(token, password="quite another secret")
    assert services.invite_user(dana.id) is None
    assert queries.get_user(dana.id).name == "דנה"


def test_an_invitation_for_one_user_opens_no_other(now: datetime) -> None:
    dana, avi = (services.create_user(email=f"{name}@shop.test", now=now) for name in ("dana", "avi"))
    token = services.invite_user(dana.id)
    assert token is not None

    with pytest.raises(InvitationInvalid):
        services.accept_invitation(token[:-4] + "AAAA", password=PASSWORD)
    assert services.accept_invitation(token, password=PASSWORD).id != avi.id


def test_bootstrap_twice_is_bootstrap_once(conn: psycopg.Connection, now: datetime) -> None:
    first = services.bootstrap(name="My Shop", email="owner@shop.test", password=PASSWORD, now=now)
    again = services.bootstrap(name="My Shop", email="Owner@shop.test", password=PASSWORD, now=now)

    assert (first, first.slug) == (again, "my-shop")
    assert conn.execute("SELECT count(*) FROM accounts_audit_entry").fetchone() == (1,)
    user = queries.find_user("owner@shop.test")
    assert user is not None
    assert queries.access_as_member(user.id, reference=None).permissions == PERMISSIONS


def test_bootstrap_does_not_hand_a_workspace_to_a_second_owner(now: datetime) -> None:
    services.bootstrap(name="חנות", email="owner@shop.test", password=PASSWORD, now=now)

    with pytest.raises(WorkspaceExists):
        services.bootstrap(name="חנות", email="other@shop.test", password=PASSWORD, now=now)
