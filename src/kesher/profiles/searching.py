"""People found by what somebody types: a number, an identifier, or the beginnings of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kesher.accounts import queries as accounts
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles.identifiers import clean_email, clean_phone
from kesher.profiles.types import ProfileView

_sql = statements_of(__package__)
_LAST_ID = 2**63 - 1
_DIALLED = re.compile(r"[+0-9()\-. /]{5,}")
_MAX_WORDS = 8
_LONGEST_WORD = 100


def relation_found(*, workspace_id: int, text: str = "", before_id: int | None = None, limit: int) -> Relation:
    """The newest living profiles below `before_id` that a text finds: `profile_id bigint`, the newest first.

    A text is the number of a profile, an identifier, or words, each of which begins a word of the name, the e-mail
    address or its domain, or the telephone number; an empty one finds everybody.
    """
    page = {
        "found_workspace": workspace_id,
        "found_before": _LAST_ID if before_id is None else before_id,
        "found_limit": limit,
    }
    wanted = text.strip()
    if not wanted:
        return Relation(_sql["newest_profiles"].compose({}), page)
    return Relation(
        _sql["found_profiles"].compose({}),
        {
            **page,
            "found_values": _values(wanted, workspace_id),
            "found_number": int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else None,
            "found_words": _words(wanted, workspace_id),
        },
    )


def search_profiles(
    conn: Conn, *, workspace_id: int, text: str = "", before_id: int | None = None, limit: int = 50
) -> list[ProfileView]:
    """Living profiles that a text finds (`relation_found`), the newest first. The next page is what comes before the
    last id."""
    found = relation_found(workspace_id=workspace_id, text=text, before_id=before_id, limit=limit)
    return [ProfileView(*row) for row in _sql.run(conn, "read_profiles", found=found)]


def list_found(
    conn: Conn, *, workspace_id: int, text: str = "", before_id: int | None = None, limit: int = 50
) -> list[int]:
    """The numbers of the profiles that a text finds (`relation_found`), the newest first."""
    found = relation_found(workspace_id=workspace_id, text=text, before_id=before_id, limit=limit)
    return [row[0] for row in conn.execute(found.sql, found.params)]


def list_profiles(conn: Conn, profile_ids: Iterable[int], *, workspace_id: int) -> list[ProfileView]:
    """Profiles by their numbers, the newest first; numbers of other workspaces are left out."""
    given = Relation(
        "SELECT id AS profile_id FROM profiles_profile"
        " WHERE id = ANY (%(read_ids)s::bigint[]) AND workspace_id = %(read_workspace)s::int",
        {"read_ids": list(profile_ids), "read_workspace": workspace_id},
    )
    return [ProfileView(*row) for row in _sql.run(conn, "read_profiles", found=given)]


def _values(text: str, workspace_id: int) -> Sequence[str]:
    """The text as an identifier is kept."""
    israeli = accounts.get_workspace(workspace_id).timezone == "Asia/Jerusalem"
    return sorted({text} | {value for value in (clean_email(text), clean_phone(text, israeli=israeli)) if value})


def _words(text: str, workspace_id: int) -> str:
    """The text as a query of the index: every word is the beginning of one."""
    if _DIALLED.fullmatch(text) and any(sign.isdigit() for sign in text):
        parts = ["".join(sign for sign in text if sign.isdigit()).lstrip("0")]
    else:
        parts = [part for word in text.lower().split() for part in _split(word)][:_MAX_WORDS]
    words = (f"{workspace_id}:{part[:_LONGEST_WORD]}" for part in parts if part)
    return " & ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "':*" for word in words)


def _split(word: str) -> list[str]:
    """The parts of a name with hyphens, as they are kept; an address stays whole."""
    return [word] if "@" in word or "." in word else re.split("[-־]", word)
