"""Links that messages carry: signed, so that nobody can send a reader elsewhere or act for somebody else.

The pages behind them: `/c/<token>` click, `/o/<token>.gif` open, `/u/<token>` unsubscribe (GET asks, POST does it at
once: RFC 8058), `/p/<token>` preferences.
"""

from __future__ import annotations

from django.conf import settings

from kesher.kernel import tokens
from kesher.messaging.types import ClickedLink

_ID_BYTES = 6
"""Of 2^48 messages; a third shorter than a whole bigint in every link."""


def make_click_url(message_id: int, url: str) -> str:
    """A link that records the click and goes on to `url`."""
    payload = message_id.to_bytes(_ID_BYTES, "big") + url.encode("utf-8", "replace")
    return f"{settings.BASE_URL}/c/{tokens.sign('click', payload)}"


def make_open_url(message_id: int) -> str:
    """The address of the picture that tells that a message was opened."""
    return f"{settings.BASE_URL}/o/{_sign_id('open', message_id)}.gif"


def make_unsubscribe_url(message_id: int) -> str:
    """The address that ends the topic of a message, with one click."""
    return f"{settings.BASE_URL}/u/{_sign_id('unsubscribe', message_id)}"


def make_preferences_url(message_id: int) -> str:
    """The page on which the reader of a message chooses topics."""
    return f"{settings.BASE_URL}/p/{_sign_id('preferences', message_id)}"


def read_click(token: str) -> ClickedLink:
    """What `make_click_url` put in; TokenInvalid when it was changed."""
    payload = tokens.unsign("click", token)
    if len(payload) <= _ID_BYTES:
        raise tokens.TokenInvalid
    return ClickedLink(int.from_bytes(payload[:_ID_BYTES], "big"), payload[_ID_BYTES:].decode("utf-8"))


def read_open(token: str) -> int:
    """The message of an open token (without `.gif`); TokenInvalid when it was changed."""
    return _read_id("open", token)


def read_unsubscribe(token: str) -> int:
    """The message of an unsubscribe token; TokenInvalid when it was changed."""
    return _read_id("unsubscribe", token)


def read_preferences(token: str) -> int:
    """The message of a preferences token; TokenInvalid when it was changed."""
    return _read_id("preferences", token)


def _sign_id(purpose: str, message_id: int) -> str:
    return tokens.sign(purpose, message_id.to_bytes(_ID_BYTES, "big"))


def _read_id(purpose: str, token: str) -> int:
    payload = tokens.unsign(purpose, token)
    if len(payload) != _ID_BYTES:
        raise tokens.TokenInvalid
    return int.from_bytes(payload, "big")
