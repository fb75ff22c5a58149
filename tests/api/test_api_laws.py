"""What holds for every route: a permission, an audit entry, a border around each workspace, a typed document."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from callers import Caller, with_key
from examples import EXAMPLES, MARK, Example, filled_body, make_beside
from examples import call_example as call

import kesher
from kesher.accounts.types import PERMISSION_LABELS, PERMISSIONS
from kesher.api.actions import ACTIONS
from kesher.api.routing import OPEN, SELF
from kesher.api.urls import api as kesher_api

READING = {
    "play_journey",
    "decide",
    "find_people",
    "check_rule",
    "check_template",
    "preview_template_for_person",
    "preflight_broadcast",
    "say_rule",
    "check_score",
    "preview_import",
    "preview_rule",
    "explain_rule",
    "preview_template",
    "check_journey",
    "check_journey_file",
    "list_journey_file_changes",
    "preview_journey_draft_moves",
    "preview_journey_roll_back",
}
"""The POSTs that only read."""
NOBODYS = {OPEN, SELF}


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    id: str
    method: str
    path: str
    document: dict[str, Any]

    @property
    def permission(self) -> str:
        return str(self.document["x-permission"])


DOCUMENT = json.loads(json.dumps(kesher_api.get_openapi_schema(path_prefix="/api/"), default=str))
OPERATIONS = [
    Operation(document["operationId"], method.upper(), path, document)
    for path, methods in DOCUMENT["paths"].items()
    for method, document in methods.items()
]
WORKSPACES = [operation for operation in OPERATIONS if operation.permission not in NOBODYS]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.id)


@each_operation
def test_a_route_names_its_permission(operation: Operation) -> None:
    assert operation.permission in PERMISSIONS | NOBODYS


@each_operation
def test_an_operation_is_typed_and_says_what_it_does(operation: Operation) -> None:
    assert operation.document["description"]
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation.id)
    for status, answer in operation.document["responses"].items():
        if status not in ("204", "default") and "text/csv" not in answer["content"]:
            schema = answer["content"]["application/json"]["schema"]
            assert schema.get("$ref") or schema.get("items"), f"{status} is not typed"
    body = operation.document.get("requestBody")
    assert (
        body is None
        or "multipart/form-data" in body["content"]
        or "$ref" in body["content"]["application/json"]["schema"]
    )


def test_every_permission_and_every_action_of_the_source_has_a_label() -> None:
    source = Path(kesher.__file__).parent
    written = {
        action
        for file in source.rglob("*.py")
        for action in re.findall(r"(?:audit(?:_user)?\(|, )\s*\"(\w+\.\w+)\"", _audits_of(file.read_text()))
    }

    assert set(PERMISSION_LABELS) == PERMISSIONS
    assert len(written) > 50 and written <= set(ACTIONS)


def _audits_of(source: str) -> str:
    """The first lines of each call that records an entry."""
    return "\n".join(re.findall(r"audit\w*\([^)]*\)?", source))


def test_operation_ids_are_unique() -> None:
    assert [name for name, count in Counter(o.id for o in OPERATIONS).items() if count > 1] == []


def test_every_reference_of_the_document_leads_somewhere() -> None:
    references = set(re.findall(r'"\$ref": "#/components/(\w+)/(\w+)"', json.dumps(DOCUMENT)))

    assert {name for kind, name in references if name not in DOCUMENT["components"][kind]} == set()
    assert not set(DOCUMENT["components"]["schemas"]) - {name for _, name in references}


def test_two_schemas_never_share_a_name() -> None:
    from kesher.api.schemas import In, Out

    def names(kind: type) -> list[str]:
        children = [child for child in kind.__subclasses__() if child.__module__.startswith("kesher.api")]
        return [f"{child.__name__}" for child in children] + [name for child in children for name in names(child)]

    counted = Counter(name for name in names(In) + names(Out) if "[" not in name)
    assert [name for name, count in counted.items() if count > 1] == []


def test_the_document_is_the_same_each_time() -> None:
    again = json.loads(json.dumps(kesher_api.get_openapi_schema(path_prefix="/api/"), default=str))

    assert again == DOCUMENT


def test_the_document_and_its_page_are_served() -> None:
    document = Caller()("GET", "/openapi.json")

    assert document.json()["openapi"].startswith("3.")
    assert Caller()("GET", "/docs").status_code == 200


def test_every_operation_has_an_example() -> None:
    assert {o.id for o in WORKSPACES} == {example.operation for example in EXAMPLES}


def test_every_operation_works_and_every_write_leaves_an_audit_entry(
    conn: psycopg.Connection, workspace: int, api: Caller, now: datetime
) -> None:
    known = make_beside(workspace, now)
    for example in EXAMPLES:
        before = count_audit(conn)
        answer = call(api, example, known)
        assert answer.status_code < 300, (example, answer.content.decode())
        writes = example.method != "GET" and example.operation not in READING
        assert count_audit(conn) - before == int(writes), example.operation
        if example.operation in ("create_broadcast", "save_segment"):
            conn.execute("UPDATE segments_segment SET state = 'live'")
    recorded = conn.execute("SELECT DISTINCT action FROM accounts_audit_entry").fetchall()
    assert {action for (action,) in recorded} <= set(ACTIONS), "an action without a label in api/actions.py"
    shown = json.dumps(conn.execute("SELECT array_agg(changes::text) FROM accounts_audit_entry").fetchone())
    assert "hunter2" not in shown


def count_audit(conn: psycopg.Connection) -> int:
    row = conn.execute("SELECT count(*) FROM accounts_audit_entry").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("operation", WORKSPACES, ids=lambda o: o.id)
def test_a_route_is_closed_without_its_permission(workspace: int, now: datetime, operation: Operation) -> None:
    path = re.sub(r"\{\w+\}", "1", operation.path.removeprefix("/api"))

    without = with_key(workspace, now, PERMISSIONS - {operation.permission})(operation.method, path, {})

    assert Caller()(operation.method, path, {}).status_code == 401
    assert (without.status_code, without.json()["fields"]) == (403, {"permission": operation.permission})


def test_no_route_shows_or_changes_anything_of_another_workspace(
    conn: psycopg.Connection, known: dict[str, Any], api: Caller, stranger: Caller
) -> None:
    before = snapshot(conn)
    making = [each for each in EXAMPLES if each.method != "GET" and not names_something_of_a_workspace(each)]

    for example in [each for each in EXAMPLES if each not in making]:
        path = example.filled(known)
        answer = stranger(example.method, path, filled_body(example.body, known))
        if names_something_of_a_workspace(example):
            assert answer.status_code == 404, (example, answer.content.decode())
        else:
            assert answer.status_code == 200, (example, answer.content.decode())
            assert MARK not in answer.content.decode(), example
    for example in making:
        stranger(example.method, example.filled(known), filled_body(example.body, known))

    after = snapshot(conn)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


CREATES_BY_KEY = {
    "save_segment",
    "save_object_kind",
    "save_object",
    "save_score",
    "save_template",
    "save_provider",
    "save_journey_draft",
    "save_coupon_pool",
    "save_journey_secret",
}
"""A PUT of a key makes the stranger's own thing of that name."""


