"""Short lines: mail may carry text as it is only in lines of at most 998 octets (RFC 5322, 2.1.1), and MJML comes out
as one line of 20 kB. A blank that HTML reads as any other white space becomes a line feed here; nothing is added."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kesher.content.compiling.markup import Tag, read_markup, values_in

_FOLD_AT = 400
"""Octets after which the next blank ends the line: what stands between two blanks, and the values that a person's
message has in place of Liquid, fit into the rest."""
_AS_WRITTEN = frozenset({"pre", "textarea", "script", "style", "title", "xmp"})
_WHITE_SPACE_COUNTS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)


def fold_lines(document: str) -> str:
    """The masked HTML in lines of a few hundred octets, as far as it has blanks to break them at."""
    parts: list[str] = []
    position = octets = 0
    for at in _blanks(document):
        piece = document[position:at]
        octets = _octets_in_line(octets, piece)
        parts += (piece, "\n" if octets >= _FOLD_AT else " ")
        octets = 0 if octets >= _FOLD_AT else octets + 1
        position = at + 1
    return "".join(parts) + document[position:]


def _octets_in_line(octets: int, piece: str) -> int:
    _, line_feed, rest = piece.rpartition("\n")
    return len(rest.encode()) + (0 if line_feed else octets)


def _blanks(document: str) -> Iterator[int]:
    """Where a blank stands between attributes, or in text whose white space is not shown as it is written."""
    shown = not _WHITE_SPACE_COUNTS.search(document)
    kept: list[str] = []
    for tag in read_markup(document):
        if tag.kind == "end" and tag.name in kept:
            kept.remove(tag.name)
        elif tag.kind in ("start", "void"):
            yield from _between_attributes(tag)
            if tag.kind == "start" and tag.name in _AS_WRITTEN:
                kept.append(tag.name)
        elif tag.kind == "text" and shown and not kept:
            yield from (tag.start + found.start() for found in re.finditer(" ", tag.raw))


def _between_attributes(tag: Tag) -> Iterator[int]:
    position = 0
    for value in values_in(tag.raw):
        blank = tag.raw.find(" ", position, value.start)
        if blank >= 0:
            yield tag.start + blank
        position = value.end
