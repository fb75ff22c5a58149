"""The tags of a template, each in the form that keeps the sandbox closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape as escape_html
from typing import Any, TextIO

from liquid import Markup
from liquid.ast import BlockNode, Node
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.parser import get_parser
from liquid.tag import Tag
from liquid.token import TOKEN_EOF, TOKEN_TAG

from kesher.content.liquid.context import Context
from kesher.content.liquid.values import safe_url, show

LINK_TAG = "tracked_link"
PLAIN_LINK_TAG = "plain_link"
PIXEL_TAG = "open_pixel"
"""What the compiler writes into the HTML; authors cannot."""


class ShownNode(OutputNode):  # type: ignore[misc]
    """`{{ … }}`: escaped in HTML unless it is markup of our own making."""

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Write the value as it may be shown."""
        return buffer.write(show(self.expression.evaluate(context), html=context.html))


class ShownTag(Output):  # type: ignore[misc]
    """`{{ … }}`."""

    node_class = ShownNode


class KeptNode(CaptureNode):  # type: ignore[misc]
    """`{% capture %}`: what was rendered inside is markup already, and is not escaped again."""

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Keep what the block renders under its name."""
        inner = context.get_buffer(buffer)
        self.block.render(context, inner)
        context.assign(self.name, Markup(inner.getvalue()) if context.html else inner.getvalue())
        return 0


class KeptTag(CaptureTag):  # type: ignore[misc]
    """`{% capture %}`."""

    node_class = KeptNode


class TurnNode(Node):  # type: ignore[misc]
    """Stands first in the body of a loop and pays for each turn."""

    __slots__ = ("cost",)

    def __init__(self, token: Any, cost: int) -> None:
        super().__init__(token)
        self.cost = cost

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Spend the cost of one turn."""
        context.spend(self.cost, self.token)
        return 0


class PaidForNode(ForNode):  # type: ignore[misc]
    """A loop that refuses a range too long before the library makes a list of it (it does for `reversed`)."""

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Render the loop, unless its range is longer than any budget."""
        if self.expression.reversed:
            items = self.expression.iterable.evaluate(context)
            if isinstance(items, range):
                context.check_budget(items.stop - items.start, self.token)
        written: int = super().render_to_output(context, buffer)
        return written


class PaidForTag(ForTag):  # type: ignore[misc]
    """`{% for %}` whose turns are counted by what they visit, so that nested and repeated loops add up."""

    node_class = PaidForNode

    def parse(self, stream: Any) -> ForNode:
        """Parse the loop and put the payment in front of its body."""
        node = super().parse(stream)
        node.block.nodes.insert(0, TurnNode(node.token, 1 + _count(node.block.nodes)))
        return node


def _count(nodes: Iterable[Node]) -> int:
    return sum(1 + _count(node.children(None)) for node in nodes)


class LinkNode(Node):  # type: ignore[misc]
    """The address of a link: rendered as text, made safe, handed to the caller when tracked, then escaped."""

    __slots__ = ("blank", "block", "tracked")

    def __init__(self, token: Any, block: BlockNode, tracked: str) -> None:
        super().__init__(token)
        self.block = block
        self.blank = False
        self.tracked = tracked == LINK_TAG

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Write the address that the person gets."""
        inner = context.get_buffer(buffer)
        html, context.html = context.html, False
        try:
            self.block.render(context, inner)
        finally:
            context.html = html
        return buffer.write(finish_link(inner.getvalue(), context.link if self.tracked else None))

    def children(self, static_context: Any, *, include_partials: bool = True) -> Iterable[Node]:
        """The parts of the address."""
        return [self.block]


class LinkTag(Tag):  # type: ignore[misc]
    """The compiler's tag around the address of a link."""

    name = LINK_TAG

    def parse(self, stream: Any) -> LinkNode:
        """Parse up to the closing tag."""
        token = stream.eat(TOKEN_TAG)
        block = get_parser(self.env).parse_block(stream, frozenset((f"end{self.name}", TOKEN_EOF)))
        stream.expect(TOKEN_TAG, value=f"end{self.name}")
        return LinkNode(token, block, self.name)


class PlainLinkTag(LinkTag):
    """The compiler's tag around an address that is made safe but not tracked."""

    name = PLAIN_LINK_TAG


_TRACKED = re.compile(r"https?://", re.I)


def finish_link(url: str, link: Callable[[str], str] | None) -> str:
    """An address as it stands in the HTML: web addresses go through `link`, anything unsafe becomes `#`."""
    final = safe_url(url)
    return escape_html(link(final) if link is not None and _TRACKED.match(final) else final)


def is_trackable(url: str) -> bool:
    """Whether an address, once it is safe, leads to the web, so that a click on it can be recorded."""
    return _TRACKED.match(safe_url(url)) is not None


class PixelNode(Node):  # type: ignore[misc]
    """Where the open pixel stands, if the message has one (`links.open`)."""

    __slots__ = ()

    def render_to_output(self, context: Context, buffer: TextIO) -> int:
        """Write the pixel."""
        return buffer.write(pixel(context.globals))


class PixelTag(Tag):  # type: ignore[misc]
    """The compiler's tag at the end of the body."""

    name = PIXEL_TAG
    block = False

    def parse(self, stream: Any) -> PixelNode:
        """Parse the tag."""
        # A tag without an end leaves the stream on itself; the parser moves on.
        stream.expect(TOKEN_TAG, value=self.name)
        return PixelNode(stream.current)


def pixel(variables: Mapping[str, Any]) -> str:
    """The open pixel for `links.open`, or nothing."""
    url = variables.get("links", {}).get("open")
    return f'<img src="{escape_html(url)}" width="1" height="1" alt="" style="display:block;border:0">' if url else ""
