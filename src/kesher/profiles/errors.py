"""The room's errors."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from kesher.kernel.text import Text


class ProfileNotFound(NotFound):
    """There is no such profile in this workspace."""

    code = "profiles.profile_not_found"
    message = Text(en="There is no profile {profile_id} here.", he="לא נמצא כאן פרופיל {profile_id}.")


class MergeNotFound(NotFound):
    """There is no such merge in this workspace."""

    code = "profiles.merge_not_found"
    message = Text(en="There is no merge {merge_id} here.", he="לא נמצא כאן מיזוג {merge_id}.")


class MergeNotPossible(Conflict):
    """One of the two was merged already, or they are the same."""

    code = "profiles.merge_not_possible"
    message = Text(
        en="Profiles {winner_id} and {loser_id} cannot be merged: both must be living and different.",
        he="לא ניתן למזג את הפרופילים {winner_id} ו־{loser_id}: על שניהם להיות פעילים ושונים זה מזה.",
    )


class MergeTooLarge(Conflict):
    """Together they would carry more identifiers of a kind than the limit."""

    code = "profiles.merge_too_large"
    message = Text(
        en="Together these profiles would have more than {limit} identifiers of the kind {kind}.",
        he="יחד יהיו לפרופילים האלה יותר מ־{limit} מזהים מסוג {kind}.",
    )


class MergeNotUndoable(Conflict):
    """It was undone already, or its winner was merged further since."""

    code = "profiles.merge_not_undoable"
    message = Text(
        en="Merge {merge_id} cannot be undone: it was undone already, or its winner was merged into another profile"
        " since; undo that merge first.",
        he="לא ניתן לבטל את מיזוג {merge_id}: הוא כבר בוטל, או שהפרופיל שנותר מוזג מאז לפרופיל אחר; יש לבטל קודם את"
        " המיזוג ההוא.",
    )


class TraitNameInvalid(Invalid):
    """A trait's name is empty, too long, or has control characters."""

    code = "profiles.trait_name_invalid"
    message = Text(
        en="A trait's name has 1 to {limit} characters, none of them a control character.",
        he="שם של מאפיין מכיל בין תו אחד ל־{limit} תווים, ללא תווי בקרה.",
    )


class ObjectNotFound(NotFound):
    """There is no such object in this workspace."""

    code = "profiles.object_not_found"
    message = Text(en="There is no {kind} “{key}” here.", he="לא נמצא כאן אובייקט ”{key}“ מסוג {kind}.")


class ObjectKindUnknown(NotFound):
    """Nobody uses or declared such a kind of objects; a problem names the nearest that there is."""

    code = "profiles.object_kind_unknown"
    message = Text(en="There is no kind of objects “{kind}” here.", he="אין כאן סוג אובייקטים בשם ”{kind}“.")


class ObjectKindInvalid(Invalid):
    """A kind's key must be able to stand in rules and addresses."""

    code = "profiles.object_kind_invalid"
    message = Text(
        en="A kind of objects begins with a letter and has up to 60 characters: a–z, 0–9, - and _.",
        he="שם של סוג אובייקטים מתחיל באות ומכיל עד 60 תווים: a–z,‏ 0–9, - ו־_.",
    )


class ObjectKeyInvalid(Invalid):
    """An object's key identifies nothing: empty, too long, or a placeholder such as `null`."""

    code = "profiles.object_key_invalid"
    message = Text(
        en="“{key}” does not identify anything: a key has 1 to 255 characters and is no placeholder such as “null”.",
        he="”{key}“ אינו מזהה דבר: מפתח מכיל 1 עד 255 תווים ואינו מציין מקום כגון ”null“.",
    )


class TooManyObjectKinds(Conflict):
    """The workspace has as many kinds of objects as it may have."""

    code = "profiles.too_many_object_kinds"
    message = Text(
        en="A workspace has at most {limit} kinds of objects; “{kind}” would be one more.",
        he="בסביבת עבודה יש לכל היותר {limit} סוגי אובייקטים; ”{kind}“ היה נוסף עליהם.",
    )


class TooManyRelations(Conflict):
    """Some people belong to as many objects as one may."""

    code = "profiles.too_many_relations"
    message = Text(
        en="A person belongs to at most {limit} objects; already there: profiles {profiles}.",
        he="אדם יכול להיות קשור ל־{limit} אובייקטים לכל היותר; הגיעו למכסה הפרופילים: {profiles}.",
    )


class ObjectTooLarge(TooLarge):
    """The attributes are more than an object may have, or cannot be stored."""

    code = "profiles.object_too_large"
    message = Text(
        en="The attributes of “{key}” cannot be kept: together they have at most {limit} characters as JSON, a text at"
        " most 4,096, and they nest at most 5 levels.",
        he="לא ניתן לשמור את המאפיינים של ”{key}“: יחד הם מכילים לכל היותר {limit} תווים כ־JSON, טקסט בודד עד 4,096"
        " תווים, והם מקוננים לכל היותר בחמש רמות.",
    )
