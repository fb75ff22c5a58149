"""From a claimed message to an envelope: variables, rendering, headers."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache, partial
from typing import Any

from django.conf import settings

from kesher.content.types import BrandKit, Written
from kesher.kernel import tokens
from kesher.messaging.addresses import ascii_domain, host_of, is_email, sender_address
from kesher.messaging.belongings import object_variables, read_belonging
from kesher.messaging.domains.signing import signer_for
from kesher.messaging.sender.batch import Claimed, Job
from kesher.messaging.sender.mime import assemble, encode_header, encode_mailbox
from kesher.messaging.services import links
from kesher.messaging.transport import Envelope
from kesher.messaging.types import Purpose
from kesher.profiles import queries as profiles


def compose_email(job: Job, *, eight_bit: bool) -> Envelope:
    """The e-mail of a claimed message, for a server that takes 8-bit text or one that does not; the template's
    MissingValue and RenderFailed pass through."""
    message, account = job.message, job.account
    addresses = _addresses_of(message)
    language = job.template.variant_for(message.language).language
    written = job.template.write(
        message.language, _variables(job, addresses, language), link=partial(links.make_click_url, message.id)
    )
    job.rendered_in = written.language
    sender = sender_address(job.brand.sender_email, account.settings.get("from_email"), settings.BASE_URL)
    recipient = ascii_domain(message.address)
    content = assemble(
        _headers(job, written, sender=sender, recipient=recipient, unsubscribe=addresses["unsubscribe"]),
        text=written.text.encode("utf-8", "replace"),
        html=written.html,
        boundary=_boundary(message.id),
        eight_bit=eight_bit,
    )
    signer = signer_for(job.signers, sender)
    if signer is not None:
        content = signer.sign(content, now=job.now)
    utf8 = not (recipient.isascii() and sender.isascii())
    return Envelope(message.id, sender, recipient, content, utf8=utf8, eight_bit=not content.isascii())


def _variables(job: Job, addresses: dict[str, str], language: str) -> dict[str, Any]:
    message = job.message
    customer = {
        **message.traits,
        "email": message.address,
        "phone": message.phone,
        "language": message.language,
        "timezone": message.timezone,
    }
    context = message.context or {}
    return {
        "event": {},
        "run": {},
        **object_variables(map(read_belonging, message.objects)),
        **context,
        "customer": customer,
        "brand": _brand_variables(job.brand, language),
        "links": addresses,
    }


def _addresses_of(message: Claimed) -> dict[str, str]:
    return {
        "unsubscribe": links.make_unsubscribe_url(message.id),
        "preferences": links.make_preferences_url(message.id),
        "open": links.make_open_url(message.id),
    }


def _headers(job: Job, written: Written, *, sender: str, recipient: str, unsubscribe: str) -> list[tuple[str, str]]:
    message, brand = job.message, job.brand
    name = brand.sender_name.render(written.language) or brand.name.render(written.language)
    headers = [
        ("Date", _date(job.now)),
        ("From", _from_header(name, sender)),
        ("To", encode_mailbox(profiles.full_name(message.traits)[:100], recipient)),
        ("Subject", encode_header(written.subject)),
        ("Message-ID", message_id_header(message.id, sender)),
    ]
    if brand.reply_to and is_email(brand.reply_to):
        headers.append(("Reply-To", brand.reply_to))
    if message.purpose != Purpose.TRANSACTIONAL:
        # RFC 8058: both headers; a POST to the address is enough.
        headers.append(("List-Unsubscribe", f"<{unsubscribe}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    headers.append(("Feedback-ID", _feedback_id(message.campaign or "single", message.workspace_id, message.purpose)))
    return headers


def message_id_header(message_id: int, sender: str) -> str:
    """The Message-ID of a message: the same on every attempt, and not to be guessed for another."""
    tag = tokens.tag("message-id", b"%d" % message_id)[:6].hex()
    return f"<kesher.{message_id}.{tag}@{host_of(sender)}>"


def _boundary(message_id: int) -> str:
    """What stands between the parts: of each message its own and not to be guessed, so that no value that somebody
    brings can hold it."""
    return f"=_kesher_{tokens.tag('boundary', b'%d' % message_id)[:12].hex()}"


@lru_cache(maxsize=1024)
def _feedback_id(campaign: str, workspace_id: int, purpose: str) -> str:
    return encode_header(f"{campaign}:{workspace_id}:{purpose}:kesher")


_from_header = lru_cache(maxsize=1024)(encode_mailbox)


@lru_cache(maxsize=64)
def _date(now: datetime) -> str:
    return format_datetime(now)


_brand_cache: dict[tuple[int, str], tuple[BrandKit, dict[str, Any]]] = {}


def _brand_variables(brand: BrandKit, language: str) -> dict[str, Any]:
    """What templates see as `brand`; kept, since it is the same for everyone in a language."""
    key = (id(brand), language)
    kept = _brand_cache.get(key)
    if kept is None or kept[0] is not brand:
        if len(_brand_cache) > 1000:
            _brand_cache.clear()
        kept = _brand_cache[key] = (brand, brand.variables(language))
    return kept[1]
