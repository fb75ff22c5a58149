"""The provider kind `capture`: Kesher's own mailbox on loopback, for looking at mail before sending any."""

from __future__ import annotations

from django.conf import settings

from kesher.kernel.text import Text
from kesher.messaging.providers.smtp.options import SmtpOptions
from kesher.messaging.providers.smtp.pool import SmtpPool
from kesher.messaging.registry import Account, ProviderKind
from kesher.messaging.transport import Outlet, Transport

_CONNECTIONS = 4


class CaptureProvider(ProviderKind):
    """E-mail into the capture mailbox."""

    key = "capture"
    channel = "email"
    title = Text(en="Capture mailbox", he="תיבת לכידה")
    setup = Text(
        en="Nothing to set up: messages stay on this machine. See them with “kesher mailbox”.",
        he="אין מה להגדיר: ההודעות נשארות במחשב הזה. אפשר לראות אותן בפקודה ”kesher mailbox“.",
    )
    settings = ()

    def open(self, account: Account, outlet: Outlet) -> Transport:
        """A few connections to the mailbox process, by real SMTP."""
        options = SmtpOptions(
            host="127.0.0.1", port=settings.MAILBOX_PORT, tls="none", connections=_CONNECTIONS, idle_seconds=5
        )
        return SmtpPool(options, outlet)
