"""The room's writes, and the reference of its rules.

**Who is who.** A claim is what one call says: a user id, an anonymous id, and, in an `identify`, an e-mail address and
a phone number. Its profile is the owner of the user id; without one, of the anonymous id; without either, of the
address. Then, in this order:

1. *Blocked values identify nobody*: `null`, `undefined`, zeros, placeholders, test addresses, anything over 255
   characters or with control characters. A claim with nothing else belongs to nobody.
2. *A user id never seen* takes over the anonymous profile of its call, if that has no user id yet; else a new profile.
3. *Anonymous joins known* (`anonymous_joined`): a call with both ids merges the anonymous profile into the user's. If
   the anonymous id belongs to another user (a shared device), it stays there: conflict `two_users`.
4. *An address with a user id* (`address_claimed`): it is attached, or merges the profile that has it when that one has
   no user id. If another user has it: conflict `two_users`.
5. *An address without a user id* (`anonymous_attached`), as typed into a form: a profile that has only anonymous ids
   joins the address's owner. A profile that has a user id or an address of its own does not: conflict `two_people`.
   So an address typed into a form never merges two known people.
6. *An alias* (`alias`) merges whatever its two ids name: the only call that merges two users. A previous id never seen
   is attached as an anonymous id.
7. *Limits* (`types.LIMITS`): a link or merge that would give one profile more identifiers of a kind than the limit is
   refused: conflict `limit`. The event still belongs to the claim's own profile.
8. *Who wins a merge*: the profile with a user id, else the older one. Traits of both are kept; where both have one, the
   side that was told something last. A merge is recorded and can be undone while its winner lives.

What is refused is kept as an identity conflict, once for each key and pair.

**Traits** have a type in each workspace (`types.TraitType`), declared or learnt from the first value. `email`, `phone`,
`language`/`locale` and `timezone` are reserved: they are checked (see `identifiers`), and kept as columns too.

**Objects** are what people belong to: a company, a course. A kind is made by use or declared; attributes are JSON as it
was told. A relation follows its person: a merge copies the loser's to the winner (`MAX_RELATIONS` holds), an undo takes
the copies away, erasing removes hers and leaves the object.
"""

from kesher.profiles.applying import apply_traits, declare_trait
from kesher.profiles.erasing import erase_people, hold_whole_people
from kesher.profiles.holding import hold_profiles, hold_survivors
from kesher.profiles.merging import merge_profiles, undo_merge
from kesher.profiles.objects import apply_objects, remove_object, save_object_kind
from kesher.profiles.relating import (
    claim_object_news,
    count_refused,
    has_object_news,
    part_people,
    relate_people,
)
from kesher.profiles.resolving import resolve_claims

__all__ = [
    "apply_objects",
    "apply_traits",
    "claim_object_news",
    "count_refused",
    "declare_trait",
    "erase_people",
    "has_object_news",
    "hold_profiles",
    "hold_survivors",
    "hold_whole_people",
    "merge_profiles",
    "part_people",
    "relate_people",
    "remove_object",
    "resolve_claims",
    "save_object_kind",
    "undo_merge",
]
