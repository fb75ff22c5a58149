"""Rows of the room's tables, as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SegmentState(StrEnum):
    """`building` until every profile was looked at under the present rule; `removing` while its members are deleted."""

    BUILDING = "building"
    LIVE = "live"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment as it is stored; `rule` is the JSON as its author wrote it."""

    id: int
    workspace_id: int
    key: str
    name: Mapping[str, str]
    rule: Mapping[str, Any]
    state: SegmentState
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list."""

    id: int
    workspace_id: int
    key: str
    name: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A profile in a segment or on a list, since `since`."""

    profile_id: int
    since: datetime
