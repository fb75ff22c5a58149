"""`kesher demo`: a living shop with one command."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesher.cli.demo import installation
from kesher.cli.demo.errors import NotOurs, NotStarted, ReplayStuck
from kesher.cli.demo.recording import YEAR_DAYS, Recording, identify_calls, load_recording
from kesher.cli.session import terminal_language
from kesher.config.environment import DEMO_OWNER, Environment
from kesher.config.supervisor import AlreadyRunning
from kesher.kernel.db import Conn
from kesher.kernel.text import Text

if TYPE_CHECKING:
    from kesher.cli.demo.workspace import DemoWorkspace

LOADING = Text(
    en="Starting PostgreSQL and Kesher’s processes in {folder} …",
    he="מפעילים את PostgreSQL ואת התהליכים של קשר בתיקייה {folder} …",
)
REPLAYING = Text(
    en="{households} households, {events} recorded events from {first} to {last} (moved {note}).",
    he="{households} משקי בית, {events} אירועים מוקלטים בין {first} ל־{last} ({note}).",
)
MOVED = Text(en="by whole weeks", he="הוזזו בשבועות שלמים")
LOADED = Text(en="This demo is loaded already.", he="ההדגמה הזאת כבר נטענה.")
READY = Text(
    en="Kesher is up. Ctrl-C stops it.\n  shop     {base}/shop\n  mailbox  {base}/mailbox\n  all      {base}/\n"
    "  sign in  {email}  {password}",
    he="קשר פועל. Ctrl-C עוצר אותו.\n  החנות       {base}/shop\n  תיבת הדואר  {base}/mailbox\n  הכול        {base}/\n"
    "  כניסה       {email}  {password}",
)
RUNNING_ALREADY = Text(
    en="A demo runs already on {folder} (process {process}).", he="הדגמה כבר פועלת על {folder} (תהליך {process})."
)
NOT_OURS = Text(
    en="{folder} exists and was not made by the demo; remove it or set KESHER_DATA_DIR.",
    he="התיקייה {folder} קיימת ולא נוצרה על ידי ההדגמה; יש להסיר אותה או לקבוע KESHER_DATA_DIR.",
)
STUCK = Text(
    en="The replay does not come to rest at {reason}. Kesher’s log: {log}",
    he="ההרצה אינה מגיעה למנוחה בזמן {reason}. היומן של קשר: {log}",
)
NOT_STARTED = Text(en="Kesher did not start: {reason}. Its log: {log}", he="קשר לא עלה: {reason}. היומן שלו: {log}")


@click.command()
@click.option("--once", is_flag=True, help="Replay, print the result and leave.")
@click.option("--speed", type=float, help="At most this many recorded days a second (default: as fast as it goes).")
@click.option("--households", type=click.IntRange(1, 2379), default=801, show_default=True, help="How many take part.")
@click.option("--days", type=click.IntRange(1, YEAR_DAYS), default=YEAR_DAYS, help="Only the first days of the year.")
@click.option("--keep", is_flag=True, help="Go on with the folder of the last demo instead of starting over.")
def demo(once: bool, speed: float | None, households: int, days: int, keep: bool) -> None:
    """A grocery chain's recorded year, replayed as live events: journeys run, e-mails arrive in the mailbox."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = installation.choose_folder()
    try:
        if not keep:
            installation.empty_folder(folder)
        env = installation.prepare_environment(folder)
        _say(LOADING, folder=folder)
        with installation.running(env) as supervisor:
            installation.connect_here(env)
            _load(env, households=households, days=days, speed=speed)
            if not once:
                _stay(env, supervisor)
    except AlreadyRunning as error:
        _fail(RUNNING_ALREADY, folder=folder, process=error)
    except NotOurs:
        _fail(NOT_OURS, folder=folder)
    except NotStarted as error:
        _fail(NOT_STARTED, reason=error, log=folder / installation.LOG_FILE)
    except ReplayStuck as error:
        _fail(STUCK, reason=error, log=folder / installation.LOG_FILE)
    except KeyboardInterrupt:
        click.echo()
        sys.exit(0 if not once else 130)


def _load(env: Environment, *, households: int, days: int, speed: float | None) -> None:
    """Make the workspace and replay the year into it, unless that was done before; then print the result."""
    from kesher.cli.demo import report, workspace
    from kesher.kernel.db import connect

    with connect("demo") as conn:
        found = workspace.find_demo(conn)
        if found is not None:
            _say(LOADED)
        else:
            recording = load_recording(households=households, days=days, now=datetime.now(UTC))
            _say_recording(recording)
            with installation.not_waiting_for_disk(conn, env):
                found = _replay(conn, env, recording, speed)
        click.echo(report.result_table(conn, found.id))


def _replay(conn: Conn, env: Environment, recording: Recording, speed: float | None) -> DemoWorkspace:
    from kesher.cli.demo import workspace
    from kesher.cli.demo.replay import Replay, await_rest
    from kesher.cli.demo.report import ProgressLine
    from kesher.cli.demo.sending import CollectorClient
    from kesher.kernel.clock import freeze_clock, read_clock

    start = recording.starts_at
    freeze_clock(conn, start)
    made = workspace.create_demo(conn, base_url=env.base_url, now=start)
    with closing(CollectorClient(env.host, env.collector_port, made.write_key)) as client:
        client.send(call.body for call in identify_calls(recording))
        workspace.record_answers(conn, made.id, recording.households, now=start)
        await_rest(conn, start)
        line = ProgressLine()
        Replay(conn, client, made.id, recording, days_per_second=speed).run(line.show)
        line.finish()
    freeze_clock(conn, None)
    workspace.open_shop(conn, made.id, now=read_clock(conn))
    return made


def _say_recording(recording: Recording) -> None:
    _say(
        REPLAYING,
        households=f"{len(recording.households):,}",
        events=f"{len(recording.calls):,}",
        first=f"{recording.starts_at:%Y-%m-%d}",
        last=f"{recording.ends_at:%Y-%m-%d}",
        note=MOVED.render(terminal_language()),
    )


def _stay(env: Environment, supervisor: subprocess.Popen[bytes]) -> None:
    from kesher.cli.demo.workspace import give_password

    _say(READY, base=env.base_url, email=DEMO_OWNER, password=give_password(env.demo_password))
    supervisor.wait()
    raise NotStarted("the supervisor ended")


def _say(text: Text, **fields: object) -> None:
    shown = {name: str(_short(value)) for name, value in fields.items()}
    click.echo(text.render(terminal_language(), **shown))


def _short(value: object) -> object:
    """A path as the person would type it."""
    here = Path.cwd()
    return value.relative_to(here) if isinstance(value, Path) and value.is_relative_to(here) else value


def _fail(text: Text, **fields: object) -> None:
    shown = {name: str(_short(value)) for name, value in fields.items()}
    click.echo(text.render(terminal_language(), **shown), err=True)
    sys.exit(1)
