"""Time zones as people call them: a city and its country, from the CLDR (Unicode's data of locales, by Babel)."""

from __future__ import annotations

from functools import cache

from babel.core import Locale, get_global
from babel.dates import get_timezone_location

from kesher.accounts.types import Timezone
from kesher.accounts.validation import timezones
from kesher.kernel.text import Text

_NOWHERE = "ZZ"


@cache
def list_timezones() -> list[Timezone]:
    """The IANA time zones that a workspace may choose, by name."""
    return [Timezone(name, Text(en=_called(name, "en"), he=_called(name, "he"))) for name in sorted(timezones())]


def _called(name: str, language: str) -> str:
    territory = get_global("zone_territories").get(name, _NOWHERE)
    if territory == _NOWHERE:  # an older name of a zone, or none of a place
        return name.replace("_", " ")
    city = get_timezone_location(name, locale=language, return_city=True).replace("_", " ")
    country = Locale(language).territories.get(territory, territory)
    return city if city == country else f"{city}, {country}"
