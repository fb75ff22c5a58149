"""People of a request, named by their profiles."""

from __future__ import annotations

from kesher.api.errors import RequestInvalid
from kesher.api.routing import Call
from kesher.kernel.errors import Problem
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of(__package__)
_UNKNOWN = Text(en="There is no living profile of this number here.", he="אין כאן פרופיל פעיל במספר הזה.")


def living_people(call: Call, profile_ids: list[int]) -> Relation:
    """The people of `profile_ids` as a relation; RequestInvalid names those who are not living profiles of the
    workspace."""
    values = {"profiles": profile_ids, "workspace_id": call.workspace_id}
    living = {row[0] for row in _sql.run(call.conn, "living_profiles", values)}
    missing = [place for place, profile_id in enumerate(profile_ids) if profile_id not in living]
    if missing:
        raise RequestInvalid(problems=tuple(Problem(f"profile_ids.{place}", _UNKNOWN) for place in missing[:20]))
    return Relation("SELECT unnest(%(living_people)s::bigint[]) AS profile_id", {"living_people": sorted(living)})
