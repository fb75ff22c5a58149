"""The records that receivers look for at a sender's domain: what to publish, and what to say of what stands there.

SPF (RFC 7208) names the servers that may send, DKIM (RFC 6376) holds the key of the signatures, DMARC (RFC 7489) says
what becomes of mail that is neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kesher.kernel.text import Text
from kesher.messaging.domains.names import parents_of
from kesher.messaging.domains.servers import Server
from kesher.messaging.types import Record, RecordState

Answers = Mapping[str, Sequence[str] | None]
"""What stood at each name when it was last asked; None where nobody answered, nothing where nobody asked."""

_UNCHECKED = Text(en="Publish this, then check.", he="פרסמו את הרשומה, ואחר כך בדקו.")
_SILENT = Text(
    en="The name servers did not answer in time. Try again in a moment.",
    he="שרתי השמות לא ענו בזמן. נסו שוב בעוד רגע.",
)
_SPF_OK = Text(en="It allows {server} to send.", he="הרשומה מתירה ל־{server} לשלוח.")
_SPF_LOCAL = Text(
    en="Messages stay in the built-in mailbox: set up a provider first, then this says what to publish.",
    he="ההודעות נשארות בתיבה המובנית: הגדירו קודם ספק שליחה, ואז יוצג כאן מה לפרסם.",
)
_SPF_ASK = Text(
    en="Ask the operator of {server} for its SPF record, often “include:…”, and publish it.",
    he="בקשו ממפעיל השרת {server} את רשומת ה־SPF שלו, לרוב ”include:…“, ופרסמו אותה.",
)
_SPF_UNSURE = Text(
    en="There is a record. Whether it allows {server}, only its operator can say: ask which “include:…” belongs in it.",
    he="יש רשומה. אם היא מתירה ל־{server} לשלוח יודע רק מפעיל השרת: שאלו איזה ”include:…“ צריך להיות בה.",
)
_SPF_LACKING = Text(
    en="The record does not allow {server} yet. Replace it with this one.",
    he="הרשומה עוד לא מתירה ל־{server} לשלוח. החליפו אותה בזו.",
)
_SPF_MISSING = Text(en="There is no SPF record. Publish this one.", he="אין רשומת SPF. פרסמו את הרשומה הזאת.")
_SPF_MANY = Text(
    en="There are several SPF records, and receivers then trust none. Merge them into one.",
    he="יש כמה רשומות SPF, ולכן אף שרת לא יסמוך עליהן. אחדו אותן לאחת.",
)
_SPF_ALL = Text(
    en="The record ends with “+all”: it lets anybody send in your name. End it with “~all”.",
    he="הרשומה מסתיימת ב־”+all“, וכך כל אחד יכול לשלוח בשמכם. סיימו אותה ב־”~all“.",
)
_DKIM_OK = Text(en="The key is published.", he="המפתח פורסם.")
_DKIM_MISSING = Text(
    en="There is no record at this name. Publish this one; until it is seen, messages are not signed.",
    he="אין רשומה בשם הזה. פרסמו את הרשומה הזאת; עד שתיראה, ההודעות לא ייחתמו.",
)
_DKIM_WRONG = Text(
    en="Another key stands at this name. Replace it with this one.", he="בשם הזה רשום מפתח אחר. החליפו אותו בזה."
)
_DMARC_OK = Text(
    en="Receivers know what to do with mail that is not yours (p={policy}).",
    he="המקבלים יודעים מה לעשות בדואר שאינו שלכם (p={policy}).",
)
_DMARC_ABOVE = Text(
    en="The record of {parent} holds here too (p={policy}).", he="הרשומה של {parent} תקפה גם כאן (p={policy})."
)
_DMARC_MISSING = Text(
    en="There is no DMARC record, and large receivers ask for one. Publish this one; it only observes.",
    he="אין רשומת DMARC, ומקבלים גדולים דורשים אותה. פרסמו את הרשומה הזאת; היא רק צופה.",
)
_DMARC_WRONG = Text(
    en="The record cannot be read: it needs “v=DMARC1; p=…”, once. Replace it with this one.",
    he="אי אפשר לקרוא את הרשומה: היא צריכה להכיל ”v=DMARC1; p=…“, פעם אחת. החליפו אותה בזו.",
)
_POLICY = re.compile(r"\bp\s*=\s*(none|quarantine|reject)\b", re.I)


def names_to_ask(domain: str, selector: str) -> list[str]:
    """Every name at which a record of the domain may stand."""
    return [domain, dkim_name(domain, selector), *(f"_dmarc.{parent}" for parent in parents_of(domain))]


def dkim_name(domain: str, selector: str) -> str:
    """Where a selector's key is published."""
    return f"{selector}._domainkey.{domain}"


