"""The text part that is made from the HTML reads as if somebody had typed it."""

from __future__ import annotations

import pytest
from content_samples import html, mjml

from kesher.content.queries import preview
from kesher.content.types import VariantSource


def _text(body: str, **variables: object) -> str:
    return preview(html(body), variables).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h1>כותרת</h1><p>אחת\n  שתיים</p><p>שלוש</p>", "כותרת\n\nאחת שתיים\n\nשלוש\n"),
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<ul><li>אחד</li><li>שניים</li></ul><p>סוף</p>", "• אחד\n• שניים\n\nסוף\n"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb\n"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
        ("<p>לאתר <a href='https://a.example/'>שלנו</a>!</p>", "לאתר שלנו (https://a.example/)!\n"),
        ("<a href='https://a.example/'>https://a.example/</a>", "https://a.example/\n"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example\n"),
        ("<a href='#top'>למעלה</a>", "למעלה\n"),
        ("<a href='https://a.example/'><img src='https://a.example/x.png' alt='לעגלה'></a>", "לעגלה (https://a.example/)\n"),
        ("<a href='https://a.example/'><img src='https://a.example/x.png' alt=''></a>", "https://a.example/\n"),
        ("<style>p{}</style><div style='display:none'>hidden <p>deep</p></div><p>shown</p>", "shown\n"),
        ("a &amp; b &lt;c&gt; &nbsp; d", "a & b <c> d\n"),
        ("&#123;&#123; not liquid }}", "{{ not liquid }}\n"),
        ("<!-- comment --><p>x</p>", "x\n"),
    ],
)  # fmt: skip
def test_text_is_made_from_html(body: str, text: str) -> None:
    assert _text(body) == text


def test_conditions_and_loops_leave_no_empty_lines_behind() -> None:
    body = """<p>start</p>
    {% if vip %}
      <p>guest</p>
    {% endif %}
    <ul>
    {% for x in list %}
      <li>{{ x }}</li>
    {% endfor %}
    </ul>
    <p>end</p>"""

    assert _text(body, list=["a", "b"], vip=True) == "start\n\nguest\n\n• a\n• b\n\nend\n"
    assert _text(body, list=[]) == "start\n\nend\n"


@pytest.mark.parametrize(
    "body",
    [
        "<p>{% for x in list %}{{ x }}{% unless forloop.last %}<br />{% endunless %}{% endfor %}</p>",
        "<p>{% for x in list %}{% if forloop.first == false %}<br>{% endif %}{{ x }}{% endfor %}</p>",
        "<p>{% for x in list %}\n  {{ x }}{% unless forloop.last %}<br />{% endunless %}\n{% endfor %}</p>",
    ],
)
def test_a_line_break_alone_in_a_condition_stays(body: str) -> None:
    assert _text(body, list=["a", "b", "c"]) == "a\nb\nc\n"


def test_a_text_part_of_the_authors_own_is_kept() -> None:
    source = VariantSource("he", "s", "<p>html</p>", "html", text="שלום {{ name }}\r\nטקסט")

    assert preview(source, {"name": "<דנה>"}).text == "שלום <דנה>\nטקסט\n"


def test_mjml_gives_text_too() -> None:
    source = mjml('<mj-text>שלום</mj-text><mj-button href="{{ url }}">לעגלה</mj-button>')

    assert preview(source, {"url": "https://a.example/?a=1&b=2"}).text == "שלום\n\nלעגלה (https://a.example/?a=1&b=2)\n"
