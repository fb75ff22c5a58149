"""The sentences of a play."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kesher.journeys.fields.place import filled
from kesher.journeys.reasons import exit_text
from kesher.kernel.text import Text

_LINES = {
    "event": Text(en="“{name}” happens.", he="קורה האירוע ”{name}“."),
    "entered": Text(en="Enters the journey at “{node}”.", he="כניסה למסע בצעד ”{node}“."),
    "step": Text(en="From “{came_from}” by “{outcome}” to “{node}”.", he="מ”{came_from}“ דרך ”{outcome}“ אל ”{node}“."),
    "waits": Text(en="Waits at “{node}” until {until}.", he="המתנה בצעד ”{node}“ עד {until}."),
    "goal": Text(en="Reaches the goal of the journey.", he="מטרת המסע הושגה."),
    "exited": Text(en="The journey ends at “{node}”: {reason}.", he="המסע מסתיים בצעד ”{node}“: {reason}."),
}
_START = Text(en="Begins at “{node}”.", he="מתחיל בצעד ”{node}“.")
_MESSAGES = {
    "sent": Text(en="The message “{template}” is sent.", he="ההודעה ”{template}“ נשלחת."),
    "held": Text(en="The message “{template}” is not sent. {why}", he="ההודעה ”{template}“ אינה נשלחת. {why}"),
    "reserved": Text(en="The message “{template}” waits. {why}", he="ההודעה ”{template}“ ממתינה. {why}"),
}
_NOT_ENTERED = {
    "rule": Text(
        en="Does not enter by “{name}”: the entry's rule does not hold.",
        he="אין כניסה בעקבות ”{name}“: כלל הכניסה אינו מתקיים.",
    ),
    "reentry": Text(
        en="Does not enter by “{name}”: the journey does not let people in again at this point.",
        he="אין כניסה בעקבות ”{name}“: המסע אינו מאפשר כניסה חוזרת כעת.",
    ),
    "no_key": Text(
        en="Does not enter by “{name}”: the event has no “{key}”, by which the journey keeps its runs apart.",
        he="אין כניסה בעקבות ”{name}“: באירוע אין ”{key}“, שלפיו המסע מבדיל בין מעברים.",
    ),
    "late": Text(
        en="Does not enter by “{name}”: it is known too late to start anything.",
        he="אין כניסה בעקבות ”{name}“: האירוע נודע מאוחר מכדי להתחיל משהו.",
    ),
}


def line_text(kind: str, **told: Any) -> Text:
    """What a line says, in both languages."""
    if kind == "not_entered":
        return filled(_NOT_ENTERED[told["reason"]], **told)
    if kind == "message":
        return filled(_MESSAGES[told["state"]], template=told["template"], why=told["why"] or "")
    if kind == "exited":
        return filled(_LINES[kind], **{**told, "reason": exit_text(told.get("reason"))})
    if kind == "step" and told.get("came_from") is None:
        return filled(_START, **told)
    if isinstance(told.get("until"), datetime):
        told = {**told, "until": f"{told['until']:%Y-%m-%d %H:%M}"}
    return filled(_LINES[kind], **told)
