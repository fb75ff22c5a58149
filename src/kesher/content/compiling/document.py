"""The HTML of a message made ready once: language, direction, preheader, links and the open pixel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape as escape_html

from kesher.content.compiling.lines import fold_lines
from kesher.content.compiling.markup import Tag, read_markup, values_in
from kesher.content.compiling.masking import Masked, has_marks, mask, starts_with_mark
from kesher.content.liquid.tags import LINK_TAG, PIXEL_TAG, PLAIN_LINK_TAG
from kesher.kernel.text import direction

_HIDDEN = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all"
# Keeps a mail client from showing the beginning of the body after a short preheader.
_PADDING = ("&#847;&zwnj;&nbsp;" * 20 + "\n") * 2
_OWN_LINK = re.compile(r"\{\{-?\s*links\.")
_WEB = re.compile(r"https?://", re.I)
_ATTRIBUTES = re.compile(r"""\s(?:lang|dir|xml:lang)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.I)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def prepare_document(masked: Masked, markup: str, *, language: str, preheader: str) -> str:
    """The final template: `markup` is the masked HTML, of a whole document or of a body."""
    document = fold_lines(markup if _is_document(markup) else _wrap(markup))
    edits = sorted(_edits(masked, document, language, preheader), key=lambda edit: edit.start)
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += (document[position : edit.start], edit.text)
        position = edit.end
    return masked.unmask("".join(parts) + document[position:])


def links_in(masked: Masked, markup: str) -> tuple[str, ...]:
    """The addresses that will be tracked, as the author wrote them, each once."""
    found = (_href(tag) for tag in read_markup(markup) if _is_tracked(masked, tag))
    return tuple(dict.fromkeys(masked.unmask(href) for href in found))


def _is_document(markup: str) -> bool:
    return any(tag.kind == "start" and tag.name == "body" for tag in read_markup(markup))


def _wrap(body: str) -> str:
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title></title></head>'
        f'<body style="margin:0;padding:16px">{body}</body></html>'
    )


def _edits(masked: Masked, document: str, language: str, preheader: str) -> Iterator[_Edit]:
    tags = read_markup(document)
    last_end = max((tag.start for tag in tags if tag.kind == "end" and tag.name == "body"), default=len(document))
    yield _Edit(last_end, last_end, f"{{% {PIXEL_TAG} %}}")
    for tag in tags:
        if tag.kind not in ("start", "void"):
            continue
        end = tag.start + len(tag.raw)
        if tag.name == "html":
            rest = _ATTRIBUTES.sub("", tag.raw)[len("<html") :]
            yield _Edit(tag.start, end, f'<html lang="{language}" dir="{direction(language)}"{rest}')
        elif tag.name == "body" and preheader:
            yield _Edit(end, end, _preheader(preheader))
        elif tag.name in ("a", "area"):
            yield from _link_edit(masked, tag)


def _preheader(text: str) -> str:
    masked = mask(text)
    return masked.unmask(fold_lines(f'<div style="{_HIDDEN}">{escape_html(masked.text)}{_PADDING}</div>'))


def _href(tag: Tag) -> str:
    return dict(tag.attributes).get("href", "").strip()


def _is_tracked(masked: Masked, tag: Tag) -> bool:
    if tag.name not in ("a", "area") or tag.kind == "end" or "data-notrack" in dict(tag.attributes):
        return False
    href = _href(tag)
    if _OWN_LINK.match(masked.unmask(href)):
        return False
    return bool(_WEB.match(href)) or starts_with_mark(href)


def _link_edit(masked: Masked, tag: Tag) -> Iterator[_Edit]:
    href = _href(tag)
    tracked = _is_tracked(masked, tag)
    if not href or not (tracked or has_marks(href)):
        return
    name = LINK_TAG if tracked else PLAIN_LINK_TAG
    for value in values_in(tag.raw):
        if value.name == "href":
            text = f"{{% {name} %}}{masked.unmask_plain(href)}{{% end{name} %}}"
            quote = "" if value.quoted else '"'
            yield _Edit(tag.start + value.start, tag.start + value.end, f"{quote}{text}{quote}")
            return
