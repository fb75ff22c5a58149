"""The shop's page, and the one thing a shop does on its own server: keep an address with the consent as given."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe
from psycopg.types.json import Json

from kesher.accounts import queries as accounts
from kesher.events import queries as event_queries
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent, Source
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.errors import NotFound
from kesher.kernel.relations import Relation
from kesher.kernel.text import LANGUAGES, Text
from kesher.web.assets import asset_url
from kesher.web.pages import page_language, render_page
from kesher.web.storefront.catalogue import (
    CART_TOPIC,
    CURRENCY,
    NEWS_TOPIC,
    OFFERS_TOPIC,
    PRODUCTS,
    SHOP_NAME,
    SOURCE_NAME,
    WORKSPACE_SLUG,
    Product,
)

WORDING = Text(
    en="E-mail me about my cart, and news and offers from the shop. I can stop it with one click.",
    he="אפשר לשלוח לי תזכורת על העגלה, חדשות ומבצעים מהחנות. אפשר להפסיק בלחיצה אחת.",
)
REMEMBERED = Text(en="Saved. Your cart waits for you.", he="נשמר. העגלה מחכה לך.")
REMEMBERED_SILENTLY = Text(
    en="Saved. We will not write, since the box is not ticked.", he="נשמר. לא נשלח דבר, כי התיבה לא סומנה."
)
ADDRESS_WRONG = Text(en="Please check the address.", he="כדאי לבדוק את הכתובת.")
ORDERED = Text(en="Thank you! Your order is on its way.", he="תודה! ההזמנה יוצאת לדרך.")
UNTRACKED = Text(
    en="Your browser asks not to be tracked, so nothing was saved.",
    he="הדפדפן שלך מבקש שלא לעקוב אחריך, ולכן דבר לא נשמר.",
)
LESS = Text(en="One less", he="אחד פחות")
MORE = Text(en="One more", he="אחד יותר")

_LOCALES = {"he": "he-IL", "en": "en-US"}

_CONSENT = """
    SELECT %(shop_workspace_id)s::int AS workspace_id, %(shop_profile_id)s::bigint AS profile_id,
        'email' AS channel, topic, 'granted' AS state, 'shop page' AS source, %(shop_wording)s::text AS wording,
        %(shop_evidence)s::jsonb AS evidence, %(shop_now)s::timestamptz AS given_at
    FROM unnest(%(shop_topics)s::text[]) AS topic"""


@require_safe
def show_shop(request: HttpRequest) -> HttpResponse:
    """The shop in the visitor's language."""
    language = page_language(request)
    source = _shop_source(request_connection())
    products = [_shown(product, language) for product in PRODUCTS]
    return render_page(
        request,
        "shop/shop.html",
        {
            "shop_name": SHOP_NAME.render(language),
            "products": products,
            "hero": [f"shop/{key}.svg" for key in ("eggs", "bread", "coffee")],
            "wording": WORDING.render(language),
            "shop": {
                "write_key": source.write_key,
                "base_url": settings.BASE_URL,
                "language": language,
                "locale": _LOCALES[language],
                "currency": CURRENCY,
                "products": products,
                "texts": {name: text.render(language) for name, text in _SCRIPT_TEXTS.items()},
            },
        },
    )


_SCRIPT_TEXTS = {"ordered": ORDERED, "less": LESS, "more": MORE, "untracked": UNTRACKED}


@require_POST
def remember_cart(request: HttpRequest) -> HttpResponse:
    """Attach an e-mail address to this visitor, with her consent when she ticked the box."""
    asked = _read_form(request)
    if asked is None:
        return JsonResponse({"message": ADDRESS_WRONG.render(page_language(request))}, status=422)
    conn = request_connection()
    profile_id = _identify(conn, _shop_source(conn), asked)
    if asked["consent"] and profile_id is not None:
        _record_consent(conn, profile_id, asked)
    answer = REMEMBERED if asked["consent"] else REMEMBERED_SILENTLY
    return JsonResponse({"message": answer.render(asked["language"])})


def _shown(product: Product, language: str) -> dict[str, Any]:
    art = asset_url(f"shop/{product.key}.svg")
    return {
        "key": product.key,
        "product_id": product.product_id,
        "name": product.name.render(language),
        "note": product.note.render(language),
        "department": product.department,
        "cents": product.price_cents,
        "price": f"{product.price_cents / 100:.2f}",
        "art": art,
        "image_url": f"{settings.BASE_URL}{asset_url(f'shop/{product.key}.png')}",
    }


def _read_form(request: HttpRequest) -> dict[str, Any] | None:
    """What the page sent, checked; None when it makes no sense."""
    try:
        sent = json.loads(request.body)
        email, anonymous_id, language = (str(sent[name]) for name in ("email", "anonymous_id", "language"))
        validate_email(email)
    except (ValueError, KeyError, TypeError, ValidationError):
        return None
    if language not in LANGUAGES or not 0 < len(anonymous_id) <= 100:
        return None
    return {"email": email, "anonymous_id": anonymous_id, "language": language, "consent": sent.get("consent") is True}


def _shop_source(conn: Conn) -> Source:
    workspace = accounts.get_workspace(slug=WORKSPACE_SLUG)
    for source in event_queries.list_sources(conn, workspace_id=workspace.id):
        if source.name == SOURCE_NAME:
            return source
    raise NotFound(kind="source", key=SOURCE_NAME)


def _identify(conn: Conn, source: Source, asked: dict[str, Any]) -> int | None:
    now = read_clock(conn)
    locale = _LOCALES[asked["language"]]
    traits = {"email": asked["email"], "locale": locale}
    event = IncomingEvent(
        workspace_id=source.workspace_id,
        source_id=source.id,
        message_id=f"shop-{uuid4()}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=now,
        received_at=now,
        anonymous_id=asked["anonymous_id"],
        traits=traits,
        properties=json.dumps(traits),
        locale=locale,
    )
    return events.ingest(conn, [event], now=now).profile_ids[0]


def _record_consent(conn: Conn, profile_id: int, asked: dict[str, Any]) -> None:
    workspace = accounts.get_workspace(slug=WORKSPACE_SLUG)
    now = read_clock(conn)
    given = Relation(
        _CONSENT,
        {
            "shop_workspace_id": workspace.id,
            "shop_profile_id": profile_id,
            "shop_wording": WORDING.render(asked["language"]),
            "shop_evidence": Json({"email": asked["email"], "anonymous_id": asked["anonymous_id"]}),
            "shop_topics": [CART_TOPIC, NEWS_TOPIC, OFFERS_TOPIC],
            "shop_now": now,
        },
    )
    events.record_consents(conn, given, now=now)
