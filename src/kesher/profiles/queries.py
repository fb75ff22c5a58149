"""The room's reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles.book import ToldTraits, TraitBook, load_trait_book
from kesher.profiles.errors import ProfileNotFound
from kesher.profiles.exporting import export_person, list_whole_person
from kesher.profiles.identifiers import clean_email, clean_id, clean_phone
from kesher.profiles.objects import is_kind
from kesher.profiles.reading import (
    check_object_kind,
    clean_object_key,
    get_object,
    list_attributes,
    list_object_kinds,
    list_object_people,
    list_objects,
    list_related_objects,
)
from kesher.profiles.searching import list_found, list_profiles, relation_found, search_profiles
from kesher.profiles.traits import full_name
from kesher.profiles.types import IdentifierValue, IdentityConflict, Kind, Merge, ProfileView, TraitType, TraitView

__all__ = [
    "ToldTraits",
    "TraitBook",
    "check_object_kind",
    "clean_id",
    "clean_object_key",
    "count_profiles",
    "export_person",
    "find_profile_by_identifier",
    "find_survivors",
    "full_name",
    "get_object",
    "get_person",
    "get_profile",
    "is_kind",
    "list_attributes",
    "list_conflicts",
    "list_found",
    "list_identifiers",
    "list_merges",
    "list_object_kinds",
    "list_object_people",
    "list_objects",
    "list_profiles",
    "list_related_objects",
    "list_trait_values",
    "list_traits",
    "list_whole_person",
    "load_trait_book",
    "relation_found",
    "relation_merged_into",
    "relation_person",
    "search_profiles",
]

_sql = statements_of(__package__)
_LONGEST_NUMBER = 19  # digits


def get_profile(conn: Conn, *, workspace_id: int, profile_id: int) -> ProfileView:
    """A profile of the workspace; a merged one shows where it lives on. ProfileNotFound otherwise."""
    row = _sql.run(conn, "get_profile", {"workspace_id": workspace_id, "profile_id": profile_id}).fetchone()
    if row is None:
        raise ProfileNotFound(profile_id=profile_id)
    return ProfileView(*row)


def find_profile_by_identifier(
    conn: Conn, *, workspace_id: int, value: str, kinds: Sequence[str] = tuple(Kind)
) -> ProfileView | None:
    """The profile that a clean value names, the strongest kind first."""
    params = {"workspace_id": workspace_id, "kinds": [str(kind) for kind in kinds], "value": value}
    row = _sql.run(conn, "find_by_identifier", params).fetchone()
    return ProfileView(*row) if row is not None else None


def get_person(conn: Conn, *, workspace_id: int, text: str) -> ProfileView:
    """The profile that a person at a terminal means: its number, or an identifier. ProfileNotFound otherwise."""
    person = relation_person(workspace_id=workspace_id, text=text)
    row = conn.execute(person.sql, person.params).fetchone()
    if row is None:
        raise ProfileNotFound(profile_id=text)
    return ProfileView(*row)


def relation_person(*, workspace_id: int, text: str) -> Relation:
    """The same as a relation of one row or none (id bigint, …), for a statement that must spare a round trip."""
    number = int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else None
    kinds = [str(kind) for kind in Kind]
    params = {"workspace_id": workspace_id, "kinds": kinds, "value": text.strip(), "number": number}
    return Relation(_sql["find_person"].sql, params)


def find_owners(conn: Conn, *, workspace_id: int, identifiers: Sequence[tuple[Kind, str]]) -> list[int | None]:
    """Whose each identifier is, as it is written or as it is kept; None for nobody's."""
    israeli = _sql.run(conn, "find_israeli_workspaces", {"workspaces": [workspace_id]}).fetchone() is not None
    clean = {
        Kind.EMAIL: clean_email,
        Kind.PHONE: lambda value: clean_phone(value, israeli=israeli),
        Kind.USER_ID: clean_id,
        Kind.ANONYMOUS_ID: clean_id,
    }
    kept = [(kind, clean[kind](value) or "") for kind, value in identifiers]
    params = {
        "workspaces": [workspace_id] * len(kept),
        "kinds": [kind.value for kind, _ in kept],
        "values": [value for _, value in kept],
    }
    owners = dict(_sql.run(conn, "find_owners", params).fetchall())
    return [owners.get(position) for position in range(1, len(kept) + 1)]


def list_identifiers(conn: Conn, *, workspace_id: int, profile_id: int) -> list[IdentifierValue]:
    """The identifiers of a profile."""
    params = {"workspace_id": workspace_id, "profile_id": profile_id}
    return [IdentifierValue(*row) for row in _sql.run(conn, "list_identifiers", params)]


def count_profiles(conn: Conn, *, workspace_id: int) -> int:
    """How many living profiles a workspace has."""
    return int(_sql.run(conn, "count_profiles", {"workspace_id": workspace_id}).fetchone()[0])  # type: ignore[index]


def list_merges(conn: Conn, *, workspace_id: int, profile_id: int) -> list[Merge]:
    """The merges of a profile, newest first."""
    params = {"workspace_id": workspace_id, "profile_id": profile_id}
    return [Merge(*row) for row in _sql.run(conn, "list_merges", params)]


def list_conflicts(conn: Conn, *, workspace_id: int, profile_id: int) -> list[IdentityConflict]:
    """What the rules refused to join with a profile, newest first."""
    params = {"workspace_id": workspace_id, "profile_id": profile_id}
    return [IdentityConflict(*row) for row in _sql.run(conn, "list_conflicts", params)]


def list_traits(conn: Conn, *, workspace_id: int) -> list[TraitView]:
    """The traits that a workspace knows, by name."""
    rows = _sql.run(conn, "list_traits", {"workspace_id": workspace_id})
    return [TraitView(name, TraitType(kind), *rest) for name, kind, *rest in rows]


def list_trait_values(conn: Conn, *, workspace_id: int, most: int = 20) -> dict[str, list[Any]]:
    """The commonest values of each trait that at least two people share, by the trait's name; from a sample, so that it
    takes the same time for a million people."""
    return dict(_sql.run(conn, "list_trait_values", {"workspace_id": workspace_id, "most": most}).fetchall())


def find_survivors(conn: Conn, profile_ids: Iterable[int]) -> dict[int, int]:
    """Where each merged profile of a set lives on now; the living are not in it."""
    return dict(_sql.run(conn, "find_survivors", {"profiles": list(profile_ids)}).fetchall())


def relation_merged_into(profile_id: int) -> Relation:
    """The profile itself and all that were merged into it, through any number of merges: `profile_id bigint`."""
    return Relation(
        "WITH RECURSIVE tree (profile_id) AS ("
        " SELECT %(tree_root)s::bigint"
        " UNION ALL SELECT p.id FROM tree t JOIN profiles_profile p ON p.merged_into_id = t.profile_id"
        ") SELECT profile_id FROM tree",
        {"tree_root": profile_id},
    )
