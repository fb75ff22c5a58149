"""Reading what an SMTP server says."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_BYTES = 65_536


class ReplyMalformed(Exception):
    """The peer does not speak SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: its code and its lines without it."""

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
            if not (line[:3].isascii() and line[:3].isdigit()) or line[3:4] not in ("", " ", "-"):
                raise ReplyMalformed(f"not a reply: {line[:80]!r}")
            self._lines.append(line[4:])
            if line[3:4] != "-":
                replies.append(Reply(int(line[:3]), tuple(self._lines)))
                self._lines.clear()
        return replies
