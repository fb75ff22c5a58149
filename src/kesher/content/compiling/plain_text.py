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
    writer = _Writer(masked)
    for tag in read_markup(markup):
        writer.take(tag)
    return masked.unmask_plain(tidy_text("".join(writer.parts)))


def tidy_text(text: str) -> str:
    """No blanks at the ends of lines, no more than one blank line together."""
    if " \n" in text or "\n " in text:
        text = "\n".join(line.strip() for line in text.split("\n"))
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


class _Writer:
    """Writes text with as many line feeds between two pieces as the elements between them ask for.

    The line feeds are written before what follows them, so that a condition takes its own along when it does not hold;
    only a loop gets those before it and those at the end of its body at once, since every turn needs the latter.
    """

    def __init__(self, masked: Masked) -> None:
        self.parts: list[str] = []
        self._masked = masked
        self._wanted = 0
        self._written = 2
        self._space = False
        self._hidden: list[str] = []
        self._links: list[tuple[str, int]] = []

    def take(self, tag: Tag) -> None:
        """Write what one tag or text comes to."""
        if tag.kind in ("comment", "unclosed"):
            return
        if self._hidden:
            self._follow_hidden(tag)
        elif tag.kind == "text":
            self._take_text(unescape(tag.raw))
        elif tag.kind == "end":
            self._end(tag.name)
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
            self._flush()
            self._put("\n")
        elif tag.name == "hr":
            self._wanted = 2
            self._write("---")
            self._wanted = 2
        elif tag.name == "img":
            self._take_text(attributes.get("alt", ""))
        elif tag.name == "a" and tag.kind == "start":
            self._links.append((attributes.get("href", "").strip(), len(self.parts)))
        else:
            self._separate(tag.name)
            if tag.name == "li":
                self._write("• ")

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        else:
            self._separate(name)

    def _separate(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self._wanted = 2
        elif name in _LINES:
            self._wanted = max(self._wanted, 1)
        elif name in ("td", "th"):
            self._space = True

    def _end_link(self) -> None:
        if not self._links:
            return
        href, begun = self._links.pop()
        label = "".join(self.parts[begun:]).strip()
        address = href.removeprefix("mailto:").removeprefix("tel:")
        if not address or address.startswith("#") or address == label:
            return
        if label:
            self._put(f" ({address})")
        else:
            self._write(address)

    def _take_text(self, text: str) -> None:
        words = _SPACE.sub(" ", text)
        self._space = self._space or words.startswith(" ")
        inner = words.strip()
        if has_marks(inner) and not without_marks(inner).strip() and not self._masked.writes(inner):
            if self._masked.loops(inner):
                self._flush()
            self.parts.append(inner)
        elif inner:
            self._write(inner)
        self._space = self._space or words.endswith(" ")

    def _write(self, text: str) -> None:
        self._flush()
        self._put(text)

    def _flush(self) -> None:
        if self._wanted > self._written:
            self._put("\n" * (self._wanted - self._written))
        elif self._space and not self._written:
            self._put(" ")
        self._wanted = 0
        self._space = False

    def _put(self, text: str) -> None:
        self.parts.append(text)
        ends = len(text) - len(text.rstrip("\n"))
        self._written = self._written + ends if ends == len(text) else ends
