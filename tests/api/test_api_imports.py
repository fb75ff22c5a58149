"""People from a file, over HTTP and through the jobs process' work."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from callers import Caller, with_key
from django.conf import settings

from kesher.accounts.types import PERMISSIONS
from kesher.segments import services
from kesher.segments.imports import working

PEOPLE = """\
מספר לקוח,דוא"ל,נייד,שם פרטי,נקודות,יום הולדת,אישור דיוור
17,Dana@Shop.test,054-123-4567,דנה,"1,200",31/01/1990,כן
18,yossi@shop.test,,יוסי,7,2/3/1985,לא
19,,0501112222,נועה,,,
20,not-an-address,,,x,,אולי
,,,,,,
,,,רות,3,,
"""
CONSENT = {"topic": "news", "source": "till", "wording": "Write to me about news.", "channel": "email"}


def sent(api: Caller, content: str | bytes = PEOPLE) -> Any:
    answer = api.send_file("/imports", content, "לקוחות.csv")
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def start(api: Caller, found: Any, **more: Any) -> Any:
    return api("POST", f"/imports/{found['id']}/start", {"mapping": found["mapping"], **more})


def files() -> list[Path]:
    return list((Path(settings.DATA_DIR) / "imports").glob("*.csv"))


@pytest.fixture(autouse=True)
def shop(api: Caller) -> None:
    api("POST", "/topics", {"key": "news", "name": {"en": "News"}})
    api("POST", "/lists", {"key": "club", "name": {"en": "Club"}})
    for file in files():
        file.unlink()


def refused_rows(api: Caller, found: Any, language: str) -> list[list[str]]:
    answer = api("GET", f"/imports/{found['id']}/refused", **{"Accept-Language": language})
    return list(csv.reader(io.StringIO(answer.json()["csv"].removeprefix("\ufeff"))))


def test_a_file_is_looked_at_and_its_columns_are_recognised(api: Caller) -> None:
    found = sent(api)

    assert (found["filename"], found["state"], found["rows"]) == ("לקוחות.csv", "draft", 5)
    assert [(each["target"], each["trait"], each["type"]) for each in found["mapping"]] == [
        ("user_id", None, None),
        ("email", None, None),
        ("phone", None, None),
        ("trait", "first_name", "text"),
        ("trait", "נקודות", "text"),
        ("trait", "birthday", "date"),
        ("consent", None, None),
    ]
    assert found["samples"][0][3] == "דנה"


def test_a_preview_shows_rows_as_they_would_be_read_and_loads_nothing(conn: psycopg.Connection, api: Caller) -> None:
    found = sent(api)

    rows = api(
        "POST", f"/imports/{found['id']}/preview", {"mapping": found["mapping"]}, **{"Accept-Language": "he"}
    ).json()["rows"]

    assert (rows[0]["user_id"], rows[0]["consent"], rows[0]["problems"]) == ("17", True, [])
    assert rows[0]["traits"]["birthday"] == "1990-01-31"
    assert [problem["path"] for problem in rows[3]["problems"]] == ['דוא"ל', "אישור דיוור"]
    assert rows[3]["problems"][0]["message"] == "”not-an-address“ אינה כתובת דוא״ל."
    assert conn.execute("SELECT count(*) FROM profiles_profile").fetchone() == (0,)
    assert api("GET", "/traits").json() == []


def test_a_preview_names_refused_rows_behind_the_first_ones(api: Caller) -> None:
    found = sent(api, "email\n" + "".join(f"u{number}@shop.test\n" for number in range(30)) + "nobody\n")

    seen = api("POST", f"/imports/{found['id']}/preview", {"mapping": found["mapping"]}).json()

    assert (seen["looked_at"], seen["refused"]) == (31, 1)
    assert [row["row"] for row in seen["rows"]] == [*range(1, 21), 31]


def test_a_file_may_be_read_otherwise_until_it_is_started(api: Caller) -> None:
    found = sent(api, "id;a,b;c\n1;שלום;x\n".encode("cp1255"))
    assert (found["encoding"], found["delimiter"], found["header"]) == ("cp1255", ";", ["id", "a,b", "c"])

    read = api("PUT", f"/imports/{found['id']}/reading", {"encoding": "cp1252", "delimiter": ","}).json()
    refused = api("PUT", f"/imports/{found['id']}/reading", {"encoding": "utf-8-sig"})
    again = api("PUT", f"/imports/{found['id']}/reading", {}).json()

    assert (read["encoding"], read["header"], len(read["mapping"])) == ("cp1252", ["id;a", "b;c"], 2)
    assert (refused.status_code, refused.json()["code"]) == (422, "segments.file_unreadable")
    assert (again["samples"], again["mapping"][0]["target"]) == ([["1", "שלום", "x"]], "user_id")
    start(api, again)
    assert api("PUT", f"/imports/{found['id']}/reading", {}).status_code == 409
    assert api("POST", f"/imports/{found['id']}/preview", {"mapping": found["mapping"]}).status_code == 409


def test_a_file_becomes_people_with_traits_consent_and_a_list(conn: psycopg.Connection, api: Caller) -> None:
    found = sent(api)
    mapping = [
        {**each, "trait": "points", "type": "number"} if each["trait"] == "נקודות" else each
        for each in found["mapping"]
    ]
    started = start(api, {**found, "mapping": mapping}, list="club", consent=CONSENT)
    assert (started.status_code, started.json()["state"]) == (200, "waiting")

    services.work_import(conn, found["id"])

    done = api("GET", f"/imports/{found['id']}").json()
    assert (done["state"], done["done"], done["accepted"], done["created"], done["refused"]) == ("finished", 5, 3, 3, 2)
    people = {
        row["name"]: row for row in api("POST", "/people/search", {"columns": ["points", "birthday"]}).json()["items"]
    }
    assert (people["דנה"]["email"], people["דנה"]["phone"]) == ("dana@shop.test", "+972541234567")
    assert people["דנה"]["traits"] == {"points": 1200, "birthday": "1990-01-31"}
    said = {name: api("GET", f"/profiles/{row['id']}/consent").json() for name, row in people.items()}
    assert {name: [each["state"] for each in one["states"]] for name, one in said.items()} == {
        "דנה": ["granted"],
        "יוסי": ["denied"],
        "נועה": [],
    }
    proof = said["דנה"]["history"][0]
    assert (proof["source"], proof["wording"]) == ("till", "Write to me about news.")
    assert len(api("GET", "/lists/club/members").json()["items"]) == 3
    assert files() == []


def test_refused_rows_come_back_with_reasons_in_the_readers_language(conn: psycopg.Connection, api: Caller) -> None:
    found = sent(api)
    start(api, found, consent=CONSENT)
    services.work_import(conn, found["id"])

    hebrew, english = refused_rows(api, found, "he"), refused_rows(api, found, "en")

    assert hebrew[0][:3] == ["שורה", "מדוע לא נקלטה", "מספר לקוח"]
    assert [row[0] for row in english[1:]] == ["4", "5"]
    assert "is not an e-mail address" in english[1][1] and "yes or no" in english[1][1]
    assert english[1][2:4] == ["20", "not-an-address"]
    assert "Nobody can be recognised" in english[2][1] and "אי אפשר לזהות" in hebrew[2][1]


def test_people_who_are_known_are_recognised_and_all_agreed_where_no_column_says_otherwise(
    conn: psycopg.Connection, api: Caller, now: datetime
) -> None:
    known = api("POST", "/identify", {"user_id": "17", "traits": {"plan": "gold"}}).json()["id"]
    found = sent(api, "id;email\n17;dana@shop.test\n17;dana@shop.test\n")
    given_at = (now - timedelta(days=30)).isoformat()

    start(api, found, consent={**CONSENT, "given_at": given_at})
    services.work_import(conn, found["id"])

    done = api("GET", f"/imports/{found['id']}").json()
    assert (done["accepted"], done["created"]) == (2, 0)
    assert api("GET", f"/profiles/{known}").json()["traits"] == {"plan": "gold", "email": "dana@shop.test"}
    history = api("GET", f"/profiles/{known}/consent").json()["history"]
    assert datetime.fromisoformat(history[0]["given_at"]) == now - timedelta(days=30)


def many(count: int) -> str:
    return "id,city\n" + "".join(f"u{number},Haifa\n" for number in range(count))


def test_a_process_that_dies_goes_on_behind_the_last_chunk(
    conn: psycopg.Connection, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 10)
    found = sent(api, many(35))
    start(api, found, list="club", consent=CONSENT)
    load, calls = working._load_chunk, iter(range(100))

    def dies(*args: Any) -> bool:
        loaded = load(*args)
        if next(calls) == 2:
            raise KeyboardInterrupt
        return loaded

    monkeypatch.setattr(working, "_load_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        services.work_import(conn, found["id"])
    assert api("GET", f"/imports/{found['id']}").json()["done"] == 20

    services.work_import(conn, found["id"])

    done = api("GET", f"/imports/{found['id']}").json()
    assert (done["state"], done["accepted"], done["created"]) == ("finished", 35, 35)
    assert conn.execute("SELECT count(*) FROM events_event WHERE type = 'identify'").fetchone() == (35,)
    assert conn.execute("SELECT count(*) FROM consent_entry").fetchone() == (35,)


def test_a_cancelled_import_loads_no_further_chunk(
    conn: psycopg.Connection, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "CHUNK", 10)
    found = sent(api, many(30))
    start(api, found)
    reading = working.read_row

    def cancel_at_the_second_chunk(number: int, *args: Any, **more: Any) -> Any:
        if number == 11:
            assert api("POST", f"/imports/{found['id']}/cancel").json()["state"] == "cancelled"
        return reading(number, *args, **more)

    monkeypatch.setattr(working, "read_row", cancel_at_the_second_chunk)
    services.work_import(conn, found["id"])

    done = api("GET", f"/imports/{found['id']}").json()
    assert (done["state"], done["done"]) == ("cancelled", 10)
    assert files() == []
    assert api("POST", f"/imports/{found['id']}/cancel").status_code == 409


def test_an_import_is_started_once_and_worked_by_one_process(conn: psycopg.Connection, api: Caller) -> None:
    found = sent(api, many(3))
    assert start(api, found).status_code == 200
    assert start(api, found).json()["code"] == "segments.import_state"

    with psycopg.connect(conn.info.dsn, autocommit=True, host=conn.info.host) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (working._LOCK, found["id"]))
        services.work_import(conn, found["id"])
    assert api("GET", f"/imports/{found['id']}").json()["state"] == "waiting"

    services.work_import(conn, found["id"])
    assert api("GET", f"/imports/{found['id']}").json()["state"] == "finished"


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"mapping": [{"column": 0, "target": "skip"}]}, ["mapping"]),
        ({"mapping": [{"column": 9, "target": "user_id"}]}, ["mapping.0.column"]),
        (
            {"mapping": [{"column": 0, "target": "user_id"}, {"column": 1, "target": "user_id"}]},
            ["mapping.1.target"],
        ),
        (
            {"mapping": [{"column": 0, "target": "email"}, {"column": 1, "target": "trait", "trait": "email"}]},
            ["mapping.1.target"],
        ),
        ({"mapping": [{"column": 0, "target": "user_id"}, {"column": 1, "target": "trait"}]}, ["mapping.1.trait"]),
        ({"mapping": [{"column": 0, "target": "user_id"}, {"column": 1, "target": "consent"}]}, ["consent"]),
        (
            {"mapping": [{"column": 0, "target": "user_id"}], "consent": {"source": " ", "wording": ""}},
            ["consent.wording", "consent.source"],
        ),
        (
            {"mapping": [{"column": 0, "target": "user_id"}], "consent": {**CONSENT, "channel": "fax"}},
            ["consent.channel"],
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_place(api: Caller, change: Any, places: list[str]) -> None:
    found = sent(api, many(2))

    answer = api("POST", f"/imports/{found['id']}/start", change)

    assert (answer.status_code, [each["path"] for each in answer.json()["problems"]]) == (422, places)
    assert api("GET", f"/imports/{found['id']}").json()["state"] == "draft"


def test_a_list_and_a_topic_must_be_there(api: Caller) -> None:
    found = sent(api, many(2))

    assert start(api, found, list="none").status_code == 404
    assert start(api, found, consent={**CONSENT, "topic": "none"}).status_code == 404


@pytest.mark.parametrize(
    ("content", "city"),
    [
        ("\ufeffid,city\n1,חיפה\n".encode(), "חיפה"),
        ("id\tcity\n1\tחיפה\n".encode("utf-16"), "חיפה"),
        ("id;city\n1;חיפה\n".encode("cp1255"), "חיפה"),
        (b'id,city\r\n\r\n1,"a\nb, c"\r\n', "a\nb, c"),
    ],
)
def test_files_of_every_program_are_read(api: Caller, content: bytes, city: str) -> None:
    assert sent(api, content)["samples"] == [["1", city]]


@pytest.mark.parametrize(
    "content", [b"", b"id,city\n", b"\n\n", b"\x00\x01\x02\n1", b"a" * 200_000 + b"\n1", b"PK\x03\x04\x81\n1"]
)
def test_what_is_no_table_is_refused_and_not_kept(api: Caller, content: bytes) -> None:
    answer = api.send_file("/imports", content)

    assert (answer.status_code, answer.json()["code"]) == (422, "segments.file_unreadable")
    assert files() == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(api: Caller) -> None:
    answer = api.client.post(
        "/api/imports", b"", "multipart/form-data; boundary=x", headers=api.headers, CONTENT_LENGTH=str(101 * 2**20)
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "api.body_too_large")


def test_consent_is_imported_only_by_whoever_may_record_it(workspace: int, now: datetime, api: Caller) -> None:
    found = sent(api, many(2))
    without = with_key(workspace, now, PERMISSIONS - {"consent:write"})

    assert start(without, found, consent=CONSENT).json()["fields"] == {"permission": "consent:write"}


def test_after_a_week_nothing_of_people_is_left_of_a_file(conn: psycopg.Connection, api: Caller, now: datetime) -> None:
    loaded, left = sent(api), sent(api)
    start(api, loaded, consent=CONSENT)
    services.work_import(conn, loaded["id"])

    services.tend_imports(conn, now=now + timedelta(days=6))
    assert len(refused_rows(api, loaded, "en")) == 3
    services.tend_imports(conn, now=now + timedelta(days=8))

    assert len(refused_rows(api, loaded, "en")) == 1
    shown = {each["id"]: each for each in api("GET", "/imports").json()["items"]}
    assert (shown[loaded["id"]]["state"], shown[loaded["id"]]["samples"]) == ("finished", [])
    assert shown[left["id"]]["state"] == "cancelled"
    assert files() == []


def test_an_import_that_nobody_works_on_is_handed_out_again(
    conn: psycopg.Connection, api: Caller, now: datetime
) -> None:
    found = sent(api, many(2))
    start(api, found)
    before = conn.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()

    services.tend_imports(conn, now=now)

    assert before is not None
    assert conn.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (before[0] + 1,)
