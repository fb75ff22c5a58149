"""The SQL that the compiler prints, pinned: a change of it is a change that somebody looked at.

`KESHER_WRITE_GOLDEN=1 pytest tests/segments/test_segments_golden.py` writes the files anew.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kesher.segments.compiling import compile_family
from kesher.segments.everybody import compile_everybody
from kesher.segments.queries import compile_rule, compile_where, parse_rule, parse_where

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2025, 1, 14, 12, tzinfo=UTC)

RULES: dict[str, Any] = {
    "trait_text": {"trait": "city", "op": "eq", "value": "חיפה"},
    "trait_number_in": {"trait": "kids", "op": "in", "value": [1, 2]},
    "trait_column": {"trait": "email", "op": "ends", "value": "@example.com"},
    "trait_any_element": {"trait": "sizes[]", "op": "ge", "value": 40},
    "trait_differs": {"trait": "plan", "op": "ne", "value": "free"},
    "trait_datetime_between": {
        "trait": "seen_at",
        "op": "between",
        "as": "datetime",
        "value": ["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"],
    },
    "date_within_next": {"date": "renewal", "op": "within_next", "days": 14},
    "date_before": {"date": "renewal", "op": "before", "days": -30},
    "event_ever": {"event": "Order Completed"},
    "score_grade": {"score": "leads", "op": "ge", "value": "B2"},
    "score_engagement": {"score": "leads", "of": "engagement", "op": "ge", "value": 20},
    "score_stage": {"score": "leads", "of": "stage", "op": "ge", "value": "qualified"},
    "event_never": {"event": "Order Completed", "op": "eq", "value": 0},
    "event_twice_in_30_days": {"event": "Order Completed", "op": "ge", "value": 2, "within": {"days": 30}},
    "event_between_counts": {"event": "Order Completed", "op": "between", "value": [1, 3], "within": {"hours": 6}},
    "event_where": {
        "event": "Order Completed",
        "where": [
            {"property": "products[].category", "op": "eq", "value": "Dairy"},
            {"not": {"property": "total", "op": "lt", "value": 100}},
        ],
        "within": {"days": 7},
    },
    "event_fixed_window": {
        "event": "Order Completed",
        "since": "2025-01-01T00:00:00Z",
        "until": "2025-01-08T00:00:00Z",
    },
    "event_sum": {
        "event": "Order Completed",
        "measure": "sum",
        "of": "products[].price",
        "op": "ge",
        "value": 500,
        "within": {"days": 90},
    },
    "event_last_older": {"event": "Order Completed", "measure": "last", "op": "older_than", "value": {"days": 45}},
    "event_of_the_system": {"event": "Message Opened", "within": {"days": 3}},
    "event_distinct": {"event": "Page Viewed", "measure": "distinct", "of": "path", "value": 3, "within": {"days": 1}},
    "event_average": {"event": "Order Completed", "measure": "avg", "of": "total", "op": "gt", "value": 100},
    "event_same_item": {
        "event": "Order Completed",
        "where": [
            {
                "items": "products[]",
                "where": [
                    {"property": "category", "op": "eq", "value": "Dairy"},
                    {"property": "price", "op": "gt", "value": 20},
                ],
            }
        ],
    },
    "event_measures": {
        "event": "Page Viewed",
        "measures": [
            {"op": "ge", "value": 6},
            {"measure": "sum", "of": "seconds", "op": "gt", "value": 600},
        ],
    },
    "sequence": {
        "sequence": [
            {"event": "Cart Updated"},
            {"not": "Cart Emptied"},
            {"event": "Checkout Started", "within": {"hours": 2}},
            {"not": "Order Completed", "within": {"days": 1}},
        ],
        "within": {"days": 30},
    },
    "trait_regex": {"trait": "email", "op": "regex", "value": r"@(mail\.)?example\.(com|org)$"},
    "anniversary": {"anniversary": "birthday", "op": "within_next", "days": 7},
    "location_city": {"location": "city", "in": ["חיפה", "Haifa"]},
    "location_near": {"location": "near", "latitude": 32.794, "longitude": 34.9896, "radius_km": 5},
    "segment": {"segment": "vip"},
    "list": {"list": "newsletter"},
    "consent_permitted": {"consent": "email", "topic": "news"},
    "consent_none": {"consent": "sms", "state": "none"},
    "object": {
        "object": "company",
        "role": "admin",
        "where": [
            {"attribute": "plan", "op": "eq", "value": "pro"},
            {"date": "renewal", "op": "within_next", "days": 14},
        ],
    },
    "object_count": {"object": "course", "op": "ge", "value": 2},
    "tree": {
        "all": [
            {"event": "Order Completed", "op": "ge", "value": 2, "within": {"days": 30}},
            {"any": [{"trait": "city", "op": "eq", "value": "חיפה"}, {"date": "renewal", "op": "on"}]},
            {"not": {"segment": "vip"}},
        ]
    },
}


def _shown(sql: str, params: dict[str, Any]) -> str:
    lines = re.sub(r" (CROSS JOIN LATERAL|LATERAL|FROM|WHERE|LEFT JOIN) ", r"\n\1 ", sql)
    bound = "\n".join(f"-- {name} = {value!r}" for name, value in sorted(params.items()))
    return f"{lines}\n{bound}\n"


def _check(name: str, text: str) -> None:
    file = GOLDEN / f"{name}.sql"
    if os.environ.get("KESHER_WRITE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", RULES)
def test_a_rule_compiles_to_this_sql(name: str) -> None:
    compiled = compile_rule(parse_rule(RULES[name]), workspace_id=1, now=NOW)

    verdict = _shown(compiled.verdict.sql, dict(compiled.verdict.params))
    _check(name, f"-- holds\n{_shown(compiled.holds.sql, {})}-- verdict\n{verdict}")


def test_property_filters_compile_to_this_sql() -> None:
    compiled = compile_where(parse_where([{"property": "items[].tags[]", "op": "contains", "value": "א"}]))

    _check("where", _shown(compiled.sql, dict(compiled.params)))


def test_everybody_is_asked_in_one_scan_of_the_log() -> None:
    counted = {"event": "Order Completed", "op": "ge", "value": 2, "within": {"days": 30}}
    rule = parse_rule({"all": [counted, RULES["event_sum"] | {"of": "total"}, {"not": RULES["sequence"]}]})
    compiled = compile_everybody(rule, workspace_id=1, now=NOW)

    assert compiled.sql.count("events_event") == 2
    _check("everybody", _shown(compiled.sql, dict(compiled.params)))


def test_everybody_is_asked_about_objects_in_one_scan() -> None:
    rule = parse_rule(
        {"all": [RULES["object_count"], {"not": {**RULES["object"], "where": [RULES["object"]["where"][0]]}}]}
    )
    compiled = compile_everybody(rule, workspace_id=1, now=NOW)

    _check("everybody_objects", _shown(compiled.sql, dict(compiled.params)))


def test_a_family_reads_each_persons_events_once() -> None:
    rules = [
        (7, parse_rule({"event": "Order Completed", "op": "ge", "value": 2, "within": {"days": 30}})),
        (8, parse_rule({"event": "Order Completed", "within": {"days": 90}, "where": RULES["event_where"]["where"]})),
        (9, parse_rule({"not": {"event": "Order Completed", "within": {"hours": 1}}})),
    ]
    compiled = compile_family(rules, workspace_id=1, prefix="f").at(NOW)

    assert compiled.sql.count("events_event") == 1
    _check("family", _shown(compiled.sql, dict(compiled.params)))
