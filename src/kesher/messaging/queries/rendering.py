"""A message as it would be written to a person, unsent: for playing journeys, and for looking at one again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kesher.content.queries import get_brand_kit, get_compiled
from kesher.content.types import Rendered
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.belongings import Belonging, object_variables
from kesher.messaging.errors import MessageNotFound

_sql = statements_of("kesher.messaging")
_LINKS = {"unsubscribe": "#unsubscribe", "preferences": "#preferences"}


def render_message(
    conn: Conn,
    template_version_id: int,
    *,
    workspace_id: int,
    traits: Mapping[str, Any],
    language: str,
    context: Mapping[str, Any],
    objects: Iterable[Belonging] = (),
) -> Rendered:
    """Subject, text and HTML with the variables that the sender would give; content's MissingValue and RenderFailed
    pass through. Links stay as they are written."""
    template = get_compiled(conn, template_version_id)
    spoken = template.variant_for(language).language
    variables = {
        "event": {},
        "run": {},
        **object_variables(objects),
        **context,
        "customer": {**traits, "language": language},
        "brand": get_brand_kit(conn, workspace_id).variables(spoken),
        "links": _LINKS,
    }
    return template.render(language, variables, link=lambda url: url)


def render_again(conn: Conn, *, workspace_id: int, message_id: int) -> Rendered:
    """A message of the ledger, written again: its template's version and its context are those of then, the person is
    as she is known now. MessageNotFound; content's MissingValue and RenderFailed pass through."""
    row = _sql.run(conn, "message_to_render", {"message_id": message_id, "workspace_id": workspace_id}).fetchone()
    if row is None:
        raise MessageNotFound(key=message_id)
    version, context, language, address, traits, phone, timezone = row
    return render_message(
        conn,
        version,
        workspace_id=workspace_id,
        traits={**traits, "email": address or traits.get("email"), "phone": phone, "timezone": timezone},
        language=language,
        context=context or {},
    )
