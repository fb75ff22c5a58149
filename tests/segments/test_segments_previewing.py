"""A rule that is being edited is counted at once or given up in words; a slip of the pen is pointed out."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from segment_shop import Shop

from kesher.segments import queries
from kesher.segments.errors import RuleTooSlow


def test_a_preview_counts_everybody_and_shows_the_latest(shop: Shop) -> None:
    people = [shop.did(f"p{n}", "Order", ago=timedelta(days=n)) for n in range(5)]
    rule = queries.parse_rule({"event": "Order", "within": {"days": 4}})

    preview = queries.preview_rule(shop.conn, rule, workspace_id=shop.workspace, now=shop.now, limit=2)

    assert (preview.count, preview.sample, preview.warnings) == (4, (people[3], people[2]), ())


def test_names_that_nobody_has_are_a_warning_with_the_nearest_name(shop: Shop) -> None:
    shop.did("ada", "Order Completed")
    shop.identify("ada", city="חיפה")
    rule = queries.parse_rule(
        {
            "all": [
                {"event": "Order Complete"},
                {"trait": "citty", "op": "exists"},
                {"trait": "email", "op": "exists"},
                {"event": "Message Opened"},
                {"event": "{odd}"},
            ]
        }
    )

    said = [
        (warning.render("en"), warning.render("he"))
        for warning in queries.list_warnings(shop.conn, rule, workspace_id=shop.workspace)
    ]

    assert said == [
        (
            "Nobody has the trait “citty” yet. Did you mean “city”?",
            "המאפיין ”citty“ עדיין לא נראה אצל אף אחד. הכוונה ל”city“?",
        ),
        (
            "Nobody has the event “Order Complete” yet. Did you mean “Order Completed”?",
            "האירוע ”Order Complete“ עדיין לא נראה אצל אף אחד. הכוונה ל”Order Completed“?",
        ),
        ("Nobody has the event “{odd}” yet.", "האירוע ”{odd}“ עדיין לא נראה אצל אף אחד."),
    ]


def test_a_preview_that_takes_too_long_is_given_up_and_the_session_goes_on_as_before(
    conn: psycopg.Connection, shop: Shop
) -> None:
    conn.execute(
        "INSERT INTO profiles_profile (workspace_id, shard, traits, created_at)"
        ' SELECT %s, 0, \'{"a": "aaaaaaaaaaaaaaaa"}\', %s FROM generate_series(1, 20000)',
        (shop.workspace, shop.now),
    )
    rule = queries.parse_rule({"trait": "a", "op": "regex", "value": "(a|aa)+b"})

    with pytest.raises(RuleTooSlow) as caught:
        queries.preview_rule(conn, rule, workspace_id=shop.workspace, now=shop.now, seconds=0.002)

    assert "1 seconds" in caught.value.render("en")
    assert conn.execute("SHOW statement_timeout").fetchone() == ("0",)
    with conn.transaction():
        assert queries.preview_rule(conn, rule, workspace_id=shop.workspace, now=shop.now).count == 0
        assert conn.execute("SHOW statement_timeout").fetchone() == ("0",)
