"""E-mails to colleagues: outside of the ledger, since they go to no customer, by the same server."""

from __future__ import annotations

import contextlib
import smtplib
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from kesher.messaging.addresses import is_email
from kesher.messaging.errors import AddressInvalid, NoteFailed
from kesher.messaging.providers.smtp.options import SmtpOptions, options_of_url

_SECONDS = 20.0


class NotePost:
    """One connection to the mail server for a batch of notes, opened for the first. Once it fails, the rest of the
    batch fails with it, so that a server which is down costs one time-out and not one a note."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._failed: str | None = None

    def __enter__(self) -> NotePost:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and self._failed is None:
            with contextlib.suppress(smtplib.SMTPException, OSError):  # all that mattered was handed over
                self._server.quit()
        elif self._server is not None:
            self._server.close()

    def deliver(self, *, recipient: str, sender: str, subject: str, text: str, note_id: str) -> None:
        """Hand a plain e-mail to the mail server. `note_id` makes the Message-ID, the same on every attempt. NoteFailed
        when it may be tried again, AddressInvalid when the server will never take it."""
        if not is_email(recipient):
            raise AddressInvalid(address=recipient)
        if self._failed is not None:
            raise NoteFailed(reason=self._failed)
        message = _compose(recipient, sender, subject, text, note_id)
        try:
            self._connection().send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise AddressInvalid(address=recipient) from error
        except smtplib.SMTPResponseException as error:
            raise NoteFailed(reason=str(error)[:300]) from error
        except (smtplib.SMTPException, OSError) as error:
            self._failed = str(error)[:300]
            raise NoteFailed(reason=self._failed) from error

    def _connection(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = _connect()
            except (smtplib.SMTPException, OSError) as error:
                self._failed = str(error)[:300]
                raise NoteFailed(reason=self._failed) from error
        return self._server


def _compose(recipient: str, sender: str, subject: str, text: str, note_id: str) -> EmailMessage:
    host = urlsplit(settings.BASE_URL).hostname or "kesher.localhost"
    message = EmailMessage()
    message["From"] = sender if is_email(parseaddr(sender)[1]) else f"no-reply@{host}"
    message["To"] = recipient
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<kesher.note.{note_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _connect() -> smtplib.SMTP:
    url = settings.SMTP_URL
    options = options_of_url(url) if url else SmtpOptions(host="127.0.0.1", port=settings.MAILBOX_PORT, tls="none")
    if options.tls == "implicit":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            options.host, options.port, timeout=_SECONDS, context=options.tls_context()
        )
    else:
        server = smtplib.SMTP(options.host, options.port, timeout=_SECONDS)
    try:
        server.ehlo()
        if options.tls == "starttls" or (options.tls == "auto" and server.has_extn("starttls")):
            server.starttls(context=options.tls_context())
            server.ehlo()
        if options.username:
            server.login(options.username, options.password or "")
    except BaseException:
        server.close()
        raise
    return server
