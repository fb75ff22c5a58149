"""Pools of unique codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from kesher.journeys.errors import CouponPoolInvalid, CouponPoolNotFound
from kesher.journeys.fields.kinds import KEY
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

LONGEST_CODE = 100
_CHUNK = 10_000
_BAD_KEY = Text(
    en="Write a key of lower-case letters, digits and _, at most 60, that begins with a letter.",
    he="יש לכתוב מפתח מאותיות לטיניות קטנות, ספרות וקו תחתון, עד 60 תווים, שמתחיל באות.",
)
_BAD_CODE = Text(
    en="A code has from 1 to {longest} characters, without spaces around it.",
    he="קוד הוא באורך 1 עד {longest} תווים, ללא רווחים בקצותיו.",
)


def save_coupon_pool(
    conn: Conn, *, workspace_id: int, key: str, name: Text, now: datetime, warn_below: int = 100
) -> None:
    """Make a pool or change it; when fewer than `warn_below` codes are left, it is logged and the doctor says so."""
    if not KEY.fullmatch(key):
        raise CouponPoolInvalid(problems=(Problem("key", _BAD_KEY),))
    values = {
        "workspace_id": workspace_id,
        "key": key,
        "name": Jsonb(name.as_dict()),
        "warn_below": warn_below,
        "now": now,
    }
    _sql.run(conn, "save_coupon_pool", values)


def add_coupons(conn: Conn, codes: Sequence[str], *, workspace_id: int, key: str) -> int:
    """Put codes into a pool; how many are new to the workspace. All or nothing."""
    for position, code in enumerate(codes):
        if not 0 < len(code) <= LONGEST_CODE or code != code.strip() or not code.isprintable():
            raise CouponPoolInvalid(problems=(Problem(f"codes[{position}]", _bad_code()),))
    values = {"workspace_id": workspace_id, "key": key}
    with conn.transaction():
        if _sql.run(conn, "find_coupon_pool", values).fetchone() is None:
            raise CouponPoolNotFound(key=key)
        added = 0
        for start in range(0, len(codes), _CHUNK):
            added += _sql.run(conn, "add_coupons", {**values, "codes": list(codes[start : start + _CHUNK])}).rowcount
        if added:
            _sql.run(conn, "rest_coupon_pool", values)
    return added


def _bad_code() -> Text:
    return Text(en=_BAD_CODE.render("en", longest=LONGEST_CODE), he=_BAD_CODE.render("he", longest=LONGEST_CODE))
