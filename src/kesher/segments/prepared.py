"""Statements made of rules, whose text stays the same from tick to tick: PostgreSQL keeps their plans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor, RawCursor

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import Statement
from kesher.segments.types import Fragment

_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with numbered parameters; `params` are the values that belong to its rules."""

    text: str
    names: tuple[str, ...]
    params: Mapping[str, Any]
    now_params: tuple[str, ...]

    def run(self, conn: Conn, values: Mapping[str, Any]) -> Cursor[Any]:
        """Execute it; `values` are all that is not of the rules, `now` among them."""
        now: datetime = values["now"]
        bound = {**self.params, **dict.fromkeys(self.now_params, now), **values}
        # A raw cursor: psycopg would look for the placeholders in these long texts at every call.
        return RawCursor(conn).execute(self.text, [bound[name] for name in self.names], prepare=True)


def prepare(statement: Statement, relations: Mapping[str, Relation], *now_params: str) -> Prepared:
    """A named statement with its relations; `now_params` are the names under which their rules bind the moment."""
    numbers: dict[str, int] = {}
    named = statement.compose(relations)
    text = _PARAMETER.sub(lambda match: f"${numbers.setdefault(match[1], len(numbers) + 1)}", named)
    params = {name: value for relation in relations.values() for name, value in relation.params.items()}
    return Prepared(text.replace("%%", "%"), tuple(numbers), params, now_params)


def verdicts_of(verdicts: Fragment, ids: str, profiles: str) -> Relation:
    """The answers of compiled rules about pairs of a rule's id and a profile, given as two arrays of those names:
    segment_id, profile_id, workspace_id, shard, holds, changes_at."""
    # OFFSET 0: one look by primary key for each touched profile, never a scan of the table.
    return Relation(
        "SELECT v.segment_id, d.profile_id, p.workspace_id, p.shard, v.holds, v.changes_at FROM ("
        "SELECT u.profile_id, array_agg(u.id) AS ids"
        f" FROM unnest(%({ids})s::bigint[], %({profiles})s::bigint[]) AS u (id, profile_id)"
        " GROUP BY u.profile_id OFFSET 0) AS d"
        " CROSS JOIN LATERAL (SELECT * FROM profiles_profile x WHERE x.id = d.profile_id"
        " AND x.merged_into_id IS NULL AND x.erased_at IS NULL OFFSET 0) AS p"
        f" CROSS JOIN LATERAL ({verdicts.sql}) AS v WHERE v.segment_id = ANY(d.ids)",
        verdicts.params,
    )
