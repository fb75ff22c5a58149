"""A message as it would be written to a person, unsent: for playing journeys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kesher.content.queries import get_brand_kit, get_compiled
from kesher.content.types import Rendered
from kesher.kernel.db import Conn
from kesher.messaging.belongings import Belonging, object_variables

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
