"""A parsed template as a list of parts: static text joined beforehand, plain values and links without the interpreter.

A 20 kB message with ten values and ten links spends most of its time in Liquid's general machinery (measured: 6 µs a
value, against under 1 µs here). Whatever is not plain, such as a condition, a loop or a filter other than `default`
with a literal, is rendered by the library in the sandbox; both ways give the same text, which a test holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape as escape_html
from typing import Any

from liquid import BoundTemplate
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.exceptions import OutputStreamLimitError

from kesher.content.errors import MissingValue
from kesher.content.liquid.context import Context
from kesher.content.liquid.environment import MAX_OUTPUT
from kesher.content.liquid.tags import LinkNode, PixelNode, ShownNode, finish_link, is_trackable, pixel
from kesher.content.liquid.values import safe_url, show
from kesher.content.types import Missing

Link = Callable[[str], str]
# Liquid gives these a meaning of their own on lists and mappings.
_SPECIAL_KEYS = frozenset({"size", "first", "last"})
_NO_DEFAULT = object()


class Rendering:
    """What one rendering of one program knows; the sandbox's context is made only when a part needs it."""

    __slots__ = ("_context", "_make_context", "link", "variables")

    def __init__(self, variables: Mapping[str, Any], link: Link, make_context: Callable[[], Context]) -> None:
        self.variables = variables
        self.link = link
        self._make_context = make_context
        self._context: Context | None = None

    @property
    def context(self) -> Context:
        """The sandbox's context, one for all parts of the program."""
        if self._context is None:
            self._context = self._make_context()
        return self._context


_Filling = Callable[[Rendering], str]
Part = str | _Filling


class Program:
    """One template (a subject, an HTML body or a text) ready to be rendered many times.

    `_octets` are its parts in UTF-8 with gaps, `_fillings` say what goes into which gaps: of 20 kB, only what differs
    from person to person is left to write, and each value once wherever it stands.
    """

    __slots__ = ("_fillings", "_html", "_octets", "_static_bytes", "_template")

    def __init__(self, template: BoundTemplate, missing: Missing, *, html: bool) -> None:
        self._template = template
        self._html = html
        octets: list[bytes] = []
        gaps: dict[_Filling, list[int]] = {}
        for place, part in enumerate(_joined(_Compiler(template, missing, html).parts(template.nodes))):
            octets.append(_encoded(part) if isinstance(part, str) else b"")
            if not isinstance(part, str):
                gaps.setdefault(part, []).append(place)
        self._octets = tuple(octets)
        self._static_bytes = sum(map(len, octets))
        self._fillings = tuple((part, tuple(places)) for part, places in gaps.items())

    def render(self, variables: Mapping[str, Any], link: Link, *, language: str, timezone: str) -> str:
        """The text for one person."""
        return self.write(variables, link, language=language, timezone=timezone).decode()

    def write(self, variables: Mapping[str, Any], link: Link, *, language: str, timezone: str) -> bytes:
        """The text for one person in UTF-8."""

        def make_context() -> Context:
            return Context(
                self._template, globals=variables, html=self._html, language=language, timezone=timezone, link=link
            )

        rendering = Rendering(variables, link, make_context)
        octets = list(self._octets)
        size = self._static_bytes
        for part, places in self._fillings:
            filling = _encoded(part(rendering))
            size += len(filling) * len(places)
            if size > MAX_OUTPUT:
                raise OutputStreamLimitError(f"more than {MAX_OUTPUT:,} bytes", token=None)
            for place in places:
                octets[place] = filling
        return b"".join(octets)


