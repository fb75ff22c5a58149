"""One variant from end to end: what is wrong with it, or what it becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kesher.content.compiling import problems
from kesher.content.compiling.document import links_in, prepare_document
from kesher.content.compiling.footer import expand_footer
from kesher.content.compiling.liquid_check import check_liquid
from kesher.content.compiling.masking import mask
from kesher.content.compiling.mjml import check_mjml, compile_mjml
from kesher.content.compiling.plain_text import text_of
from kesher.content.compiling.problems import filled
from kesher.content.compiling.safety import check_safety
from kesher.content.liquid.values import one_line
from kesher.content.types import MAX_BODY, MAX_SUBJECT, BodyFormat, VariantSource
from kesher.kernel.errors import Problem
from kesher.kernel.text import base_language

_MOST_PROBLEMS = 50
"""Nobody reads more at once."""


@dataclass(frozen=True, slots=True)
class CompiledSource:
    """Liquid ready to be rendered: links, language, preheader and pixel are in place."""

    subject: str
    html: str
    text: str
    links: tuple[str, ...]


def check_variant(source: VariantSource, path: str) -> list[Problem]:
    """Everything that keeps a variant from being compiled or sent."""
    return _check(source, path)[:_MOST_PROBLEMS]


def _check(source: VariantSource, path: str) -> list[Problem]:
    found = list(_check_sizes(source, path))
    if found:
        return found
    body = expand_footer(source.body, BodyFormat(source.body_format), source.language)
    for name, text in (("subject", source.subject), ("preheader", source.preheader), ("text", source.text)):
        found += check_liquid(text, f"{path}.{name}")
    of_body = check_liquid(body, f"{path}.body")
    return found + (of_body or _check_markup(body, source, f"{path}.body"))


def _check_sizes(source: VariantSource, path: str) -> Iterator[Problem]:
    if source.body_format not in set(BodyFormat):
        yield Problem(f"{path}.body_format", problems.UNKNOWN_FORMAT)
    for name, text, limit in (
        ("subject", source.subject, MAX_SUBJECT),
        ("preheader", source.preheader, MAX_SUBJECT),
        ("body", source.body, MAX_BODY),
        ("text", source.text, MAX_BODY),
    ):
        if len(text) > limit:
            yield Problem(f"{path}.{name}", filled(problems.TOO_LONG, limit=f"{limit:,}"))
        elif name in ("subject", "body") and not text.strip():
            yield Problem(f"{path}.{name}", problems.EMPTY)


def _check_markup(body: str, source: VariantSource, path: str) -> list[Problem]:
    masked = mask(body)
    found = check_safety(masked, path)
    if not found and source.body_format == BodyFormat.MJML:
        found = check_mjml(masked, path)
    # What the compiler wrote must parse too: a comment inside a comment, for one, only shows there.
    return found or check_liquid(compile_variant(source).html, path, compiled=True)


def compile_variant(source: VariantSource) -> CompiledSource:
    """Compile a variant that `check_variant` found nothing wrong with."""
    language = base_language(source.language)
    body_format = BodyFormat(source.body_format)
    masked = mask(expand_footer(source.body, body_format, language))
    markup = masked.text
    if body_format is BodyFormat.MJML:
        masked, markup = compile_mjml(masked, language)
    return CompiledSource(
        subject=one_line(source.subject),
        html=prepare_document(masked, markup, language=language, preheader=one_line(source.preheader)),
        text=source.text.replace("\r\n", "\n") if source.text.strip() else text_of(masked, markup),
        links=links_in(masked, markup),
    )
