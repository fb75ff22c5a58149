"""The fast way of rendering gives what the library itself would."""

from __future__ import annotations

from typing import Any

import pytest
from content_samples import body_of, render
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kesher.content.errors import MissingValue, RenderFailed

_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), max_size=12),
    st.lists(st.text(max_size=3), max_size=3),
)
_PLAIN = [
    "{{ a.b }}",
    "{{ a['b'] }}",
    "{{ a.b.c }}",
    "{{ missing }}",
    "{{ a.b | default: 'x' }}",
    "{{ a | default: '<y>' }}",
    '<a href="https://e.example/{{ a.b }}">l</a>',
    "<a href=\"{{ a.b | default: 'https://e.example' }}\">l</a>",
]


def _outcome(body: str, missing: str, variables: dict[str, Any]) -> str:
    try:
        return body_of(render(body, missing=missing, **variables))
    except MissingValue as stopped:
        return f"stopped: {stopped.fields['name']}"


@pytest.mark.parametrize("body", _PLAIN)
@pytest.mark.parametrize("missing", ["default", "stop"])
@given(value=_VALUES)
@example(value=False)
@example(value=None)
@example(value="")
@settings(max_examples=20, deadline=None)
def test_plain_values_are_rendered_as_the_library_renders_them(body: str, value: Any, missing: str) -> None:
    variables = {"a": {"b": value}}

    # A condition around it sends the same node through the library.
    through_the_library = _outcome("{% if true %}" + body + "{% endif %}", missing, variables)

    assert _outcome(body, missing, variables) == through_the_library


def test_a_name_that_the_template_assigns_is_not_taken_from_the_caller() -> None:
    assert body_of(render("{{ a }}{% assign a = 'new' %}{{ a }}", a="old")) == "oldnew"
    assert body_of(render("{% for i in (1..2) %}{% capture a %}{{ i }}{% endcapture %}{% endfor %}{{ a }}")) == "2"


@pytest.mark.parametrize(
    ("path", "shown"), [("list.size", "2"), ("list.first", "x"), ("list[1]", "y"), ("list[-1]", "y")]
)
def test_paths_with_a_meaning_of_their_own_keep_it(path: str, shown: str) -> None:
    assert body_of(render(f"{{{{ {path} }}}}", list=["x", "y"])) == shown


def test_a_value_and_a_link_are_the_same_wherever_they_stand() -> None:
    link = '<a href="https://e.example/x">l</a>'

    body = body_of(render("{{ a }}" + link + "{{ a | default: 'b' }}" + link + "{{ a }}", a="<1>"))

    assert body.count("&lt;1&gt;") == 3
    first, second = (part.partition('"')[0] for part in body.split('href="')[1:])
    assert first == second


def test_a_value_that_stands_often_counts_each_time_against_the_limit() -> None:
    with pytest.raises(RenderFailed, match="more than 1,000,000 bytes"):
        render("{{ a }}" * 11, a="x" * 100_000)
