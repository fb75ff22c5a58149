"""What an e-mail's markup may not hold. It is refused with its place, never cleaned away behind the author's back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kesher.content.compiling import problems
from kesher.content.compiling.markup import Tag, find_excess, read_markup, values_in
from kesher.content.compiling.masking import Masked, has_marks, starts_with_mark, without_marks
from kesher.content.compiling.problems import filled
from kesher.content.liquid.values import LINK_SCHEMES
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

_FORBIDDEN = frozenset(
    [
        "script",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "form",
        "input",
        "button",
        "select",
        "option",
        "textarea",
        "base",
        "svg",
        "math",
    ]
)
_ADDRESSES = frozenset({"href", "src", "background", "action", "formaction", "poster", "xlink:href", "background-url"})
_RUNNING_STYLE = re.compile(r"javascript\s*:|vbscript\s*:|expression\s*\(|-moz-binding|behavior\s*:", re.I)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_SHOWN = 60


def check_safety(masked: Masked, path: str) -> list[Problem]:
    """Everything in the markup that may not be there."""
    excess = find_excess(masked.text)
    if excess is not None:
        return [Problem(path, problems.TOO_MANY_TAGS, masked.line_at(excess))]
    found: list[Problem] = []
    for tag in read_markup(masked.text):
        for text in _problems_of(tag, masked):
            found.append(Problem(path, text, masked.line_at(tag.start)))
    return found


def _problems_of(tag: Tag, masked: Masked) -> Iterator[Text]:
    if tag.kind == "comment" and tag.raw.lstrip().startswith("[if"):
        # Outlook reads what stands in its conditional comments.
        for inner in read_markup(tag.raw):
            if inner.kind != "unclosed":
                yield from _problems_of(inner, masked)
    elif tag.kind == "unclosed":
        yield problems.UNCLOSED_TAG
    elif tag.kind == "text":
        if _RUNNING_STYLE.search(tag.raw) and "{" in tag.raw:
            yield problems.FORBIDDEN_STYLE
    elif tag.kind in ("start", "void"):
        yield from _problems_of_element(tag, masked)


def _problems_of_element(tag: Tag, masked: Masked) -> Iterator[Text]:
    name = without_marks(tag.name)
    if name in _FORBIDDEN:
        yield filled(problems.FORBIDDEN_ELEMENT, name=name)
    if has_marks(tag.name) or _writes_names(tag, masked):
        yield problems.LIQUID_IN_TAG
    for value in values_in(tag.raw):
        if not value.quoted and has_marks(tag.raw[value.start : value.end]):
            yield filled(problems.UNQUOTED_VALUE, name=without_marks(value.name))
    for attribute, content in tag.attributes:
        yield from _problems_of_attribute(name, without_marks(attribute), content)


def _writes_names(tag: Tag, masked: Masked) -> bool:
    """Whether Liquid writes outside the attribute values, where escaping would not hold it."""
    outside, position = [], 0
    for value in values_in(tag.raw):
        outside.append(tag.raw[position : value.start])
        position = value.end
    return masked.writes("".join(outside) + tag.raw[position:])


def _problems_of_attribute(element: str, name: str, content: str) -> Iterator[Text]:
    if name.startswith("on"):
        yield filled(problems.FORBIDDEN_HANDLER, name=name)
    elif name == "style":
        if _RUNNING_STYLE.search(content):
            yield problems.FORBIDDEN_STYLE
    elif name == "http-equiv" and content.strip().lower() == "refresh":
        yield problems.FORBIDDEN_REFRESH
    elif name in _ADDRESSES and not _is_allowed(element, name, content):
        yield filled(problems.LINK_SCHEME, url=without_marks(content)[:_SHOWN])


def _is_allowed(element: str, attribute: str, content: str) -> bool:
    address = _INVISIBLE.sub("", content)
    if not address or starts_with_mark(address) or address.startswith("#"):
        return True
    scheme = _SCHEME.match(address)
    if scheme is None:
        return False
    if attribute == "href" and element != "link":
        return scheme[1].lower() in LINK_SCHEMES
    return scheme[1].lower() in ("http", "https", "cid") or address.lower().startswith("data:image/")
