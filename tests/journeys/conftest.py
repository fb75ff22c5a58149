"""A workspace whose names a definition may use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture
def shop(conn: psycopg.Connection, workspace: int, now: datetime, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """The workspace, with templates `first` and `second`, the topic `offers`, and the segment and list `gold`."""
    conn.execute(
        "WITH t AS (INSERT INTO content_template (workspace_id, key, name, channel, created_at)"
        " SELECT %(w)s, key, '{}', 'email', %(now)s FROM unnest(ARRAY['first', 'second']) AS key RETURNING id),"
        " v AS (INSERT INTO content_template_version"
        " (workspace_id, template_id, number, fallback_language, missing, created_at)"
        " SELECT %(w)s, id, 1, 'en', 'default', %(now)s FROM t RETURNING id)"
        " SELECT 1",
        {"w": workspace, "now": now},
    )
    conn.execute("UPDATE content_template t SET current_version_id = v.id"
                 " FROM content_template_version v WHERE v.template_id = t.id")  # fmt: skip
    conn.execute(
        "INSERT INTO consent_topic (workspace_id, key, name, description, purpose, position)"
        " VALUES (%s, 'offers', '{}', '{}', 'marketing', 0)",
        (workspace,),
    )
    with django_db_blocker.unblock():
        from kesher.kernel.text import Text
        from kesher.segments import services as segments

        segments.save_segment(
            conn,
            workspace_id=workspace,
            key="gold",
            name=Text(en="Gold", he="זהב"),
            rule={"trait": "plan", "op": "eq", "value": "gold"},
            now=now,
        )
        segments.create_list(conn, workspace_id=workspace, key="gold", name=Text(en="Gold", he="זהב"), now=now)
        yield workspace
