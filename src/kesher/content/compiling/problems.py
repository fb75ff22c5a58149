"""What can be wrong with a template, in words that its author can act on."""

from __future__ import annotations

from typing import Any

from kesher.kernel.text import Text


def filled(text: Text, **fields: Any) -> Text:
    """The text with its fields filled in, ready to be rendered once more without any."""
    en, he = text.render("en", **fields), text.render("he", **fields)
    return Text(en=_literal(en), he=_literal(he))


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


UNCLOSED = Text(en="This “{{{{” or “{{%” is never closed.", he="ה־”{{{{“ או ה־”{{%“ הזה אינו נסגר לעולם.")
LIQUID = Text(en="Liquid: {detail}.", he="Liquid: {detail}.")
UNKNOWN_FILTER = Text(
    en="There is no filter “{name}”. The filters are: {known}.", he="אין מסנן בשם ”{name}“. המסננים הם: {known}."
)
FILTER_COUNT = Text(
    en="The filter “{name}” takes {least} to {most} values after the colon, not {given}.",
    he="המסנן ”{name}“ מקבל {least} עד {most} ערכים אחרי הנקודתיים, ולא {given}.",
)
FILTER_NAMED = Text(en="The filter “{name}” knows no “{argument}:”.", he="המסנן ”{name}“ אינו מכיר ”{argument}:“.")
PLURAL_FORMS = Text(
    en="“plural” takes the forms one:, two:, few:, many: and other:, and needs “other:”.",
    he="”plural“ מקבל את הצורות one:‎, two:‎, few:‎, many:‎ ו־other:‎, וחייב ”other:‎“.",
)
OUTSIDE_LOOP = Text(en="“{name}” stands outside of a loop.", he="”{name}“ עומד מחוץ ללולאה.")
TOO_MANY_PIECES = Text(
    en="There are more than {limit} pieces of Liquid; use a loop.",
    he="יש יותר מ־{limit} קטעי Liquid; כדאי להשתמש בלולאה.",
)
TOO_MANY_TAGS = Text(
    en="There are more than 10,000 elements, or more than 100 inside one another.",
    he="יש יותר מ־10,000 רכיבים, או יותר מ־100 זה בתוך זה.",
)
UNCLOSED_TAG = Text(
    en="A tag begins here and never ends; for the sign itself write &lt;.",
    he="כאן מתחילה תגית שאינה נגמרת; לסימן עצמו כותבים &lt;.",
)
RAW = Text(
    en="The tag “{name}” is not available; write {{{{ '{{{{' }}}} for two braces.",
    he="התגית ”{name}“ אינה זמינה; לסוגריים מסולסלים כותבים {{{{ '{{{{' }}}}.",
)
TOO_LONG = Text(en="Too long: at most {limit} characters.", he="ארוך מדי: לכל היותר {limit} תווים.")
EMPTY = Text(en="Something must be written here.", he="יש לכתוב כאן משהו.")
UNKNOWN_FORMAT = Text(en="The format is “mjml” or “html”.", he="הפורמט הוא ”mjml“ או ”html“.")
MJML = Text(en="MJML: {detail}.", he="MJML: {detail}.")
MJML_UNKNOWN = Text(en="There is no MJML element <{name}>.", he="אין ב־MJML רכיב בשם <{name}>.")
MJML_UNCLOSED = Text(en="<{name}> is never closed.", he="<{name}> אינו נסגר לעולם.")
MJML_INCLUDE = Text(
    en="Other files cannot be included; put their content here.",
    he="אי אפשר לכלול קבצים אחרים; יש להכניס לכאן את תוכנם.",
)
MJML_PLACE = Text(en="<{name}> cannot stand inside <{parent}>.", he="<{name}> לא יכול לעמוד בתוך <{parent}>.")
MJML_TEXT = Text(
    en="Text directly inside <{parent}> would be lost; put it into <mj-text>.",
    he="טקסט ישירות בתוך <{parent}> יאבד; יש להכניס אותו ל־<mj-text>.",
)
MJML_LIQUID = Text(
    en="Liquid cannot stand directly inside <{parent}>; put it one level further in or out.",
    he="Liquid לא יכול לעמוד ישירות בתוך <{parent}>; יש להעביר אותו רמה פנימה או החוצה.",
)
FORBIDDEN_ELEMENT = Text(
    en="<{name}> does not work in e-mail and is not allowed; remove it.",
    he="<{name}> אינו פועל בדואר אלקטרוני ואסור; יש להסיר אותו.",
)
FORBIDDEN_HANDLER = Text(
    en="The event handler “{name}” is not allowed; remove it.", he="מטפל האירועים ”{name}“ אסור; יש להסיר אותו."
)
FORBIDDEN_STYLE = Text(
    en="This style runs code and is not allowed; remove it.", he="הסגנון הזה מריץ קוד ואסור; יש להסיר אותו."
)
FORBIDDEN_REFRESH = Text(en="A page refresh is not allowed; remove it.", he="רענון עמוד אסור; יש להסיר אותו.")
LINK_SCHEME = Text(
    en="The address “{url}” cannot be used: begin it with https://, mailto:, tel:, sms:, # or a Liquid value.",
    he="לא ניתן להשתמש בכתובת ”{url}“: היא צריכה להתחיל ב־https://, mailto:, tel:, sms:, # או בערך Liquid.",
)
UNQUOTED_VALUE = Text(
    en="Put the attribute “{name}” in quotes, since it holds Liquid.",
    he="יש לשים את התכונה ”{name}“ במירכאות, כי יש בה Liquid.",
)
LIQUID_IN_TAG = Text(
    en="A value cannot write an element's name or attribute names; write it into an attribute's value.",
    he="ערך לא יכול לכתוב שם של רכיב או של תכונה; יש לכתוב אותו לתוך הערך של תכונה.",
)
NO_VARIANTS = Text(en="A template needs at least one language.", he="תבנית צריכה לפחות שפה אחת.")
TOO_MANY_VARIANTS = Text(en="At most {limit} languages.", he="לכל היותר {limit} שפות.")
UNKNOWN_LANGUAGE = Text(
    en="“{language}” is not a language code such as he or en.", he="”{language}“ אינו קוד שפה כמו he או en."
)
REPEATED_LANGUAGE = Text(en="The language “{language}” appears twice.", he="השפה ”{language}“ מופיעה פעמיים.")
NO_FALLBACK = Text(
    en="There is no variant in the fallback language “{language}”.", he="אין גרסה בשפת ברירת המחדל ”{language}“."
)
UNKNOWN_MISSING = Text(en="Choose “default” or “stop”.", he="יש לבחור ”default“ או ”stop“.")
KEY = Text(
    en="A key has lower-case letters, digits, - and _, at most 100 characters.",
    he="מפתח מורכב מאותיות לטיניות קטנות, ספרות, - ו־_, לכל היותר 100 תווים.",
)
