"""Ending runs early: exit rules that have come to hold, archived journeys."""

from __future__ import annotations

from typing import Any

from kesher.journeys.tick.catalogue import Version
from kesher.journeys.tick.work import Work
from kesher.journeys.types import JourneyState
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

BATCH = 5_000


def exit_on_rules(work: Work) -> bool:
    """Look again at the exit rules of the people whom the slice touches, and where time may have changed the answer;
    True when more is due."""
    ruled = {v.id: v for v in work.catalogue if any(each.rule is not None for each in v.definition.exits)}
    if not ruled:
        return False
    params = {
        "now": work.now,
        "shards": work.shards,
        "versions": list(ruled),
        "journeys": sorted({version.journey_id for version in ruled.values()}),
        "limit": BATCH,
        "asked": sorted({name for version in ruled.values() for name in _events_asked(version)}),
    }
    counts = dict(_sql.run(work.conn, "list_exit_checks", params).fetchall())
    if not counts:
        return False
    parts = [_verdicts(work, ruled[version_id]) for version_id in sorted(counts)]
    params = {"now": work.now} | {name: value for part in parts for name, value in part.params.items()}
    verdicts = Relation(" UNION ALL ".join(part.sql for part in parts), params)
    if _sql.run(work.conn, "exit_on_rules", {"now": work.now}, verdicts=verdicts).rowcount:
        work.changed = work.exited = True
    return sum(counts.values()) >= BATCH


def _events_asked(version: Version) -> set[str]:
    """The events that its exit rules ask about."""
    rules = [each.rule.tree for each in version.definition.exits if each.rule is not None]
    return {name for rule in rules for name in segments.dependencies_of(rule).events}


def exit_archived(work: Work) -> bool:
    """Let the people of archived journeys go; True when more are left."""
    archived = [v.id for v in work.catalogue if v.state == JourneyState.ARCHIVED and v.in_flight]
    if not archived:
        return False
    ended = work.run("exit_archived", versions=archived, limit=BATCH)
    work.exited = work.exited or ended > 0
    return ended == BATCH


def _verdicts(work: Work, version: Version) -> Relation:
    """For each run of the version: the first of its exit rules that holds, or when one of them may."""
    params: dict[str, Any] = {f"exit{version.id}": version.id}
    joins, cases, times = [], [], []
    for ordinal, each in enumerate(version.definition.exits):
        if each.rule is None:
            continue
        prefix = f"exit{version.id}_{ordinal}"
        compiled = segments.compile_rule(each.rule.tree, workspace_id=version.workspace_id, now=work.now, prefix=prefix)
        params.update(compiled.verdict.params)
        joins.append(f"CROSS JOIN LATERAL ({compiled.verdict.sql}) AS {prefix}_v")
        cases.append(f"WHEN {prefix}_v.holds THEN {ordinal}")
        times.append(f"{prefix}_v.changes_at")
    sql = (
        f"SELECT c.run_id, CASE {' '.join(cases)} END AS criterion, least({', '.join(times)}) AS changes_at"
        " FROM journeys_check c JOIN profiles_profile p ON p.id = c.profile_id "
        + " ".join(joins)
        + f" WHERE c.version_id = %(exit{version.id})s::bigint"
    )
    return Relation(sql, params)
