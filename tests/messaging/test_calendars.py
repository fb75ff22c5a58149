"""Shabbat and the festivals, at the place where each person is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import psycopg
import pytest

from kesher.messaging.calendars import Place, closings_of, ensure_closings, extend_closings, place_at, place_named
from kesher.messaging.calendars.jewish import jewish_closings

ISRAEL = "Asia/Jerusalem"


def place(zone: str = "", country: str = "", city: str = "") -> Place:
    return place_at(zone, country, city, default_zone=ISRAEL)


def local(at: datetime, where: Place) -> str:
    return f"{at.astimezone(ZoneInfo(where.zone)):%Y-%m-%d %H:%M}"


KNOWN = [
    # zone, city, day, candles, out, name
    (ISRAEL, "Jerusalem", date(2026, 11, 28), "2026-11-27 15:55", "2026-11-28 17:14", "Shabbat"),
    (ISRAEL, "ירושלים", date(2026, 11, 28), "2026-11-27 15:55", "2026-11-28 17:14", "Shabbat"),
    (ISRAEL, "Haifa", date(2026, 11, 28), "2026-11-27 16:05", "2026-11-28 17:14", "Shabbat"),
    ("America/New_York", "", date(2026, 11, 28), "2026-11-27 16:12", "2026-11-28 17:14", "Shabbat"),
    (ISRAEL, "Jerusalem", date(2026, 9, 21), "2026-09-20 17:59", "2026-09-21 19:14", "Yom Kippur"),
    # Two days of Rosh Hashanah, the first of them a Shabbat: one closing.
    (ISRAEL, "Jerusalem", date(2026, 9, 12), "2026-09-11 18:10", "2026-09-13 19:25", "Rosh Hashanah"),
    # A festival on Friday and the Shabbat after it.
    (ISRAEL, "Jerusalem", date(2027, 6, 11), "2027-06-10 19:03", "2027-06-12 20:27", "Shavuot, Shabbat"),
    # Abroad festivals have two days.
    ("America/New_York", "", date(2027, 6, 11), "2027-06-10 20:08", "2027-06-12 21:18", "Shavuot"),
    (
        "America/New_York",
        "",
        date(2026, 10, 3),
        "2026-10-02 18:18",
        "2026-10-04 19:14",
        "Shemini Atzeret, Simchat Torah",
    ),
]


@pytest.mark.parametrize(("zone", "city", "day", "candles", "out", "name"), KNOWN)
def test_known_times(zone: str, city: str, day: date, candles: str, out: str, name: str) -> None:
    where = place(zone, city=city)

    (closing,) = jewish_closings(where, day, day)

    assert closing.name.en == name
    for computed, known in ((closing.starts_at, candles), (closing.ends_at, out)):
        expected = datetime.fromisoformat(known).replace(tzinfo=ZoneInfo(where.zone))
        assert abs(computed - expected) <= timedelta(minutes=3), (local(computed, where), known)


def test_days_between_festivals_and_the_small_holidays_are_open() -> None:
    # 28 September 2026 is Chol HaMoed, 3 March 2026 is Purim, 16 December 2025 is in Hanukkah.
    for day in (date(2026, 9, 28), date(2026, 3, 3), date(2025, 12, 16)):
        assert jewish_closings(place(), day, day) == []


def test_closings_do_not_touch_and_come_in_order() -> None:
    found = closings_of("jewish", place(), start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2028, 1, 1, tzinfo=UTC))

    assert all(a.starts_at < a.ends_at < b.starts_at for a, b in pairwise(found))
    assert 104 < len(found) < 125


def test_a_closing_under_way_counts() -> None:
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)

    found = closings_of("jewish", place(), start=noon, end=noon + timedelta(hours=1))

    assert [closing.name.he for closing in found] == ["שבת"]


@pytest.mark.parametrize(
    ("zone", "country", "city", "key"),
    [
        (ISRAEL, "", "", ISRAEL),
        (ISRAEL, "IL", "  תל   אביב ", "tel_aviv"),
        ("America/New_York", "IL", "Jerusalem", "America/New_York"),
        ("", "IL", "Eilat", "eilat"),
        ("", "us", "", "America/New_York"),
        ("", "France", "", ISRAEL),
        ("Not/AZone", "", "", ISRAEL),
        ("Israel", "", "Haifa", "haifa"),
    ],
)
def test_the_place_is_the_zones_else_the_countrys_else_the_workspaces(
    zone: str, country: str, city: str, key: str
) -> None:
    found = place(zone, country, city)

    assert found.key == key
    assert place_named(key) == found


def test_every_zone_has_a_place_and_a_year_of_closings() -> None:
    for zone in [*sorted(available_timezones())[::12], "UTC", "US/Eastern", "Antarctica/Troll", "Pacific/Kiritimati"]:
        found = jewish_closings(place(zone), date(2026, 1, 1), date(2026, 12, 31))
        assert len(found) > 52, zone
        assert all(timedelta(hours=23) < c.ends_at - c.starts_at < timedelta(hours=82) for c in found), zone


def test_the_table_is_filled_for_a_place_once_and_extended_by_the_job(conn: psycopg.Connection, now: datetime) -> None:
    def covered() -> tuple[int, datetime]:
        row = conn.execute("SELECT count(*), max(ends_at) FROM messaging_closing").fetchone()
        assert row is not None
        return row

    ensure_closings(conn, [("jewish", place())], now=now)
    first, until = covered()
    assert first > 55 and until > now + timedelta(days=390)

    ensure_closings(conn, [("jewish", place())], now=now + timedelta(days=200))
    assert covered() == (first, until)
    ensure_closings(conn, [("jewish", place())], now=now + timedelta(days=360))
    assert covered()[1] > now + timedelta(days=740)

    assert extend_closings(conn, now=now + timedelta(days=800)) == 1
    assert covered()[1] > now + timedelta(days=1180)
    oldest = conn.execute("SELECT min(ends_at) FROM messaging_closing").fetchone()
    assert oldest is not None and oldest[0] > now + timedelta(days=399)


def test_a_night_that_falls_after_midnight_is_that_days_own() -> None:
    helsinki = place("Europe/Helsinki")

    found = [
        local(closing.ends_at, helsinki) for closing in jewish_closings(helsinki, date(2026, 7, 18), date(2026, 8, 1))
    ]

    assert found[0] == "2026-07-19 00:47"
    assert found[1] > "2026-07-26 00:00"
    assert found[2] == "2026-08-01 23:31"


def test_where_no_night_falls_the_day_is_out_at_one_by_the_clock() -> None:
    helsinki = place("Europe/Helsinki")

    (closing,) = jewish_closings(helsinki, date(2026, 6, 20), date(2026, 6, 20))

    assert (local(closing.starts_at, helsinki), local(closing.ends_at, helsinki)) == (
        "2026-06-19 22:30",
        "2026-06-21 01:00",
    )
