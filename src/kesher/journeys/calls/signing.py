"""Signatures of calls after the Standard Webhooks specification (standardwebhooks.com): HMAC-SHA256 over the call's id,
the time and the body, so that the receiver can tell a call of ours, refuse an old one and recognise a repeated one."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import datetime

PREFIX = "whsec_"


def signature_headers(call_id: str, body: bytes, *, now: datetime, secret: str | None) -> dict[str, str]:
    """`webhook-id` and `webhook-timestamp`, and with a secret `webhook-signature`."""
    timestamp = str(int(now.timestamp()))
    headers = {"webhook-id": call_id, "webhook-timestamp": timestamp, "Idempotency-Key": call_id}
    if secret is not None:
        signed = b".".join((call_id.encode(), timestamp.encode(), body))
        tag = hmac.digest(_key(secret), signed, "sha256")
        headers["webhook-signature"] = f"v1,{b64encode(tag).decode()}"
    return headers


def _key(secret: str) -> bytes:
    """The bytes of `whsec_<base64>`, else the secret as it is written."""
    if secret.startswith(PREFIX):
        try:
            return b64decode(secret.removeprefix(PREFIX), validate=True)
        except Base64Error:
            pass
    return secret.encode()
