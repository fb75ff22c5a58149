"""People as a file: who is shown with what is shown, bounded, recorded, and harmless in a spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import datetime
from typing import Any

import psycopg
import pytest
from callers import Caller, with_key

from kesher.accounts.types import PERMISSIONS
from kesher.api import spreadsheets
from kesher.api.routes import finding
from kesher.segments import services

GOLD = {"trait": "plan", "op": "eq", "value": "gold"}


def identify(api: Caller, number: int, **traits: Any) -> int:
    answer = api("POST", "/identify", {"user_id": f"u{number}", "traits": traits})
    return int(answer.json()["id"])


def export(api: Caller, language: str = "en", **asked: Any) -> tuple[Any, list[list[str]]]:
    answer = api("POST", "/people/export", asked, **{"Accept-Language": language})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return answer, list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_file_has_who_and_what_is_shown(api: Caller, now: datetime) -> None:
    dana = identify(api, 1, name="Dana", plan="gold", points=1200, tags=["a", "b"], vip=True, email="dana@shop.test")
    identify(api, 2, name="Yossi", plan="free")

    answer, [head, *rows] = export(api, rule=GOLD, columns=["points", "tags", "vip", "none"])

    assert head[:4] == ["Number", "Name", "E-mail", "Phone"] and head[-4:] == ["points", "tags", "vip", "none"]
    [row] = rows
    assert row[:3] == [str(dana), "Dana", "dana@shop.test"]
    assert row[5] == now.isoformat(timespec="seconds")
    assert row[-4:] == ["1200", "a; b", "true", ""]
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert export(api, "he", q="yossi")[1][0][1] == "שם"
    assert [row[1] for row in export(api, q="yossi")[1][1:]] == ["Yossi"]


def test_no_cell_runs_in_a_spreadsheet(api: Caller) -> None:
    nasty = ['=HYPERLINK("http://evil.test")', "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "＝1"]
    harmless = {"phone": "+972541234567", "debt": "-12.5", "plus": "1+1", "sign": "a=b"}
    for number, name in enumerate(nasty):
        identify(api, number, name=name)
    identify(api, 99, name="=x", **harmless)

    _, [head, *rows] = export(api, columns=["debt", "plus", "sign", "=danger"])

    assert {row[1] for row in rows} == {f"'{name}" for name in [*nasty, "=x"]}
    assert rows[0][3:4] + rows[0][7:10] == list(harmless.values())
    assert head[-1] == "'=danger"


def test_a_file_that_goes_out_comes_in_as_it_was(conn: psycopg.Connection, api: Caller) -> None:
    person = identify(api, 1, name="=Dana", note="-or not", email="dana@shop.test")
    _, lines = export(api, columns=["note"])
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    api("PATCH", f"/profiles/{person}", {"traits": {"name": "x", "note": "x"}})

    found = api.send_file("/imports", text.getvalue()).json()
    mapping = [
        {"column": 1, "target": "trait", "trait": "name"},
        {"column": 2, "target": "email"},
        {"column": 7, "target": "trait", "trait": "note"},
    ]
    api("POST", f"/imports/{found['id']}/start", {"mapping": mapping})
    services.work_import(conn, found["id"])

    traits = api("GET", f"/profiles/{person}").json()["traits"]
    assert (traits["name"], traits["note"]) == ("=Dana", "-or not")


def test_a_file_holds_the_newest_up_to_a_bound_and_says_so(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_EXPORTED", 3)
    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    people = [identify(api, number, plan="gold") for number in range(4)]

    for asked in ({}, {"rule": GOLD}):
        answer, [_, *rows] = export(api, **asked)
        assert ([int(row[0]) for row in rows], answer["X-Kesher-More"]) == (people[:0:-1], "true")
    assert export(api, q="u1")[0]["X-Kesher-More"] == "false"


def test_what_was_taken_out_is_recorded(api: Caller) -> None:
    identify(api, 1, plan="gold")

    export(api, rule=GOLD, columns=["plan"])

    entry = api("GET", "/audit").json()["items"][0]
    assert (entry["action"], entry["target"]) == ("profiles.export_people", "1")
    assert entry["changes"] == {"q": "", "rule": GOLD, "columns": ["plan"]}


def test_who_may_only_read_may_not_take_them_out(workspace: int, now: datetime) -> None:
    reader = with_key(workspace, now, PERMISSIONS - {"profiles:export"})

    answer = reader("POST", "/people/export", {})

    assert (answer.status_code, answer.json()["fields"]) == (403, {"permission": "profiles:export"})


def test_behind_a_server_each_part_leaves_when_it_is_made() -> None:
    made: list[int] = []

    async def leave() -> list[tuple[bytes, int]]:
        parts = (made.append(number) or b"%d" % number for number in range(3))  # type: ignore[func-returns-value]
        return [(part, len(made)) async for part in spreadsheets._in_turn(parts)]

    assert asyncio.run(leave()) == [(b"0", 1), (b"1", 2), (b"2", 3)]