def dkim_value(public_key: str) -> str:
    """The record of a key."""
    return f"v=DKIM1; k=rsa; p={public_key}"


def records_of(
    domain: str, selector: str, public_key: str, servers: Sequence[Server], answers: Answers
) -> tuple[Record, Record, Record]:
    """What to publish and what stands there: SPF, DKIM, DMARC."""
    return (
        _spf(domain, servers, answers),
        _dkim(dkim_name(domain, selector), public_key, answers),
        _dmarc(domain, answers),
    )


def _spf(domain: str, servers: Sequence[Server], answers: Answers) -> Record:
    known = [server.mechanism for server in servers if server.mechanism]
    names = ", ".join(server.name for server in servers)
    found = _starting(answers.get(domain), "v=spf1")
    proposal = _with_mechanisms(found[0] if found and len(found) == 1 else "v=spf1 ~all", known) if known else ""
    state, text = _judge_spf(servers, known, found)
    if domain not in answers and servers:
        state, text = RecordState.UNCHECKED, _UNCHECKED if proposal else _SPF_ASK
    return Record("spf", domain, proposal, state, found or (), _with(text, server=names))


def _judge_spf(
    servers: Sequence[Server], known: Sequence[str], found: Sequence[str] | None
) -> tuple[RecordState, Text]:
    if found is None:
        return RecordState.SILENT, _SILENT
    if len(found) > 1:
        return RecordState.WRONG, _SPF_MANY
    if not servers:
        return RecordState.UNCHECKED, _SPF_LOCAL
    if not found:
        return RecordState.MISSING, _SPF_MISSING if known else _SPF_ASK
    terms = found[0].lower().split()
    if "+all" in terms or "all" in terms:
        return RecordState.WRONG, _SPF_ALL
    if any(mechanism.lower() not in terms for mechanism in known):
        return RecordState.WRONG, _SPF_LACKING
    if len(known) < len(servers):
        return RecordState.UNSURE, _SPF_UNSURE
    return RecordState.OK, _SPF_OK


def _with_mechanisms(record: str, mechanisms: Sequence[str]) -> str:
    """The record with what it lacks, before its `all`."""
    terms = record.split()
    lacking = [each for each in mechanisms if each.lower() not in record.lower().split()]
    if terms[-1].lower().lstrip("+-~?") != "all":
        return " ".join([*terms, *lacking])
    return " ".join([*terms[:-1], *lacking, terms[-1]])


def _dkim(name: str, public_key: str, answers: Answers) -> Record:
    value = dkim_value(public_key)
    found = answers.get(name, ())
    if name not in answers:
        state, text = RecordState.UNCHECKED, _UNCHECKED
    elif found is None:
        state, text = RecordState.SILENT, _SILENT
    elif any(_key_of(each) == public_key for each in found):
        state, text = RecordState.OK, _DKIM_OK
    else:
        state, text = (RecordState.WRONG, _DKIM_WRONG) if found else (RecordState.MISSING, _DKIM_MISSING)
    return Record("dkim", name, value, state, found or (), text)


def _key_of(record: str) -> str:
    """The key in a record: its tag `p`, without the spaces that panels put into long texts."""
    tags = dict(tag.strip().partition("=")[::2] for tag in record.split(";") if "=" in tag)
    return "".join(tags.get("p", "").split())


def _dmarc(domain: str, answers: Answers) -> Record:
    name, value = f"_dmarc.{domain}", "v=DMARC1; p=none"
    if name not in answers:
        return Record("dmarc", name, value, RecordState.UNCHECKED, (), _UNCHECKED)
    for parent in parents_of(domain):
        found = _starting(answers.get(f"_dmarc.{parent}", ()), "v=dmarc1")
        if found is None:
            return Record("dmarc", name, value, RecordState.SILENT, (), _SILENT)
        if found:
            return _judge_dmarc(name, value, found, domain, parent)
    return Record("dmarc", name, value, RecordState.MISSING, (), _DMARC_MISSING)


def _judge_dmarc(name: str, value: str, found: Sequence[str], domain: str, parent: str) -> Record:
    policy = _POLICY.search(found[0])
    if len(found) > 1 or policy is None:
        return Record("dmarc", name, value, RecordState.WRONG, found, _DMARC_WRONG)
    text = _DMARC_OK if parent == domain else _DMARC_ABOVE
    return Record("dmarc", name, "", RecordState.OK, found, _with(text, policy=policy[1].lower(), parent=parent))


def _starting(texts: Sequence[str] | None, beginning: str) -> Sequence[str] | None:
    return None if texts is None else [text for text in texts if text.lower().startswith(beginning)]


def _with(text: Text, **fields: str) -> Text:
    # What was filled in comes from outside, and its braces are no fields.
    return Text(en=text.render("en", **fields), he=text.render("he", **fields))
