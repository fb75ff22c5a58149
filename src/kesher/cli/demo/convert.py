"""How the demo's data was made from the published files; run once, its output ships beside it.

    python -m kesher.cli.demo.convert --completejourney DIR --hebrew-names DIR --out DIR

DIR holds the CSV files (gzip) of The Complete Journey, and the two JSON lists (gzip) of Hebrew names. The same input
and seed give the same files. What is changed is said in data/SOURCE.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from pathlib import Path

import duckdb
import pyarrow as pa

from kesher.cli.demo.names import FIRST_NAMES, LAST_NAMES

SEED = 84_51
HEBREW_SHARE = 0.6
NEW_YORK_SHARE = 0.5
COMMONEST_NAMES = 300
"""The head of each Hebrew list: two thirds of the people bear one of these first names."""

# (weight, what the household said about marketing e-mail, topics)
CONSENTS: tuple[tuple[float, str, tuple[str, ...]], ...] = (
    (0.60, "granted", ("news", "offers")),
    (0.12, "granted", ("offers",)),
    (0.08, "granted", ("news",)),
    (0.12, "denied", ()),
    (0.08, "unasked", ()),
)

# The recording is in UTC; 84.51° stands in the Eastern zone, and only there does every basket fall into 2017.
SHOP_CLOCK = "((transaction_timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York')"

QUERIES = {
    "lines": f"""
        SELECT household_id::int AS household_id, basket_id::bigint AS basket_id, store_id::int AS store_id,
            {SHOP_CLOCK}::timestamp AS bought_at, product_id::int AS product_id, quantity::int AS quantity,
            round(sales_value * 100)::int AS sales_cents, round(retail_disc * 100)::int AS retail_discount_cents,
            round((coupon_disc + coupon_match_disc) * 100)::int AS coupon_discount_cents
        FROM transactions_sample ORDER BY household_id, bought_at, basket_id, product_id, quantity, sales_cents""",
    "products": """
        SELECT product_id::int AS product_id, department, brand, product_category AS category, product_type AS type,
            package_size
        FROM products WHERE product_id IN (SELECT product_id FROM transactions_sample) ORDER BY product_id""",
    "campaigns": """
        SELECT campaign_id::int AS campaign_id, campaign_type AS type, start_date, end_date
        FROM campaign_descriptions ORDER BY campaign_id""",
    "targets": """
        SELECT household_id::int AS household_id, campaign_id::int AS campaign_id FROM campaigns ORDER BY ALL""",
    "redemptions": """
        SELECT household_id::int AS household_id, coupon_upc::bigint AS coupon_upc, campaign_id::int AS campaign_id,
            redemption_date
        FROM coupon_redemptions ORDER BY redemption_date, household_id, coupon_upc""",
    # Nobody recorded what a household saw. The mailer went to every home of the chain: a household that bought a
    # product in a week in which the mailer showed it is taken to have seen it there; one view a household and week.
    "promotions": """
        SELECT household_id, basket_id, product_id, week, mailer_location FROM (
            SELECT t.household_id::int AS household_id, t.basket_id::bigint AS basket_id,
                t.product_id::int AS product_id, t.week::int AS week, min(p.mailer_location) AS mailer_location,
                row_number() OVER (PARTITION BY t.household_id, t.week
                    ORDER BY max(t.sales_value) DESC, t.basket_id, t.product_id) AS place
            FROM transactions_sample t
            JOIN promotions_sample p ON p.product_id = t.product_id AND p.week = t.week AND p.mailer_location <> '0'
            GROUP BY t.household_id, t.basket_id, t.product_id, t.week)
        WHERE place = 1 ORDER BY household_id, week""",
}

TABLES = (
    "transactions_sample",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
    "products",
    "promotions_sample",
)


def convert(*, completejourney: Path, hebrew_names: Path, out: Path) -> None:
    """Write the demo's Parquet files into `out`."""
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        source = str(completejourney / f"{table}.csv.gz")
        db.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = true)", [source])
    db.register("people", _people(db, hebrew_names))
    for name, query in {"people": "SELECT * FROM people", **QUERIES}.items():
        target = out / f"{name}.parquet"
        db.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)")


def _people(db: duckdb.DuckDBPyConnection, hebrew_names: Path) -> pa.Table:
    """Every household with its demographics (those who have some first), a name, a language, a zone and a consent."""
    households = db.sql("""
        SELECT household_id::int AS household_id, age, income, home_ownership, marital_status, household_size,
            household_comp, kids_count
        FROM (SELECT household_id FROM transactions_sample UNION SELECT household_id FROM campaigns)
        LEFT JOIN demographics USING (household_id) ORDER BY age IS NULL, household_id""").to_arrow_table()
    chance = random.Random(SEED)  # noqa: S311 - names for a demo, the same at every run
    first, last = (_hebrew(hebrew_names / f"israel-hebrew-{part}-names.json.gz") for part in ("first", "last"))
    invented = [_invent(chance, household, first, last) for household in households["household_id"].to_pylist()]
    for column in invented[0]:
        values = [person[column] for person in invented]
        households = households.append_column(column, pa.array(values))
    return households


def _hebrew(file: Path) -> tuple[list[str], list[int]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        names = json.load(stream)[:COMMONEST_NAMES]
    return [name["name"] for name in names], [name["frequency"] for name in names]


def _invent(
    chance: random.Random, household: int, first: tuple[list[str], list[int]], last: tuple[list[str], list[int]]
) -> dict[str, object]:
    hebrew = chance.random() < HEBREW_SHARE
    _, consent, topics = chance.choices(CONSENTS, [weight for weight, *_ in CONSENTS])[0]
    abroad = not hebrew and chance.random() < NEW_YORK_SHARE
    return {
        "first_name": chance.choices(*first)[0] if hebrew else chance.choice(FIRST_NAMES),
        "last_name": chance.choices(*last)[0] if hebrew else chance.choice(LAST_NAMES),
        "email": f"household-{household}@example.com",
        "locale": "he-IL" if hebrew else "en-US",
        "timezone": "America/New_York" if abroad else "Asia/Jerusalem",
        "email_marketing": consent,
        "topics": list(topics),
    }


def main() -> None:
    """Read the folders from the command line and convert."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--completejourney", type=Path, required=True)
    parser.add_argument("--hebrew-names", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    convert(completejourney=arguments.completejourney, hebrew_names=arguments.hebrew_names, out=arguments.out)


if __name__ == "__main__":
    main()
