"""A version ready to be rendered for one person after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from liquid.exceptions import LiquidError, LiquidInterrupt

from kesher.content.compiling.plain_text import tidy_text
from kesher.content.errors import RenderFailed
from kesher.content.liquid.environment import parse
from kesher.content.liquid.values import one_line
from kesher.content.program import Program
from kesher.content.types import MAX_SUBJECT, Missing, Rendered, Written
from kesher.kernel.text import base_language


@dataclass(frozen=True, slots=True)
class CompiledVariant:
    """A language of a version. `links` are the tracked addresses as their author wrote them."""

    language: str
    subject: Program
    html: Program
    text: Program
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledTemplate:
    """A template's version, parsed; safe to share between threads, since it never changes."""

    version_id: int
    workspace_id: int
    template_key: str
    fallback_language: str
    missing: Missing
    variants: Mapping[str, CompiledVariant]

    def variant_for(self, language: str | None) -> CompiledVariant:
        """The variant in a person's language, else in the fallback language."""
        return self.variants.get(base_language(language)) or self.variants[self.fallback_language]

    def render(self, language: str | None, variables: Mapping[str, Any], *, link: Callable[[str], str]) -> Rendered:
        """The message for one person; see `write`."""
        written = self.write(language, variables, link=link)
        return Rendered(written.subject, written.html.decode(), written.text, written.language)

    def write(self, language: str | None, variables: Mapping[str, Any], *, link: Callable[[str], str]) -> Written:
        """The message for one person, as the sender hands it over.

        `variables` holds `customer`, `event`, `run`, `brand` and `links` (`unsubscribe`, `preferences`, and `open` for
        the open pixel). `link` gets every web address in the HTML, filled in, and answers what to write instead; links
        marked `data-notrack`, mailto:, tel: and #, and all of the text part stay as they are. Raises MissingValue when
        the template stops without a value, RenderFailed when a value cannot be used or a limit is reached.
        """
        variant = self.variant_for(language)
        at = {"language": variant.language, "timezone": _timezone(variables)}
        try:
            return Written(
                subject=one_line(variant.subject.render(variables, link, **at))[:MAX_SUBJECT],
                html=variant.html.write(variables, link, **at),
                text=tidy_text(variant.text.render(variables, link, **at)) + "\n",
                language=variant.language,
            )
        except (LiquidError, LiquidInterrupt) as error:
            raise RenderFailed(detail=str(getattr(error, "message", error))) from error
        except (ArithmeticError, ValueError, RecursionError) as error:
            # What Python's own arithmetic and conversions raise inside Liquid's filters.
            raise RenderFailed(detail=str(error)) from error


def compile_template(
    version_id: int,
    workspace_id: int,
    template_key: str,
    fallback_language: str,
    missing: Missing,
    variants: Iterable[tuple[str, str, str, str, tuple[str, ...]]],
) -> CompiledTemplate:
    """Parse a version; `variants` are language, subject, HTML, text and links, as the compiler left them."""
    parsed = {
        language: CompiledVariant(
            language,
            Program(parse(subject, missing), missing, html=False),
            Program(parse(html, missing), missing, html=True),
            Program(parse(text, missing), missing, html=False),
            tuple(links),
        )
        for language, subject, html, text, links in variants
    }
    return CompiledTemplate(version_id, workspace_id, template_key, fallback_language, missing, parsed)


def _timezone(variables: Mapping[str, Any]) -> str:
    for owner in ("customer", "brand"):
        zone = (variables.get(owner) or {}).get("timezone")
        if isinstance(zone, str) and zone:
            return zone
    return "UTC"
