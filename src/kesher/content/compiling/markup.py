"""Reading HTML (and MJML, which looks the same) tag by tag, with the place of each in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "mj-image",
        "mj-divider",
        "mj-spacer",
    ]
)
MAX_TAGS = 10_000
MAX_DEPTH = 100
"""Elements inside one another; mrml follows them on the machine's stack, which ends somewhere beyond 3,000."""
# A name begins after a blank, a quote or a slash and is read once, so that a long word costs its length and no more.
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])([^\s=>"'/][^\s=>"']*+)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+)""")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*)[^<>]*?(/?)>")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: `attributes` are unescaped, `raw` is as written. Its kind is `start`, `end`, `void` (closed at once),
    `text`, `comment`, or `unclosed` for a rest that begins a tag and never ends it."""

    name: str
    kind: str
    attributes: tuple[tuple[str, str], ...]
    start: int
    raw: str


@dataclass(frozen=True, slots=True)
class Value:
    """Where an attribute's value stands in the raw tag, without its quotes."""

    name: str
    start: int
    end: int
    quoted: bool


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.tokens: list[Tag] = []
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", source))]
        self.feed(source)
        # Not closed: what remains would be read again from each of its characters.
        if self.rawdata.startswith("<") or self.cdata_elem:
            self._add("", "unclosed", [], self.rawdata)
        elif self.rawdata:
            self._add("", "text", [], self.rawdata)

    def _add(self, name: str, kind: str, attributes: list[tuple[str, str | None]], raw: str) -> None:
        line, column = self.getpos()
        start = self._line_starts[line - 1] + column
        values = tuple((key, value or "") for key, value in attributes)
        self.tokens.append(Tag(name, kind, values, start, raw))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, "start", attrs, self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, "void", attrs, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._add(tag, "end", [], "")

    def handle_data(self, data: str) -> None:
        self._add("", "text", [], data)

    def handle_entityref(self, name: str) -> None:
        self._add("", "text", [], f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add("", "text", [], f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._add("", "comment", [], data)

    def unknown_decl(self, data: str) -> None:
        self._add("", "comment", [], data)


def read_markup(source: str) -> list[Tag]:
    """The tags, texts and comments of a source, in order."""
    return _Reader(source).tokens


def values_in(raw: str) -> Iterator[Value]:
    """The attribute values of a raw start tag."""
    for found in _ATTRIBUTE.finditer(raw, raw.find(" ") if " " in raw else len(raw)):
        text = found[2]
        quoted = text[0] in "\"'"
        start, end = found.span(2)
        yield Value(found[1].lower(), start + quoted, end - quoted, quoted)


def find_excess(source: str) -> int | None:
    """Where the elements become too many or too deep, whatever they stand in; None when they do not."""
    depth = 0
    for number, tag in enumerate(_ANY_TAG.finditer(source)):
        if tag[1]:
            depth = max(0, depth - 1)
        elif not tag[3] and tag[2].lower() not in VOID:
            depth += 1
        if depth > MAX_DEPTH or number >= MAX_TAGS:
            return tag.start()
    return None
