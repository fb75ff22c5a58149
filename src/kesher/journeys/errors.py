"""The room's errors.

NotFound
├── JourneyNotFound
├── CouponPoolNotFound
├── SecretNotFound
├── DraftNotFound
├── VersionNotFound
├── HookNotFound
├── DryRunNotFound
├── RecipeNotFound
└── RunNotFound
Conflict
├── DraftChanged         somebody saved or published meanwhile
├── EntryClosed          people enter in another way, or not now
└── JourneyStateWrong    the journey's state does not allow this
Invalid
├── HookBodyInvalid      what the journey reads is not in the body
├── CouponPoolInvalid    a key or a code cannot be used
├── SecretInvalid        a name or a value cannot be used
├── PlayInvalid          what was imagined cannot be played
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


class DraftNotFound(NotFound):
    """The journey has no draft."""

    code = "journeys.draft_not_found"
    message = Text(en="The journey “{key}” has no draft.", he="למסע ”{key}“ אין טיוטה.")


class VersionNotFound(NotFound):
    """The journey has no version of that number."""

    code = "journeys.version_not_found"
    message = Text(en="The journey “{key}” has no version {version}.", he="למסע ”{key}“ אין גרסה {version}.")


class RecipeNotFound(NotFound):
    """No recipe of that key."""

    code = "journeys.recipe_not_found"
    message = Text(en="There is no recipe “{key}”; there are: {known}.", he="אין מתכון בשם ”{key}“; יש: {known}.")


class DraftChanged(Conflict):
    """The draft is not the one that the caller has seen."""

    code = "journeys.draft_changed"
    message = Text(
        en="Somebody saved or published “{key}” meanwhile: it is at revision {revision}. Look at it, then repeat.",
        he="מישהו שמר או פרסם את ”{key}“ בינתיים: הטיוטה כעת במהדורה {revision}. יש לעיין בה שוב ואז לחזור על הפעולה.",
    )


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


class EntryClosed(Conflict):
    """People enter this journey in another way, or not at all now."""

    code = "journeys.entry_closed"
    message = Text(
        en="The journey “{key}” lets nobody in by {way}: it must be live, and its entry must be “{way}”.",
        he="אי אפשר להיכנס למסע ”{key}“ באמצעות {way}: עליו להיות פעיל, והכניסה שלו צריכה להיות {way}.",
    )


class HookNotFound(NotFound):
    """No journey listens at this address, or no longer."""

    code = "journeys.hook_not_found"
    message = Text(en="Nothing listens at this address (any more).", he="אין מי שמאזין בכתובת הזאת, או שהוחלפה.")


class HookBodyInvalid(Invalid):
    """The body does not say what the journey was told to look for; `problems` names each path."""

    code = "journeys.hook_body_invalid"
    message = Text(en="The body does not have what the journey reads.", he="בגוף הקריאה חסר מה שהמסע קורא.")


class CouponPoolNotFound(NotFound):
    """No pool of codes of that key in this workspace."""

    code = "journeys.coupon_pool_not_found"
    message = Text(en="There is no pool of coupons “{key}” here.", he="לא נמצא כאן מאגר קופונים בשם ”{key}“.")


class CouponPoolInvalid(Invalid):
    """A key or a code cannot be used; `problems` names each place."""

    code = "journeys.coupon_pool_invalid"
    message = Text(en="The codes need to be corrected.", he="יש לתקן את הקודים.")


class SecretNotFound(NotFound):
    """No secret of that name in this workspace."""

    code = "journeys.secret_not_found"
    message = Text(en="There is no secret “{key}” here.", he="לא נמצא כאן סוד בשם ”{key}“.")


class SecretInvalid(Invalid):
    """A name or a value cannot be used; `problems` names each place."""

    code = "journeys.secret_invalid"
    message = Text(en="The secret needs to be corrected.", he="יש לתקן את הסוד.")


class PlayInvalid(Invalid):
    """What a user imagined cannot be played; `problems` names each place."""

    code = "journeys.play_invalid"
    message = Text(en="This cannot be played yet.", he="אי אפשר לשחק את זה עדיין.")


class DryRunNotFound(NotFound):
    """No dry run of that number in this workspace."""

    code = "journeys.dry_run_not_found"
    message = Text(en="There is no dry run {dry_run_id} here.", he="לא נמצאה כאן הרצת ניסיון שמספרה {dry_run_id}.")
