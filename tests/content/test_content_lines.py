"""A message comes in lines that mail can carry as they are, and shows as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from content_samples import compiled, html, mjml

from kesher.content.compiling.lines import fold_lines
from kesher.content.compiling.variant import compile_variant

_GOLDEN = Path(__file__).parent / "golden"
_PARAGRAPH = "מילים רבות בעברית " * 200
_MOST_OCTETS = 990


def longest(text: str) -> int:
    return max(len(line.encode()) for line in text.split("\n"))


@pytest.mark.parametrize(
    "document",
    [
        (_GOLDEN / "cart.he.html").read_text().replace("\n", " "),
        f"<html><body><p>{_PARAGRAPH}</p></body></html>",
        "<html><body>"
        + '<a href="https://shop.example/x" style="color:red" data-notrack>a</a>' * 60
        + "</body></html>",
    ],
)
def test_only_blanks_become_line_feeds(document: str) -> None:
    folded = fold_lines(document)

    assert longest(folded) <= _MOST_OCTETS < longest(document)
    assert folded.replace("\n", " ") == document


@pytest.mark.parametrize(
    "document",
    [
        f"<html><body><pre>{_PARAGRAPH}</pre></body></html>",
        f"<html><body><textarea>{_PARAGRAPH}</textarea></body></html>",
        f"<html><body><script>{_PARAGRAPH}</script></body></html>",
        f'<html><body><p style="white-space: pre-wrap">{_PARAGRAPH}</p></body></html>',
        f'<html><body><img alt="{_PARAGRAPH}"></body></html>',
        f"<html><body><!-- {_PARAGRAPH} --></body></html>",
    ],
)
def test_blanks_that_count_stay(document: str) -> None:
    assert fold_lines(document) == document


def test_text_after_a_preformatted_one_is_folded_again() -> None:
    assert longest(fold_lines(f"<html><body><pre>x</pre><p>{_PARAGRAPH}</p></body></html>")) <= _MOST_OCTETS


@pytest.mark.parametrize(
    "source",
    [
        mjml('<mj-text>{{ a | default: "two  words" }} ' + _PARAGRAPH + "</mj-text>" * 1),
        html(f'<p>{{{{ a | default: "two  words" }}}} {_PARAGRAPH}</p>'),
    ],
)
def test_a_long_message_is_rendered_in_short_lines(source: object) -> None:
    template = compiled(source)  # type: ignore[arg-type]

    rendered = template.render("he", {"links": {}}, link=lambda url: url)

    assert longest(rendered.html) <= _MOST_OCTETS
    assert "two  words" in rendered.html
    assert longest(compile_variant(source).html) <= _MOST_OCTETS  # type: ignore[arg-type]
