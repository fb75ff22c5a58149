"""What an answer of a mail server means for a message (RFC 5321, 4.2.1; RFC 3463)."""

from __future__ import annotations

import re

from kesher.messaging.sender.batch import Outcome
from kesher.messaging.transport import Answer, Stage
from kesher.messaging.types import Reason, State

MOST_ATTEMPTS = 10
"""With the waits below: about six hours, as long as a greylist or a full disk may last. A relay keeps its own queue."""
_FIRST_WAIT_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 7200.0

# 5.1.x is the address, save 5.1.7 and 5.1.8, which are ours; 5.2.1 is a mailbox that is disabled.
_NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(?:0|1|2|3|4|5|6|9|10)\b|\b5\.2\.1\b")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def retry_wait(attempts: int) -> float:
    """Seconds until the next attempt after so many: 1, 2, 4, … minutes, at most two hours."""
    wait: float = _FIRST_WAIT_SECONDS * 2.0 ** min(max(attempts - 1, 0), 20)
    return min(_LONGEST_WAIT_SECONDS, wait)


def outcome_of(message_id: int, answer: Answer, *, attempts: int) -> Outcome:
    """The outcome of an attempt, `attempts` being those before it.

    2xx: sent. 4xx: later, a limited number of times. 5xx: never again, and a refused recipient with a code that says
    "no such address" is a bounce. No answer: later, and uncertain when the server may have taken it.
    """
    text = f"{answer.code} {answer.text}" if answer.code else answer.text
    outcome = Outcome(message_id, State.FAILED, answer=text[:500], attempts=1)
    if 200 <= answer.code < 300 and answer.stage is Stage.END:
        outcome.state = State.SENT
    elif answer.code >= 500:
        outcome.reason = Reason.BOUNCED if is_bounce(answer) else Reason.REFUSED
    elif attempts + 1 >= MOST_ATTEMPTS:
        outcome.reason = Reason.GAVE_UP
        outcome.uncertain = answer.unknown
    else:
        outcome.state = State.RESERVED
        outcome.reason = Reason.RETRY
        outcome.uncertain = answer.unknown
        outcome.retry_seconds = retry_wait(attempts + 1)
    return outcome


def is_bounce(answer: Answer) -> bool:
    """Whether the server says that the recipient's address does not exist.

    By its enhanced status code; a server without one says it with 550, 551 or 553 to RCPT.
    """
    if answer.stage not in (Stage.RECIPIENT, Stage.END):
        return False
    if _NO_SUCH_ADDRESS.search(answer.text):
        return True
    plain = answer.code in (550, 551, 553) and not _ENHANCED.search(answer.text)
    return plain and answer.stage is Stage.RECIPIENT
