"""What a rendered message is: its language, direction, preheader, links and pixel."""

from __future__ import annotations

from typing import Any

import pytest
from content_samples import VARIABLES, body_of, compiled, html, mjml, render

from kesher.content.errors import MissingValue, RenderFailed
from kesher.content.types import Missing, VariantSource


def _links(source: VariantSource, **variables: Any) -> tuple[str, list[str]]:
    seen: list[str] = []

    def link(url: str) -> str:
        seen.append(url)
        return f"https://k.example/{len(seen)}?a&b"

    return compiled(source).render(source.language, variables, link=link).html, seen


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [("en", "en"), ("en-GB", "en"), ("he-IL", "he"), ("iw", "he"), ("fr", "he"), (None, "he"), ("", "he")],
)
def test_the_variant_is_that_of_the_persons_language_or_the_fallback(asked: str | None, chosen: str) -> None:
    template = compiled(html("<p>שלום</p>"), html("<p>Hello</p>", language="en"))

    rendered = template.render(asked, {}, link=str)

    assert rendered.language == chosen
    assert ("Hello" in rendered.html) == (chosen == "en")


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("ar", "rtl"), ("en", "ltr"), ("ru", "ltr")])
@pytest.mark.parametrize("make", [html, lambda inner, language: mjml(f"<mj-text>{inner}</mj-text>", language=language)])
def test_language_and_direction_stand_on_the_document(make: Any, language: str, direction: str) -> None:
    rendered = compiled(make("x", language=language)).render(language, {}, link=str)

    assert f'<html lang="{language}" dir="{direction}"' in rendered.html


def test_an_authors_own_language_and_direction_give_way_to_those_of_the_variant() -> None:
    source = html('<html lang="en" dir="ltr" class="k"><body>x</body></html>')

    assert '<html lang="he" dir="rtl" class="k">' in compiled(source).render("he", {}, link=str).html


def test_mjml_in_hebrew_runs_from_right_to_left_unless_its_author_says_otherwise() -> None:
    plain = compiled(mjml("<mj-text>א</mj-text>")).render("he", {}, link=str).html
    chosen = compiled(mjml('<mj-text align="center">א</mj-text>')).render("he", {}, link=str).html
    english = compiled(mjml("<mj-text>a</mj-text>", language="en")).render("en", {}, link=str).html

    assert "text-align:right" in plain and "direction:rtl" in plain and "direction:ltr" not in plain
    assert "text-align:center;color" in chosen and "text-align:right" not in chosen
    assert "direction:rtl" not in english


def test_the_preheader_stands_hidden_at_the_beginning_of_the_body() -> None:
    source = html("<p>גוף</p>", preheader="מבצע ל{{ customer.first_name }} & <b>")

    rendered = compiled(source).render("he", {"customer": {"first_name": "<דנה>"}}, link=str)

    start = rendered.html.index("<body")
    hidden = rendered.html.index("display:none", start)
    assert start < hidden < rendered.html.index("מבצע ל&lt;דנה&gt; &amp; &lt;b&gt;") < rendered.html.index("<p>גוף")
    assert "מבצע" not in rendered.text


def test_every_web_link_goes_through_the_caller_filled_in_and_unescaped() -> None:
    source = html("<a href=\"https://a.example/?x=1&amp;y={{ id }}\">א</a><a class=q href='{{ url }}'>ב</a>")

    rendered, seen = _links(source, id="7 8", url="http://b.example/")

    assert seen == ["https://a.example/?x=1&y=7%208", "http://b.example/"]
    assert '<a href="https://k.example/1?a&amp;b">' in rendered
    assert "<a class=q href='https://k.example/2?a&amp;b'>" in rendered


def test_links_inside_conditions_and_loops_go_through_the_caller_too() -> None:
    source = html('{% for p in products %}{% if p.url %}<a href="{{ p.url }}">א</a>{% endif %}{% endfor %}')

    rendered, seen = _links(source, products=[{"url": "https://a.example/1"}, {}, {"url": "https://a.example/2"}])

    assert seen == ["https://a.example/1", "https://a.example/2"]
    assert "a.example" not in rendered


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="mailto:a@b.example">',
        '<a href="tel:123">',
        '<a href="#top">',
        '<a data-notrack href="https://a.example/">',
        '<a href="{{ links.unsubscribe }}">',
        '<a href="{{ links.preferences }}">',
        '<a name="here">',
    ],
)
def test_some_links_stay_as_they_are(tag: str) -> None:
    rendered, seen = _links(html(f"{tag}x</a>"), links=VARIABLES["links"])

    assert seen == []
    assert "k.example/1?a" not in rendered


