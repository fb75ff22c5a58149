"""The recorded year as calls of the wire format: who the households are, and what they did when.

Times are moved by whole weeks, so that weekdays stay and the year ends ten weeks before the given moment: what the
year leaves running (waits, silence) has the time to finish before the present.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

SHOP_ZONE = ZoneInfo("Asia/Jerusalem")
RECORDED_START = date(2017, 1, 1)
RECORDED_END = date(2018, 1, 1)
YEAR_DAYS = (RECORDED_END - RECORDED_START).days
SETTLING_WEEKS = 10
CAMPAIGN_HOUR = time(9)
NOON = time(12)
SEEN_BEFORE_BASKET = timedelta(minutes=10)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Household:
    """One household: its user id, traits, language and zone, and what it said about marketing e-mail."""

    user_id: str
    traits: Mapping[str, Any]
    locale: str
    timezone: str
    email_marketing: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the wire format and the moment (UTC) at which it is made."""

    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """A year: its bounds, its households, its calls in order of time."""

    starts_at: datetime
    ends_at: datetime
    households: tuple[Household, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class _Year:
    """What turns a recorded row into a call: the shift, and the households that take part."""

    shift: timedelta
    people: Mapping[int, Row]

    def call(self, event: str, key: str, household: int, at: datetime, properties: Row) -> Call:
        moment = _moment(at + self.shift)
        person = self.people[household]
        body = {
            "type": "track",
            "event": event,
            "messageId": f"demo-{key}",
            "userId": user_id(household),
            "timestamp": _wire_time(moment),
            "properties": properties,
            "context": {"locale": person["locale"], "timezone": person["timezone"]},
        }
        return Call(moment, body)

    def language(self, household: int) -> str:
        return "he" if self.people[household]["locale"].startswith("he") else "en"


def user_id(household: int) -> str:
    """The user id of a household."""
    return f"household-{household}"


def load_recording(*, households: int, now: datetime, days: int = YEAR_DAYS) -> Recording:
    """The first `days` of the year of the first `households` households (those with demographics come first)."""
    people = {row["household_id"]: row for row in _rows("people")[:households]}
    latest_end = now.astimezone(SHOP_ZONE).replace(tzinfo=None) - timedelta(weeks=SETTLING_WEEKS)
    weeks = (latest_end - datetime.combine(RECORDED_END, time())) // timedelta(weeks=1)
    year = _Year(timedelta(weeks=weeks), people)
    baskets = _baskets(people)
    calls = [*_orders(year, baskets), *_promotions(year, baskets), *_campaigns(year), *_redemptions(year, baskets)]
    starts_on = datetime.combine(RECORDED_START, time()) + year.shift
    ends_at = _moment(starts_on + timedelta(days=days))
    return Recording(
        starts_at=_moment(starts_on),
        ends_at=ends_at,
        households=tuple(_household(row) for row in people.values()),
        calls=tuple(sorted((call for call in calls if call.at < ends_at), key=attrgetter("at"))),
    )


def identify_calls(recording: Recording) -> list[Call]:
    """One identify for each household, at the start of the year: what the shop knew of its customers by then."""
    return [
        Call(
            recording.starts_at,
            {
                "type": "identify",
                "messageId": f"demo-identify-{household.user_id}",
                "userId": household.user_id,
                "timestamp": _wire_time(recording.starts_at),
                "traits": household.traits,
                "context": {"locale": household.locale, "timezone": household.timezone},
            },
        )
        for household in recording.households
    ]


def _household(row: Row) -> Household:
    demographics = ("age", "income", "home_ownership", "marital_status", "household_size", "household_comp")
    recorded = {name: row[name] for name in (*demographics, "kids_count") if row[name] is not None}
    return Household(
        user_id=user_id(row["household_id"]),
        traits={**{name: row[name] for name in ("first_name", "last_name", "email")}, **recorded},
        locale=row["locale"],
        timezone=row["timezone"],
        email_marketing=row["email_marketing"],
        topics=tuple(row["topics"]),
    )


def _baskets(people: Mapping[int, Row]) -> dict[int, list[Row]]:
    """Every basket's lines; the file is sorted by household, time and basket."""
    lines = (row for row in _rows("lines") if row["household_id"] in people)
    return {basket: list(rows) for basket, rows in groupby(lines, key=itemgetter("basket_id"))}


def _orders(year: _Year, baskets: Mapping[int, list[Row]]) -> Iterator[Call]:
    for basket, lines in baskets.items():
        household = lines[0]["household_id"]
        properties = order_properties(basket, lines, language=year.language(household))
        yield year.call("Order Completed", f"order-{basket}", household, lines[0]["bought_at"], properties)


def order_properties(basket: int, lines: list[Row], *, language: str) -> Row:
    """An order in the shape of Segment's e-commerce spec; amounts are US dollars as recorded."""
    return {
        "order_id": str(basket),
        "affiliation": f"Store {lines[0]['store_id']}",
        "revenue": sum(line["sales_cents"] for line in lines) / 100,
        "discount": sum(line["retail_discount_cents"] + line["coupon_discount_cents"] for line in lines) / 100,
        "currency": "USD",
        "products": [_product(line, language) for line in lines],
    }


def _product(line: Row, language: str) -> Row:
    quantity = line["quantity"]
    paid = line["sales_cents"] / 100
    product: Row = {
        "product_id": str(line["product_id"]),
        "name": product_name(line["product_id"], language),
        "category": _department(line["product_id"]),
        "price": round(paid / quantity, 4) if quantity else paid,
        "quantity": quantity,
        "paid": paid,
    }
    if line["coupon_discount_cents"]:
        product["coupon_discount"] = line["coupon_discount_cents"] / 100
    return product


def _promotions(year: _Year, baskets: Mapping[int, list[Row]]) -> Iterator[Call]:
    for row in _rows("promotions"):
        household, product = row["household_id"], row["product_id"]
        if household in year.people:
            seen = baskets[row["basket_id"]][0]["bought_at"] - SEEN_BEFORE_BASKET
            properties = {
                "promotion_id": f"week-{row['week']}-{product}",
                "creative": "mailer",
                "position": row["mailer_location"],
                "name": product_name(product, year.language(household)),
                "product_id": str(product),
                "category": _department(product),
            }
            yield year.call("Promotion Viewed", f"promotion-{household}-{row['week']}", household, seen, properties)


def _campaigns(year: _Year) -> Iterator[Call]:
    campaigns = {row["campaign_id"]: row for row in _rows("campaigns")}
    for row in _rows("targets"):
        household, campaign = row["household_id"], campaigns[row["campaign_id"]]
        if household in year.people:
            received = datetime.combine(max(campaign["start_date"], RECORDED_START), CAMPAIGN_HOUR)
            properties = {
                "campaign_id": str(campaign["campaign_id"]),
                "campaign_type": campaign["type"],
                "starts_on": (campaign["start_date"] + year.shift).isoformat(),
                "ends_on": (campaign["end_date"] + year.shift).isoformat(),
            }
            key = f"campaign-{household}-{campaign['campaign_id']}"
            yield year.call("Campaign Received", key, household, received, properties)


def _redemptions(year: _Year, baskets: Mapping[int, list[Row]]) -> Iterator[Call]:
    first_basket: dict[tuple[int, date], datetime] = {}
    for lines in baskets.values():
        first_basket.setdefault((lines[0]["household_id"], lines[0]["bought_at"].date()), lines[0]["bought_at"])
    for number, row in enumerate(_rows("redemptions")):
        household, day = row["household_id"], row["redemption_date"]
        if household in year.people:
            at = first_basket.get((household, day)) or datetime.combine(day, NOON)
            properties = {"coupon_id": str(row["coupon_upc"]), "campaign_id": str(row["campaign_id"])}
            yield year.call("Coupon Redeemed", f"redemption-{number}", household, at, properties)


def product_name(product_id: int, language: str) -> str:
    """A readable name: that of the product's category, else of its department, else the recorded type."""
    product = _products().get(product_id, {})
    department = product.get("department") or "MISCELLANEOUS"
    named = _readable("categories").get(product.get("category") or "") or _readable("departments").get(department)
    return named[language] if named else department.title()


def _department(product_id: int) -> str:
    department: str = _products().get(product_id, {}).get("department") or "MISCELLANEOUS"
    return department


def _moment(shop_clock: datetime) -> datetime:
    return shop_clock.replace(tzinfo=SHOP_ZONE).astimezone(UTC)


def _wire_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _rows(name: str) -> list[Row]:
    with resources.files(__package__).joinpath("data", f"{name}.parquet").open("rb") as file:
        rows: list[Row] = pq.read_table(file).to_pylist()
    return rows


@cache
def _products() -> dict[int, Row]:
    return {row["product_id"]: row for row in _rows("products")}


@cache
def _readable(name: str) -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return {row["recorded"]: row for row in csv.DictReader(text.splitlines())}
