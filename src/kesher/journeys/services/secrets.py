"""Secrets of a workspace that its journeys use: keys of other systems, and what calls are signed with."""

from __future__ import annotations

from datetime import datetime

from kesher.journeys.errors import SecretInvalid, SecretNotFound
from kesher.journeys.fields.kinds import KEY
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sealed import seal
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

LONGEST_SECRET = 4_000
_BAD_NAME = Text(
    en="Write a name of lower-case letters, digits and _, at most 60, that begins with a letter.",
    he="יש לכתוב שם מאותיות לטיניות קטנות, ספרות וקו תחתון, עד 60 תווים, שמתחיל באות.",
)
_BAD_VALUE = Text(
    en="A secret has from 16 to 4000 printable ASCII characters.",
    he="סוד הוא באורך 16 עד 4000 תווי ASCII הניתנים להדפסה.",
)


def save_secret(conn: Conn, *, workspace_id: int, name: str, value: str, now: datetime) -> None:
    """Keep a secret, sealed, under a name; it is never shown again."""
    if not KEY.fullmatch(name):
        raise SecretInvalid(problems=(Problem("name", _BAD_NAME),))
    if not (16 <= len(value) <= LONGEST_SECRET and value.isascii() and value.isprintable()):
        raise SecretInvalid(problems=(Problem("value", _BAD_VALUE),))
    _sql.run(conn, "save_secret", {"workspace_id": workspace_id, "name": name, "sealed": seal(value), "now": now})


def delete_secret(conn: Conn, *, workspace_id: int, name: str) -> None:
    """Forget a secret; calls that need it fail from then on."""
    if not _sql.run(conn, "delete_secret", {"workspace_id": workspace_id, "name": name}).rowcount:
        raise SecretNotFound(key=name)
