"""Reading parts of a policy: mistakes are noted at their places, and a stand-in is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging.calendars import known_zones

DEFER = "defer"
DROP = "drop"
_ACTIONS = (DEFER, DROP)

NOT_OBJECT = Text(en="This must be an object with named values.", he="כאן נדרש אובייקט עם ערכים בשמות.")
NOT_LIST = Text(en="This must be a list of at most {most}.", he="כאן נדרשת רשימה של {most} פריטים לכל היותר.")
NOT_CHANNEL = Text(en="Name a channel, or leave it empty for all.", he="יש לציין ערוץ, או להשאיר ריק עבור כולם.")
_ACTION = Text(en="Choose “defer” or “drop”.", he="יש לבחור ”defer“ (דחייה) או ”drop“ (ביטול).")
_UNKNOWN = Text(en="“{name}” is not known here.", he="”{name}“ אינו מוכר כאן.")
_TIME = Text(en="Write a time of day as HH:MM.", he="יש לכתוב שעה בצורה HH:MM.")


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of a name; UTC when it is not known."""
    return ZoneInfo(name if name in known_zones() else "UTC")


def note(problems: list[Problem], path: str, message: Text, **fields: Any) -> None:
    """Note a mistake at its place, its fields filled in."""
    problems.append(Problem(path, Text(en=message.render("en", **fields), he=message.render("he", **fields))))


def parse_time(value: Any, path: str, problems: list[Problem]) -> time | None:
    """A time of day such as `08:30`; a problem is noted when it is none."""
    try:
        return datetime.strptime(value, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except (TypeError, ValueError):
        problems.append(Problem(path, _TIME))
        return None


def parse_action(value: Mapping[str, Any], path: str, problems: list[Problem]) -> str:
    """What happens to a message that may not leave now."""
    action = value.get("action", DEFER)
    if action not in _ACTIONS:
        problems.append(Problem(f"{path}.action", _ACTION))
    return str(action)


def refuse_unknown(value: Mapping[str, Any], known: set[str], path: str, problems: list[Problem]) -> None:
    """Note every name that means nothing here."""
    for name in sorted(set(map(str, value)) - known):
        note(problems, f"{path}.{name}", _UNKNOWN, name=name)
