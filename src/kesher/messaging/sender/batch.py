"""What the sender knows about a message while it is on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kesher.content.queries import CompiledTemplate
from kesher.content.types import BrandKit
from kesher.messaging.domains.signing import Signer
from kesher.messaging.registry import Account
from kesher.messaging.types import Reason, State
from kesher.profiles.types import RelatedObject


@dataclass(slots=True)
class Claimed:
    """A message that passed the gate, with everything that is needed to write it; in the order of `load_messages`;
    then the objects to which the person belongs."""

    id: int
    workspace_id: int
    profile_id: int
    lane: int
    channel: str
    purpose: str
    topic: str
    template_version_id: int
    campaign: str | None
    context: Mapping[str, Any] | None
    attempts: int
    uncertain: bool
    address: str
    language: str
    timezone: str | None
    phone: str | None
    traits: Mapping[str, Any]
    objects: Sequence[RelatedObject] = ()


@dataclass(slots=True)
class Job:
    """A claimed message with its template, brand, account and the keys of its workspace's domains; `tries` counts
    connections lost before its text left."""

    message: Claimed
    template: CompiledTemplate
    brand: BrandKit
    account: Account
    now: datetime
    signers: Mapping[str, Signer] = field(default_factory=dict)
    tries: int = 0
    rendered_in: str | None = None


@dataclass(slots=True)
class Outcome:
    """What became of a message, as it is written to the ledger. `retry_seconds` puts it off."""

    message_id: int
    state: State
    reason: Reason | None = None
    answer: str | None = None
    attempts: int = 0
    uncertain: bool = False
    address: str | None = None
    language: str | None = None
    provider_id: int | None = None
    retry_seconds: float | None = None
