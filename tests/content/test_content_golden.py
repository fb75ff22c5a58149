"""Whole messages, in Hebrew and English, compared with what was looked at and found good."""

from __future__ import annotations

from pathlib import Path

import pytest
from content_samples import VARIABLES, compiled

from kesher.content.types import Rendered, VariantSource

_GOLDEN = Path(__file__).parent / "golden"


def _cart(language: str) -> Rendered:
    hebrew = VariantSource(
        "he", "{{ customer.first_name }}, שכחת משהו?", (_GOLDEN / "cart.he.mjml").read_text(), "mjml", "העגלה מחכה"
    )
    english = VariantSource(
        "en", "Forgot something?", (_GOLDEN / "cart.en.html.liquid").read_text(), "html", "Your cart waits"
    )
    template = compiled(hebrew, english)
    return template.render(language, VARIABLES, link=lambda url: f"https://k.example/c/{len(url)}")


@pytest.mark.parametrize("language", ["he", "en"])
@pytest.mark.parametrize("part", ["html", "text"])
def test_the_cart_message_is_as_it_was_approved(language: str, part: str) -> None:
    rendered = _cart(language)

    approved = (_GOLDEN / f"cart.{language}.{part}").read_text()

    assert getattr(rendered, part) == approved


def test_the_subject_is_filled_in() -> None:
    assert _cart("he").subject == "דנה, שכחת משהו?"
