"""`{% footer %}`: who sends, where they are, and the way out, from the legal profile and the message's own links."""

from __future__ import annotations

import re

from kesher.content.types import BodyFormat
from kesher.kernel.text import Text

_TAG = re.compile(r"\{%-?\s*footer\s*-?%\}")
_PREFERENCES = Text(en="Choose what you receive", he="בחירת סוגי הדיוור")
_UNSUBSCRIBE = Text(en="Unsubscribe", he="הסרה מרשימת התפוצה")
_NUMBER = Text(en="reg. no.", he="ח״פ")
# All on one line, so that the lines of what follows keep their numbers.
_CONTENT = (
    "{{{{ brand.legal.name }}}}"
    "{{% if brand.legal.registration_number.size > 0 %}}"
    ", {number} {{{{ brand.legal.registration_number | isolate }}}}{{% endif %}}"
    "<br />"
    "{{% if brand.legal.address.size > 0 %}}{{{{ brand.legal.address }}}}<br />{{% endif %}}"
    "{{% if brand.legal.phone.size > 0 %}}{{{{ brand.legal.phone | isolate }}}}<br />{{% endif %}}"
    "{{% if brand.legal.email.size > 0 %}}{{{{ brand.legal.email | isolate }}}}<br />{{% endif %}}"
    "{{% if brand.legal.unsubscribe_way.size > 0 %}}{{{{ brand.legal.unsubscribe_way }}}}<br />{{% endif %}}"
    '<a href="{{{{ links.preferences }}}}" style="color:#666666">{preferences}</a> · '
    '<a href="{{{{ links.unsubscribe }}}}" style="color:#666666">{unsubscribe}</a>'
)
_STYLE = "font-size:12px;line-height:1.6;color:#666666;text-align:center"
_FRAMES = {
    BodyFormat.MJML: (
        '<mj-section><mj-column><mj-text align="center" font-size="12px" line-height="1.6" color="#666666">{content}'
        "</mj-text></mj-column></mj-section>"
    ),
    BodyFormat.HTML: f'<div style="{_STYLE};padding:24px 8px">{{content}}</div>',
}


def expand_footer(source: str, body_format: BodyFormat, language: str) -> str:
    """The source with its footer written out in the variant's language."""
    content = Text(en=_CONTENT, he=_CONTENT).render(
        preferences=_PREFERENCES.render(language),
        unsubscribe=_UNSUBSCRIBE.render(language),
        number=_NUMBER.render(language),
    )
    footer = _FRAMES[body_format].format(content=content)
    return _TAG.sub(lambda tag: footer, source)
