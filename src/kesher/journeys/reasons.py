"""Why a run ended, and when people may enter again, in words."""

from __future__ import annotations

from kesher.journeys.fields.place import filled
from kesher.journeys.types import ReentryPolicy
from kesher.kernel.text import Text

_REASONS = {
    "completed": Text(en="it went all the way", he="המסע הושלם"),
    "goal": Text(en="the goal was reached", he="המטרה הושגה"),
    "exit": Text(en="an exit criterion was met", he="התקיים תנאי יציאה"),
    "holdout": Text(en="the person is in the control group", he="האדם בקבוצת הביקורת"),
    "merged": Text(en="two profiles of the person were merged", he="אוחדו שני פרופילים של האדם"),
    "moved": Text(en="a new version let the people at this node go", he="גרסה חדשה הוציאה את מי שעמדו בצומת הזה"),
    "archived": Text(en="the journey was ended for everybody", he="המסע הסתיים לכולם"),
    "erased": Text(en="the person was erased", he="האדם נמחק"),
    "loop": Text(en="the run went round in circles", he="המעבר הסתובב במעגל"),
    "undecided": Text(en="the node gave no decision; this is a defect", he="הצומת לא החליט; זהו ליקוי"),
    "template_missing": Text(en="the template is not there any more", he="התבנית כבר אינה קיימת"),
    "list_missing": Text(en="the list is not there any more", he="הרשימה כבר אינה קיימת"),
    "member_missing": Text(en="the colleague is not a member any more", he="איש הצוות כבר אינו חבר בסביבת העבודה"),
    "coupons_out": Text(en="no coupon code was left", he="לא נותרו קודי קופון"),
    "webhook_failed": Text(en="the other system did not accept the call", he="המערכת האחרת לא קיבלה את הקריאה"),
    "webhook_timeout": Text(en="the other system did not answer in time", he="המערכת האחרת לא ענתה בזמן"),
    "journey_circle": Text(
        en="the journeys would start each other in a circle", he="המסעות היו מפעילים זה את זה במעגל"
    ),
    "journey_not_entered": Text(en="the other journey did not let the person in", he="המסע האחר לא קיבל את האדם"),
    "journey_timeout": Text(en="the other journey did not end in time", he="המסע האחר לא הסתיים בזמן"),
}
"""The engine's own reasons; an exit node's is a word of the user's."""

POLICIES = {
    ReentryPolicy.NEVER: Text(en="everybody enters once only", he="כל אדם נכנס פעם אחת בלבד"),
    ReentryPolicy.AFTER_EXIT: Text(
        en="people enter again only after they left, and after the interval that is set",
        he="כניסה חוזרת אפשרית רק אחרי יציאה, ואחרי פרק הזמן שנקבע",
    ),
    ReentryPolicy.ALWAYS: Text(
        en="people enter again only after the interval that is set", he="כניסה חוזרת אפשרית רק אחרי פרק הזמן שנקבע"
    ),
}


def exit_text(reason: str | None) -> Text:
    """Why a run ended: the engine's reason in words, an exit node's as it was written."""
    known = _REASONS.get(reason or "completed")
    return known if known is not None else filled(Text(en="{reason}", he="{reason}"), reason=reason)
