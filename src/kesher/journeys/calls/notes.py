"""Notes to colleagues."""

from __future__ import annotations

from django.conf import settings

from kesher.journeys.calls.network import CallFailed, CallRefused
from kesher.journeys.calls.requests import Call
from kesher.kernel.text import Text
from kesher.messaging.errors import AddressInvalid, NoteFailed
from kesher.messaging.services import NotePost

_ABOUT = Text(en="The person: {url}", he="האדם: {url}")


def deliver_note(call: Call, post: NotePost) -> None:
    """Hand the e-mail over, with a link to the person; CallRefused, CallFailed, RenderFailed."""
    url = f"{settings.BASE_URL}/app/w/{call.workspace_slug}/people/{call.profile_id}"
    about = _ABOUT.render(call.workspace_language, url=url)
    try:
        post.deliver(
            recipient=call.request["to"],
            sender=call.sender,
            subject=call.fill(call.request["subject"]),
            text=f"{call.fill(call.request['text'])}\n\n{about}\n",
            note_id=call.key,
        )
    except NoteFailed as error:
        raise CallFailed(str(error)) from error
    except AddressInvalid as error:
        raise CallRefused(str(error)) from error
