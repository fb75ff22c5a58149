"""E-mail addresses: one shape in the gate, the suppression list and the envelope."""

from __future__ import annotations

import re

# Deliberately narrower than RFC 5321: no quoted local parts, no address literals, and nothing that could end a header
# or a command. Letters of any script are allowed (RFC 6531). Once for PostgreSQL, once for Python; a test compares.
EMAIL_PATTERN = r'^[^@<>()\[\],;:"\\\s\u0001-\u0020\u007f-\u009f]{1,64}@([[:alnum:]_-]{1,63}[.])*[[:alnum:]_-]{1,63}$'
_EMAIL = re.compile(r'[^@<>()\[\],;:"\\\s\x00-\x20\x7f-\x9f]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}')
_LONGEST = 254


def is_email(address: str) -> bool:
    """Whether a message can be addressed to it."""
    return len(address) <= _LONGEST and _EMAIL.fullmatch(address) is not None


def canonical_email(address: str) -> str:
    """The form in which addresses are compared: trimmed, lower case."""
    return address.strip().lower()
