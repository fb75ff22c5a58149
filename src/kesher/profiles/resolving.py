"""Claims against the database: read, decide, lock what changes, read and decide again, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.profiles.graph import Graph, Key, Keys, Node
from kesher.profiles.identifiers import clean_email, clean_id, clean_phone
from kesher.profiles.merging import Pair, write_merges
from kesher.profiles.types import IdentityClaim, Kind, MergedPair, Resolution

_sql = statements_of(__package__)
_MAX_ROUNDS = 50


def resolve_claims(conn: Conn, claims: Sequence[IdentityClaim], *, now: datetime) -> Resolution:
    """Say whose each claim is; create, link and merge what the rules (see `services`) ask. The number of statements
    does not grow with the number of claims."""
    unique = {claim: index for index, claim in enumerate(dict.fromkeys(claims))}
    with conn.transaction():
        resolving = _Resolving(conn, _clean(conn, list(unique)), now)
        owners = resolving.run()
    return Resolution(
        profile_ids=[owners[unique[claim]] for claim in claims],
        created=len(resolving.created),
        merges=tuple(resolving.merges),
    )


def _clean(conn: Conn, claims: Sequence[IdentityClaim]) -> list[Keys]:
    dialled = {c.workspace_id for c in claims if c.phone is not None and not c.phone.startswith("+")}
    israeli: set[int] = set()
    if dialled:
        israeli = {row[0] for row in _sql.run(conn, "find_israeli_workspaces", {"workspaces": list(dialled)})}
    return [_keys(claim, israeli=claim.workspace_id in israeli) for claim in claims]


def _keys(claim: IdentityClaim, *, israeli: bool) -> Keys:
    workspace_id = claim.workspace_id
    user, anonymous = clean_id(claim.user_id), clean_id(claim.anonymous_id)
    addresses: list[Key] = []
    if claim.is_identify and (email := clean_email(claim.email)) is not None:
        addresses.append((workspace_id, Kind.EMAIL.value, email))
    if claim.is_identify and (phone := clean_phone(claim.phone, israeli=israeli)) is not None:
        addresses.append((workspace_id, Kind.PHONE.value, phone))
    previous = clean_id(claim.previous_id)
    return Keys(
        workspace_id,
        user=(workspace_id, Kind.USER_ID.value, user) if user is not None else None,
        anonymous=(workspace_id, Kind.ANONYMOUS_ID.value, anonymous) if anonymous is not None else None,
        addresses=tuple(addresses),
        previous=()
        if previous is None
        else ((workspace_id, Kind.USER_ID.value, previous), (workspace_id, Kind.ANONYMOUS_ID.value, previous)),
    )


@dataclass(slots=True)
class _Resolving:
    conn: Conn
    claims: list[Keys]
    now: datetime
    created: set[int] = field(default_factory=set)
    merges: list[MergedPair] = field(default_factory=list)
    _locked: set[int] = field(default_factory=set)
    _lost_race: bool = False

    def run(self) -> list[int | None]:
        """Rounds until nothing moved under us: one as a rule, two when existing profiles change, more in a race."""
        for _ in range(_MAX_ROUNDS):
            placed = self._round()
            if placed is not None:
                return placed
        raise RuntimeError("the identity graph kept moving; the rules must have gone in a circle")

    def _round(self) -> list[int | None] | None:
        owners = self._find_owners()
        placed, slow = _place_known(self.claims, owners)
        if slow:
            graph = self._graph(slow, owners)
            nodes = {index: graph.place(self.claims[index]) for index in slow}
            if self._lock_changing(graph) or not self._write(graph):
                return None
            for index, node in nodes.items():
                placed[index] = node.root().id if node is not None else None
            survivors = {loser: winner.id for loser, (winner, _) in graph.merging().items()}
            placed = [survivors.get(profile_id, profile_id) for profile_id in placed]  # type: ignore[arg-type]
        if self._lost_race:
            gone = _sql.run(self.conn, "delete_unnamed_profiles", {"profiles": list(self.created)})
            self.created -= {row[0] for row in gone}
        return placed if self._hold(placed) else None

    def _find_owners(self) -> dict[Key, int]:
        keys = list(dict.fromkeys(key for claim in self.claims for key in claim.all()))
        if not keys:
            return {}
        workspaces, kinds, values = zip(*keys, strict=True)
        rows = _sql.run(
            self.conn,
            "find_owners",
            {"workspaces": list(workspaces), "kinds": list(kinds), "values": list(values)},
        )
        return {keys[position - 1]: profile_id for position, profile_id in rows}

    def _graph(self, slow: Iterable[int], owners: Mapping[Key, int]) -> Graph:
        part = {key: owners[key] for index in slow for key in self.claims[index].all() if key in owners}
        counts: dict[int, dict[str, int]] = {}
        if part:
            for profile_id, kind, count in _sql.run(
                self.conn, "count_identifiers", {"profiles": list(set(part.values()))}
            ):
                counts.setdefault(profile_id, {})[kind] = count
        return Graph.of(part, counts)

    def _lock_changing(self, graph: Graph) -> bool:
        """Lock the existing profiles that would change; True when some were not locked yet, so read again."""
        merging = graph.merging()
        parties = {id for loser, (winner, _) in merging.items() for id in (loser, winner.id) if id is not None}
        new = (parties | graph.linked()) - self._locked
        if not new:
            return False
        if parties - self._locked:
            _sql.run(self.conn, "lock_for_merge", {"profiles": list(parties - self._locked)})
        if new - parties:
            _sql.run(self.conn, "lock_for_change", {"profiles": list(new - parties)})
        self._locked |= new
        return True

    def _write(self, graph: Graph) -> bool:
        """Write what the graph decided; False when another process took a key first, so read again."""
        self._create([node for node in graph.created if node.joined is None])
        pairs = [
            Pair(winner.workspace_id, _id_of(winner), loser, reason)
            for loser, (winner, reason) in sorted(graph.merging().items())
        ]
        if pairs:
            self.merges += write_merges(self.conn, pairs, now=self.now)
        self._refuse(graph)
        return self._link(graph.links)

    def _create(self, nodes: list[Node]) -> None:
        if not nodes:
            return
        rows = _sql.run(self.conn, "reserve_profile_ids", {"count": len(nodes)})
        for node, (profile_id,) in zip(nodes, rows, strict=True):
            node.id = profile_id
        _sql.run(
            self.conn,
            "insert_profiles",
            {
                "profiles": [node.id for node in nodes],
                "workspaces": [node.workspace_id for node in nodes],
                "shards": SHARDS,
                "now": self.now,
            },
        )
        self.created.update(_id_of(node) for node in nodes)

    def _link(self, links: Mapping[Key, Node]) -> bool:
        if not links:
            return True
        workspaces, kinds, values = zip(*links, strict=True)
        inserted = _sql.run(
            self.conn,
            "insert_identifiers",
            {
                "workspaces": list(workspaces),
                "kinds": list(kinds),
                "values": list(values),
                "profiles": [_id_of(node.root()) for node in links.values()],
                "now": self.now,
            },
        )
        if inserted.rowcount == len(links):
            return True
        self._lost_race = True
        return False

    def _refuse(self, graph: Graph) -> None:
        rows = {
            (*refusal.key, _id_of(refusal.owner.root()), _id_of(refusal.other.root()), refusal.rule)
            for refusal in graph.refusals
            if refusal.rule == "limit" or refusal.owner.root() is not refusal.other.root()
        }
        if not rows:
            return
        workspaces, kinds, values, owners, others, rules = zip(*rows, strict=True)
        _sql.run(
            self.conn,
            "insert_conflicts",
            {
                "workspaces": list(workspaces),
                "kinds": list(kinds),
                "values": list(values),
                "owners": list(owners),
                "others": list(others),
                "rules": list(rules),
                "now": self.now,
            },
        )

    def _hold(self, placed: Iterable[int | None]) -> bool:
        """Hold every profile against merges; False when one was merged meanwhile."""
        held = set(placed) - self.created - {None}
        if not held:
            return True
        return _sql.run(self.conn, "lock_living", {"profiles": list(held)}).fetchone() is None


def _place_known(claims: Sequence[Keys], owners: Mapping[Key, int]) -> tuple[list[int | None], list[int]]:
    """The claims whose keys all belong to one profile, which is nearly all of them, and the positions of the rest."""
    placed: list[int | None] = []
    slow: list[int] = []
    for index, claim in enumerate(claims):
        known = {owners.get(key) for key in (claim.user, claim.anonymous, *claim.addresses) if key is not None}
        if len(known) == 1 and None not in known and not claim.previous:
            placed.append(known.pop())
        else:
            placed.append(None)
            slow.append(index)
    return placed, slow


def _id_of(node: Node) -> int:
    assert node.id is not None
    return node.id
