"""Every mistake in a file is named by its path and line, in both languages, with what to do."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.journeys import services
from kesher.journeys.errors import JourneyInvalid
from kesher.kernel.errors import TooLarge

RIGHT = """\
journey: cart
name: {en: Cart, he: עגלה}
entry:
  event: Product Added
  rule: {trait: plan, op: eq, value: gold}
reentry:
  policy: after_exit
  after: 7d
goal:
  event: Order Completed
  within: 3d
exit:
  - event: Order Completed
nodes:
  hour:
    type: wait
    for: 1h
    next: chance
  chance:
    type: random
    paths:
      - {name: a, weight: 9000, next: remind}
      - {name: b, weight: 1000, holdout: true}
  remind:
    type: send_email
    template: first
    topic: offers
    next: order
  order:
    type: wait_until
    event: Order Completed
    for: 2d
    then: bye
    timeout: bye
  bye:
    type: exit
"""

ONCE = RIGHT[RIGHT.index("  event: Product Added") : RIGHT.index("goal:")]
MISTAKES = [
    (ONCE, "  date: birthday\n  yearly: true\n", "reentry", "Every year needs a re-entry"),
    ("journey: cart", "journey: My Cart", "journey", "key of lower-case letters"),
    ("journey: cart\n", "", "journey", "“journey” is missing"),
    ("name: {en: Cart, he: עגלה}", "name: {en: Cart, fr: Panier}", "name", "as text, or as {en: …, he: …}"),
    ("entry:\n  event", "entry:\n  evnt", "entry", "one of: event, schedule, segment"),
    ("event: Product Added", "segment_left: gol", "entry.segment_left", "Did you mean “gold”?"),
    ("event: Product Added", "trait: plan\n  to: {a: 1}", "entry.to", "true or false, or a list of them"),
    ("event: Product Added", "journey: cat", "entry.journey", "There is no journey “cat”"),
    (
        "event: Product Added",
        'schedule: {time: "09:00", dates: [32]}\n  segment: gold',
        "entry.schedule.dates",
        "1 to 31",
    ),
    (
        "event: Product Added",
        'schedule: {time: "09:00", dates: [1], days: [sun]}\n  segment: gold',
        "entry.schedule",
        "“days” or “dates”",
    ),
    ("after: 7d", "key: order", "reentry", "policy: always"),
    ("within: 3d", "within: 3d\n  value: total", "goal", "needs “currency”"),
    ("within: 3d", "currency: shekel", "goal.currency", "no currency"),
    ("within: 3d", "attribution: {clik: 5d}", "goal.attribution.clik", "Did you mean “click”?"),
    ("  within: 3d\n", "holdout: 10%\n", "goal", "over the same time"),
    ("exit:\n", "holdout: 0.1\nexit:\n", "holdout", "a share such as 10%"),
    ("exit:\n", "holdout: 100%\nexit:\n", "holdout", "a share such as 10%"),
    ("exit:\n", "priority: 0\nexit:\n", "priority", "from 1 to 100"),
    ("event: Product Added", "api: false", "entry.api", "api: true"),
    ("event: Product Added", "webhook: {id: x}", "entry.webhook", "with one of: user_id, anonymous_id, email, phone"),
    ("event: Product Added", "webhook: {email: a, user_id: b}", "entry.webhook", "with one of: user_id"),
    ("event: Product Added", "webhook: {email: a, properties: [a]}", "entry.webhook.properties", "names and paths"),
    ("event: Product Added", "date: birthday\n  offset: 3 days", "entry.offset", "-3d"),
    ("event: Product Added", "event: Product Added\n  were: []", "entry.were", "Did you mean “where”?"),
    ("op: eq", "op: equals", "entry.rule.op", "“equals” is not known"),
    ("policy: after_exit", "policy: after exit", "reentry.policy", "Did you mean “after_exit”?"),
    ("after: 7d", "after: 7 days", "reentry.after", "30s, 15m, 1h, 2d or 1w"),
    ("after: 7d", "after: 9999d", "reentry.after", "at most two years"),
    ("within: 3d", "within: 3d\n  exit: maybe", "goal.exit", "true or false"),
    ("- event: Order Completed", "- where: [{property: x, op: eq, value: 1}]", "exit[0]", "either an “event”"),
    ("- event: Order Completed", "- {event: A, rule: {trait: x, op: eq, value: 1}}", "exit[0]", "either an “event”"),
    ("exit:\n  - event", "exit:\n    event", "exit", "Write a list"),
    ("type: wait\n", "type: wayt\n", "nodes.hour.type", "Did you mean “wait”?"),
    ("    type: wait\n", "", "nodes.hour.type", "“type” is missing"),
    ("    for: 1h\n", "", "nodes.hour", "for how long, or until when"),
    ("    for: 1h\n", '    until: {after: "20:00", before: "09:00"}\n', "nodes.hour.until", "earlier in the day"),
    ("    for: 1h\n", '    until: {after: "9:00"}\n', "nodes.hour.until.after", 'such as "09:00"'),
    ("    for: 1h\n", "    until: {days: [sunday]}\n", "nodes.hour.until.days[0]", "Did you mean “sun”?"),
    ("next: chance", "next: chanse", "nodes.hour.next", "There is no node “chanse”. Did you mean “chance”?"),
    ("weight: 9000", "weight: 8000", "nodes.chance.paths", "they add up to 9000"),
    ("weight: 9000", "weight: many", "nodes.chance.paths[0].weight", "whole number from 1 to 10000"),
    ("name: b", "name: a", "nodes.chance.paths[1].name", "“a” appears twice"),
    ("name: b", "name: failed", "nodes.chance", "“failed” is a word of the reports"),
    ("template: first", "template: frist", "nodes.remind.template", "no template “frist”. Did you mean “first”?"),
    ("topic: offers", "topic: oferts", "nodes.remind.topic", "no topic “oferts”. Did you mean “offers”?"),
    ("    topic: offers\n", "", "nodes.remind.topic", "needs the “topic”"),
    ("timeout: bye", "timeout: bye\n    timeot: bye", "nodes.order.timeot", "Did you mean “timeout”?"),
    ("    for: 2d\n", "", "nodes.order.for", "“for” is missing"),
    ("bye:\n    type: exit", "bye:\n    type: exit\n  lost:\n    type: exit", "nodes.lost", "Nobody can reach"),
    ("  bye:", "  Bye!:", "nodes.Bye!", "A node's key has"),
    ("rule: {trait: plan, op: eq, value: gold}", "rule: {segment: gald}", "entry.rule.segment", "no segment “gald”"),
    ("rule: {trait: plan, op: eq, value: gold}", "rule: {list: gald}", "entry.rule.list", "no list “gald”"),
    ("  event: Product Added\n", "  segment: gald\n", "entry.segment", "no segment “gald”"),
    ("  event: Product Added\n", "  segment: gold\n  schedule: {}\n", "entry.schedule", "either “at” (once) or “time”"),
    (
        "  event: Product Added\n",
        '  segment: gold\n  schedule: {at: "1.3.2026"}\n',
        "entry.schedule.at",
        'such as "2026-03-01 09:00"',
    ),
    (
        "  event: Product Added\n",
        '  segment: gold\n  schedule: {time: "24:00"}\n',
        "entry.schedule.time",
        "last time is",
    ),
]


def test_a_right_file_has_no_problem(shop: int) -> None:
    assert services.validate_yaml(RIGHT, workspace_id=shop) == []


@pytest.mark.parametrize(("right", "wrong", "path", "said"), MISTAKES, ids=[m[2] + " " + m[1][:20] for m in MISTAKES])
def test_a_mistake_is_named_where_it_stands(shop: int, right: str, wrong: str, path: str, said: str) -> None:
    assert right in RIGHT
    text = RIGHT.replace(right, wrong, 1)

    problems = {problem.path: problem for problem in services.validate_yaml(text, workspace_id=shop)}

    assert path in problems, problems
    problem = problems[path]
    assert said in problem.message.render("en")
    hebrew = problem.message.render("he")
    assert re.search("[א-ת]", hebrew)
    # The line is that of the innermost thing of the path that is written.
    assert problem.line is not None
    line = text.splitlines()[problem.line - 1]
    name = re.sub(r"\[\d+\]$", "", path).split(".")[-1]
    if f"{name}:" in text and "missing" not in problem.message.en:
        assert f"{name}:" in line or path.endswith("]")


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines(shop: int) -> None:
    text = RIGHT.replace("template: first", "template: frist").replace("7d", "soon").replace("type: exit", "type: end")

    problems = services.validate_yaml(text, workspace_id=shop)

    assert [(p.path, p.line) for p in problems] == [
        ("reentry.after", 8),
        ("nodes.remind.template", 26),
        ("nodes.bye.type", 36),
    ]
    assert all("{" not in p.as_dict("he")["message"] for p in problems)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("journey: a\n\tname: b", 2, "This is not YAML", id="a tab"),
        pytest.param("a: [1, 2", 1, "This is not YAML", id="an open bracket"),
        pytest.param("", 1, "There is nothing here", id="nothing"),
        pytest.param("journey: a\njourney: b", 2, "“journey” is written twice", id="twice"),
        pytest.param("a: &x 1\nb: *x", 1, "Anchors and aliases", id="an anchor"),
        pytest.param("? [a]\n: 1", 1, "must be text", id="a key that is a list"),
        pytest.param("[" * 100 + "]" * 100, 1, "more than 60 levels", id="too deep"),
        pytest.param("- a\n- b", 1, "Write fields and their values", id="a list"),
        pytest.param("just words", 1, "Write fields and their values", id="words"),
    ],
)
def test_broken_text_is_a_problem_not_an_exception(shop: int, text: str, line: int, said: str) -> None:
    problems = services.validate_yaml(text, workspace_id=shop)

    assert said in problems[0].message.render("en")
    assert problems[0].line is not None
    assert abs(problems[0].line - line) <= 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param("a\0b", "cannot be stored", id="NUL"),
        pytest.param("\ud800", "cannot be stored", id="a lone surrogate"),
        pytest.param(float("nan"), "not a number", id="NaN"),
        pytest.param({"a\0": 1}, "cannot be stored", id="NUL in a name"),
    ],
)
def test_what_cannot_be_stored_is_a_problem(shop: int, value: object, said: str) -> None:
    nodes = {"note": {"type": "update_profile", "set": {"trait": value}}}
    definition = {"journey": "j", "name": "J", "entry": {"event": "A"}, "nodes": nodes}

    with pytest.raises(JourneyInvalid) as refused:
        services.check_definition(definition, shop)

    assert said in refused.value.problems[0].message.en
    assert refused.value.problems[0].path.startswith("nodes.note.set")


def test_endless_nesting_is_a_problem(shop: int) -> None:
    value: object = 1
    for _ in range(5_000):
        value = [value]

    with pytest.raises(JourneyInvalid, match="more than 60 levels"):
        services.check_definition({"journey": value}, shop)


def test_a_file_has_a_limit(shop: int) -> None:
    with pytest.raises(TooLarge):
        services.validate_yaml("a: " + "x" * 300_000, workspace_id=shop)


LOOP = """
journey: loop
name: Loop
entry: {event: A}
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers, next: again}
  again: {type: split, branches: [{name: yes_please, rule: {trait: x, op: eq, value: 1}, next: remind}]}
