"""Signed tokens for links in messages and pages: readable by anyone, forgeable by no one.

HMAC-SHA256 cut to 128 bits (NIST SP 800-107r1, 5.1: a cut tag keeps its length's strength), over a purpose and the
payload, so that a token made for one purpose is worthless for another.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import lru_cache

from django.conf import settings

from kesher.kernel.errors import KesherError
from kesher.kernel.text import Text

_TAG_BYTES = 16


class TokenInvalid(KesherError):
    """The token was cut, changed, or made for something else."""

    code = "kernel.token_invalid"
    status = 404
    message = Text(
        en="This link is not complete. Please copy it again from the message.",
        he="הקישור אינו שלם. אפשר להעתיק אותו שוב מההודעה.",
    )


def tag(purpose: str, payload: bytes) -> bytes:
    """What only who has the secret can say of `payload`, for one purpose."""
    started = _started(settings.SECRET_KEY, purpose).copy()
    started.update(payload)
    return started.digest()[:_TAG_BYTES]


def sign(purpose: str, payload: bytes) -> str:
    """A URL-safe token that carries `payload`."""
    return urlsafe_b64encode(tag(purpose, payload) + payload).rstrip(b"=").decode("ascii")


def unsign(purpose: str, token: str) -> bytes:
    """The payload of a token made by `sign` for the same purpose; TokenInvalid otherwise."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, Base64Error, ValueError) as error:
        raise TokenInvalid from error
    said, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if len(said) != _TAG_BYTES or not hmac.compare_digest(said, tag(purpose, payload)):
        raise TokenInvalid
    return payload


@lru_cache(maxsize=64)
def _started(key: str, purpose: str) -> hmac.HMAC:
    """The key and the purpose hashed already: to go on from a copy takes half of the time, and a message has a dozen
    links."""
    return hmac.new(key.encode(), purpose.encode() + b"\0", "sha256")
