"""Reading what an SMTP server says."""

from __future__ import annotations

import re

import msgspec

_MOST_BYTES = 65_536
_LINE = re.compile(r"[0-9]{3}(?:[ -]|$)")


class ReplyMalformed(Exception):
    """The peer does not speak SMTP."""


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A whole reply: its code and its lines without it. A struct, since it is made four times a message."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one, kept short enough for the ledger."""
        return " ".join(self.lines)[:500]


class ReplyReader:
    """Cuts the bytes of a connection into replies, however they were packed."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete with `data`."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _MOST_BYTES or len(self._lines) > 1000:
            raise ReplyMalformed("a reply without end")
        replies: list[Reply] = []
        for raw in whole:
            line = raw.rstrip(b"\r").decode("utf-8", "replace")
            if _LINE.match(line) is None:
                raise ReplyMalformed(f"not a reply: {line[:80]!r}")
            self._lines.append(line[4:])
            if line[3:4] != "-":
                replies.append(Reply(int(line[:3]), tuple(self._lines)))
                self._lines.clear()
        return replies
