"""Who gets in: sessions with CSRF and a workspace, keys with scopes, roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from callers import PASSWORD, Caller, with_key

from kesher.accounts import models, services
from kesher.accounts.types import Role
from kesher.kernel.clock import freeze_clock


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def sign_in(caller: Caller, email: str, password: str) -> Caller:
    """Signs in over HTTP as a browser does; the caller then carries the new CSRF token."""
    token = caller("GET", "/csrf").json()["csrf_token"]
    answer = caller(
        "POST",
        "/auth/browser/v1/auth/login",
        {"email": email, "password": password},
        **{"X-CSRFToken": token},
    )
    assert answer.status_code in (200, 401), answer.content
    return Caller(caller.client, {"X-CSRFToken": caller("GET", "/csrf").json()["csrf_token"]})


def test_without_session_or_key_nothing_is_shown(workspace: int) -> None:
    answer = Caller()("GET", "/workspace")

    assert code_of(answer) == (401, "api.not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_writes_only_with_the_csrf_token(signed_in: Callable[[Role], Caller]) -> None:
    owner = signed_in(Role.OWNER)

    without = Caller(owner.client)("PATCH", "/workspace", {"name": "Shop"})
    wrong = Caller(owner.client, {"X-CSRFToken": "x" * 32})("PATCH", "/workspace", {"name": "Shop"})

    assert code_of(without) == code_of(wrong) == (403, "api.csrf_missing")
    assert owner("PATCH", "/workspace", {"name": "Shop"}).status_code == 200
    assert Caller(owner.client)("GET", "/workspace").status_code == 200


def test_signing_in_itself_needs_the_csrf_token() -> None:
    answer = Caller()("POST", "/auth/browser/v1/auth/login", {"email": "a@b.test", "password": "x"})

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_needs_no_csrf_token(api: Caller) -> None:
    assert api("PATCH", "/workspace", {"name": "Shop"}).status_code == 200


def test_a_key_does_what_its_scopes_say_and_no_more(workspace: int, now: datetime) -> None:
    program = with_key(workspace, now, frozenset({"accounts:read"}))

    assert program("GET", "/workspace").status_code == 200
    answer = program("PATCH", "/workspace", {"name": "Shop"})
    assert code_of(answer) == (403, "kernel.forbidden")
    assert answer.json()["fields"] == {"permission": "accounts:write"}


@pytest.mark.parametrize("header", ["Bearer ksk_x", "Bearer", "Bearer ", "bearer ksk_" + "A" * 43, "Bearer é"])
def test_an_unknown_key_is_refused(workspace: int, header: str) -> None:
    answer = Caller(headers={"Authorization": header})("GET", "/workspace")

    assert code_of(answer) == (401, "accounts.api_key_rejected")


def test_a_key_that_is_wrong_does_not_fall_back_to_the_session(signed_in: Callable[[Role], Caller]) -> None:
    owner = signed_in(Role.OWNER)

    assert owner("GET", "/workspace", Authorization="Bearer ksk_x").status_code == 401


def test_a_key_is_refused_from_its_expiry_on(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    key, _ = services.create_api_key(
        workspace_id=workspace, name="x", scopes=["accounts:read"], expires_at=now + timedelta(hours=1), now=now
    )
    program = Caller(headers={"Authorization": f"Bearer {key}"})
    assert program("GET", "/workspace").status_code == 200

    freeze_clock(conn, now + timedelta(hours=1))

    assert code_of(program("GET", "/workspace")) == (401, "accounts.api_key_rejected")


def test_a_revoked_key_is_refused_at_once(api: Caller, workspace: int, now: datetime) -> None:
    made = api("POST", "/api-keys", {"name": "till", "scopes": ["accounts:read"]}).json()
    program = Caller(headers={"Authorization": f"Bearer {made['key']}"})
    assert program("GET", "/workspace").status_code == 200

    assert api("DELETE", f"/api-keys/{made['api_key']['id']}").status_code == 200

    assert program("GET", "/workspace").status_code == 401


def test_a_key_cannot_make_a_stronger_key(workspace: int, now: datetime) -> None:
    program = with_key(workspace, now, frozenset({"accounts:keys"}))

    answer = program("POST", "/api-keys", {"name": "more", "scopes": ["accounts:owners"]})

    assert code_of(answer) == (422, "accounts.api_key_invalid")


def test_a_key_opens_no_other_workspace(api: Caller, workspace: int, other_workspace: int) -> None:
    assert api("GET", "/workspace", **{"X-Workspace": "shop"}).json()["id"] == workspace
    assert api("GET", "/workspace", **{"X-Workspace": str(workspace)}).status_code == 200
    for reference in ("other", str(other_workspace), ""):
        answer = api("GET", "/workspace", **{"X-Workspace": reference})
        assert code_of(answer) == (404, "accounts.workspace_not_found")


def test_a_user_chooses_among_her_workspaces(
    signed_in: Callable[[Role], Caller], workspace: int, other_workspace: int
) -> None:
    viewer = signed_in(Role.VIEWER)
    user = models.User.objects.get()
    services.add_member(workspace_id=other_workspace, user_id=user.pk, role=Role.OWNER)

    assert code_of(viewer("GET", "/workspace")) == (400, "accounts.workspace_not_chosen")
    assert viewer("GET", "/workspace", **{"X-Workspace": "shop"}).json()["id"] == workspace
    assert viewer("PATCH", "/workspace", {"name": "x"}, **{"X-Workspace": "shop"}).status_code == 403
    assert viewer("PATCH", "/workspace", {"name": "x"}, **{"X-Workspace": "other"}).status_code == 200
    assert {each["slug"] for each in viewer("GET", "/me").json()["workspaces"]} == {"other", "shop"}


def test_a_user_who_is_no_member_any_more_is_out_at_once(signed_in: Callable[[Role], Caller]) -> None:
    viewer = signed_in(Role.VIEWER)
    assert viewer("GET", "/workspace", **{"X-Workspace": "shop"}).status_code == 200

    models.Membership.objects.all().delete()

    assert code_of(viewer("GET", "/workspace", **{"X-Workspace": "shop"})) == (404, "accounts.workspace_not_found")


def test_the_audit_log_says_who_and_from_where(api: Caller, signed_in: Callable[[Role], Caller]) -> None:
    signed_in(Role.OWNER)("PATCH", "/workspace", {"name": "by a person"})
    api("PATCH", "/workspace", {"name": "by a program"})

    program, person = api("GET", "/audit").json()["items"]

    assert (person["actor"], person["address"]) == ("owner@shop.test", "127.0.0.1")
    assert program["actor"].startswith("ksk_") and program["actor"].endswith("… test")


def test_failed_sign_ins_are_limited(workspace: int, now: datetime) -> None:
    services.create_user(email="dana@shop.test", password=PASSWORD, now=now)
    browser = Caller()
    token = browser("GET", "/csrf").json()["csrf_token"]

    def attempt(password: str) -> str:
        body = {"email": "dana@shop.test", "password": password}
        answer = browser("POST", "/auth/browser/v1/auth/login", body, **{"X-CSRFToken": token})
        return str(answer.json()["errors"][0]["code"])

    codes = [attempt(f"wrong {number}") for number in range(5)]

    assert codes == ["email_password_mismatch"] * 5
    assert attempt(PASSWORD) == "too_many_login_attempts"


def test_a_second_factor_is_asked_for_once_it_is_set_up(workspace: int, now: datetime) -> None:
    user = services.create_user(email="dana@shop.test", password=PASSWORD, now=now)
    services.add_member(workspace_id=workspace, user_id=user.id, role=Role.OWNER)
    secret = generate_totp_secret()
    TOTP.activate(models.User.objects.get(pk=user.id), secret)

    browser = sign_in(Caller(), "dana@shop.test", PASSWORD)
    assert browser("GET", "/workspace").status_code == 401

    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    answer = browser("POST", "/auth/browser/v1/auth/2fa/authenticate", {"code": code})

    assert answer.status_code == 200, answer.content
    assert browser("GET", "/workspace").status_code == 200
