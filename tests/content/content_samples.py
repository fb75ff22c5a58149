"""Sources, variables and short ways to render, for the tests of this folder."""

from __future__ import annotations

from typing import Any

from kesher.content.compiling.variant import check_variant, compile_variant
from kesher.content.queries import preview
from kesher.content.rendering import CompiledTemplate, compile_template
from kesher.content.types import Missing, Rendered, VariantSource
from kesher.kernel.errors import Problem

VARIABLES: dict[str, Any] = {
    "customer": {"first_name": "דנה", "city": "תל אביב", "timezone": "Asia/Jerusalem", "language": "he"},
    "event": {
        "name": "Checkout Started",
        "properties": {
            "currency": "ILS",
            "cart_url": "https://shop.example/cart?id=7&lang=he",
            "ends_at": "2026-01-31T21:30:00Z",
            "products": [{"name": "תפוחים", "price": 1290}, {"name": "Bread & butter", "price": 890}],
        },
    },
    "run": {"coupon": "A<B"},
    "brand": {"name": "חנות", "legal": {"name": "חנות בע״מ", "address": "הרצל 1, תל אביב", "phone": "03-555-1234"}},
    "links": {
        "unsubscribe": "https://k.example/u/1",
        "preferences": "https://k.example/p/1",
        "open": "https://k.example/o/1.gif",
    },
}


def render(body: str, *, language: str = "he", missing: str = "default", **variables: Any) -> Rendered:
    """An HTML body (and a plain subject) rendered with nothing but these variables."""
    return preview(html(body, language=language), variables, missing=missing)


def render_text(text: str, *, language: str = "he", missing: str = "default", **variables: Any) -> str:
    """A text part rendered with nothing but these variables."""
    source = VariantSource(language, "s", "<p>b</p>", "html", text=text)
    return preview(source, variables, missing=missing).text.removesuffix("\n")


def body_of(rendered: Rendered) -> str:
    """What stands in the body of the HTML."""
    return rendered.html.split('<body style="margin:0;padding:16px">')[1].split("</body>")[0]


def html(body: str, *, language: str = "he", subject: str = "s", preheader: str = "") -> VariantSource:
    """A variant written in HTML."""
    return VariantSource(language, subject, body, "html", preheader)


def mjml(inner: str, *, language: str = "he") -> VariantSource:
    """A variant written in MJML; `inner` is what stands in a column."""
    body = f"<mjml><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section></mj-body></mjml>"
    return VariantSource(language, "s", body, "mjml")


def compiled(*sources: VariantSource, missing: Missing = Missing.DEFAULT) -> CompiledTemplate:
    """A template of these variants that falls back to the first."""
    variants = []
    for source in sources:
        assert check_variant(source, "v") == []
        made = compile_variant(source)
        variants.append((source.language, made.subject, made.html, made.text, made.links))
    return compile_template(1, 1, "t", sources[0].language, missing, variants)


def problems_of(source: VariantSource) -> list[tuple[str, int | None]]:
    """The English message and the line of everything wrong with a variant."""
    return [(problem.message.render("en"), problem.line) for problem in check_variant(source, "v")]


def first_problem(source: VariantSource) -> Problem:
    """The first thing wrong with a variant."""
    return check_variant(source, "v")[0]
