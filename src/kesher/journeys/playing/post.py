"""What the journey writes to the person: passed through the gate in memory, put off, held or sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kesher.journeys.nodes.played import Send
from kesher.journeys.playing.runs import PlayedRun
from kesher.messaging.queries import Addressee, Gate
from kesher.messaging.types import Purpose, Reason, State
from kesher.segments.types import Person


@dataclass(slots=True)
class Letter:
    """A message of a run. `state` is reserved, sent or held; a reason with reserved says why it was put off."""

    run: PlayedRun
    node: str
    visit: int
    send: Send
    reserved_at: datetime
    available_at: datetime
    state: State = State.RESERVED
    reason: Reason | None = None


@dataclass(slots=True)
class Post:
    """The sender in memory. `sent` are the marketing messages that the person got, this play's among them."""

    gate: Gate
    sent: list[tuple[str, datetime]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def take(self, run: PlayedRun, send: Send, now: datetime) -> Letter:
        """Reserve a message."""
        letter = Letter(run, run.node, run.visit, send, reserved_at=now, available_at=now)
        self.letters.append(letter)
        return letter

    def next_due(self) -> datetime | None:
        """When the next letter is to be looked at."""
        return min((letter.available_at for letter in self._waiting()), default=None)

    def deliver(self, person: Person, now: datetime) -> list[Letter]:
        """Pass the letters that are due through the gate, one marketing letter after the other; those that were
        looked at."""
        looked_at = [letter for letter in self._waiting() if letter.available_at <= now]
        for letter in looked_at:
            self._judge(letter, person, now)
        return looked_at

    def cancel(self, run: PlayedRun) -> list[Letter]:
        """Hold what an ended run had reserved."""
        cancelled = [letter for letter in self._waiting() if letter.run is run]
        for letter in cancelled:
            letter.state, letter.reason = State.HELD, Reason.CANCELLED
        return cancelled

    def _waiting(self) -> list[Letter]:
        return [letter for letter in self.letters if letter.state is State.RESERVED]

    def _judge(self, letter: Letter, person: Person, now: datetime) -> None:
        send = letter.send
        sent = [each for each in self.sent if each[1] <= now]
        addressee = Addressee(person.traits, person.zone, person.consents, sent)
        judged = self.gate.judge(addressee, channel=send.channel, topic=send.topic, purpose=send.purpose, now=now)
        letter.reason = judged.reason
        if judged.reason is None:
            letter.state = State.SENT
            if send.purpose != Purpose.TRANSACTIONAL:
                self.sent.append((send.channel, now))
        elif judged.later is None:
            letter.state = State.HELD
        else:
            letter.available_at = judged.later
