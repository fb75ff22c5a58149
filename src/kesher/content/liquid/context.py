"""The state of one rendering: what it may see, what it may still spend, and how a missing value behaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from liquid import BoundTemplate, RenderContext, Undefined
from liquid.exceptions import ResourceLimitError
from liquid.undefined import UNDEFINED
from liquid.utils import ReadOnlyChainMap

from kesher.content.errors import MissingValue

MAX_LOOP_NODES = 50_000
"""Parts of loop bodies that one rendering may visit (a loop of 100 products with 20 parts spends 2,000)."""
MAX_SECONDS = 2.0
"""A backstop for what the count cannot see; looked at whenever a filter is applied."""


class EmptyMissing(Undefined):  # type: ignore[misc]
    """An absent value that shows nothing."""

    __slots__ = ()
    force_liquid_default = True


class StoppingMissing(Undefined):  # type: ignore[misc]
    """An absent value that stops the message unless it is only asked about (`if`, `== nil`, the `default` filter)."""

    __slots__ = ()
    force_liquid_default = True

    def stop(self) -> MissingValue:
        """The error that names the value."""
        return MissingValue(name=self.name)

    def __str__(self) -> str:
        raise self.stop()

    def __len__(self) -> int:
        raise self.stop()

    def __int__(self) -> int:
        raise self.stop()

    def __bool__(self) -> bool:
        return False


class Context(RenderContext):  # type: ignore[misc]
    """A render context that sees only what was passed in and stops when its budget is spent."""

    __slots__ = ("_deadline", "_nodes_left", "html", "language", "link", "scope", "timezone")

    def __init__(
        self,
        template: BoundTemplate,
        *,
        globals: Mapping[str, Any],
        html: bool,
        language: str,
        timezone: str,
        link: Callable[[str], str],
    ) -> None:
        super().__init__(template, globals=globals)
        # The library also offers `now` and `today` from the machine's clock; a template has only what it is given.
        self.scope = ReadOnlyChainMap(self.locals, self.globals)
        self.html = html
        self.language = language
        self.timezone = timezone
        self.link = link
        self._nodes_left = MAX_LOOP_NODES
        self._deadline = monotonic() + MAX_SECONDS

    def get(self, path: list[Any], *, token: Any, default: object = UNDEFINED) -> object:
        """The value at a path; one that is absent or null is missing."""
        try:
            found = self.scope[path[0]]
            for key in path[1:]:
                found = self.get_item(found, key)
        except (KeyError, TypeError, IndexError):
            found = None
        if found is not None:
            return found
        if default is not UNDEFINED:
            return default
        return self.env.undefined(".".join(str(key) for key in path), token=token)

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        """The filter of a name, unless the time is up."""
        if monotonic() > self._deadline:
            raise ResourceLimitError(f"more than {MAX_SECONDS:g} seconds", token=token)
        found: Callable[..., object] = super().filter(name, token)
        return found

    def spend(self, nodes: int, token: Any) -> None:
        """Take the cost of one turn of a loop from the budget."""
        self.check_budget(nodes, token)
        self._nodes_left -= nodes

    def check_budget(self, nodes: int, token: Any) -> None:
        """Stop when so many parts are more than what is left."""
        if nodes > self._nodes_left:
            raise ResourceLimitError("the loops are too long", token=token)
