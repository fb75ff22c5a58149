"""`kesher doctor`: is this installation well, and if not, what to do."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import click

from kesher.cli.session import terminal_language, with_database
from kesher.config.environment import environment
from kesher.kernel.text import Text

OK, WARN, FAIL = "ok", "warn", "fail"
_MARKS = {OK: ("✓", "green"), WARN: ("!", "yellow"), FAIL: ("✗", "red")}
_LOW_DISK_BYTES = 2 * 1024**3
_OLDEST_POSTGRES = 150_000
_SLOW_LAG_SECONDS = 60.0
_LONG_TRANSACTION_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    state: str
    text: Text
    fields: dict[str, object]


def _found(state: str, en: str, he: str, **fields: object) -> Finding:
    return Finding(state, Text(en=en, he=he), fields)


def check_folder() -> Iterator[Finding]:
    """The data folder can be written and has room."""
    folder = environment().data_dir
    if not os.access(folder, os.W_OK):
        yield _found(FAIL, "The data folder {f} cannot be written.", "אין הרשאת כתיבה לתיקיית הנתונים {f}.", f=folder)
        return
    free = shutil.disk_usage(folder).free
    state = OK if free > _LOW_DISK_BYTES else WARN
    yield _found(
        state,
        "Data folder {f}: {gb} GB free.",
        "תיקיית הנתונים {f}: ‏{gb} GB פנויים.",
        f=folder,
        gb=f"{free / 1024**3:.1f}",
    )


def check_database() -> Iterator[Finding]:
    """PostgreSQL answers, is recent enough, durable, and has all tables."""
    from kesher.config.operation import pending_migrations
    from kesher.kernel.db import connect

    with connect("doctor") as conn:
        version = conn.info.server_version
        state = OK if version >= _OLDEST_POSTGRES else FAIL
        yield _found(
            state, "PostgreSQL {v} (15 or newer is needed).", "PostgreSQL {v} (נדרשת 15 ומעלה).", v=version // 10000
        )
        row = conn.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
        durable = row == ("on", "on")
        yield _found(
            OK if durable else WARN,
            "Commits are durable." if durable else "fsync or synchronous_commit is off: a power cut can lose events.",
            "הכתיבה עמידה." if durable else "fsync או synchronous_commit כבויים: הפסקת חשמל עלולה לאבד אירועים.",
        )
    pending = pending_migrations()
    if pending:
        yield _found(
            FAIL,
            "Run kesher migrate: {n} migrations are missing.",
            "יש להריץ kesher migrate: חסרות {n} הגירות.",
            n=len(pending),
        )
    else:
        yield _found(OK, "All tables are up to date.", "כל הטבלאות מעודכנות.")


def check_processes() -> Iterator[Finding]:
    """The engine, a sender and the jobs (the lake's writer, the calls' worker) run, and nothing waits long."""
    from kesher.events import queries as events
    from kesher.kernel.db import connect
    from kesher.kernel.shards import SHARDS

    with connect("doctor") as conn:
        rows = conn.execute("SELECT DISTINCT application_name FROM pg_stat_activity").fetchall()
        running = {name for (name,) in rows}
        for process in ("engine", "sender", "lake", "calls"):
            alive = f"kesher {process}" in running
            yield _found(
                OK if alive else WARN,
                "{p} runs." if alive else "{p} does not run: start kesher serve.",
                "{p} פועל." if alive else "{p} אינו פועל: יש להפעיל kesher serve.",
                p=process,
            )
        lag = events.lag_seconds(conn, consumer="engine", shards=list(range(SHARDS)))
        state = OK if lag < _SLOW_LAG_SECONDS else WARN
        yield _found(state, "The engine is {s} seconds behind.", "המנוע בפיגור של {s} שניות.", s=f"{lag:.1f}")
        frozen = conn.execute("SELECT frozen_at FROM kernel_clock WHERE frozen_at IS NOT NULL").fetchone()
        if frozen is not None:
            yield _found(
                WARN, "The clock is held at {t} (a demo runs).", "השעון עצור ב־{t} (הדגמה פועלת).", t=frozen[0]
            )


def check_transactions() -> Iterator[Finding]:
    """No transaction holds the log back: what was written after the oldest open one of the whole server must wait."""
    from kesher.kernel.db import connect

    with connect("doctor") as conn:
        oldest = conn.execute(
            "SELECT extract(epoch FROM clock_timestamp() - since)::float8 AS seconds, who FROM ("
            "  SELECT xact_start AS since, format('%s, %s, pid %s', datname, application_name, pid) AS who"
            "  FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
            "  UNION ALL SELECT prepared, format('%s, prepared as %s', database, gid) FROM pg_prepared_xacts"
            ") AS open_transaction ORDER BY since LIMIT 1"
        ).fetchone()
    if oldest is None or oldest[0] < _LONG_TRANSACTION_SECONDS:
        yield _found(OK, "No transaction holds the engine back.", "אין טרנזקציה שמעכבת את המנוע.")
    else:
        yield _found(
            WARN,
            "A transaction that began {s} s ago holds the engine back ({w}). Every database of the server counts: give "
            "Kesher a server without long writing transactions.",
            "טרנזקציה שנפתחה לפני {s} שניות מעכבת את המנוע ({w}). כל מסדי הנתונים שבשרת נחשבים: כדאי לתת לקשר שרת ללא "
            "טרנזקציות כתיבה ארוכות.",
            s=f"{oldest[0]:.0f}",
            w=oldest[1],
        )


def check_mail() -> Iterator[Finding]:
    """The mail server, or the capture mailbox, accepts connections."""
    env = environment()
    parts = urlsplit(env.smtp_url or f"smtp://127.0.0.1:{env.mailbox_port}")
    host, port = parts.hostname or "localhost", parts.port or 25
    try:
        with socket.create_connection((host, port), timeout=5):
            reached = True
    except OSError:
        reached = False
    where = f"{host}:{port}"
    if env.smtp_url is None:
        yield _found(
            OK,
            "No SMTP server is configured: e-mails go to the built-in mailbox ({w}). Set KESHER_SMTP_URL to send.",
            "לא הוגדר שרת SMTP: ההודעות נשמרות בתיבה המובנית ({w}). כדי לשלוח יש להגדיר KESHER_SMTP_URL.",
            w=where,
        )
    elif reached:
        yield _found(OK, "The SMTP server {w} answers.", "שרת ה־SMTP ‏{w} עונה.", w=where)
    else:
        yield _found(
            FAIL,
            "The SMTP server {w} does not answer: check KESHER_SMTP_URL.",
            "שרת ה־SMTP ‏{w} אינו עונה: יש לבדוק את KESHER_SMTP_URL.",
            w=where,
        )


def check_addresses() -> Iterator[Finding]:
    """Links in messages lead to an address that customers can reach."""
    base = environment().base_url
    local = urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
    if local:
        yield _found(
            WARN,
            "Links in messages point to {b}, which only this machine reaches. Set KESHER_BASE_URL before you send.",
            "הקישורים בהודעות מובילים אל {b}, שנגיש רק מהמחשב הזה. לפני שליחה יש להגדיר KESHER_BASE_URL.",
            b=base,
        )
    else:
        yield _found(OK, "Links in messages point to {b}.", "הקישורים בהודעות מובילים אל {b}.", b=base)


def check_coupons() -> Iterator[Finding]:
    """No pool of codes that journeys give away is about to run dry."""
    from kesher.journeys import queries as journeys
    from kesher.kernel.db import connect

    with connect("doctor") as conn:
        for pool in journeys.list_coupon_pools(conn, workspace_id=None):
            if pool.left < pool.warn_below:
                yield _found(
                    WARN if pool.left else FAIL,
                    "The pool of coupons {p} has {n} codes left: import more with kesher coupon import.",
                    "במאגר הקופונים {p} נותרו {n} קודים: אפשר להוסיף עם kesher coupon import.",
                    p=pool.key,
                    n=pool.left,
                )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_folder,
    check_database,
    check_processes,
    check_transactions,
    check_mail,
    check_addresses,
    check_coupons,
)


@click.command()
@with_database
def doctor() -> None:
    """Look the installation over; exit 1 when something must be mended."""
    language = terminal_language()
    worst = OK
    for check in CHECKS:
        for finding in check():
            mark, colour = _MARKS[finding.state]
            click.echo(f"{click.style(mark, fg=colour)} {finding.text.render(language, **finding.fields)}")
            worst = FAIL if FAIL in (worst, finding.state) else worst
    sys.exit(1 if worst == FAIL else 0)
