"""What a sender must not forget when it is killed: which messages had begun to leave, and which were taken.

Without it every message that a killed sender held would have to be taken for perhaps sent. The notes are written with
plain write(2): they survive the death of the process, for which they are meant; when the whole machine dies, the lease
runs out and what was under way is marked uncertain. A slot is a file lock, so a new sender that gets the slot of a dead
one knows that it is dead, and takes over at once.
"""

from __future__ import annotations

import fcntl
import os
import struct
import uuid
from dataclasses import dataclass
from pathlib import Path

_NOTE = struct.Struct(">cQ")
_BEGUN, _SENT = b"b", b"s"
_REWRITE_AT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the sender that held this slot before had in hand when it ended."""

    begun: frozenset[int]
    sent: frozenset[int]


class Journal:
    """The notes of one sender; `owner` is its name in the ledger's leases, the same in every life of the slot."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock, slot = _free_slot(folder)
        self.owner = _name_of(self._lock)
        self._path = folder / f"{slot}.journal"
        self._file = self._open()
        self._open_ids: set[int] = set()
        self._bytes = 0

    def remembered(self) -> Remembered:
        """What the last life of this slot wrote and did not settle; a note cut short by its death is no note."""
        content = self._path.read_bytes()
        whole = len(content) // _NOTE.size * _NOTE.size
        notes = list(_NOTE.iter_unpack(content[:whole]))
        sent = frozenset(number for kind, number in notes if kind == _SENT)
        return Remembered(frozenset(number for kind, number in notes if kind == _BEGUN) - sent, sent)

    def begin(self, message_id: int) -> None:
        """The text of a message is about to leave."""
        self._open_ids.add(message_id)
        self._write(_BEGUN, message_id)

    def sent(self, message_id: int) -> None:
        """The server took it."""
        self._write(_SENT, message_id)

    def settled(self, message_ids: list[int]) -> None:
        """These stand in the ledger now; what is settled need not be remembered."""
        self._open_ids.difference_update(message_ids)
        if not self._open_ids:
            self.clear()
        elif self._bytes > _REWRITE_AT_BYTES:
            self._rewrite()

    def clear(self) -> None:
        """Forget everything."""
        if self._bytes or os.fstat(self._file).st_size:
            os.ftruncate(self._file, 0)
            self._bytes = 0

    def close(self) -> None:
        """Give the slot free."""
        os.close(self._file)
        os.close(self._lock)

    def _write(self, kind: bytes, message_id: int) -> None:
        self._bytes += os.write(self._file, _NOTE.pack(kind, message_id))

    def _rewrite(self) -> None:
        """Keep only what is open: a new file that takes the place of the old one at once."""
        known = self.remembered()
        notes = [_NOTE.pack(_BEGUN, number) for number in self._open_ids]
        notes += [_NOTE.pack(_SENT, number) for number in self._open_ids & known.sent]
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(b"".join(notes))
        fresh.rename(self._path)
        os.close(self._file)
        self._file = self._open()
        self._bytes = os.fstat(self._file).st_size

    def _open(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)


class NoJournal:
    """For a single pass that remembers nothing beyond itself."""

    def begin(self, message_id: int) -> None:
        """Nothing is noted."""

    def sent(self, message_id: int) -> None:
        """Nothing is noted."""


def _free_slot(folder: Path) -> tuple[int, int]:
    slot = 0
    while True:
        lock = os.open(folder / f"{slot}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            slot += 1
        else:
            return lock, slot


def _name_of(lock: int) -> str:
    name = os.pread(lock, 100, 0).decode("ascii", "replace")
    if not name:
        name = f"sender-{uuid.uuid4().hex}"
        os.pwrite(lock, name.encode(), 0)
    return name
