"""Which values identify somebody, and how they are written."""

from __future__ import annotations

import re

MAX_LENGTH = 255

# What programs write when they mean "nobody", and addresses from documentation that thousands of test forms share.
_BLOCKED = frozenset(
    {"null", "undefined", "none", "nil", "nan", "n/a", "na", "true", "false", "-1", "[object object]"}
    | {"anonymous", "guest", "unknown", "not set", "(not set)"}
    | {"test@test.com", "a@a.com", "email@email.com", "none@none.com", "no@email.com", "noemail@noemail.com"}
)
_ZEROS = re.compile(r"[0\-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@([^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,})")
_PHONE_NOISE = re.compile(r"[\s().\-\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
# Numbers of Israel as they are dialled inside it: 05x + 7 digits, 07x + 7 digits, and one-digit areas + 7 digits.
_ISRAELI = re.compile(r"0(5[0-9]{8}|7[0-9]{8}|[23489][0-9]{7})")


def is_blocked(value: str) -> bool:
    """True for a value that identifies nobody: `null`, zeros, a placeholder, control characters, or too long."""
    bare = value.strip().lower()
    return bool(
        len(value) > MAX_LENGTH or bare in _BLOCKED or _ZEROS.fullmatch(bare) is not None or _CONTROL.search(value)
    )


def clean_id(value: str | None) -> str | None:
    """A user id or an anonymous id without the white space around it; None when it identifies nobody."""
    if value is None or is_blocked(value):
        return None
    return value.strip()


def clean_email(value: str | None) -> str | None:
    """An address in lower case with an ASCII domain (IDNA), or None. The local part is lowered too: no mailbox
    provider in use tells two people apart by case, and people type theirs in either."""
    if value is None or is_blocked(value):
        return None
    bare = value.strip().lower()
    found = _EMAIL.fullmatch(bare)
    if found is None:
        return None
    domain = found[1]
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return f"{bare[: found.start(1)]}{domain}"


def clean_phone(value: str | None, *, israeli: bool) -> str | None:
    """A number as E.164 (`+972541234567`), or None. `00` is `+`; where the workspace is in Israel, a number as
    dialled there (`054-123-4567`) gets +972. Other local forms name nobody: their country is not known."""
    if value is None or len(value) > MAX_LENGTH:
        return None
    bare = _PHONE_NOISE.sub("", value)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    elif israeli and _ISRAELI.fullmatch(bare):
        bare = "+972" + bare[1:]
    elif israeli and re.fullmatch(r"972[0-9]{8,9}", bare):
        bare = "+" + bare
    if bare.startswith("+9720"):
        bare = "+972" + bare[5:]
    return bare if _PHONE.fullmatch(bare) else None
