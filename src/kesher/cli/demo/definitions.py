"""What a marketer of the demo's shop would have written: brand, topics, templates, segments, journeys, policy."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

from kesher.content.types import VariantSource
from kesher.kernel.text import LANGUAGES, Text
from kesher.web.storefront.catalogue import CART_TOPIC, NEWS_TOPIC, OFFERS_TOPIC, SHOP_NAME

JOURNEYS = ("welcome", "cross_sell", "coupon_reminder", "win_back", "abandoned_cart")
TOPICS = {
    NEWS_TOPIC: Text(en="News from the shop", he="חדשות מהחנות"),
    OFFERS_TOPIC: Text(en="Offers and coupons", he="מבצעים וקופונים"),
    CART_TOPIC: Text(en="Reminders of your cart", he="תזכורות על העגלה"),
}
TEMPLATES = {
    "welcome": Text(en="Welcome", he="ברכה"),
    "cross_sell_kitchen": Text(en="What goes with the main course", he="מה הולך עם המנה העיקרית"),
    "cross_sell_fresh": Text(en="What goes with vegetables", he="מה הולך עם ירקות"),
    "cross_sell_home": Text(en="A break after the chores", he="הפסקה אחרי הסידורים"),
    "coupon_reminder": Text(en="Coupon reminder", he="תזכורת קופונים"),
    "win_back": Text(en="Win back", he="חזרה אלינו"),
    "abandoned_cart": Text(en="Abandoned cart", he="עגלה שנשארה מאחור"),
}
CAPS = [{"channel": "email", "limit": 2, "window_hours": 7 * 24, "action": "defer"}]
QUIET_HOURS = {"start": "21:30", "end": "08:00", "action": "defer"}
CAPS_AFTERWARDS = [{"channel": "email", "limit": 50, "window_hours": 24, "action": "defer"}]
"""When the year is over the policy makes way for whoever tries the shop, at whatever hour and as often as she likes."""
COLORS = {"primary": "#1f6b4a", "accent": "#d9481f", "paper": "#fbf6ec"}

_FOLDER = resources.files(__package__)


def brand_values(base_url: str) -> dict[str, Any]:
    """The shop's face, as the room content keeps it."""
    return {
        "name": SHOP_NAME.as_dict(),
        "sender_email": "shop@kesher-grocery.example",
        "reply_to": "shop@kesher-grocery.example",
        "address": {"en": "1 Market Street, Haifa", "he": "רחוב השוק 1, חיפה"},
        "website_url": f"{base_url}/shop",
        "logo_url": f"{base_url}/static/shop/logo.png",
        "colors": COLORS,
        "font": "Arial, Helvetica, sans-serif",
    }


def template_variants(key: str, *, base_url: str) -> tuple[VariantSource, ...]:
    """A template in each language: its file's head (subject, preheader) and its body inside the shared frame."""
    return tuple(_variant(key, language, base_url) for language in LANGUAGES)


def _variant(key: str, language: str, base_url: str) -> VariantSource:
    head, _, body = _read("templates", f"{key}.{language}.mjml").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    frame = _read("templates", f"frame.{language}.mjml")
    return VariantSource(
        language=language,
        subject=fields["subject"],
        preheader=fields["preheader"],
        body=frame.replace("@@content@@", body).replace("@@base@@", base_url),
    )


def segment_definitions() -> dict[str, Any]:
    """The segments by key, as their file has them."""
    definitions: dict[str, Any] = yaml.safe_load(_read("segments.yaml"))
    return definitions


def journey_text(key: str) -> str:
    """A journey's file."""
    return _read("journeys", f"{key}.yaml")


def _read(*path: str) -> str:
    return _FOLDER.joinpath(*path).read_text(encoding="utf-8")
