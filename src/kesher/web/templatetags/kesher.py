"""What Kesher's page templates use: `{% text "English" "עברית" name=value %}` and `{% asset "web/kesher.css" %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kesher.kernel.text import Text
from kesher.web.assets import asset_url

register = template.Library()


@register.simple_tag
def text(en: str, he: str, **fields: Any) -> SafeString:
    """The sentence in the page's language; the sentence itself may hold markup, its fields are escaped."""
    escaped = {name: conditional_escape(value) for name, value in fields.items()}
    return mark_safe(Text(en=en, he=he).render(**escaped))  # noqa: S308 (the sentences stand in our own templates)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file, with its content's hash, so that browsers may keep it for ever."""
    return asset_url(name)