def _encoded(text: str) -> bytes:
    """In UTF-8; half a character, which JSON can carry, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    static: list[str] = []
    for part in parts:
        if isinstance(part, str):
            static.append(part)
            continue
        if static:
            yield "".join(static)
            static = []
        yield part
    if static:
        yield "".join(static)


class _Compiler:
    """Makes the parts. Plain values and addresses depend on nothing but what they say, so the same one is one part."""

    def __init__(self, template: BoundTemplate, missing: Missing, html: bool) -> None:
        self._stops = missing is Missing.STOP
        self._html = html
        self._known: dict[tuple[Any, ...], Part] = {}
        # A name that the template assigns may stand for something else than the caller's value.
        self._assigned = frozenset(template.analyze().locals)

    def parts(self, nodes: Iterable[Node]) -> Iterator[Part]:
        for node in nodes:
            yield self._part(node, html=self._html) or _general(node)

    def _part(self, node: Node, *, html: bool) -> Part | None:
        if isinstance(node, ContentNode):
            return str(node.text)
        if isinstance(node, PixelNode):
            return lambda rendering: pixel(rendering.variables)
        if isinstance(node, LinkNode):
            return self._link(node)
        if isinstance(node, ShownNode) and (plain := _plain_value(node)) and plain[0] not in self._assigned:
            return self._once(("value", *plain, html), lambda: _value(*plain, stops=self._stops, html=html))
        return None

    def _once(self, key: tuple[Any, ...], make: Callable[[], Part]) -> Part:
        part = self._known.get(key)
        if part is None:
            part = self._known[key] = make()
        return part

    def _link(self, node: LinkNode) -> Part | None:
        inner = [self._part(child, html=False) for child in node.block.nodes]
        tracked = node.tracked
        if any(part is None for part in inner):
            return None
        parts = tuple(_joined(part for part in inner if part is not None))
        if len(parts) == 1 and isinstance(parts[0], str):
            url = parts[0]
            return self._once(("link", url, tracked), lambda: _constant_link(url, tracked=tracked))

        def linked(rendering: Rendering) -> str:
            url = "".join(part if isinstance(part, str) else part(rendering) for part in parts)
            return finish_link(url, rendering.link if tracked else None)

        return linked


def _constant_link(url: str, *, tracked: bool) -> Part:
    """An address that is the same for everyone; looked at once."""
    if not (tracked and is_trackable(url)):
        return finish_link(url, None)
    safe = safe_url(url)
    return lambda rendering: escape_html(rendering.link(safe))


def _general(node: Node) -> Part:
    def rendered(rendering: Rendering) -> str:
        context = rendering.context
        buffer = context.get_buffer()
        node.render(context, buffer)
        return str(buffer.getvalue())

    return rendered


def _plain_value(node: ShownNode) -> tuple[str, tuple[str, ...], Any] | None:
    """The root, further keys and literal default of `{{ a.b.c }}` or `{{ a.b | default: "x" }}`; None if it is more."""
    expression = node.expression
    if type(expression) is not FilteredExpression or not isinstance(expression.left, Path):
        return None
    path = expression.left.path
    if not all(isinstance(key, str) and key not in _SPECIAL_KEYS for key in path):
        return None
    default = _literal_default(expression.filters or ())
    return None if default is None else (path[0], tuple(path[1:]), default)


def _literal_default(filters: Any) -> Any:
    if not filters:
        return _NO_DEFAULT
    only = filters[0]
    values = [getattr(argument, "value", None) for argument in only.args]
    if len(filters) > 1 or only.name != "default" or len(values) != 1 or hasattr(only.args[0], "name"):
        return None
    return values[0].value if isinstance(values[0], StringLiteral) else None


def _value(root: str, keys: tuple[str, ...], default: Any, *, stops: bool, html: bool) -> Part:
    name = ".".join((root, *keys))

    def written(rendering: Rendering) -> str:
        found: Any = rendering.variables
        try:
            found = found[root]
            for key in keys:
                found = found[key]
        except (KeyError, TypeError, IndexError):
            found = None
        if default is not _NO_DEFAULT and (found is None or found is False or found in ("", [], {})):
            found = default
        if found is None:
            if stops:
                raise MissingValue(name=name)
            return ""
        return show(found, html=html)

    return written
