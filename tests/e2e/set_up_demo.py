"""Make the demo's workspace in the database of DATABASE_URL, with no quiet hours: the tests run at any hour."""

from __future__ import annotations

import os

from kesher.cli.session import set_up_django


def main() -> None:
    set_up_django()
    from kesher.cli.demo.workspace import create_demo, give_password
    from kesher.config.environment import environment
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.messaging import services as messaging

    with connect("set-up") as conn:
        now = read_clock(conn)
        made = create_demo(conn, base_url=f"http://127.0.0.1:{os.environ['KESHER_PORT']}", now=now)
        give_password(environment().demo_password)
        messaging.save_policy(conn, workspace_id=made.id, caps=[], quiet_hours=None, now=now)


main()
