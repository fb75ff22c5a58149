"""The bases and small types of what the API takes and gives."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Schema
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kesher.api.paging import BIGGEST
from kesher.kernel.text import Text

Out = Schema
"""What is answered; made from a room's record by its attributes."""


class In(BaseModel):
    """What is sent; a field that is not known is a mistake, not a silence."""

    model_config = ConfigDict(extra="forbid")


class LocalText(In):
    """A text in both languages; one of them may be left out and stands for both."""

    en: str | None = Field(None, max_length=2000)
    he: str | None = Field(None, max_length=2000)

    def as_text(self) -> Text:
        """The text for the rooms."""
        return Text.from_dict(self.model_dump(exclude_none=True))


class BothTexts(Out):
    """A text in both languages."""

    en: str
    he: str


PathId = Annotated[int, Path(ge=1, le=BIGGEST)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=100)]
"""The lasting key of a definition, as in `win-back`."""
PathKey = Annotated[str, Path(max_length=100)]
Moment = AwareDatetime
JsonObject = dict[str, JsonValue]

__all__ = [
    "BothTexts",
    "In",
    "JsonObject",
    "Key",
    "LocalText",
    "Moment",
    "Out",
    "PathId",
    "PathKey",
]
