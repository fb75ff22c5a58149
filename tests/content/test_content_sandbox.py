"""A template cannot run for ever, grow without bound, read a file, ask for the time or reach into Python."""

from __future__ import annotations

import pytest
from content_samples import html, problems_of, render

from kesher.content.errors import RenderFailed
from kesher.content.liquid import context


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a long range", "{% for i in (1..1000000000) %}x{% endfor %}"),
        ("a range beyond the machine's word", "{% for i in (1..99999999999999999999999) %}x{% endfor %}"),
        ("a long range backwards", "{% for i in (1..3000000000) reversed %}x{% endfor %}"),
        ("an assigned range backwards", "{% assign r = (1..3000000000) %}{% for i in r reversed %}x{% endfor %}"),
        ("a range as a list", "{{ (1..1000000000) | join: ',' }}"),
        ("a range that is sorted", "{{ (1..1000000000) | sort | first }}"),
        ("nested loops", "{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}"),
        ("many loops", "{% for i in (1..9000) %}{% endfor %}" * 20),
        ("a doubling text", "{% assign a = 'aa' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}"),
        ("a doubling capture", "{% for i in (1..60) %}{% capture a %}x{{ a }}{{ a }}{% endcapture %}{% endfor %}"),
        ("a multiplying replace", "{{ long | replace: 'x', long }}"),
        ("an empty replace", "{{ long | replace: '', long }}"),
        ("a multiplying join", "{{ list | join: long }}"),
        ("a growing number", "{% assign a = 99 %}{% for i in (1..60) %}{% assign a = a | times: a %}{% endfor %}"),
        ("a doubling list", "{% assign a = list %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}"),
        ("too much output", "{% for i in (1..2000) %}{{ long }}{% endfor %}"),
        ("an infinite number", "{{ '1e999' | ceil }}"),
    ],
)  # fmt: skip
def test_what_would_not_end_or_not_fit_is_stopped(name: str, body: str) -> None:
    with pytest.raises(RenderFailed):
        render(body, long="x" * 50_000, list=["x"] * 1_500)


def test_time_runs_out_for_what_no_count_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(1000))
    monkeypatch.setattr(context, "monotonic", lambda: float(next(ticks)))

    with pytest.raises(RenderFailed, match="2 seconds"):
        render("{{ 'a' | upcase }}" * 5)


def test_a_fair_loop_is_within_the_budget() -> None:
    body = "{% for p in products %}{{ p.name | upcase }}{% if p.sale %}*{% endif %}{% endfor %}"

    assert render(body, products=[{"name": "a", "sale": True}] * 1_000).html.count("A*") == 1_000


@pytest.mark.parametrize(
    "tag", ["include 'x'", "render 'x'", "liquid\necho 1", "echo 1", "tablerow x in y", "increment x"]
)
def test_tags_beyond_the_sandbox_do_not_exist(tag: str) -> None:
    assert "unexpected tag" in problems_of(html(f"<p>{{% {tag} %}}</p>"))[0][0]


@pytest.mark.parametrize("tag", ["tracked_link", "plain_link", "open_pixel"])
def test_the_compilers_own_tags_are_not_for_authors(tag: str) -> None:
    assert "unexpected tag" in problems_of(html(f"<p>{{% {tag} %}}{{% end{tag} %}}</p>"))[0][0]


@pytest.mark.parametrize("path", ["a.__class__", "a['__class__']", "a.upper", "forloop.it.__class__", "now", "today"])
def test_a_path_reaches_only_what_was_passed_in(path: str) -> None:
    assert render(f"[{{{{ {path} }}}}]", a="text").text == "[]\n"
    assert render(f"{{% for x in (1..1) %}}[{{{{ {path} }}}}]{{% endfor %}}", a="text").text == "[]\n"


@pytest.mark.parametrize("filter_", ["safe", "escapejs", "base64_decode", "file", "url_decode"])
def test_filters_that_would_open_the_sandbox_do_not_exist(filter_: str) -> None:
    assert "There is no filter" in problems_of(html(f"{{{{ a | {filter_} }}}}"))[0][0]
