"""The workspace, its members, keys and audit log over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
from callers import PASSWORD, Caller

from kesher.accounts import services
from kesher.accounts.types import Role
from kesher.events import services as events
from kesher.events.types import EventType, IncomingEvent


def test_the_workspace_is_read_and_changed(api: Caller) -> None:
    changed = api("PATCH", "/workspace", {"timezone": "Europe/Paris", "settings": {"colour": "teal"}})

    assert changed.status_code == 200
    shown = api("GET", "/workspace").json()
    assert (shown["slug"], shown["timezone"], shown["settings"]) == ("shop", "Europe/Paris", {"colour": "teal"})


def test_a_member_is_invited_chooses_a_password_and_signs_in(signed_in: Callable[[Role], Caller]) -> None:
    owner = signed_in(Role.OWNER)

    added = owner("POST", "/members", {"email": "dana@shop.test", "role": "editor", "name": "דנה"})

    assert added.status_code == 201, added.content
    browser = Caller()
    accepted = browser(
        "POST", "/invitations/accept", {"token": added.json()["invitation"], "password": "another long secret"}
    )
    assert accepted.json() == {"email": "dana@shop.test"}
    token = browser("GET", "/csrf").json()["csrf_token"]
    login = browser(
        "POST",
        "/auth/browser/v1/auth/login",
        {"email": "Dana@shop.test", "password": "another long secret"},
        **{"X-CSRFToken": token},
    )
    assert login.status_code == 200, login.content
    me = browser("GET", "/me").json()
    assert (me["name"], me["workspaces"][0]["role"]) == ("דנה", "editor")


def test_nobody_signs_up_uninvited() -> None:
    browser = Caller()

    answer = browser("POST", "/auth/browser/v1/auth/signup", {"email": "x@y.test", "password": PASSWORD})

    assert answer.status_code == 403


def test_a_key_is_shown_once(api: Caller, now: datetime) -> None:
    made = api("POST", "/api-keys", {"name": "till", "scopes": ["profiles:read"]})

    key = made.json()["key"]
    assert made.status_code == 201
    assert key not in api("GET", "/api-keys").content.decode()
    assert Caller(headers={"Authorization": f"Bearer {key}"})("GET", "/workspace").status_code == 403


def test_every_change_can_be_read_in_the_audit_log(api: Caller) -> None:
    api("PATCH", "/workspace", {"name": "Shop"})

    entry = api("GET", "/audit").json()["items"][0]

    assert (entry["action"], entry["target"], entry["changes"]) == (
        "accounts.update_workspace",
        "shop",
        {"name": "Shop"},
    )


def test_a_lost_invitation_is_given_anew_until_it_is_accepted(signed_in: Callable[[Role], Caller]) -> None:
    owner = signed_in(Role.OWNER)
    added = owner("POST", "/members", {"email": "dana@shop.test", "role": "editor"}).json()
    member = added["member"]["user_id"]
    assert [each["pending"] for each in owner("GET", "/members").json()] == [True, False]

    token = owner("POST", f"/members/{member}/invitation").json()["invitation"]

    browser = Caller()
    shown = browser("POST", "/invitations/look", {"token": token}).json()
    assert shown == {"email": "dana@shop.test", "name": "", "workspaces": ["חנות"]}
    assert (
        browser("POST", "/invitations/accept", {"token": token, "password": "another long secret"}).status_code == 200
    )
    assert browser("POST", "/invitations/look", {"token": token}).json()["code"] == "accounts.invitation_invalid"
    again = owner("POST", f"/members/{member}/invitation")
    assert (again.status_code, again.json()["code"]) == (409, "accounts.invitation_not_needed")
    assert [each["pending"] for each in owner("GET", "/members").json()] == [False, False]


def test_an_invitation_never_opens_a_second_workspace(
    signed_in: Callable[[Role], Caller], other_workspace: int, now: datetime
) -> None:
    dana = services.create_user(email="dana@shop.test", now=now)
    services.add_member(workspace_id=other_workspace, user_id=dana.id, role=Role.OWNER)
    admin = signed_in(Role.ADMIN)

    refused = admin("POST", "/members", {"email": "dana@shop.test", "role": "editor"})

    assert (refused.status_code, refused.json()["code"]) == (409, "accounts.invitation_open_elsewhere")
    assert "invitation" not in refused.json()
    assert [each["email"] for each in admin("GET", "/members").json()] == ["admin@shop.test"]


def test_only_an_owner_hands_out_an_owners_invitation(signed_in: Callable[[Role], Caller]) -> None:
    owner, admin = signed_in(Role.OWNER), signed_in(Role.ADMIN)
    invited = owner("POST", "/members", {"email": "dana@shop.test", "role": "owner"}).json()["member"]["user_id"]

    assert admin("POST", f"/members/{invited}/invitation").json()["fields"] == {"permission": "accounts:owners"}
    assert owner("POST", f"/members/{invited}/invitation").status_code == 200
    assert owner("POST", "/members/999/invitation").status_code == 404


def test_a_source_is_renamed_gets_a_new_key_and_tells_when_it_was_heard(
    conn: psycopg.Connection, workspace: int, api: Caller, now: datetime
) -> None:
    made, quiet = (api("POST", "/sources", {"name": name}).json() for name in ("site", "till"))
    events.ingest(
        conn,
        [
            IncomingEvent(
                workspace_id=workspace,
                source_id=made["id"],
                message_id="m",
                type=EventType.TRACK,
                name="Viewed",
                occurred_at=now,
                received_at=now,
                user_id="dana",
            )
        ],
        now=now,
    )

    renamed = api("PATCH", f"/sources/{made['id']}", {"name": " Shop "}).json()
    replaced = api("POST", f"/sources/{made['id']}/write-key").json()

    assert (renamed["name"], renamed["enabled"]) == ("Shop", True)
    assert replaced["write_key"] not in ("", made["write_key"])
    shown = {each["id"]: each for each in api("GET", "/sources").json()}
    assert shown[made["id"]]["write_key"] == replaced["write_key"]
    assert datetime.fromisoformat(shown[made["id"]]["last_event_at"]) == now
    assert shown[quiet["id"]]["last_event_at"] is None
    assert api("PATCH", f"/sources/{made['id']}", {"name": " "}).status_code == 422
    assert api("PATCH", "/sources/999", {"enabled": False}).status_code == 404
    assert api("PATCH", "/sources/999", {}).status_code == 404
