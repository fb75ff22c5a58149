"""The provider kind `smtp`: any server that speaks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.messaging.providers.smtp.options import TLS_MODES, SmtpOptions, options_of_url
from kesher.messaging.providers.smtp.pool import SmtpPool
from kesher.messaging.registry import Account, ProviderKind
from kesher.messaging.transport import Outlet, Transport

_TLS = tuple(
    Choice(mode, text)
    for mode, text in zip(
        TLS_MODES,
        (
            Text(en="When the server offers it", he="כשהשרת מציע"),
            Text(en="STARTTLS, always", he="STARTTLS, תמיד"),
            Text(en="TLS from the start", he="TLS מההתחלה"),
            Text(en="None", he="ללא הצפנה"),
        ),
        strict=True,
    )
)


class SmtpProvider(ProviderKind):
    """E-mail through any SMTP server."""

    key = "smtp"
    channel = "email"
    title = Text(en="SMTP server", he="שרת SMTP")
    setup = Text(
        en="Enter the server's address, port and user as your e-mail provider gives them. Most ask for port 587 with "
        "STARTTLS. Set up SPF, DKIM and DMARC for the sender's domain with the provider, or mail will land in spam.",
        he="יש להזין את כתובת השרת, הפורט והמשתמש כפי שמסר ספק הדואר. רוב הספקים דורשים פורט 587 עם STARTTLS. "
        "חשוב להגדיר אצל הספק SPF, DKIM ו־DMARC עבור הדומיין של השולח; אחרת הדואר יגיע לתיקיית הספאם.",
    )
    secret: ClassVar[Text | None] = Text(en="Password", he="סיסמה")
    settings = (
        FormField(
            "host",
            "code",
            Text(en="Server", he="שרת"),
            Text(en="For example smtp.example.com", he="לדוגמה smtp.example.com"),
            required=True,
        ),
        FormField(
            "port",
            "whole",
            Text(en="Port", he="פורט"),
            Text(en="587 with STARTTLS, 465 with TLS from the start", he="587 עם STARTTLS, 465 עם TLS מההתחלה"),
            default=587,
        ),
        FormField(
            "tls",
            "choice",
            Text(en="Encryption", he="הצפנה"),
            Text(en="Between Kesher and the server", he="בין Kesher לשרת"),
            default="starttls",
            choices=_TLS,
        ),
        FormField(
            "username",
            "code",
            Text(en="User", he="משתמש"),
            Text(en="Leave empty when the server asks for none", he="להשאיר ריק אם השרת אינו דורש משתמש"),
        ),
        FormField(
            "connections",
            "whole",
            Text(en="Connections", he="חיבורים"),
            Text(
                en="How many at once; ask the provider for its limit", he="כמה חיבורים במקביל; כדאי לברר את מגבלת הספק"
            ),
            default=10,
        ),
        FormField(
            "from_email",
            "email",
            Text(en="Sender's address", he="כתובת השולח"),
            Text(en="When the brand kit names none", he="כשערכת המותג אינה מציינת כתובת"),
        ),
    )

    def server_of(self, settings: Mapping[str, Any]) -> str | None:
        """The account's host."""
        return str(settings["host"])

    def open(self, account: Account, outlet: Outlet) -> Transport:
        """A pool of connections to the account's server."""
        return SmtpPool(smtp_options(account), outlet)


def smtp_options(account: Account) -> SmtpOptions:
    """How to reach the account's server. The environment's account is a URL, kept as a secret since it holds one."""
    values = account.settings
    if account.provider_id is None:
        return options_of_url(account.secret or "")
    return SmtpOptions(
        host=str(values["host"]),
        port=int(values.get("port") or 587),
        tls=str(values.get("tls") or "starttls"),
        username=values.get("username") or None,
        password=account.secret,
        connections=int(values.get("connections") or 10),
    )
