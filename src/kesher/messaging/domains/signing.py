"""DKIM (RFC 6376): a signature by which receivers know that a message comes from the domain that it names.

Signed here rather than by a library: dkimpy, the kept one, canonicalises line by line and does RSA in Python, some 50
times the cost (docs/decisions/0014). Headers and body are taken `relaxed`, so that a relay may fold and re-space them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kesher.messaging.domains.names import domain_of, parents_of

_BITS = 2048
"""RFC 8301 asks for 1024 at least, receivers expect 2048. Ed25519 (RFC 8463) would cost less, and few verify it."""
_SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "list-unsubscribe", "list-unsubscribe-post"),
    *("feedback-id", "mime-version", "content-type"),
)
_FOLD = re.compile(r"[ \t\r\n]+")
_LINE = 76


def make_key() -> tuple[str, str]:
    """A new key: the private half as PEM, the public one as it stands in DNS."""
    key = generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(public).decode()


class Signer:
    """The key of a domain, opened once."""

    def __init__(self, domain: str, selector: str, private_key: str) -> None:
        # Kesher made it, and the seal holds it: to prove its primes again would take 80 ms.
        key = load_pem_private_key(private_key.encode(), password=None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, RSAPrivateKey)
        self._key = key
        self._head = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector}; t="

    def sign(self, content: bytes, *, now: datetime) -> bytes:
        """The message with its signature in front; it has CRLF line ends."""
        end = content.index(b"\r\n\r\n")
        headers = _relaxed_headers(content[:end].decode())
        present = [name for name in _SIGNED if name in headers]
        # Named once more than it is there: a second From, put in on the way, breaks the signature (RFC 6376, 8.15).
        names = ":".join(["from", *present])
        digest = base64.b64encode(hashlib.sha256(_relaxed_body(content[end + 4 :])).digest()).decode()
        stated = f"{self._head}{int(now.timestamp())}; h={names}; bh={digest}; b="
        signed = "".join(f"{name}:{headers[name]}\r\n" for name in present) + f"dkim-signature:{stated}"
        signature = base64.b64encode(self._key.sign(signed.encode(), PKCS1v15(), SHA256())).decode()
        folded = "\r\n ".join(signature[at : at + _LINE] for at in range(0, len(signature), _LINE))
        shown = stated.replace("; h=", ";\r\n h=").replace("; bh=", ";\r\n bh=").replace("; b=", ";\r\n b=")
        return b"".join((b"DKIM-Signature: ", shown.encode("ascii"), folded.encode("ascii"), b"\r\n", content))


def signer_for(signers: Mapping[str, Signer], sender: str) -> Signer | None:
    """Who signs for a sender's address: its domain's key, or that of a domain above it (DMARC's relaxed alignment)."""
    if not signers:
        return None
    return next((signers[name] for name in parents_of(domain_of(sender)) if name in signers), None)


def _relaxed_headers(head: str) -> dict[str, str]:
    """The headers by small name, unfolded, each space one space (RFC 6376, 3.4.2)."""
    found: dict[str, str] = {}
    for line in head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n"):
        name, _, value = line.partition(":")
        found[name.strip().lower()] = _FOLD.sub(" ", value).strip()
    return found


def _relaxed_body(body: bytes) -> bytes:
    """The body with each stretch of space as one, none at the ends of lines, no empty lines at its end (3.4.4)."""
    # Halving what is left, a few times: a pattern would take a hundred times as long on indented HTML.
    body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    body = body.replace(b" \r\n", b"\r\n")
    end = len(body)
    while body.startswith(b"\r\n\r\n", end - 4):
        end -= 2
    return b"" if body[:end] == b"\r\n" else body[:end]
