"""What a kind of entry is: one class in one file, registered once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from kesher.journeys.fields import Field, Place, read_fields
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text


class EntryKind(ABC):
    """A way into a journey: by an event that people cause (`trigger`), or at times for a whole segment (`audience`
    and `next_occurrence`). An entry in a file is of the first registered kind whose `key` it has."""

    key: ClassVar[str]
    name: ClassVar[Text]
    about: ClassVar[Text]
    fields: ClassVar[tuple[Field, ...]]
    config: ClassVar[type]

    def read(self, data: Mapping[str, Any], place: Place) -> Any:
        """The configuration; mistakes are noted at their places."""
        return self.config(**read_fields(self.fields, data, place))

    @abstractmethod
    def trigger(self, config: Any) -> Criterion | None:
        """The event on which a person enters."""

    def audience(self, config: Any) -> str | None:
        """The key of the segment whose members enter at each occurrence."""
        return None

    def next_occurrence(self, config: Any, *, after: datetime, zone: str) -> datetime | None:
        """The first occurrence later than `after`, for a workspace in `zone`."""
        return None
