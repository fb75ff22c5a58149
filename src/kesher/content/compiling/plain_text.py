"""The text part of a message, made from its HTML: paragraphs, lists and links as a person would type them.

The addresses in it are the author's own: a text part is not tracked, since a signed address there would be unreadable.
"""

from __future__ import annotations

import re
from html import unescape

from kesher.content.compiling.markup import Tag, read_markup
from kesher.content.compiling.masking import Masked, has_marks, without_marks

_SKIPPED = frozenset({"head", "style", "script", "title", "noscript"})
_PARAGRAPHS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "blockquote",
        "table",
        "section",
        "article",
        "header",
        "footer",
    ]
)
_LINES = frozenset({"div", "tr", "li", "dt", "dd", "address"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "area", "source", "wbr"})
_HIDING = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u200c\u034f\u200b]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def text_of(masked: Masked, markup: str) -> str:
    """The text part as a Liquid template."""
    writer = _Writer()
    for tag in read_markup(markup):
        writer.take(tag)
    return masked.unmask_plain(_join_lone_marks(masked, tidy_text("".join(writer.parts))))


def tidy_text(text: str) -> str:
    """No blanks at the ends of lines, no more than one blank line together."""
    if " \n" in text or "\n " in text:
        text = "\n".join(line.strip() for line in text.split("\n"))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def _join_lone_marks(masked: Masked, text: str) -> str:
    """A condition or loop alone on its line moves to the line after it, so that it leaves no empty line behind."""
    kept: list[str] = []
    waiting = ""
    for line in text.split("\n"):
        if has_marks(line) and not without_marks(line).strip() and not masked.writes(line):
            waiting += line
        elif waiting and not line:
            continue
        else:
            kept.append(waiting + line)
            waiting = ""
    return "\n".join(kept) + waiting


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self._hidden: list[str] = []
        self._links: list[tuple[str, int]] = []

    def take(self, tag: Tag) -> None:
        if tag.kind == "comment":
            return
        if self._hidden:
            self._follow_hidden(tag)
        elif tag.kind == "text":
            self._write(unescape(tag.raw))
        elif tag.kind == "end":
            self._end(tag)
        else:
            self._start(tag)

    def _follow_hidden(self, tag: Tag) -> None:
        if tag.kind == "start" and tag.name == self._hidden[-1] and tag.name not in _VOID:
            self._hidden.append(tag.name)
        elif tag.kind == "end" and tag.name == self._hidden[-1]:
            self._hidden.pop()

    def _start(self, tag: Tag) -> None:
        attributes = dict(tag.attributes)
        if tag.name in _SKIPPED or (tag.name not in _VOID and _HIDING.search(attributes.get("style", ""))):
            if tag.kind == "start":
                self._hidden.append(tag.name)
        elif tag.name == "br":
            self.parts.append("\n")
        elif tag.name == "hr":
            self.parts.append("\n\n---\n\n")
        elif tag.name == "img":
            self._write(attributes.get("alt", ""))
        elif tag.name == "a" and tag.kind == "start":
            self._links.append((attributes.get("href", "").strip(), len(self.parts)))
        else:
            self._break(tag.name)
            if tag.name == "li":
                self.parts.append("• ")

    def _end(self, tag: Tag) -> None:
        if tag.name == "a":
            self._end_link()
        else:
            self._break(tag.name)

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif name in _LINES:
            if not "".join(self.parts[-2:]).rstrip(" ").endswith("\n"):
                self.parts.append("\n")
        elif name in ("td", "th"):
            self.parts.append(" ")

    def _end_link(self) -> None:
        if not self._links:
            return
        href, begun = self._links.pop()
        label = "".join(self.parts[begun:]).strip()
        address = href.removeprefix("mailto:").removeprefix("tel:")
        if not address or address.startswith("#") or address == label:
            return
        self.parts.append(f" ({address})" if label else address)

    def _write(self, text: str) -> None:
        collapsed = _SPACE.sub(" ", text)
        if collapsed == " " and self.parts and self.parts[-1].endswith(("\n", " ")):
            return
        self.parts.append(collapsed)
