"""Keyed digests: what lets a value be recognised again without being kept.

HMAC-SHA256 (RFC 2104) under a key from HKDF-SHA256 over KESHER_SECRET_KEY. PostgreSQL has sha256 but no hmac, so sets
are digested there with the two padded keys: `sha256(outer || sha256(inner || value))`.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C


def digest(value: str) -> bytes:
    """The digest of a text."""
    return hmac.digest(_key(settings.SECRET_KEY), value.encode(), "sha256")


def digest_pads() -> dict[str, bytes]:
    """The parameters `digest_inner` and `digest_outer` of a statement that digests in PostgreSQL."""
    key = _key(settings.SECRET_KEY).ljust(_BLOCK, b"\0")
    return {
        "digest_inner": bytes(byte ^ _INNER for byte in key),
        "digest_outer": bytes(byte ^ _OUTER for byte in key),
    }


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kesher digests").derive(secret_key.encode())
