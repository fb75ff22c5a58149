"""The room's errors."""

from __future__ import annotations

from kesher.kernel.errors import Conflict, Invalid, NotFound
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
