"""The room's errors: what a user can mend."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, KesherError, NotFound, Unavailable
from kesher.kernel.text import Text


class MessageNotFound(NotFound):
    """No such message in this workspace."""

    code = "messaging.message_not_found"
    message = Text(en="There is no message {key} here.", he="לא נמצאה כאן הודעה {key}.")


class RecipientNotFound(NotFound):
    """No such living profile in this workspace."""

    code = "messaging.recipient_not_found"
    message = Text(en="There is no profile {key} here to write to.", he="לא נמצא כאן פרופיל {key} לפנות אליו.")


class TemplateNotReady(Conflict):
    """The template has no published version in this workspace."""

    code = "messaging.template_not_ready"
    message = Text(
        en="The template “{key}” has no published version here. Publish it first.",
        he="לתבנית ”{key}“ אין כאן גרסה מפורסמת. יש לפרסם אותה תחילה.",
    )


class TemplateWithoutWayOut(Conflict):
    """An advertisement without a link by which its reader can leave."""

    code = "messaging.template_without_way_out"
    message = Text(
        en="The template “{key}” has no way out in: {languages}. Write a footer, or a link to links.unsubscribe.",
        he="בתבנית ”{key}“ אין אפשרות הסרה בשפות: {languages}. יש להוסיף footer או קישור אל links.unsubscribe.",
    )


class SegmentNotReady(Conflict):
    """The segment does not exist here or is still being built."""

    code = "messaging.segment_not_ready"
    message = Text(
        en="The segment “{key}” is not ready. Wait until it has been built, or choose another.",
        he="הסגמנט ”{key}“ עדיין לא מוכן. אפשר להמתין עד שייבנה או לבחור אחר.",
    )


class AudienceInvalid(Invalid):
    """No audience was named, or two."""

    code = "messaging.audience_invalid"
    message = Text(en="Choose one audience: a segment or a list.", he="יש לבחור קהל אחד: סגמנט או רשימה.")


class ListNotReady(Conflict):
    """The list does not exist here."""

    code = "messaging.list_not_ready"
    message = Text(
        en="There is no list “{key}” here. Choose another audience.",
        he="לא נמצאה כאן רשימה בשם ”{key}“. יש לבחור קהל אחר.",
    )


class BroadcastNotFound(NotFound):
    """No such broadcast in this workspace."""

    code = "messaging.broadcast_not_found"
    message = Text(en="There is no broadcast “{key}” here.", he="לא נמצא כאן דיוור בשם ”{key}“.")


class BroadcastExists(Conflict):
    """The key is taken."""

    code = "messaging.broadcast_exists"
    message = Text(en="A broadcast “{key}” already exists.", he="דיוור בשם ”{key}“ כבר קיים.")


class LocalTimeInvalid(Invalid):
    """Everybody's own time goes with a time to come, and with no pace."""

    code = "messaging.local_time_invalid"
    message = Text(
        en="To send at everybody's own time, choose a date and a time, and leave out “messages a minute”: all who are"
        " in one place are due at the same moment.",
        he="לשליחה לפי השעון של כל אחד ואחת יש לבחור תאריך ושעה, בלי להגביל את מספר ההודעות בדקה: לכל מי שנמצאים באותו"
        " אזור מגיעה השעה באותו רגע.",
    )


class BroadcastStateWrong(Conflict):
    """The broadcast's state does not allow this."""

    code = "messaging.broadcast_state"
    message = Text(
        en="The broadcast “{key}” is {state}: this cannot be done now.",
        he="הדיוור ”{key}“ במצב {state}: לא ניתן לבצע זאת כעת.",
    )


class PolicyInvalid(Invalid):
    """A cap, the quiet hours or a window are wrong; `problems` says where."""

    code = "messaging.policy_invalid"
    message = Text(en="The contact policy needs to be corrected.", he="יש לתקן את מדיניות הפנייה.")


class ProviderInvalid(Invalid):
    """A provider's settings are wrong; `problems` says where."""

    code = "messaging.provider_invalid"
    message = Text(en="The provider's settings need to be corrected.", he="יש לתקן את הגדרות הספק.")


class DomainInvalid(Invalid):
    """Not a domain from which mail could come."""

    code = "messaging.domain_invalid"
    message = Text(
        en="“{name}” is not a domain; write it like shop.example.com.",
        he="”{name}“ אינו שם דומיין; יש לכתוב אותו כך: shop.example.com.",
    )


class DomainExists(Conflict):
    """The domain is there already."""

    code = "messaging.domain_exists"
    message = Text(en="“{key}” is here already.", he="הדומיין ”{key}“ כבר נמצא כאן.")


class DomainNotFound(NotFound):
    """The workspace has no such domain."""

    code = "messaging.domain_not_found"
    message = Text(en="There is no domain “{key}” here.", he="לא נמצא כאן דומיין בשם ”{key}“.")


class AddressInvalid(Invalid):
    """Not an address of the channel."""

    code = "messaging.address_invalid"
    message = Text(en="“{address}” is not a valid e-mail address.", he="”{address}“ אינה כתובת דוא״ל תקינה.")


class CapturedMailNotFound(NotFound):
    """No such mail, or it was pushed out by newer ones."""

    code = "messaging.captured_mail_not_found"
    message = Text(
        en="There is no captured e-mail “{key}”; older ones make room for newer ones.",
        he="אין בתיבה הודעה ”{key}“; הודעות ישנות מפנות מקום לחדשות.",
    )


class CalendarNotFound(NotFound):
    """No such calendar."""

    code = "messaging.calendar_not_found"
    message = Text(
        en="There is no calendar “{key}”; there are: {known}.", he="אין לוח שנה בשם ”{key}“; הלוחות הקיימים: {known}."
    )


class NoteFailed(Unavailable):
    """The mail server did not take an e-mail to a colleague; it may be tried again."""

    code = "messaging.note_failed"
    message = Text(en="The mail server did not take it: {reason}", he="שרת הדואר לא קיבל את ההודעה: {reason}")


class TestRecipientInvalid(Invalid):
    """A test goes to colleagues only."""

    code = "messaging.test_recipient_invalid"
    message = Text(
        en="A test goes only to members of this workspace who have accepted their invitation; {address} is none.",
        he="הודעת בדיקה נשלחת רק לחברי סביבת העבודה שנענו להזמנה; {address} אינה כתובת של חבר כזה.",
    )


class TooManyTests(KesherError):
    """As many tests as a workspace may send in an hour."""

    code = "messaging.too_many_tests"
    status = 429
    message = Text(
        en="This workspace has sent {limit} tests within the hour; more can be sent in the next.",
        he="מסביבת העבודה הזאת כבר נשלחו {limit} הודעות בדיקה בשעה הזאת; אפשר לשלוח עוד בשעה הבאה.",
    )


class TestUnderWay(Unavailable):
    """Another test of the workspace is being handed over."""

    code = "messaging.test_under_way"
    message = Text(
        en="Another test is on its way; try again in {retry_after} seconds.",
        he="הודעת בדיקה אחרת בדרך; כדאי לנסות שוב בעוד {retry_after} שניות.",
    )


class TestNotTaken(Unavailable):
    """The mail server could not be reached or did not take the test."""

    code = "messaging.test_not_taken"
    message = Text(
        en="The mail server did not take the test: {reason}", he="שרת הדואר לא קיבל את הודעת הבדיקה: {reason}"
    )
