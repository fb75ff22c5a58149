"""A shop with people, a template and a mail server that does what the test says.

Nothing of Kesher is imported at the top: this file is read before the root conftest has given Django its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker
from smtp_servers import Script, scripted

if TYPE_CHECKING:
    from messaging_shop import Shop


@pytest.fixture
def shop(conn: psycopg.Connection, workspace: int, now: datetime, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """The workspace with a template."""
    from messaging_shop import Shop, make_template

    from kesher.content import services as content

    with django_db_blocker.unblock():
        content.save_brand_kit(
            workspace_id=workspace,
            values={
                "name": {"en": "The Shop", "he": "החנות"},
                "sender_name": {"en": "The Shop", "he": "החנות"},
                "sender_email": "news@shop.example",
            },
            now=now,
        )
        yield Shop(conn, workspace, make_template(workspace, now), now)


@pytest.fixture
def script() -> Script:
    """What the mail server answers."""
    return Script()


@pytest.fixture
def server(script: Script, shop: Shop) -> Iterator[Script]:
    """The shop's mail server, listening."""
    with scripted(script) as port:
        shop.use_server(port)
        yield script
