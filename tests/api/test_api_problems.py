"""Every refusal is a problem document, in both languages, and a defect shows no internals."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
import structlog
from callers import Caller
from django.test import Client, override_settings
from django.test.client import RequestFactory

from kesher.accounts import models, services
from kesher.accounts.types import Role
from kesher.api.language import language_of
from kesher.api.middleware import ApiMiddleware
from kesher.api.routing import Call, Routes

MEMBERS = {"type", "title", "status", "code", "detail", "fields", "problems"}


def expect(answer, status: int, code: str) -> dict:
    """The problem document of an answer, its form checked."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert set(document) - {"incident"} == MEMBERS
    assert (document["status"], document["code"]) == (status, code)
    assert document["type"] == f"urn:kesher:problem:{code}"
    return document


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "api.route_not_found"),
        ("GET", "/", 404, "api.route_not_found"),
        ("DELETE", "/workspace", 405, "api.method_not_allowed"),
        ("GET", "/messages/999", 404, "messaging.message_not_found"),
        ("GET", "/messages/99999999999999999999", 422, "api.request_invalid"),
        ("GET", "/messages/0", 422, "api.request_invalid"),
        ("GET", "/messages?cursor=nonsense", 422, "api.cursor_invalid"),
        ("GET", "/messages?cursor=WyJhIl0", 422, "api.cursor_invalid"),
        ("GET", "/messages?limit=201", 422, "api.request_invalid"),
        ("GET", "/profiles?q=%00", 400, "api.text_invalid"),
        ("GET", "/broadcasts/%00", 400, "api.text_invalid"),
    ],
)
@pytest.mark.parametrize("language", ["en", "he"])
def test_a_refusal_is_a_problem_document(
    api: Caller, method: str, path: str, status: int, code: str, language: str
) -> None:
    document = expect(api(method, path, **{"Accept-Language": language}), status, code)

    hebrew = any("א" <= letter <= "ת" for letter in document["detail"] + document["title"])
    assert hebrew == (language == "he")


def test_the_methods_that_there_are_stand_in_the_allow_header(api: Caller) -> None:
    assert set(api("DELETE", "/workspace")["Allow"].split(", ")) == {"GET", "PATCH"}


def test_each_wrong_field_is_named_in_the_readers_language(api: Caller) -> None:
    body = {"name": 5, "scopes": ["segments:read", "nonsense"], "expires_at": "2026-01-31T09:00:00", "colour": 1}

    answer = api("POST", "/api-keys", body, **{"Accept-Language": "he-IL,he;q=0.9,en;q=0.5"})

    problems = {each["path"]: each["message"] for each in expect(answer, 422, "api.request_invalid")["problems"]}
    assert problems["name"] == "יש לכתוב טקסט."
    assert problems["scopes.1"].startswith("יש לבחור אחד מאלה:")
    assert "אזור הזמן" in problems["expires_at"]
    assert problems["colour"] == "אין שדה כזה; יש להסיר אותו."


def test_a_rooms_own_problems_keep_their_places(api: Caller) -> None:
    answer = api("PATCH", "/workspace", {"timezone": "Mars", "default_language": "fr"})

    document = expect(answer, 422, "accounts.workspace_invalid")
    assert [each["path"] for each in document["problems"]] == ["timezone", "default_language"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 100_000, b'{"name": "\\u0000"}', b'{"\\u0000": 1}'],
)
def test_a_body_that_is_not_json_is_refused(api: Caller, body: bytes) -> None:
    answer = api.client.patch("/api/workspace", body, content_type="application/json", headers=api.headers)

    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_an_escaped_backslash_is_no_nul(api: Caller) -> None:
    body = rb'{"name": "a\\u0000b"}'

    answer = api.client.patch("/api/workspace", body, content_type="application/json", headers=api.headers)

    assert answer.json()["name"] == r"a\u0000b"


def test_a_body_over_the_limit_is_refused_before_it_is_read(api: Caller) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        document = expect(api("PATCH", "/workspace", {"name": "x" * 1000}), 413, "api.body_too_large")

    assert document["fields"] == {"limit": 1000}


def test_a_body_of_unannounced_length_is_refused() -> None:
    request = RequestFactory().generic("POST", "/api/members", headers={"Transfer-Encoding": "chunked"})

    expect_raw = ApiMiddleware(lambda _: pytest.fail("the request went through"))(request)

    assert expect_raw.status_code == 411


def test_an_unknown_host_gets_a_problem_document() -> None:
    answer = Client(raise_request_exception=False).get("/api/me", headers={"Host": "evil.test"})

    expect(answer, 400, "api.request_rejected")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("he", "he"),
        ("iw-IL", "he"),
        ("fr, he;q=0.4, en;q=0.3", "he"),
        ("en;q=0.3, he;q=0.8", "he"),
        ("he;q=0", "en"),
        ("he;q=nonsense, en;q=0.1", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_the_best_that_the_reader_accepts(header: str, language: str) -> None:
    assert language_of(RequestFactory().get("/api/", headers={"Accept-Language": header})) == language


def test_without_a_header_the_answer_is_in_the_users_language(signed_in: Callable[[Role], Caller]) -> None:
    viewer = signed_in(Role.VIEWER)
    assert viewer("PATCH", "/me", {"language": "he"}).status_code == 200

    document = expect(viewer("PATCH", "/workspace", {}), 403, "kernel.forbidden")

    assert document["title"] == "אין הרשאה"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler's service breaks after it has written."""

    def break_down(*args: object, **values: object) -> None:
        models.Workspace.objects.update(name="half done")
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(services, "update_workspace", break_down)


def test_a_defect_is_an_incident_without_internals(api: Caller, conn: psycopg.Connection, broken: None) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = api("PATCH", "/workspace", {"name": "x"})

    document = expect(answer, 500, "api.broken")
    assert "hunter2" not in answer.content.decode()
    assert document["incident"] in document["detail"]
    assert [(log["incident"], str(log["exc_info"])) for log in logs] == [
        (document["incident"], "the password is hunter2")
    ]
    assert conn.execute("SELECT name FROM accounts_workspace").fetchone() == ("חנות",)


def test_a_write_that_leaves_no_audit_entry_is_undone(
    api: Caller, conn: psycopg.Connection, workspace: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Call, "audit", lambda *args: None)

    expect(api("PATCH", "/workspace", {"name": "unseen"}), 500, "api.broken")

    assert conn.execute("SELECT name FROM accounts_workspace").fetchone() == ("חנות",)


def test_a_route_cannot_be_written_without_a_permission() -> None:
    with pytest.raises(TypeError, match="permission"):
        Routes("x").get("/x")  # type: ignore[call-arg]


def test_documents_other_than_the_apis_are_left_alone() -> None:
    answer = Client().get("/nowhere-else")

    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
