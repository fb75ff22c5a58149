"""`{% footer %}`: who sends, where they are, and the way out, from the brand kit and the message's own links."""

from __future__ import annotations

import re

from kesher.content.types import BodyFormat
from kesher.kernel.text import Text

_TAG = re.compile(r"\{%-?\s*footer\s*-?%\}")
_PREFERENCES = Text(en="Choose what you receive", he="בחירת סוגי הדיוור")
_UNSUBSCRIBE = Text(en="Unsubscribe", he="הסרה מרשימת התפוצה")
# Each on one line, so that the lines of what follows keep their numbers.
_CONTENT = (
    "{{{{ brand.sender_name }}}}<br />{{{{ brand.address }}}} {{{{ brand.phone | isolate }}}}<br />"
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
        preferences=_PREFERENCES.render(language), unsubscribe=_UNSUBSCRIBE.render(language)
    )
    footer = _FRAMES[body_format].format(content=content)
    return _TAG.sub(lambda tag: footer, source)
