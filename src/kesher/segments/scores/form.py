"""The form of a model of lead scores, as the app draws it."""

from __future__ import annotations

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text

_POINTS = Text(en="Points", he="נקודות")
_MAXIMUM = Text(en="At most", he="לכל היותר")
_EVENTS_MAXIMUM = Text(en="At most, from all of these", he="לכל היותר, מכולם יחד")


def _grades(letters: str, label: Text) -> FormField:
    """From how many points on a grade is reached; below all of them is the last."""
    fields = tuple(FormField(each, "whole", Text(en=each, he=each), required=True) for each in letters)
    return FormField("grades", "record", label, required=True, fields=fields)


SCORE_FORM = (
    FormField(
        "fit",
        "record",
        Text(en="Fit: who they are", he="התאמה: מי האדם"),
        Text(en="The points of the rules that hold.", he="הנקודות של הכללים שמתקיימים."),
        required=True,
        fields=(
            FormField("maximum", "whole", _MAXIMUM),
            FormField(
                "rules",
                "items",
                Text(en="Rules", he="כללים"),
                fields=(
                    FormField("name", "text", Text(en="What it says", he="מה הכלל אומר"), longest=200),
                    FormField("rule", "rule", Text(en="Rule", he="כלל"), required=True),
                    FormField("points", "whole", _POINTS, required=True),
                ),
            ),
            _grades(
                "ABC", Text(en="Points from which a grade is reached; below is D", he="ממתי ניתן ציון; מתחת לכולם D")
            ),
        ),
    ),
    FormField(
        "engagement",
        "record",
        Text(en="Engagement: what they do", he="מעורבות: מה האדם עושה"),
        Text(en="The points of events, which fade.", he="הנקודות של אירועים, שדועכות עם הזמן."),
        required=True,
        fields=(
            FormField(
                "half_life",
                "record",
                Text(en="Points halve after", he="הנקודות יורדות לחצי אחרי"),
                required=True,
                fields=(FormField("days", "whole", Text(en="Days", he="ימים"), required=True, smallest=1),),
            ),
            FormField(
                "events",
                "items",
                Text(en="Events", he="אירועים"),
                fields=(
                    FormField("event", "event", Text(en="Event", he="אירוע"), required=True),
                    FormField("where", "where", Text(en="Only where", he="רק כאשר")),
                    FormField("points", "whole", _POINTS, required=True),
                    FormField("maximum", "whole", _EVENTS_MAXIMUM),
                ),
            ),
            _grades(
                "123", Text(en="Points from which a grade is reached; below is 4", he="ממתי ניתן ציון; מתחת לכולם 4")
            ),
        ),
    ),
    FormField(
        "stages",
        "items",
        Text(en="Stages", he="שלבים"),
        Text(
            en="From stranger to customer. Everybody is in the first; who reaches one stays.",
            he="מזר ועד לקוח. כולם נמצאים בשלב הראשון; מי שהגיע לשלב נשאר בו.",
        ),
        fields=(
            FormField("key", "key", Text(en="Key", he="מפתח"), required=True, longest=60),
            FormField("name", "text", Text(en="Name", he="שם"), longest=200),
            FormField("rule", "rule", Text(en="Who is in it", he="מי נמצא בו")),
            FormField(
                "back",
                "boolean",
                Text(en="Leaves it when the rule no longer holds", he="יוצאים ממנו כשהכלל חדל להתקיים"),
                default=False,
            ),
        ),
    ),
)
"""The fields of a definition, without its name."""
