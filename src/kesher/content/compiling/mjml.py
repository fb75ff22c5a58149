"""MJML to HTML by mrml, which passes over what it does not know; so the structure is checked first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import mrml

from kesher.content.compiling import problems
from kesher.content.compiling.markup import VOID, Tag, read_markup, values_in
from kesher.content.compiling.masking import Masked, has_marks, without_marks
from kesher.content.compiling.problems import filled
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text, direction

_CONTENT = frozenset(
    [
        "mj-accordion",
        "mj-button",
        "mj-carousel",
        "mj-divider",
        "mj-image",
        "mj-navbar",
        "mj-raw",
        "mj-social",
        "mj-spacer",
        "mj-table",
        "mj-text",
    ]
)
_CHILDREN = {
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-body": frozenset({"mj-section", "mj-wrapper", "mj-hero", "mj-raw"}),
    "mj-wrapper": frozenset({"mj-section", "mj-hero", "mj-raw"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column", "mj-raw"}),
    "mj-column": _CONTENT,
    "mj-hero": _CONTENT,
    "mj-accordion": frozenset({"mj-accordion-element", "mj-raw"}),
    "mj-accordion-element": frozenset({"mj-accordion-title", "mj-accordion-text", "mj-raw"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
    "mj-navbar": frozenset({"mj-navbar-link", "mj-raw"}),
    "mj-social": frozenset({"mj-social-element", "mj-raw"}),
    "mj-head": frozenset({"mj-attributes", "mj-breakpoint", "mj-font", "mj-preview", "mj-style", "mj-title"}),
}
_KNOWN = frozenset(_CHILDREN).union(*_CHILDREN.values(), {"mj-all", "mj-class"})
# Between these, mrml writes nothing for Outlook that a condition could cut in two.
_TAKES_LIQUID = frozenset({"mj-body", "mj-section", "mj-column", "mj-hero"})
_ESCAPED_BY_DEBUG = re.compile(r"[^ !#-\[\]-~א-ת]")
_ENTITIES = {'"': "&quot;"}
_MJML_START = re.compile(r"<mjml\b[^>]*>", re.I)
_HEAD_START = re.compile(r"<mj-head\s*>", re.I)
_OWN_DIRECTION = re.compile(r"""\s(?:lang|dir)\s*=\s*("[^"]*"|'[^']*')""", re.I)
_POSITION = re.compile(r"^(.*?)(?: in root template)?(?: at position (\d+):\d+)?$", re.S)
_RIGHT_TO_LEFT = (
    '<mj-attributes><mj-section direction="rtl"/><mj-column direction="rtl"/><mj-group direction="rtl"/>'
    '<mj-text align="right"/><mj-table align="right"/></mj-attributes>'
)


class MjmlRefused(Exception):
    """mrml's answer, with the offset in the masked source where it knows it."""

    def __init__(self, detail: str, offset: int | None) -> None:
        self.detail = detail
        self.offset = offset
        super().__init__(detail)


def check_mjml(masked: Masked, path: str) -> list[Problem]:
    """Unknown or misplaced elements, and text that would be lost; then mrml's own opinion."""
    found = [Problem(path, text, masked.line_at(offset)) for text, offset in _check_structure(masked)]
    if found:
        return found
    try:
        _to_html(masked.text)
        compile_mjml(masked, "he")
    except MjmlRefused as refused:
        line = None if refused.offset is None else masked.line_at(refused.offset)
        return [Problem(path, filled(problems.MJML, detail=refused.detail), line)]
    return []


def compile_mjml(masked: Masked, language: str) -> tuple[Masked, str]:
    """The HTML, with what it is masked by; right-to-left languages get right-to-left defaults."""
    hidden = _hide_from_debug(masked)
    return hidden, _to_html(_in_language(hidden.text, language))


