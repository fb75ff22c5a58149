"""Secrets at rest: sealed with a key derived from the installation's own, so that a dump of the database tells none.

Fernet (AES-128-CBC with HMAC-SHA256) under a key from HKDF-SHA256 (RFC 5869) over KESHER_SECRET_KEY.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kesher.kernel.errors import KesherError
from kesher.kernel.text import Text


class SealBroken(KesherError):
    """The secret was sealed with another KESHER_SECRET_KEY."""

    code = "kernel.seal_broken"
    status = 409
    message = Text(
        en="A stored secret cannot be read: KESHER_SECRET_KEY has changed. Please enter it again.",
        he="לא ניתן לקרוא סוד שמור: KESHER_SECRET_KEY הוחלף מאז. יש להזין את הסוד מחדש.",
    )


def seal(secret: str) -> bytes:
    """The secret as it may be stored."""
    return _fernet(settings.SECRET_KEY).encrypt(secret.encode())


def unseal(sealed: bytes) -> str:
    """The secret of `seal`; SealBroken when it was changed or sealed under another key."""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed).decode()
    except InvalidToken as error:
        raise SealBroken from error


@lru_cache(maxsize=4)
def _fernet(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kesher sealed secrets").derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(key))
