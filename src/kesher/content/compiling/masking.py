"""Liquid hidden behind marks, so that tools which know only HTML or MJML neither see nor harm it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Plain lower-case letters and digits: mrml writes attributes as Rust shows strings, in which anything beyond plain
# letters becomes an escape, and readers of HTML change the case of names.
_MARK = re.compile(r"kq(\d+)qk")
_START = re.compile(r"\{[{%]|kq\d+qk")
_COMMENT_START = re.compile(r"\{%-?\s*comment\s*-?%\}")
_COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
_COMMENT = re.compile(r"\{%-?\s*(?:comment\b|#)")
_LOOP = re.compile(r"\{%-?\s*(?:for|endfor)\b")
_WRITING_TAG = re.compile(r"\{%-?\s*cycle\b")
_LITERAL_BRACES = re.compile(r"\{(?=[{%])")


@dataclass(frozen=True, slots=True)
class Masked:
    """A source whose pieces of Liquid are marks; `pieces` is what they stand for."""

    text: str
    pieces: tuple[str, ...]

    def unmask(self, text: str) -> str:
        """Put the Liquid back."""
        return _MARK.sub(lambda mark: self._piece(mark), text)

    def unmask_plain(self, text: str) -> str:
        """Put the Liquid back into text in which braces of the author's own must stay braces."""
        return self.unmask(_LITERAL_BRACES.sub("{{ '{' }}", text))

    def hide(self, pattern: re.Pattern[str], text: str, replacements: Mapping[str, str]) -> Masked:
        """`text` instead, with what the pattern finds outside of marks hidden as well, as itself or its replacement."""
        pieces = list(self.pieces)
        parts: list[str] = []

        def hidden(found: re.Match[str]) -> str:
            pieces.append(replacements.get(found[0], found[0]))
            return _mark(len(pieces) - 1)

        position = 0
        for mark in _MARK.finditer(text):
            parts += (pattern.sub(hidden, text[position : mark.start()]), mark[0])
            position = mark.end()
        parts.append(pattern.sub(hidden, text[position:]))
        return Masked("".join(parts), tuple(pieces))

    def line_at(self, offset: int) -> int:
        """The line of the author's source at an offset of the masked text."""
        before = self.text[:offset]
        hidden = sum(self._piece(mark).count("\n") for mark in _MARK.finditer(before))
        return before.count("\n") + hidden + 1

    def writes(self, text: str) -> bool:
        """Whether Liquid in this part of the masked text writes a value (rather than only choosing)."""
        pieces = (self._piece(mark) for mark in _MARK.finditer(text))
        return any(piece.startswith("{{") or _WRITING_TAG.match(piece) for piece in pieces)

    def loops(self, text: str) -> bool:
        """Whether a loop begins or ends in this part of the masked text."""
        return any(_LOOP.match(self._piece(mark)) for mark in _MARK.finditer(text))

    def _piece(self, mark: re.Match[str]) -> str:
        piece = self.pieces[int(mark[1])]
        return "" if _COMMENT.match(piece) else piece


class Unclosed(Exception):
    """A piece of Liquid begins at this line and never ends."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def mask(source: str) -> Masked:
    """Replace every piece of Liquid by a mark, in one pass whatever the source."""
    pieces: list[str] = []
    parts: list[str] = []
    position = 0
    while start := _START.search(source, position):
        end = _end_of_piece(source, start.start())
        parts += (source[position : start.start()], _mark(len(pieces)))
        pieces.append(source[start.start() : end])
        position = end
    return Masked("".join(parts) + source[position:], tuple(pieces))


def _mark(number: int) -> str:
    return f"kq{number}qk"


def _end_of_piece(source: str, start: int) -> int:
    if looks_like_mark := _MARK.match(source, start):
        # Text that happens to look like a mark is hidden too, and comes back as itself.
        end = looks_like_mark.end()
    elif comment := _COMMENT_START.match(source, start):
        closed = _COMMENT_END.search(source, comment.end())
        end = closed.end() if closed else -1
    else:
        closing = "}}" if source[start + 1] == "{" else "%}"
        found = source.find(closing, start + 2)
        end = found + 2 if found >= 0 else -1
    if end < 0:
        raise Unclosed(source.count("\n", 0, start) + 1)
    return end


def without_marks(text: str) -> str:
    """The text with its marks taken out."""
    return _MARK.sub("", text)


def has_marks(text: str) -> bool:
    """Whether Liquid stands somewhere in this part."""
    return _MARK.search(text) is not None


def starts_with_mark(text: str) -> bool:
    """Whether the part begins with Liquid."""
    return _MARK.match(text) is not None
