"""Kinds of leaf: this room's own are found in leaves/, a higher room registers its own here."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract, isclass
from pkgutil import iter_modules
from typing import TypeVar

from kesher.segments.types import Leaf

_T = TypeVar("_T")
_LEAVES: dict[str, type[Leaf]] = {}


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
    known = _LEAVES.setdefault(leaf.head, leaf)
    if known is not leaf:
        raise ValueError(f"two kinds of leaf are called {leaf.head}")


def leaf_kinds() -> dict[str, type[Leaf]]:
    """Every kind of leaf by the JSON field that names it."""
    if not _LEAVES:
        for leaf in discover("kesher.segments.leaves", Leaf):  # type: ignore[type-abstract]
            register_leaf(leaf)
    return _LEAVES
