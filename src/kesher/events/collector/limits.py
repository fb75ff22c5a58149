"""How much the collector takes at once. Segment's own figures where it has one; the rest bounds time and memory."""

from __future__ import annotations

from dataclasses import dataclass

EVENT_BYTES = 32 * 1024
"""Of one event, as it was sent (Segment)."""
BATCH_BYTES = 500 * 1024
"""Of one body, after inflation (Segment)."""
MESSAGE_ID_LENGTH = 100
"""Characters of a messageId (Segment)."""
TEXT_LENGTH = 500
"""Characters of an identifier or an event's name: both stand in B-tree indexes, whose entries end at 2,704 bytes."""
DEPTH = 32
"""Levels of objects and lists in one event."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that an installation, or a test, may want otherwise."""

    body_seconds: float = 20.0
    """For a body to arrive: 500 KB over a slow mobile line take about ten."""
    readers: int = 256
    """Requests whose bodies are being read at once: with 500 KB each, 128 MB at the very worst."""
    waiting_events: int = 20_000
    """Events that wait for the writer: two seconds of work at full speed; beyond it, 429."""
    waiting_bytes: int = 64 * 1024 * 1024
    """Bytes that wait for the writer."""
    flush_events: int = 4_000
    """Events of one transaction, about: it must stay short, since it holds back the readers of the log."""
    writers: int = 3
    """Threads that write, each over its own connection: with two, a third of two cores stood idle under full load."""
    crowd_events: int = 1_000
    """Events that no thread has taken yet, from which a further one joins in."""
    retry_seconds: tuple[float, ...] = (0.05, 0.2, 0.5)
    """Pauses between tries when the database does not answer, before 503."""
    answer_seconds: float = 30.0
    """For the writer to take a request; then 503, and the sender's retry is a duplicate if it was stored after all."""
