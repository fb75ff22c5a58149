"""What an author is told when a template cannot be saved: what is wrong, where, and what to do."""

from __future__ import annotations

import pytest
from content_samples import compiled, first_problem, html, mjml, problems_of

from kesher.content.types import MAX_BODY, VariantSource


def _said(source: VariantSource) -> str:
    return problems_of(source)[0][0]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("<p>\n{{ customer.name", 2, "never closed"),
        ("a\n\n{% if x", 3, "never closed"),
        ("{% comment %}\nx", 1, "never closed"),
        ("a\n{% if x %}", 2, "expected tag endif"),
        ("{% endif %}", 1, "unexpected tag 'endif'"),
        ("a\nb {% nope %}", 2, "unexpected tag 'nope'"),
        ("a\n\n{{ x | shout }}", 3, "no filter “shout”"),
        ("{% if x %}\n{{ x | shout }}{% endif %}", 2, "no filter “shout”"),
        ("{% assign y = x | shout %}", 1, "no filter “shout”"),
        ('<a\nhref="https://a.example/{{ x | shout }}">x</a>', 2, "no filter “shout”"),
        ("{{ x | upcase: 3 }}", 1, "takes 0 to 0 values"),
        ("{{ x | replace }}", 1, "takes 1 to 2 values"),
        ("{{ x | money: 'ILS', units: 'major' }}", 1, "knows no “units:”"),
        ("{{ x | plural: one: 'a' }}", 1, "needs “other:”"),
        ("{{ x | plural: one: 'a', lots: 'b', other: 'c' }}", 1, "needs “other:”"),
        ("{{ x y }}", 1, "Liquid"),
        ("x\n{% break %}", 2, "outside of a loop"),
        ("{% raw %}{{ x }}{% endraw %}", 1, "“raw” is not available"),
    ],
)
def test_a_mistake_in_liquid_is_named_with_its_line(body: str, line: int, said: str) -> None:
    ((message, at),) = problems_of(html(body))

    assert said in message
    assert at == line


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("<p>x</p>\n<script>x</script>", 2, "<script>"),
        ("<SCRIPT src='https://a.example'>", 1, "<script>"),
        ("<iframe></iframe>", 1, "<iframe>"),
        ("<form action='https://a.example'></form>", 1, "<form>"),
        ("<input>", 1, "<input>"),
        ("<object></object>", 1, "<object>"),
        ("<svg></svg>", 1, "<svg>"),
        ("<base href='https://a.example'>", 1, "<base>"),
        ("<p\n onclick='x'>", 1, "“onclick”"),
        ("<img src='https://a.example' ONERROR=x>", 1, "“onerror”"),
        ("{{ x }}\n<a href='javascript:x'>", 2, "begin it with https://"),
        ("<a href='&#106;avascript:x'>", 1, "begin it with https://"),
        ("<a href=' java\tscript:x'>", 1, "begin it with https://"),
        ("<a href='data:text/html,x'>", 1, "begin it with https://"),
        ("<a href='/relative'>", 1, "begin it with https://"),
        ("<a href='javascript:{{ x }}'>", 1, "begin it with https://"),
        ("<img src='file:///etc/passwd'>", 1, "begin it with https://"),
        ("<p style='width:expression(x)'>", 1, "style runs code"),
        ("<style>p { background: url(javascript:x) }</style>", 1, "style runs code"),
        ("<meta http-equiv='Refresh' content='0'>", 1, "refresh"),
        ("<!--[if mso]><script>x</script><![endif]-->", 1, "<script>"),
        ("<t{{ x }}d>", 1, "names"),
        ("<p {{ x }}>", 1, "names"),
        ("<p {% if a %}on{% endif %}click='x'>", 1, "“onclick”"),
        ("<p class={{ x }}>", 1, "in quotes"),
        ("<p>x</p>\n<p class='a", 2, "never ends"),
        ("<style>p { color:red }", 1, "never ends"),
    ],
)
def test_what_an_email_may_not_hold_is_refused_with_its_line(body: str, line: int, said: str) -> None:
    message, at = problems_of(html(body))[0]

    assert said in message
    assert at == line