def names_something_of_a_workspace(example: Example) -> bool:
    return example.operation not in CREATES_BY_KEY and (
        "{" in example.path or f"/{MARK}" in example.path or example.operation in ("add_to_list", "send_message")
    )


def snapshot(conn: psycopg.Connection) -> dict[str, Any]:
    """Everything that belongs to the first workspace, by table."""
    tables = conn.execute(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)"
        " WHERE column_name = 'workspace_id' AND table_type = 'BASE TABLE' AND table_name !~ '^events_event_'"
    ).fetchall()
    return {
        name: conn.execute(
            f"SELECT array_agg(t::text ORDER BY t::text) FROM {name} t WHERE workspace_id ="
            " (SELECT id FROM accounts_workspace WHERE slug = 'shop')"
        ).fetchone()
        for (name,) in tables
    }


def test_a_body_cannot_reach_into_another_workspace(known: dict[str, Any], stranger: Caller, workspace: int) -> None:
    for example in EXAMPLES:
        if example.operation in ("create_list", "save_template"):
            assert stranger(example.method, example.path, example.body).status_code < 300
    theirs = {"profile_ids": [known["profile_id"]]}
    mine = stranger("POST", "/identify", {"user_id": "b", "traits": {}}).json()["id"]

    assert stranger("POST", f"/lists/{MARK}/members", theirs).status_code == 422
    assert stranger("POST", f"/lists/{MARK}/members/remove", theirs).status_code == 422
    message = {"idempotency_key": "b", "template": f"{MARK}-mail", "profile_id": known["profile_id"]}
    assert stranger("POST", "/messages", message).status_code == 404
    merge = {"loser_id": known["profile_id"], "reason": "theft"}
    assert stranger("POST", f"/profiles/{mine}/merges", merge).status_code == 404
    undo = f"/profiles/{mine}/merges/{known['merge_id']}"
    assert stranger("DELETE", undo).status_code == 404
    rule = {"rule": {"segment": MARK}}
    assert stranger("POST", "/rules/preview", rule).status_code == 422
    broadcast = {"key": "b", "name": {"en": "b"}, "template": f"{MARK}-mail", "segment": MARK}
    assert stranger("POST", "/broadcasts", broadcast).status_code == 409
