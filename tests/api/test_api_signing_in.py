"""Signing in as the app does: allauth's headless API for browsers, with CSRF token, session and second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from callers import PASSWORD, Caller
from django.core.cache import cache

from kesher.accounts import services
from kesher.accounts.types import Role

AUTH = "/auth/browser/v1"
NEW_PASSWORD = "an even longer secret"


@pytest.fixture
def dana(workspace: int, now: datetime) -> str:
    user = services.create_user(email="dana@shop.test", password=PASSWORD, now=now)
    services.add_member(workspace_id=workspace, user_id=user.id, role=Role.OWNER)
    return user.email


def code_for(secret: str) -> str:
    cache.clear()  # a code counts once; the next one would come in half a minute
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


class Browser:
    """A page of the app: asks for a fresh token before each write, as a sign-in changes it."""

    def __init__(self) -> None:
        self.caller = Caller()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        headers = {} if method == "GET" else {"X-CSRFToken": self.caller("GET", "/csrf").json()["csrf_token"]}
        return self.caller(method, path, body, **headers)

    def sign_in(self, email: str, password: str) -> Any:
        return self("POST", f"{AUTH}/auth/login", {"email": email, "password": password})

    def confirm(self) -> int:
        """Give the password again, as is asked for before a second factor is changed."""
        return int(self("POST", f"{AUTH}/auth/reauthenticate", {"password": PASSWORD}).status_code)

    def is_in(self) -> bool:
        return self("GET", "/me").status_code == 200


def test_a_session_begins_with_the_password_and_ends_when_she_leaves(dana: str) -> None:
    page = Browser()
    assert page("GET", f"{AUTH}/auth/session").status_code == 401

    assert page.sign_in(dana, PASSWORD).status_code == 200
    session = page("GET", f"{AUTH}/auth/session")
    assert (session.status_code, session.json()["data"]["user"]["email"]) == (200, dana)
    assert page.is_in()

    page("DELETE", f"{AUTH}/auth/session")

    assert not page.is_in()


def test_leaving_and_changing_the_password_need_the_token(dana: str) -> None:
    page = Browser()
    page.sign_in(dana, PASSWORD)

    leaving = page.caller("DELETE", f"{AUTH}/auth/session")
    changing = page.caller("POST", f"{AUTH}/account/password/change", {"new_password": NEW_PASSWORD})

    assert (leaving.status_code, changing.status_code) == (403, 403)
    assert page.is_in()


def test_a_changed_password_ends_all_other_sessions(dana: str) -> None:
    here, elsewhere = Browser(), Browser()
    here.sign_in(dana, PASSWORD)
    elsewhere.sign_in(dana, PASSWORD)
    change = f"{AUTH}/account/password/change"

    wrong = here("POST", change, {"current_password": "not this one", "new_password": NEW_PASSWORD})
    short = here("POST", change, {"current_password": PASSWORD, "new_password": "short"})
    done = here("POST", change, {"current_password": PASSWORD, "new_password": NEW_PASSWORD})

    assert [answer.status_code for answer in (wrong, short, done)] == [400, 400, 200]
    assert (here.is_in(), elsewhere.is_in()) == (True, False)
    assert Browser().sign_in(dana, PASSWORD).status_code == 400
    assert Browser().sign_in(dana, NEW_PASSWORD).status_code == 200


def test_a_second_factor_is_set_up_asked_for_and_replaced_by_a_recovery_code(dana: str) -> None:
    page = Browser()
    page.sign_in(dana, PASSWORD)

    offered = page("GET", f"{AUTH}/account/authenticators/totp")
    secret = offered.json()["meta"]["secret"]
    assert offered.status_code == 404 and "issuer=Kesher" in offered.json()["meta"]["totp_url"]
    unconfirmed = page("POST", f"{AUTH}/account/authenticators/totp", {"code": code_for(secret)})
    assert [flow["id"] for flow in unconfirmed.json()["data"]["flows"]] == ["reauthenticate"]
    assert page.confirm() == 200
    made = page("POST", f"{AUTH}/account/authenticators/totp", {"code": code_for(secret)})
    assert made.status_code == 200, made.content
    spare = page("GET", f"{AUTH}/account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    assert len(spare) == 10
    kinds = {each["type"] for each in page("GET", f"{AUTH}/account/authenticators").json()["data"]}
    assert kinds == {"totp", "recovery_codes"}

    for code in (code_for(secret), spare[0]):
        again = Browser()
        asked = again.sign_in(dana, PASSWORD)
        assert asked.status_code == 401
        assert [flow["id"] for flow in asked.json()["data"]["flows"] if flow.get("is_pending")] == ["mfa_authenticate"]
        assert not again.is_in()
        assert again("POST", f"{AUTH}/auth/2fa/authenticate", {"code": "000000"}).status_code == 400
        assert again("POST", f"{AUTH}/auth/2fa/authenticate", {"code": code}).status_code == 200
        assert again.is_in()

    used = Browser()
    used.sign_in(dana, PASSWORD)
    assert used("POST", f"{AUTH}/auth/2fa/authenticate", {"code": spare[0]}).status_code == 400
    assert page("DELETE", f"{AUTH}/account/authenticators/totp").status_code == 200
    assert Browser().sign_in(dana, PASSWORD).status_code == 200


def test_what_she_changes_about_her_sign_in_is_in_the_audit_log(dana: str) -> None:
    page = Browser()
    page.sign_in(dana, PASSWORD)

    page.confirm()
    page("POST", f"{AUTH}/account/password/change", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    secret = page("GET", f"{AUTH}/account/authenticators/totp").json()["meta"]["secret"]
    page("POST", f"{AUTH}/account/authenticators/totp", {"code": code_for(secret)})
    page("DELETE", f"{AUTH}/account/authenticators/totp")

    entries = page("GET", "/audit").json()["items"]
    assert {entry["actor"] for entry in entries} == {dana}
    assert {(entry["action"], entry["changes"].get("type")) for entry in entries} >= {
        ("accounts.change_password", None),
        ("accounts.add_authenticator", "totp"),
        ("accounts.remove_authenticator", "totp"),
    }
    assert NEW_PASSWORD not in str(entries)


def test_her_language_is_hers_to_choose(dana: str) -> None:
    page = Browser()
    page.sign_in(dana, PASSWORD)

    assert page("PATCH", "/me", {"language": "he"}).json()["language"] == "he"
    assert page("PATCH", "/me", {"language": "fr"}).status_code == 422
    assert page("GET", "/me").json()["language"] == "he"