def _hide_from_debug(masked: Masked) -> Masked:
    """mrml writes attribute values in Rust's debug form; what that would escape (a quote, RLM, niqqud) is hidden."""
    hidden = masked
    parts: list[str] = []
    position = 0
    for tag in read_markup(masked.text):
        for value in values_in(tag.raw) if tag.kind in ("start", "void") else ():
            start, end = tag.start + value.start, tag.start + value.end
            inner = hidden.hide(_ESCAPED_BY_DEBUG, masked.text[start:end], _ENTITIES)
            parts += (masked.text[position:start], inner.text)
            hidden = inner
            position = end
    return Masked("".join(parts) + masked.text[position:], hidden.pieces)


def _to_html(source: str) -> str:
    try:
        return str(mrml.to_html(source).content)
    except OSError as error:
        raise _refusal(str(error), source) from error


def _refusal(message: str, source: str) -> MjmlRefused:
    parsed = _POSITION.match(message)
    detail, position = (parsed[1], parsed[2]) if parsed else (message, None)
    # mrml counts bytes.
    offset = len(source.encode()[: int(position)].decode(errors="ignore")) if position else None
    return MjmlRefused(detail, offset)


def _in_language(source: str, language: str) -> str:
    def with_language(tag: re.Match[str]) -> str:
        rest = _OWN_DIRECTION.sub("", tag[0])[len("<mjml") :]
        return f'<mjml lang="{language}" dir="{direction(language)}"{rest}'

    text = _MJML_START.sub(with_language, source, count=1)
    if direction(language) == "ltr":
        return text
    if _HEAD_START.search(text):
        return _HEAD_START.sub(lambda head: head[0] + _RIGHT_TO_LEFT, text, count=1)
    return _MJML_START.sub(lambda tag: f"{tag[0]}<mj-head>{_RIGHT_TO_LEFT}</mj-head>", text, count=1)


def _check_structure(masked: Masked) -> Iterator[tuple[Text, int]]:
    around: list[Tag] = []
    for tag in read_markup(masked.text):
        parent = around[-1].name if around else ""
        if tag.kind == "end":
            yield from _close(tag.name, around)
        elif problem := _problem_of_text(tag.raw, parent) if tag.kind == "text" else _problem_of_element(tag, parent):
            # A text begins where its first visible character stands.
            yield problem, tag.start + len(tag.raw) - len(tag.raw.lstrip())
        if tag.kind == "start" and tag.name not in VOID:
            around.append(tag)
    yield from _unclosed(around)


def _close(name: str, around: list[Tag]) -> Iterator[tuple[Text, int]]:
    """Take the element that ends here off the stack, with whatever was left open inside it."""
    names = [tag.name for tag in around]
    if name in names:
        opened = len(names) - 1 - names[::-1].index(name)
        yield from _unclosed(around[opened + 1 :])
        del around[opened:]


def _unclosed(tags: list[Tag]) -> Iterator[tuple[Text, int]]:
    for tag in tags:
        if tag.name.startswith("mj"):
            yield filled(problems.MJML_UNCLOSED, name=tag.name), tag.start


def _problem_of_text(text: str, parent: str) -> Text | None:
    if parent not in _CHILDREN:
        return None
    if without_marks(text).strip():
        return filled(problems.MJML_TEXT, parent=parent)
    if has_marks(text) and parent not in _TAKES_LIQUID:
        return filled(problems.MJML_LIQUID, parent=parent)
    return None


def _problem_of_element(tag: Tag, parent: str) -> Text | None:
    if tag.kind in ("comment", "unclosed"):
        return None
    if tag.name == "mj-include":
        return problems.MJML_INCLUDE
    if tag.name.startswith("mj") and tag.name not in _KNOWN:
        return filled(problems.MJML_UNKNOWN, name=tag.name)
    if parent in _CHILDREN and tag.name not in _CHILDREN[parent]:
        return filled(problems.MJML_PLACE, name=tag.name, parent=parent)
    return None
