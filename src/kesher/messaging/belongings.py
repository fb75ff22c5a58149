"""What templates see of the companies and other objects to which a person belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from kesher.kernel.db import Conn
from kesher.profiles.queries import list_related_objects
from kesher.profiles.types import COMPANY, RelatedObject


class Belonging(NamedTuple):
    """An object of a person: its kind and key, her role, and its attributes."""

    kind: str
    key: str
    role: str
    attributes: Mapping[str, Any]


def read_belonging(related: RelatedObject) -> Belonging:
    """A stored object of a person."""
    return Belonging(related.kind, related.key, related.role, msgspec.json.decode(related.attributes))


def load_object_variables(conn: Conn, profile_id: int) -> dict[str, Any]:
    """`object_variables` of a person as she is now."""
    return object_variables(map(read_belonging, list_related_objects(conn, [profile_id]).get(profile_id, ())))


def object_variables(belongings: Iterable[Belonging]) -> dict[str, Any]:
    """`objects`: of each kind those of the person, as they are given; `company`: the first of her companies. The
    attributes of each, with its `key` and her `role`."""
    objects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in belongings:
        objects[each.kind].append({**each.attributes, "key": each.key, "role": each.role})
    company = objects.get(COMPANY, [None])[0]
    return {"objects": dict(objects), **({"company": company} if company else {})}
