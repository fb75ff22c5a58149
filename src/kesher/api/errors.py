"""What the API itself refuses, before any room is asked."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Forbidden, Invalid, KesherError, NotFound, TooLarge, Unavailable
from kesher.kernel.text import Text


class NotSignedIn(KesherError):
    """No session and no key."""

    code = "api.not_signed_in"
    status = 401
    message = Text(
        en="Sign in, or send an API key: Authorization: Bearer ksk_….",
        he="יש להתחבר, או לשלוח מפתח API: Authorization: Bearer ksk_….",
    )


class CsrfMissing(Forbidden):
    """A write with a session needs the token from the csrftoken cookie."""

    code = "api.csrf_missing"
    message = Text(
        en="Send the value of the csrftoken cookie in the X-CSRFToken header.",
        he="יש לשלוח את ערך העוגייה csrftoken בכותרת X-CSRFToken.",
    )


class RequestInvalid(Invalid):
    """The body, the path or the query is not what the OpenAPI document describes; `problems` says where."""

    code = "api.request_invalid"


class BodyNotJson(Invalid):
    """The body is not JSON that can be kept."""

    code = "api.body_not_json"
    status = 400
    message = Text(
        en="The body is not valid JSON: {reason}.",
        he="גוף הבקשה אינו JSON תקין: {reason}.",
    )


class TextInvalid(Invalid):
    """A NUL character, which PostgreSQL's texts cannot hold."""

    code = "api.text_invalid"
    status = 400
    message = Text(
        en="The request contains a NUL character; remove it.",
        he="הבקשה מכילה תו NUL; יש להסיר אותו.",
    )


class CursorInvalid(Invalid):
    """A page's cursor that no list gave out."""

    code = "api.cursor_invalid"
    message = Text(
        en="This cursor is not valid; use the `next` of the previous page, or leave it out to begin.",
        he="הסמן אינו תקף; יש להשתמש בערך `next` של העמוד הקודם, או להשמיטו כדי להתחיל.",
    )


class BodyTooLarge(TooLarge):
    """A body over the documented limit."""

    code = "api.body_too_large"
    message = Text(en="The body is too large: at most {limit} bytes.", he="גוף הבקשה גדול מדי: לכל היותר {limit} בתים.")


class LengthMissing(KesherError):
    """A body of unannounced length."""

    code = "api.length_missing"
    status = 411
    message = Text(en="Send a Content-Length header.", he="יש לשלוח כותרת Content-Length.")


class RouteNotFound(KesherError):
    """No such path under /api/."""

    code = "api.route_not_found"
    status = 404
    message = Text(
        en="There is no such address; see /api/docs for all that there are.",
        he="אין כתובת כזאת; כל הכתובות מתוארות ב־/api/docs.",
    )


class ThingNotFound(NotFound):
    """A room answered that there is no such thing; the kind is named in both languages."""

    code = "api.thing_not_found"
    message = Text(en="There is no {kind} “{key}” here.", he="לא נמצא כאן {kind_he} ”{key}“.")

    def __init__(self, kind: Text, key: object) -> None:
        super().__init__(kind=kind.en, kind_he=kind.he, key=str(key))


class MessageRepeated(Conflict):
    """The message id was used before; what it said then stands."""

    code = "api.message_repeated"
    message = Text(
        en="The message_id “{key}” was sent before; nothing was written again.",
        he="המזהה message_id ”{key}“ כבר נשלח; דבר לא נכתב שוב.",
    )


class MethodNotAllowed(KesherError):
    """The path exists, the method does not."""

    code = "api.method_not_allowed"
    status = 405
    message = Text(
        en="This address does not take this method; see the Allow header.",
        he="הכתובת אינה מקבלת את השיטה הזאת; ראו את הכותרת Allow.",
    )


class RequestRejected(KesherError):
    """Refused before it reached a route: a bad host, an unreadable header."""

    code = "api.request_rejected"
    message = Text(en="The request cannot be read.", he="לא ניתן לקרוא את הבקשה.")


class TooManyRequests(KesherError):
    """Slow down."""

    code = "api.too_many_requests"
    status = 429
    message = Text(en="Too many requests; try again in a while.", he="יותר מדי בקשות; כדאי לנסות שוב בעוד זמן־מה.")


class TooManyStreams(Unavailable):
    """As many streams of events as a process may have are open, or it is about to stop."""

    code = "api.too_many_streams"
    message = Text(
        en="Too many people watch live events here; try again in {retry_after} seconds.",
        he="יותר מדי צופים באירועים החיים כאן; כדאי לנסות שוב בעוד {retry_after} שניות.",
    )


class Broken(KesherError):
    """A defect of Kesher; the incident's number leads to the log."""

    code = "api.broken"
    status = 500
    message = Text(
        en="Something broke on our side. Please report incident {incident}.",
        he="משהו השתבש אצלנו. נא לדווח על תקלה מספר {incident}.",
    )
