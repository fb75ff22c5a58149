"""The rules of the identity graph, decided in memory over what the database holds for one set of claims.

The rules are told in `services`; this is the one place where they are code. Nothing here reads or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kesher.profiles.types import LIMITS, Kind

Key = tuple[int, str, str]
"""(workspace id, kind, value) of an identifier."""
_Join = Callable[["Node", "Node", Key], None]


@dataclass(frozen=True, slots=True)
class Keys:
    """A claim whose values are clean: the keys that name somebody, by their part in it."""

    workspace_id: int
    user: Key | None
    anonymous: Key | None
    addresses: tuple[Key, ...]
    previous: tuple[Key, ...]
    """An alias' previous id, as a user id and as an anonymous id."""

    def all(self) -> Iterable[Key]:
        """Every key of the claim."""
        if self.user is not None:
            yield self.user
        if self.anonymous is not None:
            yield self.anonymous
        yield from self.addresses
        yield from self.previous


@dataclass(slots=True, eq=False)
class Node:
    """A profile: one that exists, or one to be created (`id` None until it is). `joined` is the node that it became."""

    workspace_id: int
    id: int | None
    counts: dict[str, int]
    joined: Node | None = None

    def root(self) -> Node:
        """The surviving node."""
        node = self
        while node.joined is not None:
            node = node.joined
        return node

    def survives(self, other: Node) -> bool:
        """Who wins: what exists over what would be new, then who has a user id, then the older."""
        if self.id is None or other.id is None:
            return other.id is None
        mine, theirs = bool(self.counts.get(Kind.USER_ID)), bool(other.counts.get(Kind.USER_ID))
        return self.id < other.id if mine == theirs else mine


@dataclass(frozen=True, slots=True)
class Refusal:
    """A key that did not join two profiles, or was not attached, and by which rule."""

    key: Key
    owner: Node
    other: Node
    rule: str


@dataclass(slots=True)
class Graph:
    """The claims' profiles, and what has to change: new nodes, links, merges, refusals."""

    owners: dict[Key, Node] = field(default_factory=dict)
    existing: dict[int, Node] = field(default_factory=dict)
    created: list[Node] = field(default_factory=list)
    links: dict[Key, Node] = field(default_factory=dict)
    merged: dict[int, str] = field(default_factory=dict)
    """Existing losers, with the reason."""
    refusals: list[Refusal] = field(default_factory=list)

    @classmethod
    def of(cls, owners: Mapping[Key, int], counts: Mapping[int, dict[str, int]]) -> Graph:
        """The graph as the database has it, before any claim."""
        graph = cls()
        for key, profile_id in owners.items():
            node = graph.existing.get(profile_id)
            if node is None:
                node = graph.existing[profile_id] = Node(key[0], profile_id, dict(counts.get(profile_id, {})))
            graph.owners[key] = node
        return graph

    def place(self, claim: Keys) -> Node | None:
        """Whose the claim is, after everything that it says was linked, merged or refused; None when nobody's."""
        node = self._primary(claim)
        if node is None:
            return None
        if claim.user is not None and claim.anonymous is not None:
            self._attach(node, claim.anonymous, self._join_anonymous)
        for address in claim.addresses:
            self._attach(node, address, self._claim_address if claim.user is not None else self._type_address)
        if claim.previous:
            self._alias(node, claim.previous)
        return node.root()

    def merging(self) -> dict[int, tuple[Node, str]]:
        """Each existing loser, with its surviving node and the reason."""
        return {loser: (self.existing[loser].root(), reason) for loser, reason in self.merged.items()}

    def linked(self) -> set[int]:
        """Existing profiles that gain an identifier."""
        return {node.root().id for node in self.links.values()} - {None}  # type: ignore[return-value]

    def _owner(self, key: Key | None) -> Node | None:
        node = self.owners.get(key) if key is not None else None
        return node.root() if node is not None else None

    def _primary(self, claim: Keys) -> Node | None:
        if claim.user is not None:
            return self._owner(claim.user) or self._first_seen_user(claim)
        if claim.anonymous is not None:
            return self._owner(claim.anonymous) or self._create(claim.anonymous)
        for address in claim.addresses:
            owner = self._owner(address)
            if owner is not None:
                return owner
        return self._create(claim.addresses[0]) if claim.addresses else None

    def _first_seen_user(self, claim: Keys) -> Node:
        assert claim.user is not None
        anonymous = self._owner(claim.anonymous)
        if anonymous is not None and not anonymous.counts.get(Kind.USER_ID):
            self._link(anonymous, claim.user)
            return anonymous
        return self._create(claim.user)

    def _create(self, key: Key) -> Node:
        node = Node(key[0], None, {})
        self.created.append(node)
        self._link(node, key)
        return node

    def _link(self, node: Node, key: Key) -> None:
        node.counts[key[1]] = node.counts.get(key[1], 0) + 1
        self.owners[key] = self.links[key] = node

    def _attach(self, node: Node, key: Key, join: _Join) -> None:
        node, owner = node.root(), self._owner(key)
        if owner is None:
            if node.counts.get(key[1], 0) >= LIMITS[key[1]]:
                self._refuse(key, node, node, "limit")
            else:
                self._link(node, key)
        elif owner is not node:
            join(node, owner, key)

    def _join_anonymous(self, node: Node, owner: Node, key: Key) -> None:
        if owner.counts.get(Kind.USER_ID):
            self._refuse(key, owner, node, "two_users")
        else:
            self._merge(node, owner, key, "anonymous_joined")

    def _claim_address(self, node: Node, owner: Node, key: Key) -> None:
        if owner.counts.get(Kind.USER_ID):
            self._refuse(key, owner, node, "two_users")
        else:
            self._merge(node, owner, key, "address_claimed")

    def _type_address(self, node: Node, owner: Node, key: Key) -> None:
        if any(node.counts.get(kind) for kind in (Kind.USER_ID, Kind.EMAIL, Kind.PHONE)):
            self._refuse(key, owner, node, "two_people")
        else:
            self._merge(node, owner, key, "anonymous_attached")

    def _alias(self, node: Node, previous: tuple[Key, ...]) -> None:
        node = node.root()
        for key in previous:
            owner = self._owner(key)
            if owner is not None:
                if owner is not node:
                    self._merge(node, owner, key, "alias")
                return
        self._attach(node, previous[-1], self._join_anonymous)

    def _merge(self, one: Node, other: Node, key: Key, reason: str) -> None:
        if any(one.counts.get(k, 0) + other.counts.get(k, 0) > limit for k, limit in LIMITS.items()):
            self._refuse(key, other, one, "limit")
            return
        winner, loser = (one, other) if one.survives(other) else (other, one)
        loser.joined = winner
        for kind, count in loser.counts.items():
            winner.counts[kind] = winner.counts.get(kind, 0) + count
        if loser.id is not None:
            self.merged[loser.id] = reason

    def _refuse(self, key: Key, owner: Node, other: Node, rule: str) -> None:
        self.refusals.append(Refusal(key, owner, other, rule))
