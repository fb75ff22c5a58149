"""What a model of lead scores may be, and how its mistakes are named."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from score_shop import MODEL, ScoreShop

from kesher.kernel.text import Text
from kesher.segments import queries, services
from kesher.segments.errors import RuleInvalid, ScoreCycle, ScoreInUse, ScoreInvalid, ScoreNotFound, SegmentInUse

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "scores.md"


def changed(path: str, value: Any) -> dict[str, Any]:
    model = deepcopy(MODEL)
    *steps, last = path.split(".")
    part: Any = model
    for step in steps:
        part = part[int(step)] if step.isdecimal() else part[step]
    part[int(last) if last.isdecimal() else last] = value
    return model


@pytest.mark.parametrize(
    ("path", "value", "place", "says"),
    [
        ("fit.rules.0.points", 0, "fit.rules[0].points", "not 0"),
        ("fit.rules.0.rule", {"triat": "x"}, "fit.rules[0].rule", "trait"),
        ("fit.maximum", "100", "fit.maximum", "a number"),
        ("fit.grades", {"A": 10, "B": 20, "C": 5}, "fit.grades", "fewer points"),
        ("fit.grades", {"A": 30, "B": 20, "D": 5}, "fit.grades.C", "missing"),
        ("engagement.half_life", {"weeks": 2}, "engagement.half_life.weeks", "days"),
        ("engagement.half_life", {"days": 4_000}, "engagement.half_life", "ten years"),
        ("engagement.events.0.maximum", -1, "engagement.events[0].maximum", "more than 0"),
        ("engagement.events.0.evnt", 1, "engagement.events[0].evnt", "event"),
        ("stages.1.key", "subscriber", "stages[1].key", "two stages"),
        ("stages.1", {"key": "lead"}, "stages[1].rule", "Only the first"),
        ("stages.2.rule.value", "E9", "stages[2].rule.value", "A grade is"),
        ("stagse", [], "stagse", "stages"),
    ],
)
def test_a_mistake_is_named_by_its_place(path: str, value: Any, place: str, says: str) -> None:
    with pytest.raises(ScoreInvalid) as caught:
        queries.parse_score_model(changed(path, value))
    (problem,) = caught.value.problems
    assert (problem.path, says in problem.message.en) == (place, True), problem
    assert problem.message.he


def test_the_example_of_the_documentation_is_a_model() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    document = yaml.safe_load(example)
    del document["score"], document["name"]
    assert [stage.key for stage in queries.parse_score_model(document).stages] == [
        "subscriber",
        "lead",
        "qualified",
        "customer",
    ]


def test_every_mistake_is_found_at_once() -> None:
    model = changed("fit.rules.0.points", 0)
    model["engagement"]["events"][1]["points"] = "many"
    with pytest.raises(ScoreInvalid) as caught:
        queries.parse_score_model(model)
    assert {problem.path for problem in caught.value.problems} == {
        "fit.rules[0].points",
        "engagement.events[1].points",
    }


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"score": "leads", "of": "mood", "op": "eq", "value": 1}, "rule.of"),
        ({"score": "leads", "of": "engagement", "op": "eq", "value": 1}, "rule.op"),
        ({"score": "leads", "of": "grade", "op": "ge", "value": "A5"}, "rule.value"),
        ({"score": "leads", "of": "grade", "op": "in", "value": []}, "rule.value"),
        ({"score": "leads", "of": "fit", "op": "ge", "value": "A"}, "rule.value"),
    ],
)
def test_a_rule_about_a_score_is_checked(rule: dict[str, Any], place: str) -> None:
    with pytest.raises(RuleInvalid) as caught:
        queries.parse_rule(rule)
    assert [problem.path for problem in caught.value.problems] == [place]


def test_a_score_or_a_stage_that_does_not_exist_is_named_with_the_nearest(leads: ScoreShop) -> None:
    leads.score_by()
    with pytest.raises(RuleInvalid) as caught:
        leads.segment("ripe", {"score": "laeds", "of": "stage", "op": "eq", "value": "qualified"})
    assert "leads" in caught.value.problems[0].message.en
    with pytest.raises(RuleInvalid) as caught:
        leads.segment("ripe", {"score": "leads", "of": "stage", "op": "eq", "value": "qualifed"})
    assert "leads/qualified" in caught.value.problems[0].message.en


def test_a_circle_of_segments_and_scores_is_refused_by_name(leads: ScoreShop) -> None:
    leads.segment("big", {"trait": "employees", "op": "ge", "value": 50})
    leads.score_by(changed("fit.rules.0.rule", {"segment": "big"}))
    with pytest.raises(ScoreCycle, match=r"leads → big → leads|big → leads → big"):
        leads.segment("big", {"score": "leads", "of": "fit", "op": "ge", "value": 50})
    with pytest.raises(ScoreCycle):
        leads.score_by(changed("fit.rules.0.rule", {"score": "leads", "of": "engagement", "op": "ge", "value": 1}))


def test_what_a_score_needs_and_what_needs_it_cannot_be_deleted(
    leads: ScoreShop, conn: psycopg.Connection, now: datetime
) -> None:
    leads.segment("big", {"trait": "employees", "op": "ge", "value": 50})
    leads.score_by(changed("fit.rules.0.rule", {"segment": "big"}))
    leads.segment("ripe", {"score": "leads", "of": "grade", "op": "ge", "value": "B2"})
    with pytest.raises(ScoreInUse, match="ripe"):
        services.delete_score_model(conn, workspace_id=leads.workspace, key="leads", now=now)
    with pytest.raises(SegmentInUse, match="leads"):
        services.delete_segment(conn, workspace_id=leads.workspace, key="big", now=now)


def test_another_workspace_sees_no_model(leads: ScoreShop, conn: psycopg.Connection, now: datetime) -> None:
    leads.score_by()
    with pytest.raises(ScoreNotFound):
        queries.get_score_model(conn, workspace_id=leads.workspace + 1, key="leads")
    with pytest.raises(ScoreNotFound):
        services.delete_score_model(conn, workspace_id=leads.workspace + 1, key="leads", now=now)
    name = Text(en="other", he="אחר")
    theirs = {"workspace_id": leads.workspace + 1, "key": "leads", "name": name, "now": now}
    services.save_score_model(conn, definition={**MODEL, "stages": []}, **theirs)
    assert len(queries.list_score_models(conn, workspace_id=leads.workspace)) == 1


def test_a_score_is_explained_by_its_rules_and_events(leads: ScoreShop, conn: psycopg.Connection) -> None:
    leads.score_by()
    dana = leads.identify("dana", employees=80)
    for _ in range(6):
        leads.did("dana", "Page Read", path="/pricing")
    leads.settle()
    leads.pass_time(days=10)
    (view,) = queries.list_profile_scores(conn, workspace_id=leads.workspace, profile_id=dana, now=leads.now)
    assert [(part.points, part.holds) for part in view.fit_parts] == [(60, True), (30, False), (-20, False)]
    assert [(part.count, part.full_value, part.value) for part in view.engagement_parts] == [
        (6, pytest.approx(15), pytest.approx(15)),
        (0, 0, 0),
        (6, pytest.approx(30), pytest.approx(30)),
    ]
    assert (view.grade, view.engagement, view.forgotten) == ("B2", pytest.approx(45), pytest.approx(0, abs=1e-6))
