"""`kesher person`: everything that is known of somebody, and forgetting her."""

from __future__ import annotations

from typing import TextIO

import click

from kesher.cli.session import with_database


@click.group()
def person() -> None:
    """A person's rights: export what is known of her, erase her."""


@person.command("export")
@click.argument("workspace")
@click.argument("who")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file instead of the screen.")
@with_database
def export(workspace: str, who: str, output: TextIO) -> None:
    """Write everything that is known of WHO (a number, an address, a user id) as JSON."""
    import json

    from kesher.accounts import queries as accounts
    from kesher.accounts import services as audit
    from kesher.api import queries
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.profiles import queries as profiles

    found = accounts.get_workspace(slug=workspace)
    with connect("person") as conn:
        now = read_clock(conn)
        profile = profiles.get_person(conn, workspace_id=found.id, text=who)
        known = queries.export_person(conn, workspace_id=found.id, profile_id=profile.id, now=now)
    audit.record_audit(found.id, "kesher person export", "profiles.export", str(profile.id), {}, now)
    json.dump(known, output, ensure_ascii=False, indent=2, default=str)
    output.write("\n")


@person.command("erase")
@click.argument("workspace")
@click.argument("who", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_database
def erase(workspace: str, who: tuple[str, ...], yes: bool) -> None:
    """Forget WHO (numbers, addresses, user ids) for good. There is no way back; counts in reports stay."""
    from kesher.accounts import queries as accounts
    from kesher.accounts import services as audit
    from kesher.events import services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.kernel.relations import Relation
    from kesher.profiles import queries as profiles

    found = accounts.get_workspace(slug=workspace)
    with connect("person") as conn:
        ids = [profiles.get_person(conn, workspace_id=found.id, text=each).id for each in who]
        if not yes:
            click.confirm(f"Erase {len(ids)} for good?", abort=True)
        now = read_clock(conn)
        people = Relation("SELECT unnest(%(erase_ids)s::bigint[]) AS profile_id", {"erase_ids": ids})
        erased = services.erase_profiles(conn, people, workspace_id=found.id, now=now)
    target = ", ".join(map(str, ids))
    audit.record_audit(found.id, "kesher person erase", "profiles.erase", target, {"erased": erased}, now)
    click.echo(f"Erased: {erased}")
