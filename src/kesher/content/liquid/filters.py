"""Kesher's own filters: dates, money and plurals in two languages, mixed directions, and safe markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any, TypeVar

import nh3
from babel import Locale
from babel.core import UnknownLocaleError
from liquid import Markup, is_undefined
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

from kesher.content.liquid.context import Context
from kesher.content.liquid.guards import check_length
from kesher.content.liquid.moments import format_moment, parse_moment
from kesher.content.liquid.numbers import format_money, plural_category
from kesher.content.liquid.values import Isolated, as_text, show

F = TypeVar("F", bound=Callable[..., Any])

_TAG = re.compile(r"<[^>]*>")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _in_context(function: F) -> F:
    """Have the library pass the context of the rendering."""
    with_context(function)
    return function


@_in_context
def date(value: Any, form: str = "medium", *, context: Context) -> Any:
    """A moment in the person's zone and language.

    `form` is `short`, `medium`, `long`, `full` (dates), `time`, `datetime`, a strftime pattern with `%`, or a
    CLDR pattern such as `d בMMMM`. What is no moment counts as missing.
    """
    moment = parse_moment(value)
    if moment is None:
        return value if is_undefined(value) else context.env.undefined(f"{as_text(value)[:40]} | date", token=None)
    return format_moment(moment, str(form), context.timezone, context.language)


@_in_context
def money(value: Any, currency: Any = None, *, unit: str = "minor", context: Context) -> Any:
    """An amount with its ISO currency; whole minor units (agorot) unless `unit: "major"`. No number: missing."""
    if unit not in ("minor", "major"):
        raise FilterArgumentError("money: unit is “minor” or “major”", token=None)
    if is_undefined(value):
        return value
    shown = format_money(value, str(currency or ""), unit, context.language)
    return context.env.undefined(f"{as_text(value)[:40]} | money", token=None) if shown is None else shown


@_in_context
def plural(value: Any, *, context: Context, **forms: Any) -> Any:
    """The form for a number by the language's own rules: `one`, `two`, `few`, `many`, `other`; `#` is the number."""
    if is_undefined(value):
        return value
    category, number = plural_category(value, context.language)
    if number is None:
        return context.env.undefined(f"{as_text(value)[:40]} | plural", token=None)
    form = forms.get("zero") if value in (0, "0") else None
    chosen = form if form is not None else forms.get(category, forms.get("other"))
    if chosen is None:
        raise FilterArgumentError("plural needs at least the form “other”", token=None)
    return str(chosen).replace("#", number)


PLURAL_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})


@_in_context
def isolate(value: Any, *, context: Context) -> Any:
    """A value whose direction does not disturb the text around it: `<bdi>` in HTML, an isolate in text."""
    if is_undefined(value):
        return value
    if context.html:
        return Markup(f"<bdi>{show(value, html=True)}</bdi>")
    return Isolated(f"{_FIRST_STRONG_ISOLATE}{show(value, html=False)}{_POP_ISOLATE}")


@_in_context
def html(value: Any, *, context: Context) -> Any:
    """Markup that came as a value, cleaned of everything that runs or frames; plain text in the text part."""
    text = str(value)
    if not context.html:
        return unescape(_TAG.sub("", text))
    return Markup(nh3.clean(text, link_rel="noopener noreferrer"))


@_in_context
def escape(value: Any, *, context: Context) -> Any:
    """The value escaped for HTML (which every value is anyway, once)."""
    return Markup(show(value, html=True)) if context.html else str(value)


@_in_context
def newline_to_br(value: Any, *, context: Context) -> Any:
    """Line feeds as `<br>` in HTML, as they are in text."""
    if not context.html:
        return str(value)
    return Markup(show(value, html=True).replace("\n", "<br>\n"))


def strip_html(value: Any) -> str:
    """The text without anything that looks like a tag."""
    return _TAG.sub("", str(value))


def replace(value: Any, old: Any, new: Any = "") -> str:
    """Every occurrence of `old` as `new`."""
    text, removed, added = str(value), str(old), str(new)
    check_length(len(text) + text.count(removed) * len(added))
    return text.replace(removed, added)


def join(value: Any, separator: Any = " ") -> str:
    """The items of a list as one text."""
    parts = [as_text(item) for item in (value if isinstance(value, (list, tuple, range)) else [value])]
    glue = str(separator)
    check_length(sum(map(len, parts)) + len(glue) * len(parts))
    return glue.join(parts)


def supports(language: str) -> bool:
    """Whether dates and plurals are known for a language."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True