"""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param(LOOP, "remind → again → remind", id="a send and a split"),
        pytest.param(
            LOOP.replace("next: again}", "next: sunday}\n  sunday: {type: wait, until: {days: [sun]}, next: again}"),
            "remind → sunday → again → remind",
            id="a window, which may be open",
        ),
    ],
)
def test_a_loop_without_a_wait_is_refused(shop: int, text: str, path: str) -> None:
    [problem] = services.validate_yaml(text, workspace_id=shop)

    assert problem.message.en.startswith(f"This loop has no wait in it ({path})")


FED = """
journey: loop
name: Loop
entry: {event: A}
nodes:
  begin: {type: emit_event, event: Began, next: answer}
  answer: {type: wait_until, event: Ticked, for: 7d, then: tick, timeout: tick}
  tick: {type: emit_event, event: Ticked, next: answer}
"""


def test_a_loop_that_waits_for_what_it_logs_itself_is_refused(shop: int) -> None:
    [problem] = services.validate_yaml(FED, workspace_id=shop)

    assert problem.path == "nodes.answer"
    assert "waits only for an event that it logs itself (answer → tick → answer)" in problem.message.en


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FED.replace("event: Ticked, for", "event: Began, for"), id="what was logged on the way in"),
        pytest.param(FED.replace("event: Ticked, for", "event: Answered, for"), id="what the person does"),
        pytest.param(FED.replace("then: tick, ", ""), id="only the time-out leads back"),
        pytest.param(
            FED.replace("next: answer}\n", "next: day}\n").replace(
                "tick: ", "day: {type: wait, for: 1d, next: answer}\n  tick: "
            ),
            id="a day in between",
        ),
    ],
)
def test_a_loop_that_rests_may_log_and_wait(shop: int, text: str) -> None:
    assert services.validate_yaml(text, workspace_id=shop) == []


def test_a_loop_with_a_wait_is_allowed(shop: int) -> None:
    text = """
