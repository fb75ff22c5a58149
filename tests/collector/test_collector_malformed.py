"""Malformed input of every kind: a clear 4xx or an error of that item, never a 5xx, never a lost neighbour."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import psycopg
import pytest
from collector_driver import Drive, MemoryLog, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.events.collector.limits import Limits

GOOD = {"type": "track", "userId": "u1", "event": "e"}
SURROGATE, NUL = rb'"\ud800"', rb'"\u0000"'


def track(properties: bytes) -> bytes:
    return b'{"type":"track","userId":"u1","event":"e","messageId":"bad","properties":{"x":' + properties + b"}}"


BAD_ITEMS: list[tuple[str, Any, str]] = [
    ("not an object", 17, "event_malformed"),
    ("a list", [], "event_malformed"),
    ("null", None, "event_malformed"),
    ("no type", {"userId": "u", "event": "e"}, "type_unknown"),
    ("another type", {**GOOD, "type": "delete"}, "type_unknown"),
    ("a system event", {**GOOD, "type": "system"}, "type_unknown"),
    ("a type that is a list", {**GOOD, "type": ["track"]}, "type_unknown"),
    ("no ids", {"type": "track", "event": "e"}, "field_missing"),
    ("empty ids", {**GOOD, "userId": "", "anonymousId": None}, "field_missing"),
    ("an id that is an object", {**GOOD, "userId": {"id": 1}}, "field_not_text"),
    ("an id that is true", {**GOOD, "userId": True}, "field_not_text"),
    ("an id that is 1.5", {**GOOD, "anonymousId": 1.5}, "field_not_text"),
    ("an endless id", {**GOOD, "userId": "u" * 501}, "field_too_long"),
    ("no event name", {"type": "track", "userId": "u"}, "field_missing"),
    ("an event name that is a number", {**GOOD, "event": 5}, "field_not_text"),
    ("an endless event name", {**GOOD, "event": "א" * 501}, "field_too_long"),
    ("a page name that is a number", {"type": "page", "userId": "u", "name": 5}, "field_not_text"),
    ("properties that are a list", {**GOOD, "properties": []}, "field_not_object"),
    ("properties that are text", {**GOOD, "properties": "{}"}, "field_not_object"),
    ("traits that are a number", {"type": "identify", "userId": "u", "traits": 1}, "field_not_object"),
    ("a context that is text", {**GOOD, "context": "c"}, "field_not_object"),
    ("integrations that are text", {**GOOD, "integrations": "all"}, "field_not_object"),
    ("a messageId that is a number", {**GOOD, "messageId": 5}, "field_not_text"),
    ("a messageId too long", {**GOOD, "messageId": "m" * 101}, "field_too_long"),
    ("a group without an id", {"type": "group", "userId": "u"}, "field_missing"),
    ("an alias without the old id", {"type": "alias", "userId": "u"}, "field_missing"),
    ("an alias without the new id", {"type": "alias", "previousId": "a", "anonymousId": "a"}, "field_missing"),
    ("blocked ids", {**GOOD, "userId": "null"}, "nobody_identified"),
    ("larger than 32 KB", {**GOOD, "properties": {"x": "y" * 33_000}}, "event_too_large"),
    ("nested 33 levels", track(b"[" * 33 + b"]" * 33), "event_too_deep"),
    ("nested 5,000 levels", track(b"[" * 5000 + b"]" * 5000), "event_too_deep"),
    ("nested 5,000 objects", track(b'{"a":' * 5000 + b"1" + b"}" * 5000), "event_too_deep"),
    ("NUL in a text", track(NUL), "text_has_nul"),
    ("NUL in a name", track(b"{" + NUL + b":1}"), "text_has_nul"),
    ("NUL deep inside", track(b"[{" + b'"a":[' + NUL + b"]}]"), "text_has_nul"),
    ("NUL in the id", rb'{"type":"track","userId":"a\u0000","event":"e"}', "text_has_nul"),
    ("a lone surrogate", track(SURROGATE), "event_malformed"),
    ("a lone low surrogate", track(rb'"\udc00 x"'), "event_malformed"),
    ("a surrogate in UTF-8", track(b'"\xed\xa0\x80"'), "event_malformed"),
    ("bytes that are not UTF-8", track(b'"\xff\xfe"'), "event_malformed"),
    ("a raw control character", track(b'"a\x01b"'), "event_malformed"),
    ("a raw NUL byte", track(b'"a\x00b"'), "event_malformed"),
    ("NaN", track(b"NaN"), "event_malformed"),
    ("-Infinity", track(b"-Infinity"), "event_malformed"),
    ("1e999", track(b"1e999"), "number_too_large"),
    ("5,000 digits", track(b"9" * 5000), "number_too_large"),
    ("a number with a leading zero", track(b"007"), "event_malformed"),
    ("an unknown escape", track(rb'"\q"'), "event_malformed"),
    ("a word", track(b"undefined"), "event_malformed"),
]


@pytest.mark.parametrize(("item", "code"), [case[1:] for case in BAD_ITEMS], ids=[case[0] for case in BAD_ITEMS])
def test_a_bad_item_is_refused_alone_and_named(drive: Drive, log: MemoryLog, item: Any, code: str) -> None:
    reply = drive.batch({**GOOD, "messageId": "before"}, item, {**GOOD, "messageId": "after"})
    assert (reply.status, reply.codes) == (200, {1: code})
    assert reply.json()["success"] is True and reply.json()["accepted"] == 2
    assert reply.json()["refused"][0]["message"]
    assert [event.message_id for event in log.events] == ["before", "after"]


def test_a_refused_item_is_named_by_its_message_id(drive: Drive) -> None:
    reply = drive.batch(GOOD, {**GOOD, "messageId": "m7", "properties": 1})
    assert reply.json()["refused"][0]["messageId"] == "m7"


def test_a_batch_of_nothing_but_bad_items_is_no_success(drive: Drive, log: MemoryLog) -> None:
    reply = drive.batch(1, track(b"NaN"))
    assert (reply.status, reply.json()["code"]) == (400, "events.nothing_accepted")
    assert reply.codes == {0: "event_malformed", 1: "event_malformed"}
    assert log.events == []


def test_32_levels_are_taken(drive: Drive, log: MemoryLog) -> None:
    # The call itself, its properties, and thirty more.
    assert drive.batch(track(b"[" * 30 + b"]" * 30)).status == 200
    assert len(log.events) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"17", b'"text"', b"\xff\xfe{\x00}\x00", b'{"batch":{}}', b'{"batch":[{]}',
        b'{"batch":"x"}', b'{"batch":[1,2', b'{"writeKey":"wk"}', b"{" * 100_000, b'{"batch":[' + b"[" * 200_000,
        b'{"batch":[NaN]} trailing', b"batch=1&writeKey=wk", b'{"batch":[{"a":"\\ud800"}', b'{NaN:1,"batch":[]}',
    ],
)  # fmt: skip
def test_a_body_that_is_no_batch_is_a_400(drive: Drive, log: MemoryLog, body: bytes) -> None:
    reply = drive.post("/v1/batch", body, {"Authorization": "Basic d2s6"})
    assert (reply.status, reply.json()["code"], log.events) == (400, "events.body_malformed", [])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{" * 100_000, b'{"event":NaN}'])
def test_a_body_that_is_no_call_is_a_400(drive: Drive, log: MemoryLog, body: bytes) -> None:
    reply = drive.post("/v1/track", body, {"Authorization": "Basic d2s6"})
    assert (reply.status, log.events) == (400, [])


@pytest.mark.parametrize("envelope", [{"context": 5}, {"context": []}, {"integrations": "x"}, {"sentAt": {}}])
def test_a_senseless_envelope_does_not_spoil_its_items(drive: Drive, log: MemoryLog, envelope: dict[str, Any]) -> None:
    assert drive.batch(GOOD, **envelope).status == 200
    assert len(log.events) == 1


def test_a_spoilt_envelope_still_authenticates(drive: Drive, log: MemoryLog) -> None:
    body = b'{"context":{"x":NaN},"batch":[' + json.dumps(GOOD).encode() + b'],"writeKey":"wk"}'
    assert drive.post("/v1/batch", body).status == 200
    assert len(log.events) == 1


@pytest.mark.parametrize("form", ["gzip", "deflate", "rudder"])
def test_compressed_bodies_are_understood(drive: Drive, log: MemoryLog, form: str) -> None:
    text = json.dumps({"batch": [GOOD], "writeKey": "wk"}).encode()
    body = zlib.compress(text) if form == "deflate" else gzip.compress(text)
    headers = {"Gzip": "true"} if form == "rudder" else {"Content-Encoding": form}
    assert drive.post("/v1/batch", body, headers).status == 200
    assert len(log.events) == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Encoding": "gzip"}, b"not gzip", 400),
        ({"Content-Encoding": "gzip"}, gzip.compress(b'{"batch":[]}' * 90)[:-9], 400),
        ({"Content-Encoding": "br"}, b"x", 415),
        ({"Content-Encoding": "gzip"}, b"", 400),
        ({"Content-Length": "10000000"}, b"x", 413),
        ({"Content-Length": "9" * 5000}, b"x", 413),
    ],
    ids=["not gzip", "cut gzip", "brotli", "empty gzip", "10 MB announced", "absurd length"],
)
def test_a_body_that_cannot_be_taken_in(drive: Drive, headers: dict[str, str], body: bytes, status: int) -> None:
    assert drive.post("/v1/batch", body, headers).status == status


def test_a_batch_may_have_500_kb_and_no_more(drive: Drive, log: MemoryLog) -> None:
    filled = [{**GOOD, "messageId": f"m{i}", "properties": {"x": "y" * 30_000}} for i in range(16)]
    assert drive.batch(*filled).status == 200
    assert drive.batch(*filled, *filled).status == 413
    assert len(log.events) == 16


def test_a_large_body_is_refused_before_it_is_read(drive: Drive) -> None:
    pieces = iter([b"x" * 64_000] * 160)
    (reply,) = drive(Request("/v1/batch", chunks=pieces))
    assert (reply.status, reply.json()["code"]) == (413, "events.body_too_large")
    assert len(list(pieces)) > 150


def test_a_gzip_bomb_stays_small(drive: Drive) -> None:
    bomb = gzip.compress(b"0" * 300_000_000, 9)
    tracemalloc.start()
    reply = drive.post("/v1/batch", bomb, {"Content-Encoding": "gzip"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reply.status == 413
    assert peak < 20_000_000


def test_a_shared_context_cannot_multiply(drive: Drive, log: MemoryLog) -> None:
    tiny = [{"type": "track", "userId": "u", "event": "e"}] * 5000
    assert drive.batch(*tiny, context={"x": "y" * 30_000}).status == 413
    assert drive.batch(GOOD, context={"x": "y" * 33_000}).status == 413
    assert log.events == []


def test_a_slow_body_is_given_up(drive: Drive) -> None:
    drive.limits = Limits(body_seconds=0.02)
    (reply,) = drive(Request("/v1/batch", chunks=iter([b"{"])))
    assert (reply.status, reply.json()["code"]) == (408, "events.body_too_slow")


def test_no_more_bodies_are_read_at_once_than_memory_allows(drive: Drive) -> None:
    drive.limits = Limits(body_seconds=0.02, readers=3)
    replies = drive(*(Request("/v1/batch", chunks=iter([b"{"])) for _ in range(5)))
    assert [reply.status for reply in replies] == [408, 408, 408, 429, 429]
    assert replies[4].headers["retry-after"] == "1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["type", "userId", "anonymousId", "event", "traits", "properties", "context", "timestamp", "messageId"]
CALLS = st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["track", "identify", "page"]), max_size=9)
FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)


@FUZZ
@given(call=CALLS, cut=st.binary(max_size=3))
def test_whatever_stands_between_two_good_items_they_are_stored(
    conn: psycopg.Connection, drive: Drive, log: MemoryLog, call: Any, cut: bytes
) -> None:
    log.events.clear()
    item = json.dumps(call).encode()  # writes NaN and lone surrogates, as Python senders do
    if b'"' not in cut and b"\\" not in cut and not set(cut) & set(b"[]{},:"):
        item = item[:-1] + cut + item[-1:]
    reply = drive.batch({**GOOD, "messageId": "before"}, item, {**GOOD, "messageId": "after"})
    assert reply.status == 200
    stored = [event.message_id for event in log.events]
    assert stored[0] == "before" and stored[-1] == "after"
    assert len(stored) == 3 - len(reply.codes if b"refused" in reply.body else ())
    for event in log.events:
        conn.execute("SELECT %s::jsonb, %s::jsonb, %s", (event.properties, event.context, event.user_id))


@FUZZ
@given(body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track"])
def test_no_body_makes_the_collector_fail(drive: Drive, path: str, body: bytes) -> None:
    for headers in ({}, {"Content-Encoding": "gzip"}):
        assert 400 <= drive.post(path, body, {"Authorization": "Basic d2s6", **headers}).status < 500


@FUZZ
@given(at=st.integers(0, 400), byte=st.integers(0, 255))
def test_one_flipped_byte_never_makes_the_collector_fail(drive: Drive, at: int, byte: int) -> None:
    whole = json.dumps({"writeKey": "wk", "sentAt": "2026-01-13T12:00:00Z", "batch": [GOOD, GOOD, GOOD]}).encode()
    spoilt = bytearray(whole)
    spoilt[at % len(whole)] = byte
    assert drive.post("/v1/batch", bytes(spoilt)).status < 500
