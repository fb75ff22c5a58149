"""Wherever the live engine decides in a step table, the node's in-memory twin is asked the same and must agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kesher.journeys.nodes.base import Group, Moment, NodeType
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.nodes.played import World as Played
from kesher.journeys.tick import work
from kesher.kernel.db import Conn
from kesher.segments import queries as segments

_STANDING = (
    "SELECT a.run_id, a.version_id, a.node, a.profile_id, a.visit, r.entered_at,"
    " a.node_entered_at, r.context, a.signal"
    " FROM journeys_ready a JOIN journeys_run r ON r.id = a.run_id WHERE a.step = %s"
    " ORDER BY a.node_entered_at, r.entered_at, a.run_id"
)


class Twins:
    """Compares each decision of nodes that have a twin; `compared` counts them by node type."""

    def __init__(self, conn: Conn, workspace: int) -> None:
        self.conn = conn
        self.compared: dict[str, int] = {}
        self.effects: list[Any] = []
        self.played = Played(workspace_id=workspace, zone="Asia/Jerusalem")

    @contextmanager
    def watching(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
        """Ask the twins before every live decision, and compare after it."""
        decide = work._decide

        def both(moment: Moment, groups: list[Group]) -> None:
            expected = self._ask(moment, groups)
            decide(moment, groups)
            self._compare(moment, expected)

        monkeypatch.setattr(work, "_decide", both)
        yield self

    def _ask(self, moment: Moment, groups: list[Group]) -> dict[int, tuple[str, Decision]]:
        self._refresh(moment)
        by_place = {(group.version_id, group.node.key): group for group in groups}
        expected = {}
        for run_id, version_id, node, profile_id, *rest in moment.conn.execute(_STANDING, [moment.number]):
            group = by_place[version_id, node]
            if type(group.node.type).play is NodeType.play:
                continue
            visit, entered_at, node_entered_at, context, signal = rest
            person = segments.load_person(moment.conn, profile_id)
            stand = Stand(
                world=self.played,
                person=person,
                now=moment.now,
                journey=group.journey,
                node=group.node,
                visit=visit,
                entered_at=entered_at,
                node_entered_at=node_entered_at,
                context=context,
                signal=signal,
                run_id=run_id,
            )
            decision = group.node.type.play(stand)
            self.effects += decision.effects
            expected[run_id] = (group.node.type.key, decision)
        return expected

    def _refresh(self, moment: Moment) -> None:
        rows = moment.conn.execute("SELECT key, current_version_id FROM content_template").fetchall()
        self.played.templates = {key: version for key, version in rows if version is not None}
        pools = (
            "SELECT p.key, count(c.id) FROM journeys_coupon_pool p"
            " LEFT JOIN journeys_coupon c ON c.pool_id = p.id GROUP BY 1"
        )
        self.played.coupons = dict(moment.conn.execute(pools).fetchall())
        self.played.suppressed = moment.conn.execute("SELECT channel, address FROM messaging_suppression").fetchall()

    def _compare(self, moment: Moment, expected: dict[int, tuple[str, Decision]]) -> None:
        rows = moment.conn.execute(
            "SELECT run_id, outcome, due_at, failure FROM journeys_decision WHERE step = %s", [moment.number]
        ).fetchall()
        live = {run_id: tuple(rest) for run_id, *rest in rows}
        for run_id, (kind, decision) in expected.items():
            twin = (decision.outcome, decision.due_at, decision.failure)
            assert live[run_id] == twin, f"{kind} decided {live[run_id]} live and {twin} in memory"
            self.compared[kind] = self.compared.get(kind, 0) + 1
