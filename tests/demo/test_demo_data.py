"""What ships is what was recorded: counts and sums of the published files, and what the recording becomes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kesher.cli.demo.recording import (
    SETTLING_WEEKS,
    Recording,
    identify_calls,
    load_recording,
    product_name,
)

DATA = resources.files("kesher.cli.demo").joinpath("data")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVERYBODY = 2_379


def read(name: str) -> Any:
    with DATA.joinpath(f"{name}.parquet").open("rb") as file:
        return pq.read_table(file)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return load_recording(households=EVERYBODY, now=NOW)


def test_the_lines_are_those_of_the_publication() -> None:
    lines = read("lines")
    assert lines.num_rows == 75_000
    assert pc.sum(lines["sales_cents"]).as_py() == 23_393_524
    assert pc.count_distinct(lines["household_id"]).as_py() == 2_377
    assert pc.count_distinct(lines["basket_id"]).as_py() == 47_243
    assert {at.year for at in lines["bought_at"].to_pylist()} == {2017}


def test_campaigns_and_redemptions_are_those_of_the_publication() -> None:
    campaigns, targets, redemptions = read("campaigns"), read("targets"), read("redemptions")
    assert Counter(campaigns["type"].to_pylist()) == {"Type A": 4, "Type B": 17, "Type C": 6}
    assert targets.num_rows == 6_589
    assert redemptions.num_rows == 2_102
    kind = dict(zip(campaigns["campaign_id"].to_pylist(), campaigns["type"].to_pylist(), strict=True))
    targeted = {(row["household_id"], row["campaign_id"]) for row in targets.to_pylist()}
    redeemed = {(row["household_id"], row["campaign_id"]) for row in redemptions.to_pylist()} & targeted
    shares = {
        letter: round(
            100 * sum(kind[c] == letter for _, c in redeemed) / sum(kind[c] == letter for _, c in targeted), 2
        )
        for letter in ("Type A", "Type B", "Type C")
    }
    assert shares == {"Type A": 16.56, "Type B": 6.5, "Type C": 5.92}


def test_all_of_it_is_small() -> None:
    assert sum(len(file.read_bytes()) for file in DATA.iterdir()) < 5_000_000


def test_every_basket_becomes_one_order_with_its_money(recording: Recording) -> None:
    orders = [call.body for call in recording.calls if call.body["event"] == "Order Completed"]
    assert len(orders) == 47_243
    assert sum(round(order["properties"]["revenue"] * 100) for order in orders) == 23_393_524
    lines = sum(len(order["properties"]["products"]) for order in orders)
    assert lines == 75_000


def test_every_other_row_becomes_one_call(recording: Recording) -> None:
    events = Counter(call.body["event"] for call in recording.calls)
    assert events["Campaign Received"] == 6_589
    assert events["Coupon Redeemed"] == 2_102
    assert events["Promotion Viewed"] == read("promotions").num_rows
    assert len({call.body["messageId"] for call in recording.calls}) == len(recording.calls)


def test_the_year_keeps_its_weekdays_and_ends_ten_weeks_ago(recording: Recording) -> None:
    shift = recording.ends_at.date() - datetime(2017, 12, 31, tzinfo=UTC).date()
    assert shift.days % 7 == 0
    assert timedelta(weeks=SETTLING_WEEKS) <= NOW - recording.ends_at < timedelta(weeks=SETTLING_WEEKS + 1)
    moments = [call.at for call in recording.calls]
    assert moments == sorted(moments)
    assert recording.starts_at <= moments[0]
    assert moments[-1] <= recording.ends_at


def test_every_call_fits_the_collector(recording: Recording) -> None:
    assert max(len(json.dumps(call.body, ensure_ascii=False).encode()) for call in recording.calls) < 32_000


def test_people_are_drawn_the_same_way_every_time(recording: Recording) -> None:
    people = recording.households
    assert len({person.traits["email"] for person in people}) == len(people) == EVERYBODY
    assert sum("age" in person.traits for person in people) == 801
    hebrew = [person for person in people if person.locale == "he-IL"]
    assert 0.57 < len(hebrew) / len(people) < 0.63
    assert all("א" <= person.traits["first_name"][0] <= "ת" for person in hebrew)
    answers = Counter(person.email_marketing for person in people)
    assert 0.77 < answers["granted"] / len(people) < 0.83
    assert min(answers["denied"], answers["unasked"]) > 100


def test_those_with_demographics_come_first() -> None:
    calls = identify_calls(load_recording(households=801, now=NOW))
    assert len(calls) == 801
    assert all(call.body["traits"]["age"] for call in calls)


@pytest.mark.parametrize("language", ["he", "en"])
def test_every_product_has_a_readable_name(language: str) -> None:
    bought = set(read("lines")["product_id"].to_pylist())
    names = {product: product_name(product, language) for product in bought}
    assert all(name.strip() for name in names.values())
    if language == "he":
        assert all("א" <= name[0] <= "ת" for name in names.values())
