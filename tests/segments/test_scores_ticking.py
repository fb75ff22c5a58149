"""Scores follow what happens, and time."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import psycopg
import pytest
from score_shop import MODEL, ScoreShop

from kesher.segments import queries


def test_fit_and_engagement_make_a_grade_and_its_change_is_an_event(leads: ScoreShop) -> None:
    leads.score_by()
    dana = leads.identify("dana", employees=80, country="IL")
    leads.did("dana", "Demo Booked")
    leads.did("dana", "Page Read", path="/pricing")
    leads.settle()
    assert (leads.score(dana).fit, leads.engagement(dana), leads.score(dana).grade) == (90, 55, "A2")
    assert leads.graded(dana) == [
        ("Score Grade Changed", "D4", "A2"),
        ("Stage Changed", "subscriber", "qualified"),
    ]


def test_fit_stays_between_nothing_and_its_maximum(leads: ScoreShop) -> None:
    model = deepcopy(MODEL)
    model["fit"]["maximum"] = 85
    leads.score_by(model)
    dana = leads.identify("dana", employees=80, country="IL")
    poor = leads.identify("poor", email="poor@gmail.com")
    leads.settle()
    assert (leads.score(dana).fit, leads.score(poor).fit) == (85, 0)


def test_engagement_halves_and_the_grade_falls_at_the_very_moment(leads: ScoreShop) -> None:
    leads.score_by()
    dana = leads.did("dana", "Demo Booked")
    leads.settle()
    assert leads.score(dana).grade == "D2"
    leads.pass_time(days=4)
    assert leads.score(dana).grade == "D2"
    falls_at = leads.now - timedelta(days=4) + timedelta(days=10) * 0.41503749927884  # log2(40 / 30)
    leads.pass_time(seconds=(falls_at - leads.now).total_seconds() - 1)
    assert leads.score(dana).grade == "D2"
    leads.pass_time(seconds=2)
    assert (leads.score(dana).grade, leads.engagement(dana)) == ("D3", pytest.approx(30, abs=1e-4))
    leads.pass_time(days=30)
    assert leads.graded(dana) == [
        ("Score Grade Changed", "D4", "D2"),
        ("Stage Changed", "subscriber", "lead"),
        ("Score Grade Changed", "D2", "D3"),
        ("Score Grade Changed", "D3", "D4"),
    ]
    assert queries.next_timer(leads.conn, [0]) is None


def test_a_kind_with_a_maximum_counts_at_most_that_and_decays_from_what_it_really_is(leads: ScoreShop) -> None:
    leads.score_by()
    for _ in range(8):
        dana = leads.did("dana", "Page Read", path="/blog")
    leads.settle()
    assert leads.engagement(dana) == 20
    leads.pass_time(days=10)
    assert leads.engagement(dana) == 20
    leads.pass_time(days=10)
    assert leads.engagement(dana) == 10


def test_a_late_event_counts_as_of_its_own_time(leads: ScoreShop) -> None:
    leads.score_by()
    dana = leads.did("dana", "Demo Booked")
    leads.settle()
    leads.pass_time(days=10)
    leads.did("dana", "Demo Booked", ago=timedelta(days=20))
    leads.settle()
    assert leads.engagement(dana) == 30


def test_an_event_that_is_still_ahead_counts_from_its_time_on(leads: ScoreShop) -> None:
    leads.score_by()
    dana = leads.did("dana", "Demo Booked", ago=-timedelta(minutes=40))
    leads.settle()
    assert (leads.engagement(dana), leads.score(dana).grade) == (0, "D4")
    leads.pass_time(minutes=40)
    assert (leads.engagement(dana), leads.score(dana).grade) == (40, "D2")


def test_a_stage_is_kept_unless_it_says_that_one_may_fall_back(leads: ScoreShop) -> None:
    leads.score_by()
    dana = leads.identify("dana", employees=80)
    leads.did("dana", "Demo Booked")
    leads.settle()
    assert leads.score(dana).stage == "qualified"
    leads.identify("dana", employees=3)
    leads.settle()
    assert leads.score(dana).stage == "lead"
    leads.pass_time(days=100)
    assert (leads.score(dana).grade, leads.score(dana).stage) == ("D4", "lead")
    leads.did("dana", "Order Completed")
    leads.settle()
    assert leads.score(dana).stage == "customer"


def test_a_model_over_people_who_are_already_there_is_built_from_the_log(leads: ScoreShop) -> None:
    people = [leads.identify(f"p{n}", employees=n * 20) for n in range(5)]
    for n in range(5):
        leads.did(f"p{n}", "Demo Booked", ago=timedelta(days=10 * n))
    leads.settle()
    leads.score_by()
    leads.settle()
    assert [leads.engagement(id) for id in people] == [40, 20, 10, 5, 2.5]
    assert [leads.score(id).grade for id in people] == ["D2", "D3", "D3", "B4", "B4"]
    model = deepcopy(MODEL)
    model["engagement"]["half_life"] = {"days": 20}
    leads.score_by(model)
    leads.settle()
    assert leads.engagement(people[2]) == 20


def test_a_merge_gives_the_winner_all_that_both_did_and_its_undoing_parts_them(leads: ScoreShop) -> None:
    leads.score_by()
    dana, other = leads.did("dana", "Demo Booked"), leads.did("other", "Demo Booked")
    leads.did("other", "Order Completed")
    leads.settle()
    merge = leads.merge(dana, other)
    leads.settle()
    assert (leads.engagement(dana), leads.score(dana).stage) == (80, "customer")
    leads.did("other", "Demo Booked")
    leads.settle()
    assert leads.engagement(dana) == 120
    leads.undo(merge)
    leads.settle()
    assert (leads.engagement(dana), leads.engagement(other)) == (80, 40)
    assert leads.score(other).stage == "customer"


def test_a_segment_can_ask_for_engagement_between_two_grades_and_leaves_at_the_moment(leads: ScoreShop) -> None:
    leads.score_by()
    leads.segment("warm", {"score": "leads", "of": "engagement", "op": "ge", "value": 20})
    leads.segment("ripe", {"score": "leads", "of": "stage", "op": "ge", "value": "qualified"})
    dana = leads.did("dana", "Demo Booked")
    leads.settle()
    assert (leads.members("warm"), leads.members("ripe")) == ([dana], [])
    leads.identify("dana", employees=100)
    leads.settle()
    assert leads.members("ripe") == [dana]
    leads.pass_time(days=10, microseconds=-1_000)
    assert leads.members("warm") == [dana]
    leads.pass_time(seconds=1)
    assert leads.members("warm") == []


def test_a_model_may_ask_for_a_segment_and_for_another_model(leads: ScoreShop) -> None:
    leads.segment("big", {"trait": "employees", "op": "ge", "value": 50})
    leads.score_by({**MODEL, "fit": {**MODEL["fit"], "rules": [{"rule": {"segment": "big"}, "points": 90}]}})
    warm = {"score": "leads", "of": "engagement", "op": "ge", "value": 30}
    leads.score_by(
        {**MODEL, "fit": {**MODEL["fit"], "rules": [{"rule": warm, "points": 50}]}, "stages": []}, key="second"
    )
    dana = leads.identify("dana", employees=60)
    leads.settle()
    assert leads.score(dana).fit == 90
    leads.did("dana", "Demo Booked")
    leads.settle()
    assert leads.score(dana, "second").fit == 50
    leads.pass_time(days=5)
    assert leads.score(dana, "second").fit == 0


def test_an_opening_by_a_machine_gives_nothing(leads: ScoreShop, conn: psycopg.Connection) -> None:
    opened = {"event": "Message Opened", "points": 10}
    leads.score_by({**MODEL, "engagement": {**MODEL["engagement"], "events": [opened]}})
    dana = leads.identify("dana")
    from kesher.events import services as events
    from kesher.kernel.relations import Relation

    for machine in ("true", "false"):
        row = Relation(
            "SELECT %(o_ws)s::int AS workspace_id, %(o_id)s::bigint AS profile_id, 'Message Opened' AS name,"
            " %(o_at)s::timestamptz AS occurred_at, %(o_said)s::jsonb AS properties",
            {"o_ws": leads.workspace, "o_id": dana, "o_at": leads.now, "o_said": f'{{"machine": {machine}}}'},
        )
        events.append_events(conn, row, now=leads.now)
    leads.settle()
    assert leads.engagement(dana) == 10


def test_several_engines_hand_over_what_a_merge_brought_to_the_others(leads: ScoreShop) -> None:
    leads.score_by()
    dana, other = leads.did("dana", "Page Read"), leads.did("other", "Demo Booked")
    assert dana % 2 != other % 2
    leads.merge(dana, other)
    halves = [[n for n in range(64) if n % 2 == part] for part in (0, 1)]
    for _ in range(6):
        for half in halves:
            leads.tick(half)
    assert leads.engagement(dana) == 45
    leads.did("other", "Demo Booked")
    for _ in range(6):
        for half in halves:
            leads.tick(half)
    assert leads.engagement(dana) == 85


def test_a_deleted_model_takes_its_scores_along(leads: ScoreShop, conn: psycopg.Connection) -> None:
    from kesher.segments import services

    leads.score_by()
    leads.did("dana", "Demo Booked")
    leads.settle()
    services.delete_score_model(conn, workspace_id=leads.workspace, key="leads", now=leads.now)
    leads.settle()
    for table in ("segments_score", "segments_score_model", "segments_score_dependency"):
        assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
