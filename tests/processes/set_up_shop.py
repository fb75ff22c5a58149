"""Make a workspace in the database of DATABASE_URL where every order gets an e-mail; print its site's write key."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from kesher.cli.session import set_up_django

JOURNEY = """\
journey: thanks
name: {en: Thanks, he: תודה}
entry: {event: Order Completed}
reentry: {policy: always}
nodes:
  send:
    type: send_email
    template: thanks
    purpose: transactional
"""


def main() -> None:
    set_up_django()
    from kesher.accounts import services as accounts
    from kesher.content import services as content
    from kesher.content.types import VariantSource
    from kesher.events import services as events
    from kesher.journeys import services as journeys
    from kesher.kernel.db import connect

    now = datetime.now(UTC)
    workspace = accounts.bootstrap(
        name="Shop", email="o@example.com", password="long enough 1", language="en", timezone="UTC", now=now
    )
    content.save_template(
        workspace_id=workspace.id,
        key="thanks",
        name="Thanks",
        variants=[
            VariantSource(language="en", subject="Thanks", body="<p>Thank you</p>{% footer %}", body_format="html")
        ],
        fallback_language="en",
        now=now,
    )
    journeys.apply_yaml(JOURNEY, workspace_id=workspace.id, now=now)
    with connect("set-up") as conn:
        sys.stdout.write(events.create_source(conn, workspace_id=workspace.id, name="site", now=now).write_key)


main()
