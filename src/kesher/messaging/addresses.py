"""E-mail addresses: one shape in the gate, the suppression list and the envelope."""

from __future__ import annotations

import re

# Deliberately narrower than RFC 5321: no quoted local parts, no address literals, and nothing that could end a header
# or a command or be invisible (controls, spaces of every width, marks of direction). Letters of any script are allowed
# (RFC 6531). Written so that PostgreSQL and Python read it alike; a test compares them.
_NOT = r'@<>()\[\],;:"\\\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff'
EMAIL_PATTERN = rf"^[^{_NOT}]{{1,64}}@([^.{_NOT}]{{1,63}}[.])*[^.{_NOT}]{{1,63}}$"
_EMAIL = re.compile(EMAIL_PATTERN)
_LONGEST = 254


def is_email(address: str) -> bool:
    """Whether a message can be addressed to it."""
    return len(address) <= _LONGEST and "\0" not in address and _EMAIL.fullmatch(address) is not None


def canonical_email(address: str) -> str:
    """The form in which addresses are compared: trimmed, lower case."""
    return address.strip().lower()
