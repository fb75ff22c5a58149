"""The facts of one message of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from kesher.journeys.fields.place import filled
from kesher.journeys.why.facts import Fact, fact
from kesher.kernel.text import Text
from kesher.messaging.types import REASONS, MessageInfo, Reason, State

_RESERVED = Text(
    en="The message “{template}” was reserved (number {message_id}).",
    he="ההודעה ”{template}“ נרשמה לשליחה (מספר {message_id}).",
)
_WAITS = Text(en="It waits until {until}: {why}", he="היא ממתינה עד {until}: {why}")
_SOON = Text(en="It waits for its turn.", he="היא ממתינה לתורה.")
_LEAVING = Text(en="It is being handed over now.", he="היא נמסרת כעת.")
_HELD = Text(en="It was held: {why}", he="היא נעצרה: {why}")
_FAILED = Text(en="It could not be delivered: {why}", he="היא לא נמסרה: {why}")
_NO_TIME = Text(en="no reason was recorded.", he="לא נרשמה סיבה.")
_SENT = Text(en="It was handed over for {address}.", he="היא נמסרה עבור {address}.")
_LATER = {
    "delivered": Text(en="It was delivered.", he="היא הגיעה ליעדה."),
    "bounced": Text(en="It bounced.", he="היא חזרה."),
    "opened": Text(en="It was opened.", he="היא נפתחה."),
    "clicked": Text(en="A link in it was clicked.", he="הייתה הקלקה על קישור בה."),
    "unsubscribed": Text(en="The person unsubscribed by it.", he="האדם הסיר את עצמו דרכה."),
    "complained": Text(en="The person marked it as spam.", he="האדם סימן אותה כדואר זבל."),
}
_ANSWERS = {
    State.SENT: Text(en="Sent.", he="נשלחה."),
    State.HELD: Text(en="Not sent: {why}", he="לא נשלחה: {why}"),
    State.FAILED: Text(en="Not delivered: {why}", he="לא נמסרה: {why}"),
    State.RESERVED: Text(en="Not sent yet.", he="עדיין לא נשלחה."),
    State.SENDING: Text(en="Not sent yet.", he="עדיין לא נשלחה."),
}


def message_facts(message: MessageInfo) -> Iterator[Fact]:
    """What the ledger says of it, oldest first. The ledger keeps no moment of the gate's verdict; the log does."""
    yield fact("reserved", _RESERVED, message.reserved_at, template=message.template, message_id=message.id)
    if message.state == State.RESERVED:
        if message.reason is None:
            yield fact("waits", _SOON)
        else:
            until = f"{message.available_at:%Y-%m-%d %H:%M}Z"
            yield _because("waits", _WAITS, message, until=until)
    elif message.state == State.SENDING:
        yield fact("sending", _LEAVING)
    elif message.state == State.HELD:
        yield _because("held", _HELD, message)
    elif message.state == State.FAILED:
        yield _because("failed", _FAILED, message, answer=message.answer)
    if message.sent_at is not None:
        yield fact("sent", _SENT, message.sent_at, address=message.address, uncertain=message.uncertain or None)
    for kind, sentence in _LATER.items():
        at = getattr(message, f"{kind}_at")
        if at is not None:
            yield fact(kind, sentence, at)


def message_answer(message: MessageInfo) -> Text:
    """The short answer."""
    return filled(_ANSWERS[State(message.state)], why=reason_text(message.reason))


def reason_text(reason: str | None) -> Text:
    """The ledger's reason in words."""
    known = reason in set(Reason)
    return REASONS[Reason(reason)] if reason is not None and known else filled(_NO_TIME)


def _because(kind: str, sentence: Text, message: MessageInfo, **told: str | None) -> Fact:
    text = filled(sentence, why=reason_text(message.reason), **told)
    return Fact(kind, text, details={"reason": message.reason, **told})