journey: loop
name: Loop
entry: {event: A}
nodes:
  remind: {type: send_email, template: first, topic: offers, next: day}
  day: {type: wait, for: 1d, next: remind}
"""
    assert services.validate_yaml(text, workspace_id=shop) == []


def test_a_journey_cannot_start_itself_for_ever(shop: int) -> None:
    text = (
        "{journey: echo, name: Echo, entry: {event: Journey Exited}, reentry: {policy: always},"
        " nodes: {bye: {type: exit}}}"
    )

    [problem] = services.validate_yaml(text, workspace_id=shop)

    assert "could start for ever" in problem.message.en
    assert services.validate_yaml(text.replace("always}", "always, after: 1d}"), workspace_id=shop) == []


def test_words_that_older_yaml_reads_as_something_else_stay_words(shop: int) -> None:
    text = RIGHT.replace("event: Product Added", "event: no").replace("    for: 1h\n", "    until: {before: 20:00}\n")

    assert services.validate_yaml(text, workspace_id=shop) == []


@pytest.mark.parametrize(("purpose", "refused"), [("marketing", True), ("transactional", False)])
def test_an_advertisement_without_a_way_out_is_refused(shop: int, now: datetime, purpose: str, refused: bool) -> None:
    closed = VariantSource(language="en", subject="Sale", body="<p>Sale</p>", body_format="html")
    content.save_template(workspace_id=shop, key="closed", name="", variants=[closed], fallback_language="en", now=now)
    yaml = RIGHT.replace("template: first", f"template: closed\n    purpose: {purpose}")

    problems = services.validate_yaml(yaml, workspace_id=shop)

    assert [problem.path for problem in problems] == (["nodes.remind.template"] if refused else [])
