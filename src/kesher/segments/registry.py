"""What a higher room may add: kinds of leaf (this room's own are found in leaves/), how to list the keys of a thing
that rules name (a template, a journey), and what of its own uses a segment or a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from inspect import isabstract, isclass
from pkgutil import iter_modules
from typing import TypeVar

from kesher.kernel.db import Conn
from kesher.segments.bounds import COUNT_FORM
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Leaf
from kesher.segments.windows import WINDOW_FORM
from kesher.segments.words import Words, phrase, quoted

__all__ = [
    "COUNT_FORM",
    "WINDOW_FORM",
    "Mistake",
    "Reader",
    "Words",
    "discover",
    "keys_of",
    "leaf_kinds",
    "phrase",
    "quoted",
    "register_leaf",
    "register_reference",
    "register_users",
    "users_of",
]

_T = TypeVar("_T")
_LEAVES: dict[str, type[Leaf]] = {}
_KEYS: dict[str, Callable[[Conn, int], Iterable[str]]] = {}
_USERS: list[Callable[[Conn, str, int, str], Iterable[str]]] = []


def discover(package: str, base: type[_T]) -> list[type[_T]]:
    """The concrete public subclasses of `base` defined in the modules of a package, in the order of their names."""
    folder = import_module(package)
    found: list[type[_T]] = []
    for module in sorted(iter_modules(folder.__path__), key=lambda m: m.name):
        names = vars(import_module(f"{package}.{module.name}"))
        found += [
            value
            for value in names.values()
            if isclass(value)
            and issubclass(value, base)
            and value.__module__ == f"{package}.{module.name}"
            and not isabstract(value)
            and not value.__name__.startswith("_")
        ]
    return found


def register_leaf(leaf: type[Leaf]) -> None:
    """Teach the rule language a new kind of leaf; two of one name are a defect."""
    known = _own_kinds().setdefault(leaf.head, leaf)
    if known is not leaf:
        raise ValueError(f"two kinds of leaf are called {leaf.head}")


def register_reference(kind: str, list_keys: Callable[[Conn, int], Iterable[str]]) -> None:
    """Say how the keys of a kind of thing are listed for a workspace, so that a rule that names another is refused."""
    _KEYS[kind] = list_keys


def keys_of(conn: Conn, kind: str, workspace_id: int) -> list[str] | None:
    """The keys of a kind of thing in the workspace; None when no room has such things."""
    return list(_KEYS[kind](conn, workspace_id)) if kind in _KEYS else None


def register_users(list_users: Callable[[Conn, str, int, str], Iterable[str]]) -> None:
    """Say which things of a room use a `segment` or a `list` (kind, workspace, key), so that it is not deleted under
    them."""
    _USERS.append(list_users)


def users_of(conn: Conn, kind: str, workspace_id: int, key: str) -> list[str]:
    """What of the higher rooms uses a segment or a list."""
    return [user for list_users in _USERS for user in list_users(conn, kind, workspace_id, key)]


def leaf_kinds() -> dict[str, type[Leaf]]:
    """Every kind of leaf by the JSON field that names it."""
    return _own_kinds()


def _own_kinds() -> dict[str, type[Leaf]]:
    """The register, with this room's own kinds in it."""
    if not _LEAVES:
        for leaf in discover("kesher.segments.leaves", Leaf):  # type: ignore[type-abstract]
            if _LEAVES.setdefault(leaf.head, leaf) is not leaf:
                raise ValueError(f"two kinds of leaf are called {leaf.head}")
    return _LEAVES
