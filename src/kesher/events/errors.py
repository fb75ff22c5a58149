"""The room's errors; those of the HTTP edge are its own."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, NotFound
from kesher.kernel.text import Text


class CursorAheadOfLog(Conflict):
    """A consumer has read further than this database has written: it was restored into another cluster."""

    code = "events.cursor_ahead_of_log"
    message = Text(
        en="The consumer {consumer} has read beyond the end of the log: this database was restored from a dump into"
        " another server. Start it again from there with events.services.rebase_log.",
        he="הצרכן {consumer} קרא מעבר לסוף היומן: מסד הנתונים שוחזר מגיבוי לשרת אחר. יש להתחיל אותו משם מחדש באמצעות"
        " events.services.rebase_log.",
    )


class SourceNameInvalid(Invalid):
    """A source needs a name."""

    code = "events.source_name_invalid"
    message = Text(en="A source's name has 1 to {limit} characters.", he="שם של מקור מכיל בין תו אחד ל־{limit} תווים.")


class SourceNotFound(NotFound):
    """There is no such source in this workspace."""

    code = "events.source_not_found"
    message = Text(en="There is no source {source_id} here.", he="לא נמצא כאן מקור {source_id}.")
