"""Values come from strangers: none becomes markup, a header, a script, a template, or turns the line around."""

from __future__ import annotations

import pytest
from content_samples import body_of, compiled, html, render, render_text
from hypothesis import given, settings
from hypothesis import strategies as st

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></head><script>",
    "{{ customer.secret }}",
    "{% for i in (1..9) %}x{% endfor %}",
    "{% tracked_link %}",
    "&lt;script&gt;",
    "kq0qk",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "body",
    [
        "<p>{{ v }}</p>",
        '<p title="{{ v }}">x</p>',
        "<p>{% if true %}{{ v }}{% endif %}</p>",
        "<p>{% capture c %}{{ v }}{% endcapture %}{{ c }}</p>",
        "<p>{% assign c = v | append: '' %}{{ c }}</p>",
        "<p>{{ v | escape }}</p>",
        "<p>{{ v | newline_to_br }}</p>",
        "<p>{{ v | isolate }}</p>",
        "<p>{{ v | replace: 'q', 'q' }}</p>",
        "<p>{{ '' | append: v }}</p>",
    ],
)
def test_a_value_stays_text_in_html(attack: str, body: str) -> None:
    shown = body_of(render(body, v=attack, customer={"secret": "LEAK"}))

    for mark in ("<script", "<img", "</style>", "LEAK", "xxx"):
        assert mark not in shown
    assert "&lt;script&gt;alert(1)" in shown or not attack.startswith("<script")
    assert "' onmouse" not in shown and '"><' not in shown


def test_a_value_is_escaped_once() -> None:
    assert body_of(render("{{ v }}{{ v | escape }}{% if true %}{{ v }}{% endif %}", v="&<")) == "&amp;&lt;" * 3


def test_a_literal_of_the_author_is_escaped_like_a_value() -> None:
    assert body_of(render("{{ '<script>' }}{{ x | append: '<b>' }}", x="")) == "&lt;script&gt;&lt;b&gt;"


def test_values_are_not_escaped_in_the_text_part() -> None:
    assert render_text("{{ v }}", v="a < b & c") == "a < b & c"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_subject_is_one_line_whatever_its_values_hold(end: str) -> None:
    template = compiled(html("x", subject="שלום {{ name }}!"))

    subject = template.render("he", {"name": f"דנה{end}Bcc: all@example.com"}, link=str).subject

    assert len(subject.splitlines()) == 1
    assert "\r" not in subject and "\n" not in subject


def test_a_long_value_does_not_make_a_long_subject() -> None:
    template = compiled(html("x", subject="{{ name }}"))

    assert len(template.render("he", {"name": "א" * 50_000}, link=str).subject) == 500


@pytest.mark.parametrize("turn", ["\u202e", "\u202d", "\u202b", "\u2067", "\u2069", "\u202c"])
def test_a_value_cannot_turn_the_text_around_it(turn: str) -> None:
    name = f"abc{turn}gpj.exe"
    template = compiled(html("{{ name }}", subject="{{ name }}"))

    rendered = template.render("he", {"name": name}, link=str)

    assert rendered.subject == body_of(rendered) == rendered.text.strip() == "abcgpj.exe"


def test_an_author_may_isolate_a_value_in_its_own_direction() -> None:
    assert body_of(render("{{ v | isolate }}", v="03-<1>")) == "<bdi>03-&lt;1&gt;</bdi>"
    assert render_text("{{ v | isolate }}", v="03-1\u202e") == "\u206803-1\u2069"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//evil.example/x",
        "/relative",
        "",
    ],
)
@pytest.mark.parametrize("attribute", ["", "data-notrack "])
def test_a_value_brings_no_unsafe_address_into_a_link(url: str, attribute: str) -> None:
    seen: list[str] = []
    template = compiled(html(f'<a {attribute}href="{{{{ url }}}}">x</a>'))

    rendered = template.render("he", {"url": url}, link=lambda link: seen.append(link) or link)  # type: ignore[func-returns-value]

    assert seen == []
    assert 'href="#"' in rendered.html


def test_a_value_in_a_link_cannot_leave_the_attribute() -> None:
    body = '<a href="https://a.example/?q={{ q }}">x</a>'

    assert '"https://a.example/?q=&quot;%20onclick=&quot;x&lt;&gt;"' in render(body, q='" onclick="x<>').html


def test_markup_that_came_as_a_value_is_cleaned() -> None:
    dirty = '<b>a</b><script>x</script><p onclick="x">b</p><a href="javascript:x">c</a><iframe></iframe>'

    assert body_of(render("{{ v | html }}", v=dirty)) == ('<b>a</b><p>b</p><a rel="noopener noreferrer">c</a>')
    assert render_text("{{ v | html }}", v="<b>a &amp; b</b>") == "a & b"


@given(value=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_whatever_becomes_markup(value: str) -> None:
    shown = body_of(render('<p title="{{ v }}">{{ v }}{% if v %}{{ v | append: v }}{% endif %}</p>', v=value))

    inner = shown.removeprefix('<p title="').removesuffix("</p>").replace('">', "", 1)
    assert not set("<>\"'") & set(inner)
