"""The room's errors."""

from kesher.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from kesher.kernel.text import Text


class RuleInvalid(Invalid):
    """The rule cannot be understood; `problems` names each place."""

    code = "segments.rule_invalid"
    message = Text(en="The rule needs to be corrected.", he="יש לתקן את הכלל.")


class SegmentCycle(Invalid):
    """The segment would depend on itself."""

    code = "segments.cycle"
    message = Text(en="A segment cannot depend on itself: {cycle}.", he="סגמנט אינו יכול להיות תלוי בעצמו: {cycle}.")


class SegmentNotFound(NotFound):
    """No segment of that key in the workspace."""

    code = "segments.not_found"
    message = Text(en="There is no segment “{key}” here.", he="לא נמצא כאן סגמנט בשם ”{key}“.")


class SegmentInUse(Conflict):
    """Other segments are built on it."""

    code = "segments.in_use"
    message = Text(
        en="The segment “{key}” is used by {users}. Change them first.",
        he="הסגמנט ”{key}“ נמצא בשימוש אצל {users}. יש לשנות אותם תחילה.",
    )


class SegmentBeingRemoved(Conflict):
    """Its members are still being deleted."""

    code = "segments.being_removed"
    message = Text(
        en="The segment “{key}” is still being removed. Try again in a moment.",
        he="הסגמנט ”{key}“ עדיין בתהליך מחיקה. כדאי לנסות שוב בעוד רגע.",
    )


class ListNotFound(NotFound):
    """No list of that key in the workspace."""

    code = "segments.list_not_found"
    message = Text(en="There is no list “{key}” here.", he="לא נמצאה כאן רשימה בשם ”{key}“.")


class ListExists(Conflict):
    """The key is taken."""

    code = "segments.list_exists"
    message = Text(en="There is already a list “{key}”.", he="כבר קיימת רשימה בשם ”{key}“.")


class ListInUse(Conflict):
    """Segments, journeys or broadcasts use it."""

    code = "segments.list_in_use"
    message = Text(
        en="The list “{key}” is used by {users}. Change them first.",
        he="הרשימה ”{key}“ נמצאת בשימוש אצל {users}. יש לשנות אותם תחילה.",
    )


class KeyInvalid(Invalid):
    """A key must be usable in files and addresses."""

    code = "segments.key_invalid"
    message = Text(
        en="A key starts with a small Latin letter; letters, digits, _ and - follow, at most 60 in all.",
        he="מפתח מתחיל באות לטינית קטנה, ואחריה אותיות קטנות, ספרות, _ ו־-; לכל היותר 60 תווים.",
    )


class ScoreInvalid(Invalid):
    """The model of a score cannot be understood; `problems` names each place."""

    code = "segments.score_invalid"
    message = Text(en="The score needs to be corrected.", he="יש לתקן את הניקוד.")


class ScoreNotFound(NotFound):
    """No score of that key in the workspace."""

    code = "segments.score_not_found"
    message = Text(en="There is no score “{key}” here.", he="לא נמצא כאן ניקוד בשם ”{key}“.")


class ScoreInUse(Conflict):
    """Segments, or other scores, ask for it."""

    code = "segments.score_in_use"
    message = Text(
        en="The score “{key}” is used by {users}. Change them first.",
        he="הניקוד ”{key}“ נמצא בשימוש אצל {users}. יש לשנות אותם תחילה.",
    )


class ScoreBeingRemoved(Conflict):
    """The scores of people are still being deleted."""

    code = "segments.score_being_removed"
    message = Text(
        en="The score “{key}” is still being removed. Try again in a moment.",
        he="הניקוד ”{key}“ עדיין בתהליך מחיקה. כדאי לנסות שוב בעוד רגע.",
    )


class ScoreCycle(Invalid):
    """A score would depend on itself, through other scores and segments."""

    code = "segments.score_cycle"
    message = Text(en="A score cannot depend on itself: {cycle}.", he="ניקוד אינו יכול להיות תלוי בעצמו: {cycle}.")


class RuleTooSlow(Unavailable):
    """The rule cannot be tried on everybody in the time that a preview has."""

    code = "segments.rule_too_slow"
    message = Text(
        en="Counting takes longer than {seconds} seconds. Save the segment, and its members will be counted as it is"
        " built, or ask about a shorter time.",
        he="הספירה נמשכת יותר מ־{seconds} שניות. אפשר לשמור את הסגמנט, והחברים בו ייספרו בזמן בנייתו, או לשאול על"
        " פרק זמן קצר יותר.",
    )

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds, retry_after=seconds)


class FileUnreadable(Invalid):
    """The file is no table of text."""

    code = "segments.file_unreadable"
    message = Text(
        en="The file cannot be read as a table: save it as CSV (UTF-8) with the names of the columns in the first row"
        " and at least one row under it ({reason}).",
        he="לא ניתן לקרוא את הקובץ כטבלה: יש לשמור אותו כ־CSV (UTF-8) עם שמות העמודות בשורה הראשונה ולפחות שורה אחת"
        " מתחתיה ({reason}).",
    )


class ImportInvalid(Invalid):
    """What was said of the columns or of the consent is wrong; `problems` says where."""

    code = "segments.import_invalid"


class ImportNotFound(NotFound):
    """No such import in the workspace."""

    code = "segments.import_not_found"
    message = Text(en="There is no import {import_id} here.", he="לא נמצא כאן ייבוא {import_id}.")


class ImportStateWrong(Conflict):
    """The import's state does not allow this."""

    code = "segments.import_state"
    message = Text(
        en="This cannot be done with an import that is {state}.", he="לא ניתן לעשות זאת בייבוא שמצבו {state}."
    )
