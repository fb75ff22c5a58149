"""Sending windows by channel and country, and Shabbat and festivals where the person is, at the policy gate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messaging_shop import Shop
from smtp_servers import Script

from kesher.messaging import queries, services
from kesher.messaging.errors import CalendarNotFound, PolicyInvalid
from kesher.messaging.policy import OpenHours, SendingWindow, window_for
from kesher.messaging.types import DAYS

ISRAEL, NEW_YORK = "Asia/Jerusalem", "America/New_York"
WEEK = {"days": ["sun", "mon", "tue", "wed", "thu"], "after": "08:00", "before": "21:00"}
FRIDAY = {"days": ["fri"], "after": "08:00", "before": "13:00"}


def at(text: str, zone: str = ISRAEL) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def keep(shop: Shop, *windows: dict[str, Any], quiet: dict[str, Any] | None = None) -> None:
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id, caps=[], quiet_hours=quiet or {}, windows=list(windows), now=shop.now
    )


def try_at(shop: Shop, moment: datetime, **person: Any) -> tuple[str, str | None, datetime]:
    """What the gate says to a message for such a person at a moment: state, reason, and until when."""
    message = shop.reserve(shop.add_profile(**person), at=moment)
    shop.send(moment)
    return (*shop.state(message), shop.field(message, "available_at"))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24 07:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", None),
        ("2026-11-24 20:59", None),
        ("2026-11-24 21:00", "2026-11-25 08:00"),
        ("2026-11-27 12:59", None),
        ("2026-11-27 13:00", "2026-11-29 08:00"),
        ("2026-11-28 12:00", "2026-11-29 08:00"),
    ],
)
def test_a_window_has_its_hours_on_each_day_of_the_week(
    shop: Shop, server: Script, moment: str, opens: str | None
) -> None:
    keep(shop, {"open": [WEEK, FRIDAY]})

    state, reason, available = try_at(shop, at(moment))

    assert (state, reason) == (("sent", None) if opens is None else ("reserved", "sending_window"))
    assert available == at(opens or moment)


def test_the_most_particular_window_holds(shop: Shop, server: Script) -> None:
    noon = at("2026-11-24 12:00")
    keep(
        shop,
        {"open": [{"after": "00:00", "before": "00:01"}]},
        {"country": "IL", "open": [{"after": "00:00", "before": "00:02"}]},
        {"channel": "email", "open": [{"after": "00:00", "before": "00:03"}]},
        {"channel": "email", "country": "IL", "open": [WEEK]},
    )

    assert try_at(shop, noon)[0] == "sent"
    assert try_at(shop, noon, timezone=NEW_YORK)[0] == "reserved"
    assert try_at(shop, noon, timezone=NEW_YORK, traits={"country": "il"})[0] == "reserved"
    assert try_at(shop, at("2026-11-24 12:00", NEW_YORK), timezone=NEW_YORK, traits={"country": "IL"})[0] == "sent"


def test_of_several_windows_one_holds() -> None:
    general = SendingWindow()
    country, channel = SendingWindow(country="IL"), SendingWindow(channel="sms")
    both = SendingWindow(channel="sms", country="IL")

    assert window_for([general, country, channel, both], channel="sms", country="IL") is both
    assert window_for([general, country, channel], channel="sms", country="IL") is country
    assert window_for([general, channel], channel="sms", country="IL") is channel
    assert window_for([general, channel], channel="email", country="IL") is general
    assert window_for([channel], channel="email", country="IL") is None


CALENDAR = {"calendar": "jewish"}


@pytest.mark.parametrize(
    ("moment", "person", "until"),
    [
        # Friday in Jerusalem: candles are lit forty minutes before sunset.
        ("2026-11-27 15:50", {}, None),
        ("2026-11-27 16:00", {}, "2026-11-28 17:15"),
        ("2026-11-27 16:00", {"traits": {"city": "חיפה"}}, None),
        # In New York it is still morning, and Shabbat begins when it is night in Jerusalem.
        ("2026-11-27 16:00", {"timezone": NEW_YORK}, None),
        ("2026-11-27 23:30", {"timezone": NEW_YORK}, "2026-11-29 00:15"),
        ("2026-11-28 20:00", {"timezone": NEW_YORK}, "2026-11-29 00:15"),
        ("2026-11-28 20:00", {}, None),
        # Yom Kippur, and the second day of a festival abroad.
        ("2026-09-21 12:00", {}, "2026-09-21 19:14"),
        ("2026-09-27 20:00", {}, None),
        ("2026-09-27 20:00", {"timezone": NEW_YORK}, "2026-09-28 02:26"),
        # A festival on Friday and Shabbat after it are one closing.
        ("2027-06-11 12:00", {}, "2027-06-12 20:28"),
    ],
)
def test_nobody_is_written_to_on_shabbat_and_festivals_where_she_is(
    shop: Shop, server: Script, moment: str, person: dict[str, Any], until: str | None
) -> None:
    keep(shop, CALENDAR)

    state, reason, available = try_at(shop, at(moment), **person)

    assert (state, reason) == (("sent", None) if until is None else ("reserved", "rest_day"))
    if until is not None:
        assert abs(available - at(until)) <= timedelta(minutes=1)


def test_people_of_one_batch_are_each_asked_about_at_their_own_place(shop: Shop, server: Script) -> None:
    keep(shop, CALENDAR)
    friday = at("2026-11-27 17:00")
    here, there = (shop.reserve(shop.add_profile(timezone=zone), at=friday) for zone in (ISRAEL, NEW_YORK))
    shop.send(friday)
    assert [shop.state(message)[0] for message in (here, there)] == ["reserved", "sent"]

    saturday = at("2026-11-28 20:00")
    here, there = (shop.reserve(shop.add_profile(timezone=zone), at=saturday) for zone in (ISRAEL, NEW_YORK))
    shop.send(saturday)

    assert [shop.state(message)[0] for message in (here, there)] == ["sent", "reserved"]


def test_what_is_put_off_leaves_when_the_last_of_the_reasons_is_over(shop: Shop, server: Script) -> None:
    keep(shop, {"open": [WEEK, FRIDAY], "calendar": "jewish"}, quiet={"start": "20:00", "end": "09:30"})
    shabbat = at("2026-11-28 12:00")
    message = shop.reserve(shop.add_profile(), at=shabbat)

    shop.send(shabbat)
    assert shop.state(message) == ("reserved", "sending_window")
    shop.send(at("2026-11-29 08:00"))
    assert shop.state(message) == ("reserved", "quiet_hours")
    shop.send(at("2026-11-29 09:30"))

    assert shop.state(message) == ("sent", None)


def test_a_window_that_drops_holds_what_comes_at_the_wrong_time(shop: Shop, server: Script) -> None:
    keep(shop, {"open": [WEEK], "calendar": "jewish", "action": "drop"})

    assert try_at(shop, at("2026-11-24 23:00"))[:2] == ("held", "sending_window")
    keep(shop, {"calendar": "jewish", "action": "drop"})
    assert try_at(shop, at("2026-11-28 12:00"))[:2] == ("held", "rest_day")


def test_a_transactional_message_leaves_on_shabbat_too(shop: Shop, server: Script) -> None:
    keep(shop, {"open": [WEEK], "calendar": "jewish"})
    shabbat = at("2026-11-28 12:00")
    message = shop.reserve(shop.add_profile(), purpose="transactional", at=shabbat)

    shop.send(shabbat)

    assert shop.state(message) == ("sent", None)


def test_a_calendar_of_another_workspace_closes_nothing(shop: Shop, server: Script) -> None:
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id + 1, caps=[], quiet_hours={}, windows=[CALENDAR], now=shop.now
    )
    assert try_at(shop, at("2026-11-28 12:00"))[0] == "sent"


@pytest.mark.parametrize(
    ("windows", "paths"),
    [
        ("no", ["windows"]),
        (["x"], ["windows.0"]),
        ([{}], ["windows.0"]),
        ([{"calendar": "jewsh"}], ["windows.0.calendar"]),
        ([{"calendar": "jewish", "country": "Israel"}], ["windows.0.country"]),
        ([{"calendar": "jewish", "zone": "UTC"}], ["windows.0.zone"]),
        ([{"calendar": "jewish", "channel": 5}], ["windows.0.channel"]),
        ([{"calendar": "jewish", "action": "maybe"}], ["windows.0.action"]),
        ([{"calendar": "jewish"}, {"open": [{}]}], ["windows.1"]),
        ([{"open": [{"after": "9"}]}], ["windows.0.open.0.after"]),
        ([{"open": [{"before": "24:30"}]}], ["windows.0.open.0.before"]),
        ([{"open": [{"after": "13:00", "before": "12:00"}]}], ["windows.0.open.0.before"]),
        ([{"open": [{"days": ["sunday"]}]}], ["windows.0.open.0.days"]),
        ([{"open": [{"days": []}]}], ["windows.0.open.0.days"]),
        ([{"open": [{"day": "sun"}]}], ["windows.0.open.0.day"]),
    ],
)
def test_a_mistake_in_a_window_is_named_by_its_place(shop: Shop, windows: Any, paths: list[str]) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        services.save_policy(
            shop.conn, workspace_id=shop.workspace_id, caps=[], quiet_hours={}, windows=windows, now=shop.now
        )
    assert [problem.path for problem in caught.value.problems] == paths
    if paths[0].endswith("calendar"):
        assert "Did you mean “jewish”?" in caught.value.problems[0].message.en


def test_windows_are_kept_and_shown_as_they_were_given(shop: Shop) -> None:
    saved = services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id,
        caps=[],
        quiet_hours={},
        windows=[{"country": "IL", "open": [FRIDAY], "calendar": "jewish"}],
        now=shop.now,
    )

    assert queries.get_policy(shop.conn, workspace_id=shop.workspace_id) == saved
    assert saved.windows[0].as_json()["open"] == [FRIDAY]


def test_the_closings_of_a_place_can_be_looked_at(shop: Shop) -> None:
    now = at("2026-11-27 10:00")

    found = queries.list_closings("jewish", workspace_id=shop.workspace_id, now=now, days=8)

    assert [closing.name.he for closing in found] == ["שבת", "שבת"]
    with pytest.raises(CalendarNotFound):
        queries.list_closings("mayan", workspace_id=shop.workspace_id, now=now, days=8)


HOURS = st.builds(
    lambda days, after, length: OpenHours(tuple(d for d in DAYS if d in days), after, min(after + length, 1440)),
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 1380),
    st.integers(1, 1440),
)


@settings(max_examples=60, deadline=None, database=None)
@given(
    hours=st.lists(HOURS, min_size=1, max_size=3),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from([ISRAEL, NEW_YORK, "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_window_opens_at_the_first_minute_that_is_within_its_hours(
    hours: list[OpenHours], moment: datetime, zone: str
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    window = SendingWindow(open=tuple(hours))

    def is_open(now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        return any(DAYS[local.isoweekday() % 7] in h.days and h.after <= minute < h.before for h in hours)

    opens = window.until(zone, moment)

    if opens is None:
        assert is_open(moment) or _near_a_change(moment, zone)
    else:
        assert opens > moment and window.until(zone, opens) is None
        assert not is_open(moment) or _near_a_change(moment, zone)
        last = opens - timedelta(minutes=1)
        assert not is_open(last) or _near_a_change(last, zone)


def _near_a_change(moment: datetime, zone: str) -> bool:
    """Within the day on which the clocks change, when a span's minutes and the clock's may differ."""
    around = [(moment + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in (-30, 0, 30)]
    return len(set(around)) > 1
