"""`kesher coupon`: pools of unique codes."""

from __future__ import annotations

from typing import TextIO

import click

from kesher.cli.session import with_database


@click.group()
def coupon() -> None:
    """Pools of unique codes, which journeys give away."""


@coupon.command("import")
@click.argument("workspace")
@click.argument("pool")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--warn-below", type=click.IntRange(0), default=100, show_default=True, help="Warn when fewer are left.")
@with_database
def import_codes(workspace: str, pool: str, file: TextIO, warn_below: int) -> None:
    """Put the codes of FILE, one a line, into POOL of WORKSPACE; the pool is made when it is new."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries, services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.kernel.text import Text

    codes = [line.strip() for line in file if line.strip()]
    found = accounts.get_workspace(slug=workspace)
    with connect("coupon") as conn, conn.transaction():
        known = {each.key for each in queries.list_coupon_pools(conn, workspace_id=found.id)}
        if pool not in known:
            services.save_coupon_pool(
                conn,
                workspace_id=found.id,
                key=pool,
                name=Text(en=pool, he=pool),
                warn_below=warn_below,
                now=read_clock(conn),
            )
        added = services.add_coupons(conn, codes, workspace_id=found.id, key=pool)
    click.echo(f"{pool}: {added} new codes, {len(codes) - added} known")


@coupon.command("list")
@click.argument("workspace")
@with_database
def list_pools(workspace: str) -> None:
    """Show the pools of WORKSPACE and what is left in each."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries
    from kesher.kernel.db import connect

    with connect("coupon") as conn:
        for each in queries.list_coupon_pools(conn, workspace_id=accounts.get_workspace(slug=workspace).id):
            click.echo(f"{each.key}  {each.left} of {each.codes} left")
