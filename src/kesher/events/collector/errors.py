"""What the collector refuses, and why, in both languages.

KesherError
├── RequestRefused           the whole request: nothing of it was stored
│   ├── WriteKeyUnknown      401   no such key, or its source is switched off
│   ├── BodyMalformed        400   not the JSON that was expected
│   ├── BodyTooLarge         413   over the limit, before or after inflation
│   ├── BodyTooSlow          408   did not arrive in time
│   ├── EncodingUnknown      415   compressed in a way that is not understood
│   ├── PathUnknown          404
│   ├── MethodRefused        405
│   ├── NothingAccepted      400   every item was refused
│   ├── Busy                 429   the queue is full
│   └── StorageDown          503   the database did not answer
└── EventRefused             one item, named in the reply; its neighbours are stored
"""

from __future__ import annotations

from kesher.kernel.errors import KesherError
from kesher.kernel.text import Text


class RequestRefused(KesherError):
    """The whole request was refused and nothing of it was stored."""


class WriteKeyUnknown(RequestRefused):
    """Segment answers 200 here; a mistyped key would then lose events in silence, so Kesher says 401."""

    code = "events.write_key_unknown"
    status = 401
    message = Text(
        en="No enabled source has this write key. Copy it again from Settings → Sources.",
        he="אין מקור פעיל עם מפתח הכתיבה הזה. אפשר להעתיק אותו שוב ממסך ההגדרות ← מקורות.",
    )


class BodyMalformed(RequestRefused):
    """The body is not the JSON that the path expects."""

    code = "events.body_malformed"
    status = 400
    message = Text(
        en="The body is not the JSON object that is expected here ({detail}).",
        he="גוף הבקשה אינו אובייקט ה־JSON הנדרש כאן ({detail}).",
    )


class BodyTooLarge(RequestRefused):
    """The body is over the limit, before or after inflation."""

    code = "events.body_too_large"
    status = 413
    message = Text(
        en="The body is larger than {limit} bytes. Send smaller batches.",
        he="גוף הבקשה גדול מ־{limit} בתים. יש לשלוח אצוות קטנות יותר.",
    )


class BodyTooSlow(RequestRefused):
    """The body did not arrive in time."""

    code = "events.body_too_slow"
    status = 408
    message = Text(en="The body did not arrive within {seconds} seconds.", he="גוף הבקשה לא הגיע בתוך {seconds} שניות.")


class EncodingUnknown(RequestRefused):
    """The body is compressed in a way that is not understood."""

    code = "events.encoding_unknown"
    status = 415
    message = Text(
        en="Content-Encoding “{encoding}” is not understood: use gzip, deflate or none.",
        he="הקידוד ”{encoding}“ אינו מוכר: אפשר gzip, ‏deflate או ללא דחיסה.",
    )


class PathUnknown(RequestRefused):
    """No such path."""

    code = "events.path_unknown"
    status = 404
    message = Text(en="There is nothing at {path}.", he="אין דבר בכתובת {path}.")


class MethodRefused(RequestRefused):
    """The path exists, the method does not."""

    code = "events.method_refused"
    status = 405
    message = Text(en="Use {allowed} here.", he="כאן יש להשתמש ב־{allowed}.")


class NothingAccepted(RequestRefused):
    """Every item was refused, so that a status of 200 would mislead."""

    code = "events.nothing_accepted"
    status = 400
    message = Text(
        en="No event was accepted. “refused” says what to mend in each.",
        he="אף אירוע לא התקבל. השדה refused מפרט מה לתקן בכל אחד.",
    )


class Busy(RequestRefused):
    """More is waiting to be written than fits; the SDKs try again by themselves."""

    code = "events.busy"
    status = 429
    message = Text(
        en="Too many events are waiting. Try again in {retry_after} seconds.",
        he="אירועים רבים מדי ממתינים. כדאי לנסות שוב בעוד {retry_after} שניות.",
    )


class StorageDown(RequestRefused):
    """The database did not take the events; the SDKs try again by themselves."""

    code = "events.storage_down"
    status = 503
    message = Text(
        en="The events could not be stored now. Try again in {retry_after} seconds.",
        he="לא ניתן לשמור את האירועים כעת. כדאי לנסות שוב בעוד {retry_after} שניות.",
    )