def test_the_tracked_addresses_are_known_when_the_template_is_compiled() -> None:
    source = html(
        '<a href="https://a.example/?x=1&amp;y={{ id }}">1</a><a href="https://a.example/?x=1&amp;y={{ id }}">2</a>'
        '<a href="{{ links.unsubscribe }}">3</a><a href="{{ url }}">4</a><a href="mailto:a@b.example">5</a>'
    )

    assert compiled(source).variant_for("he").links == ("https://a.example/?x=1&y={{ id }}", "{{ url }}")


def test_pictures_are_not_tracked() -> None:
    rendered, seen = _links(html('<img src="https://a.example/p.png" alt="">'))

    assert seen == [] and '<img src="https://a.example/p.png"' in rendered


def test_the_open_pixel_ends_the_body_when_the_message_has_one() -> None:
    source = html("<p>א</p>")
    pixel = '<img src="https://k.example/o/1.gif?a&amp;b" width="1" height="1" alt="" style="display:block;border:0">'

    with_pixel = compiled(source).render("he", {"links": {"open": "https://k.example/o/1.gif?a&b"}}, link=str)
    without = compiled(source).render("he", {}, link=str)

    assert with_pixel.html.endswith(f"<p>א</p>{pixel}</body></html>")
    assert without.html == with_pixel.html.replace(pixel, "")


def test_the_links_of_the_text_part_stay_as_their_author_wrote_them() -> None:
    source = html('<p><a href="https://a.example/?x=1&amp;y=2">אתר</a></p>')

    assert compiled(source).render("he", {}, link=lambda url: "TRACKED").text == "אתר (https://a.example/?x=1&y=2)\n"


@pytest.mark.parametrize(
    "body",
    [
        "{{ customer.first_name }}",
        "{{ customer.first_name | upcase }}",
        "{{ customer.first_name | append: '!' }}",
        "{{ 'a' | append: customer.first_name }}",
        "{{ customer.first_name | times: 2 }}",
        "{% for x in customer.first_name %}{% endfor %}",
        "{% assign x = customer.first_name %}{{ x }}",
        '<a href="https://a.example/{{ customer.first_name }}">x</a>',
        '<a href="https://a.example/{{ customer.first_name | downcase }}">x</a>',
    ],
)
@pytest.mark.parametrize("customer", [{}, {"first_name": None}])
def test_a_template_that_stops_names_the_missing_value(body: str, customer: dict[str, Any]) -> None:
    with pytest.raises(MissingValue) as stopped:
        render(body, missing="stop", customer=customer)

    assert stopped.value.fields["name"] == "customer.first_name"
    assert "customer.first_name" in stopped.value.render("he")


@pytest.mark.parametrize(
    "body",
    [
        "{{ customer.first_name | default: 'x' }}",
        "{% if customer.first_name %}a{% else %}x{% endif %}",
        "{% if customer.first_name == nil %}x{% endif %}",
        "{% unless customer.first_name %}x{% endunless %}",
    ],
)
def test_a_template_that_stops_may_ask_whether_a_value_is_there(body: str) -> None:
    assert body_of(render(body, missing="stop", customer={})) == "x"


def test_a_template_with_defaults_shows_nothing_for_a_missing_value() -> None:
    assert body_of(render("[{{ a.b.c }}{{ a | upcase }}{% for x in a %}x{% endfor %}]")) == "[]"


def test_a_value_that_a_filter_cannot_use_fails_the_message_and_says_why() -> None:
    with pytest.raises(RenderFailed, match="divide by 0"):
        render("{{ 1 | divided_by: count }}", count=0)


def test_a_missing_value_in_the_subject_stops_too() -> None:
    template = compiled(html("<p>x</p>", subject="{{ customer.first_name }}"), missing=Missing.STOP)

    with pytest.raises(MissingValue):
        template.render("he", {"customer": {}}, link=str)
