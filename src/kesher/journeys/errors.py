"""The room's errors.

NotFound
├── JourneyNotFound
└── RunNotFound
Conflict
└── JourneyStateWrong    the journey's state does not allow this
Invalid
└── JourneyInvalid       `problems` names each place in the definition
"""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, NotFound
from kesher.kernel.text import Text


class JourneyNotFound(NotFound):
    """No journey of that key in this workspace."""

    code = "journeys.journey_not_found"
    message = Text(en="There is no journey “{key}” here.", he="לא נמצא כאן מסע בשם ”{key}“.")


class RunNotFound(NotFound):
    """No run of that number in this workspace."""

    code = "journeys.run_not_found"
    message = Text(en="There is no run {run_id} here.", he="לא נמצא כאן מעבר במסע שמספרו {run_id}.")


class JourneyStateWrong(Conflict):
    """The journey's state does not allow what was asked."""

    code = "journeys.state_wrong"
    message = Text(
        en="The journey “{key}” is {state}; this is possible only when it is {expected}.",
        he="המסע ”{key}“ במצב {state}; הפעולה אפשרית רק במצב {expected}.",
    )


class JourneyInvalid(Invalid):
    """The definition has mistakes; `problems` names each place."""

    code = "journeys.invalid"
    message = Text(en="The journey needs to be corrected.", he="יש לתקן את המסע.")
