"""The workspace, its members, keys and audit log over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callers import PASSWORD, Caller

from kesher.accounts.types import Role


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
