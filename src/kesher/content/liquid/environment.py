"""The sandboxes: one for each way in which a missing value behaves, with and without the compiler's own tags."""

from __future__ import annotations

from functools import cache

from liquid import BoundTemplate, Environment
from liquid.builtin import content, illegal
from liquid.builtin.filters import array, math, misc, string
from liquid.builtin.tags import (
    assign_tag,
    case_tag,
    comment_tag,
    cycle_tag,
    for_tag,
    if_tag,
    inline_comment_tag,
    unless_tag,
)

from kesher.content.liquid import filters
from kesher.content.liquid.context import EmptyMissing, StoppingMissing
from kesher.content.liquid.guards import guarded
from kesher.content.liquid.tags import KeptTag, LinkTag, PaidForTag, PixelTag, PlainLinkTag, ShownTag
from kesher.content.types import Missing

MAX_OUTPUT = 1_000_000
"""Bytes that one template may write."""

# Left out of Liquid's own: include, render (files), tablerow, increment, decrement, ifchanged, echo, liquid (second
# ways to do what is here), raw and doc (markup that the compiler could not look into).
_TAGS = (
    content.Literal,
    illegal.Illegal,
    ShownTag,
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    PaidForTag,
    for_tag.BreakTag,
    for_tag.ContinueTag,
    KeptTag,
    cycle_tag.CycleTag,
    assign_tag.AssignTag,
    comment_tag.CommentTag,
    inline_comment_tag.InlineCommentTag,
)

FILTERS = {
    "abs": math.abs_,
    "at_least": math.at_least,
    "at_most": math.at_most,
    "ceil": math.ceil,
    "divided_by": math.divided_by,
    "floor": math.floor,
    "minus": math.minus,
    "modulo": math.modulo,
    "plus": math.plus,
    "round": math.round_,
    "times": math.times,
    "append": string.append,
    "capitalize": string.capitalize,
    "downcase": string.downcase,
    "lstrip": string.lstrip,
    "prepend": string.prepend,
    "remove": string.remove,
    "remove_first": string.remove_first,
    "replace_first": string.replace_first,
    "rstrip": string.rstrip,
    "slice": string.slice_,
    "split": string.split,
    "squish": string.squish,
    "strip": string.strip,
    "strip_newlines": string.strip_newlines,
    "truncate": string.truncate,
    "truncatewords": string.truncatewords,
    "upcase": string.upcase,
    "url_encode": string.url_encode,
    "compact": array.compact,
    "concat": array.concat,
    "first": array.first,
    "last": array.last,
    "map": array.map_,
    "reverse": array.reverse,
    "sort": array.sort,
    "sum": array.sum_,
    "uniq": array.uniq,
    "where": array.where,
    "size": misc.size,
    "date": filters.date,
    "escape": filters.escape,
    "html": filters.html,
    "isolate": filters.isolate,
    "join": filters.join,
    "money": filters.money,
    "newline_to_br": filters.newline_to_br,
    "plural": filters.plural,
    "replace": filters.replace,
    "strip_html": filters.strip_html,
}


class Sandbox(Environment):  # type: ignore[misc]
    """Liquid with bounded work and size. Escaping is done by the tags, by `Context.html`."""

    block_nesting_limit = 30
    # A line break is all that a condition may hold: `{% unless forloop.last %}<br />{% endunless %}`.
    suppress_blank_control_flow_blocks = False
    local_namespace_limit = 1_000_000
    output_stream_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register what templates may use, and nothing else."""
        for tag in _TAGS:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, guarded(function))
        # Unguarded: it is the one filter that may see a missing value.
        self.add_filter("default", misc.default)


@cache
def environment(missing: Missing, *, compiled: bool) -> Sandbox:
    """The sandbox for templates as written, or as compiled (with the compiler's own tags)."""
    sandbox = Sandbox(undefined=StoppingMissing if missing is Missing.STOP else EmptyMissing, strict_filters=True)
    if compiled:
        for tag in (LinkTag, PlainLinkTag, PixelTag):
            sandbox.add_tag(tag)
    return sandbox


def parse(source: str, missing: Missing, *, compiled: bool = True) -> BoundTemplate:
    """Parse a template; the library's LiquidError says what is wrong and where."""
    return environment(missing, compiled=compiled).from_string(source)
