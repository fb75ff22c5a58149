"""Checks of a message before it is used: what would harm it in the inbox, and what the law asks of an advertisement.

Nothing leaves the machine: addresses are looked at, not called.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from liquid import BoundTemplate

from kesher.content.compiling.footer import expand_footer
from kesher.content.compiling.markup import read_markup
from kesher.content.compiling.problems import filled
from kesher.content.compiling.variant import CompiledSource, check_variant, compile_variant
from kesher.content.liquid.environment import environment
from kesher.content.types import BodyFormat, Circumstances, Finding, Missing, Severity, VariantSource
from kesher.kernel.text import Text, base_language

CLIPPED = 102_000
"""Bytes of HTML after which Gmail cuts a message off."""
_ADVERTISEMENT = "פרסומת"
_WAY_OUT = re.compile(r"\blinks\.(unsubscribe|preferences)\b")
_SENDER = re.compile(r"\bbrand\.(legal\.)?address\b")
_LIQUID = re.compile(r"\{\{|\{%")
_LINKS = ("unsubscribe", "preferences", "open")
_ROOTS = ("customer", "company", "objects", "event", "run", "brand", "links", "now")
_LOUD = 0.6
_LETTERS = 8


_LINK_EMPTY = Text(en="A link leads nowhere: “{url}”.", he="קישור שאינו מוביל לשום מקום: ”{url}“.")
_LINK_WRONG = Text(
    en="“{url}” is no address that a reader can open; write it with https://.",
    he="”{url}“ אינה כתובת שאפשר לפתוח; יש לכתוב אותה עם https://.",
)
_LINK_PLAIN = Text(en="“{url}” is not encrypted; use https://.", he="הכתובת ”{url}“ אינה מוצפנת; עדיף https://.")
_NO_ALT = Text(
    en="An image has no alternative text ({src}); many read without images.",
    he="לתמונה אין טקסט חלופי ({src}); רבים קוראים בלי תמונות.",
)
_BIG = Text(
    en="The message has {size} kB; Gmail cuts it off at 102 kB, often before the unsubscribe link.",
    he="ההודעה שוקלת {size} ק״ב; Gmail חותך הודעות אחרי 102 ק״ב, לעיתים לפני קישור ההסרה.",
)
_NO_WAY_OUT = Text(
    en="A marketing message needs a way out: write {{% footer %}}, or a link to {{{{ links.unsubscribe }}}}.",
    he="הודעה שיווקית מחייבת אפשרות הסרה: יש לכתוב {{% footer %}} או קישור אל {{{{ links.unsubscribe }}}}.",
)
_NO_WORD = Text(
    en="Section 30A of the Communications Law: the subject of an advertisement begins with the word “פרסומת”.",
    he="סעיף 30א לחוק התקשורת: הנושא של דבר פרסומת חייב להתחיל במילה ”פרסומת“.",
)
_NO_SENDER = Text(
    en="Section 30A of the Communications Law: say who sends and how to reach them. Write {{% footer %}}, and fill in "
    "name, address and telephone in the legal profile (Settings).",
    he="סעיף 30א לחוק התקשורת: יש לציין את שם המפרסם ודרכי יצירת קשר. "
    "יש לכתוב {{% footer %}} ולמלא שם, כתובת וטלפון בפרטים המשפטיים (בהגדרות).",
)
_NO_VARIANT = Text(
    en="There is no variant in “{language}”; its readers get “{fallback}”.",
    he="אין גרסה בשפה ”{language}“; קוראיה יקבלו את ”{fallback}“.",
)
_NO_TEXT = Text(
    en="There is no plain text, and none can be made from the body.", he="אין טקסט פשוט, ואי אפשר להפיק אותו מהגוף."
)
_UNKNOWN = Text(en="Nobody has “{name}”.", he="הערך ”{name}“ אינו מוכר.")
_UNKNOWN_NEAR = Text(
    en="Nobody has “{name}”. Did you mean “{near}”?", he="הערך ”{name}“ אינו מוכר. האם הכוונה ל־”{near}“?"
)
_SHOUTS = Text(
    en="The subject is mostly capitals; filters take that for spam.",
    he="רוב הנושא באותיות גדולות; מסננים רואים בזה דואר זבל.",
)
_EXCLAIMS = Text(
    en="More than one exclamation mark in the subject; filters take that for spam.",
    he="יותר מסימן קריאה אחד בנושא; מסננים רואים בזה דואר זבל.",
)


def check_message(variants: Sequence[VariantSource], fallback: str, around: Circumstances) -> list[Finding]:
    """Everything to look at before a message is used, the variants in their order."""
    found: list[Finding] = []
    for source in variants:
        place = f"variants.{source.language}"
        wrong = check_variant(source, place)
        found += [Finding(Severity.ERROR, "invalid", each.path, each.message, each.line) for each in wrong]
        found += _check_subject(source, place)
        if not wrong:
            found += _check_compiled(source, compile_variant(source), place, around)
            found += _check_names(source, place, around.names)
    written = {base_language(source.language) for source in variants}
    for language in sorted({base_language(each) for each in around.languages} - written):
        text = filled(_NO_VARIANT, language=language, fallback=fallback)
        found.append(Finding(Severity.INFO, "missing_variant", "variants", text))
    return found


def _check_subject(source: VariantSource, place: str) -> Iterator[Finding]:
    letters = [letter for letter in source.subject if letter.isalpha() and letter.upper() != letter.lower()]
    if len(letters) >= _LETTERS and sum(letter.isupper() for letter in letters) > _LOUD * len(letters):
        yield Finding(Severity.WARNING, "capitals", f"{place}.subject", _SHOUTS)
    if source.subject.count("!") > 1:
        yield Finding(Severity.WARNING, "exclamations", f"{place}.subject", _EXCLAIMS)


def _check_compiled(
    source: VariantSource, compiled: CompiledSource, place: str, around: Circumstances
) -> Iterator[Finding]:
    body = expand_footer(source.body, BodyFormat(source.body_format), source.language)
    yield from _check_links(body, f"{place}.body")
    yield from _check_images(body, f"{place}.body")
    size = len(compiled.html.encode())
    if size > CLIPPED:
        text = filled(_BIG, size=round(size / 1000))
        yield Finding(Severity.WARNING, "clipped", f"{place}.body", text)
    if not compiled.text.strip():
        yield Finding(Severity.WARNING, "no_text", f"{place}.text", _NO_TEXT)
    if around.marketing:
        yield from _check_law(source, body, place, around)


def _check_law(source: VariantSource, body: str, place: str, around: Circumstances) -> Iterator[Finding]:
    if not _WAY_OUT.search(body):
        yield Finding(Severity.ERROR, "no_way_out", f"{place}.body", _NO_WAY_OUT)
    if not around.brand.legal.section_30a:
        return
    if not source.subject.strip().startswith(_ADVERTISEMENT):
        yield Finding(Severity.ERROR, "no_advertisement", f"{place}.subject", _NO_WORD)
    legal = around.brand.variables(source.language)["legal"]
    told = _SENDER.search(body) or (legal["address"] and legal["address"] in body)
    if not told or not legal["address"] or not (legal["phone"] or legal["email"]):
        yield Finding(Severity.ERROR, "no_sender", f"{place}.body", _NO_SENDER)


def _check_links(body: str, place: str) -> Iterator[Finding]:
    for tag in read_markup(body):
        given = dict(tag.attributes).get("href")
        if tag.kind == "end" or given is None or tag.name == "link":
            continue
        line = body.count("\n", 0, tag.start) + 1
        url = given.strip()
        if url in ("", "#"):
            yield Finding(Severity.WARNING, "link_empty", place, filled(_LINK_EMPTY, url=url), line)
        elif not _LIQUID.search(url):
            yield from _check_url(url, place, line)


def _check_url(url: str, place: str, line: int) -> Iterator[Finding]:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    named = parts.scheme in ("mailto", "tel", "sms") and bool(parts.path)
    web = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in url
    if url.startswith("#") or named or (web and parts.scheme == "https"):
        return
    if web:
        yield Finding(Severity.INFO, "link_plain", place, filled(_LINK_PLAIN, url=url), line)
    else:
        yield Finding(Severity.ERROR, "link_wrong", place, filled(_LINK_WRONG, url=url), line)


def _check_images(body: str, place: str) -> Iterator[Finding]:
    for tag in read_markup(body):
        attributes = dict(tag.attributes)
        if tag.name in ("img", "mj-image") and tag.kind != "end" and "alt" not in attributes:
            text = filled(_NO_ALT, src=attributes.get("src", "")[:80])
            yield Finding(Severity.WARNING, "no_alt", place, text, body.count("\n", 0, tag.start) + 1)


def _check_names(source: VariantSource, place: str, names: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    known = {"links": _LINKS, **names}
    body = expand_footer(source.body, BodyFormat(source.body_format), source.language)
    for part, text in (
        ("subject", source.subject),
        ("preheader", source.preheader),
        ("body", body),
        ("text", source.text),
    ):
        for root, name, line in _variables_of(text):
            shown = f"{root}.{name}" if name else root
            if root not in _ROOTS:
                near = get_close_matches(root, _ROOTS, n=1)
            elif name and root in known and name not in known[root]:
                near = [f"{root}.{each}" for each in get_close_matches(name, known[root], n=1)]
            else:
                continue
            said = filled(_UNKNOWN_NEAR, name=shown, near=near[0]) if near else filled(_UNKNOWN, name=shown)
            yield Finding(Severity.WARNING, "unknown_variable", f"{place}.{part}", said, line)


def _variables_of(text: str) -> Iterator[tuple[str, str, int]]:
    """The variables that a template takes from outside, each once: the root, the name in it, and the line."""
    template: BoundTemplate = environment(Missing.DEFAULT, compiled=False).from_string(text)
    for variables in template.analyze().globals.values():
        for variable in variables:
            root, *rest = variable.segments
            name = rest[0] if rest and isinstance(rest[0], str) else ""
            yield str(root), name, text.count("\n", 0, variable.span.index) + 1
            break
