"""The room's errors."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, NotFound
from kesher.kernel.text import Text


class TopicNotFound(NotFound):
    """There is no such topic in this workspace."""

    code = "consent.topic_not_found"
    message = Text(en="There is no topic “{key}” here.", he="לא נמצא כאן נושא בשם ”{key}“.")


class TopicExists(Conflict):
    """The key is taken."""

    code = "consent.topic_exists"
    message = Text(en="A topic “{key}” already exists.", he="כבר קיים נושא בשם ”{key}“.")


class LegalProfileInvalid(Invalid):
    """Values that cannot stand in a legal profile; `problems` names each."""

    code = "consent.legal_profile_invalid"
    message = Text(en="The legal profile has mistakes.", he="יש טעויות בפרטים המשפטיים.")


class TopicKeyInvalid(Invalid):
    """A key that cannot stand in rules and links."""

    code = "consent.topic_key_invalid"
    message = Text(
        en="A topic's key has 1 to 60 lower-case letters, digits, hyphens and underscores, and starts with a letter.",
        he="מפתח של נושא מכיל בין תו אחד ל־60 תווים: אותיות לטיניות קטנות, ספרות, מקפים וקווים תחתונים, ומתחיל באות.",
    )