class EventRefused(KesherError):
    """One item cannot be stored; its neighbours can."""


class EventMalformed(EventRefused):
    """Not valid JSON by itself: a bad escape, a lone surrogate, NaN, a control character, bad UTF-8."""

    code = "events.event_malformed"
    message = Text(
        en="The event is not a valid JSON object ({detail}).", he="האירוע אינו אובייקט JSON תקין ({detail})."
    )


class EventTooLarge(EventRefused):
    """Over the limit of one event."""

    code = "events.event_too_large"
    message = Text(en="The event is larger than {limit} bytes.", he="האירוע גדול מ־{limit} בתים.")


class EventTooDeep(EventRefused):
    """Objects and lists are nested too deeply."""

    code = "events.event_too_deep"
    message = Text(en="The event is nested more than {limit} levels deep.", he="האירוע מקונן ביותר מ־{limit} רמות.")


class FieldMissing(EventRefused):
    """A field that this type of call must have is absent or empty."""

    code = "events.field_missing"
    message = Text(en="“{field}” is missing.", he="השדה ”{field}“ חסר.")


class FieldNotText(EventRefused):
    """A field should be text."""

    code = "events.field_not_text"
    message = Text(en="“{field}” must be text.", he="השדה ”{field}“ חייב להיות טקסט.")


class FieldNotObject(EventRefused):
    """A field should be an object."""

    code = "events.field_not_object"
    message = Text(en="“{field}” must be an object.", he="השדה ”{field}“ חייב להיות אובייקט.")


class TypeUnknown(EventRefused):
    """`type` is none of the calls."""

    code = "events.type_unknown"
    message = Text(
        en="“type” must be track, identify, page, screen, group or alias.",
        he="השדה type חייב להיות אחד מאלה: track, identify, page, screen, group, alias.",
    )


class FieldTooLong(EventRefused):
    """A name or an identifier is too long to be one."""

    code = "events.field_too_long"
    message = Text(en="“{field}” is longer than {limit} characters.", he="השדה ”{field}“ ארוך מ־{limit} תווים.")


class GroupKindWrong(EventRefused):
    """A group's kind is no key."""

    code = "events.group_kind_wrong"
    message = Text(
        en="“{field}” begins with a letter and has up to 60 characters: a–z, 0–9, - and _.",
        he="השדה ”{field}“ מתחיל באות ומכיל עד 60 תווים: a–z,‏ 0–9, - ו־_.",
    )


class TextHasNul(EventRefused):
    """A text contains the character NUL, which PostgreSQL cannot store."""

    code = "events.text_has_nul"
    message = Text(en="A text contains the character NUL (\\u0000).", he="טקסט מכיל את התו NUL‏ (‎\\u0000).")


class NumberTooLarge(EventRefused):
    """A number is outside the range of a double or of 64 bits."""

    code = "events.number_too_large"
    message = Text(
        en="A number is out of range. Send long numbers as text.", he="מספר חורג מהטווח. מספרים ארוכים יש לשלוח כטקסט."
    )


class TimestampWrong(EventRefused):
    """Not a moment in ISO 8601, or one before 1990."""

    code = "events.timestamp_wrong"
    message = Text(
        en="“{field}” must be a moment in ISO 8601, not before 1990.",
        he="השדה ”{field}“ חייב להיות מועד בתבנית ISO 8601, לא לפני 1990.",
    )


class NobodyIdentified(EventRefused):
    """Every identifier is blocked or malformed (`null`, `undefined`, `test@test.com`, …)."""

    code = "events.nobody_identified"
    message = Text(
        en="The identifiers of this event identify nobody (such as “null” or “undefined”).",
        he="המזהים באירוע אינם מזהים איש (למשל ”null“ או ”undefined“).",
    )


class EventNotStorable(EventRefused):
    """The database refused this event alone."""

    code = "events.event_not_storable"
    message = Text(en="The event cannot be stored.", he="לא ניתן לשמור את האירוע.")
