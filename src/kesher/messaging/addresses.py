"""E-mail addresses: one shape in the gate, the suppression list and the envelope."""

from __future__ import annotations

import re

# Deliberately narrower than RFC 5321: no quoted local parts, no address literals, nothing that could end a header or
# a command. Letters of any script are allowed (RFC 6531). The gate holds the same expression in sql/gate.sql.
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x20\x7f]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}", re.UNICODE)


def is_email(address: str) -> bool:
    """Whether a message can be addressed to it."""
    return len(address) <= 254 and _EMAIL.fullmatch(address) is not None


def canonical_email(address: str) -> str:
    """The form in which addresses are compared: trimmed, lower case."""
    return address.strip().lower()