@pytest.mark.parametrize(
    "body",
    [
        "<style>@media (max-width:600px) { td { width:100% !important } }</style><p style='color:red'>x</p>",
        "<td {% if a %}class='x'{% endif %}>x</td>",
        "<a href='{{ x }}'>y</a><img src='{{ x }}' alt='{{ y }}'><img src='cid:1'><img src='data:image/png;base64,xx'>",
        "<!--[if mso]><v:rect href='https://a.example'><![endif]-->",
        "<p>a < b & c</p>",
        "<a href='\n https://a.example/ '>x</a>",
        "<a href='#top'>x</a><a href='sms:123'>x</a><a>x</a>",
    ],
)
def test_what_emails_are_made_of_is_accepted(body: str) -> None:
    assert problems_of(html(body)) == []


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("<mjml>\n<mj-body>\n<mj-section></mj-body></mjml>", 3, "<mj-section> is never closed"),
        ("<mjml><mj-body>\n<mj-banner/></mj-body></mjml>", 2, "no MJML element <mj-banner>"),
        ("<mjml><mj-body><mj-text>x</mj-text></mj-body></mjml>", 1, "<mj-text> cannot stand inside <mj-body>"),
        ("<mjml><mj-body>\n\nhello</mj-body></mjml>", 3, "would be lost"),
        ("<mjml><mj-body><mj-include path='/etc/passwd'/></mj-body></mjml>", 1, "Other files"),
        ("<mjml><mj-body><mj-wrapper>{% if x %}{% endif %}</mj-wrapper></mj-body></mjml>", 1, "Liquid cannot stand"),
        ("<p>x</p>", 1, "MJML"),
        ("<mjml><mj-body><mj-section padding=0></mj-section></mj-body></mjml>", None, "MJML"),
        ("<mjml><mj-body><mj-section><mj-column><mj-text><script>x</script></mj-text></mj-column></mj-section>"
         "</mj-body></mjml>", 1, "<script>"),
    ],
)  # fmt: skip
def test_a_mistake_in_mjml_is_named(body: str, line: int | None, said: str) -> None:
    message, at = problems_of(VariantSource("he", "s", body, "mjml"))[0]

    assert said in message
    assert line is None or at == line


def test_the_line_is_that_of_the_source_also_after_liquid_over_several_lines() -> None:
    assert problems_of(html("{{ x\n| upcase\n}}\n<script>"))[0][1] == 4


def test_problems_name_their_place_and_speak_hebrew() -> None:
    problem = first_problem(html("{{ x | shout }}"))

    assert problem.path == "v.body"
    assert problem.message.render("he").startswith("אין מסנן בשם ”shout“")


@pytest.mark.parametrize(("field", "path"), [("subject", "v.subject"), ("preheader", "v.preheader")])
def test_subject_and_preheader_are_checked_too(field: str, path: str) -> None:
    source = html("x", **{field: "{{ a | shout }}"})

    assert first_problem(source).path == path


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (VariantSource("he", "s", "x", "markdown"), "“mjml” or “html”"),
        (VariantSource("he", " ", "x", "html"), "must be written"),
        (VariantSource("he", "s", " ", "html"), "must be written"),
        (VariantSource("he", "s" * 501, "x", "html"), "at most 500"),
        (VariantSource("he", "s", "x" * (MAX_BODY + 1), "html"), "at most 400,000"),
    ],
)
def test_format_and_sizes_are_checked_first(source: VariantSource, said: str) -> None:
    assert said in _said(source)


def test_a_body_of_nothing_but_open_braces_is_refused_at_once() -> None:
    assert "never closed" in _said(html("{{" * 150_000))


@pytest.mark.parametrize("body_format", ["html", "mjml"])
@pytest.mark.parametrize(
    "piece",
    ["<", "<!", "<!--", "<a ", "&#", '<a href="', "</", "<a b=", "<![CDATA[", "<?", "{% if x %}", "<div>", "{{a}}",
     "<style>", "<style><div>", "kq1qk", "<a href='https://a.example/'>x</a>", "<p style='javascript", "word"],
)  # fmt: skip
def test_no_source_keeps_the_compiler_busy_or_ends_the_process(piece: str, body_format: str) -> None:
    body = piece * (200_000 // len(piece))
    if body_format == "mjml":
        body = (
            f"<mjml><mj-body><mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section></mj-body></mjml>"
        )

    # What this guards against takes minutes, or ends the process.
    assert len(problems_of(VariantSource("he", "s", body, body_format))) <= 50


def test_elements_may_not_be_nested_without_end() -> None:
    deep = "<div>" * 5_000 + "</div>" * 5_000

    assert "inside one another" in _said(mjml(f"<mj-text>{deep}</mj-text>"))
    assert problems_of(html("<div>" * 90 + "</div>" * 90)) == []


def test_liquid_survives_mjml_wherever_it_may_stand() -> None:
    source = mjml(
        '{% if a == "q" %}<mj-text color="{{ c | default: \'red\' }}">{{ a | append: "<&>" }}</mj-text>{% endif %}'
        '<mj-button href="{{ u | append: "?x=1" }}">{% if 1 < 2 %}ok{% endif %}</mj-button>'
    )

    rendered = compiled(source).render("he", {"a": "q", "u": "https://a.example/"}, link=str).html

    assert "color:red" in rendered and "q&lt;&amp;&gt;" in rendered and "ok" in rendered
    assert 'href="https://a.example/?x=1"' in rendered


@pytest.mark.parametrize("alt", ["בְּרֵאשִׁית", "a\u200fb", "a\\b", "x&quot;y", "kq7qk", "😀"])
def test_any_character_survives_mjml_in_an_attribute(alt: str) -> None:
    source = mjml(f'<mj-image src="https://a.example/x.png" alt="{alt}" />')

    assert f'alt="{alt}"' in compiled(source).render("he", {}, link=str).html
