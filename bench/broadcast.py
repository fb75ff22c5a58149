"""A broadcast: 100,000 people, a personalised HTML mail of 20 kB with tracked links, one sender process, one SMTP sink.

Everything that a real broadcast passes: audience reserved in chunks, the policy gate (permission, suppression, caps,
quiet hours), rendering, signed links, MIME, SMTP, outcome and event, on the embedded PostgreSQL with fsync on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

import psutil

from bench.database import cpu_seconds, fresh_database, postgres_cpu_seconds
from bench.population import add_people
from bench.sink import Sink, running_sink

_OFFERS = 5


def run(profiles: int = 100_000, *, senders: int = 1) -> dict[str, Any]:
    """Messages a second from first to last arrival, memory of a sender, and CPU by process; each person once."""
    with (
        running_sink() as sink,
        fresh_database(
            KESHER_BASE_URL="https://mail.shop.example",
            KESHER_SMTP_URL=f"smtp://127.0.0.1:{sink.port}?tls=none&connections=4",
        ),
    ):
        workspace_id = _set_up(profiles)
        html_bytes = _size_of_mail()
        measured = _measure(workspace_id, profiles, sink, senders)
        verdict = _verify(sink, profiles)
    return {"profiles": profiles, "senders": senders, "html_bytes": html_bytes, **measured, **verdict}


def _set_up(profiles: int) -> int:
    """People with names and permission, a segment with all of them, caps and quiet hours; the workspace."""
    from kesher.accounts import services as accounts
    from kesher.content import services as content
    from kesher.content.types import VariantSource
    from kesher.kernel.db import connect
    from kesher.kernel.text import Text
    from kesher.messaging import services as messaging

    now = datetime.now(UTC)
    workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=now).id
    sources = [
        VariantSource("he", "{{ customer.first_name }}, המבצעים שלך לשבוע", _body("he")),
        VariantSource("en", "{{ customer.first_name }}, your offers of the week", _body("en")),
    ]
    content.save_template(
        workspace_id=workspace_id,
        key="offers",
        name=Text(en="Offers", he="מבצעים"),
        variants=sources,
        fallback_language="en",
        now=now,
    )
    with connect("bench") as conn:
        add_people(conn, workspace_id=workspace_id, people=profiles, now=now)
        quiet = f"{(now.hour + 6) % 24:02}:00", f"{(now.hour + 12) % 24:02}:00"
        messaging.save_policy(
            conn,
            workspace_id=workspace_id,
            caps=[{"channel": "email", "limit": 3, "window_hours": 24}, {"limit": 10, "window_hours": 168}],
            quiet_hours={"start": quiet[0], "end": quiet[1]},
            now=now,
        )
        messaging.create_broadcast(
            conn,
            workspace_id=workspace_id,
            key="offers",
            name=Text(en="Offers", he="מבצעים"),
            template="offers",
            segment="everyone",
            topic="news",
            now=now,
        )
        conn.execute("CHECKPOINT")
    return workspace_id


def _body(language: str) -> str:
    """A newsletter as a designer would write it in MJML: a greeting, five offers, each with a picture and a button."""
    hebrew = language == "he"
    words = "מבצע השבוע על מוצרי החלב והירקות הטריים, עד הבית" if hebrew else "Fresh milk and greens of the week"
    button = "לפרטים ולהזמנה" if hebrew else "See and order"
    offers = "".join(
        f"""<mj-section><mj-column><mj-image src="https://shop.example/p/{n}.jpg" alt="{words}" /></mj-column>
        <mj-column><mj-text>{{{{ customer.first_name | default: "friend" }}}}, {words}</mj-text>
        <mj-button href="https://shop.example/products/{n}?utm_source=kesher&amp;utm_medium=email">{button}</mj-button>
        </mj-column></mj-section>"""
        for n in range(_OFFERS)
    )
    return f"""<mjml><mj-body><mj-section><mj-column>
        <mj-text>{{{{ customer.first_name }}}} {{{{ customer.last_name }}}}, {{{{ customer.city }}}}:
        {{{{ customer.points }}}} {{% if customer.vip %}}VIP{{% endif %}}</mj-text></mj-column></mj-section>{offers}
        <mj-section><mj-column><mj-text><a href="{{{{ links.unsubscribe }}}}" data-notrack="">unsubscribe</a></mj-text>
        </mj-column></mj-section></mj-body></mjml>"""


def _size_of_mail() -> int:
    """Bytes of the HTML as compiled, in UTF-8."""
    from kesher.kernel.db import connect

    with connect("bench") as conn:
        row = conn.execute("SELECT max(octet_length(compiled_html)) FROM content_variant").fetchone()
        assert row is not None
        return int(row[0])


def _measure(workspace_id: int, profiles: int, sink: Sink, senders: int) -> dict[str, Any]:
    from kesher.kernel.db import connect
    from kesher.messaging import services as messaging

    command = [sys.executable, "-W", "ignore", "-m", "kesher.cli", "run", "sender"]
    with connect("bench") as conn:
        processes = [psutil.Popen(command) for _ in range(senders)]
        try:
            _await_listening(conn, senders)
            server = postgres_cpu_seconds(conn)
            sink_before, sender_before = sink.cpu_seconds(), sum(map(cpu_seconds, processes))
            began = time.monotonic()
            messaging.start_broadcast(conn, workspace_id=workspace_id, key="offers", now=datetime.now(UTC))
            memory = _watch(processes[0], sink, profiles)
            _await_finished(conn)
            seconds = time.monotonic() - began
            cpu = {
                "sender": sum(map(cpu_seconds, processes)) - sender_before,
                "postgres": postgres_cpu_seconds(conn) - server,
                "sink": sink.cpu_seconds() - sink_before,
            }
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
    return {
        "seconds_to_finished": round(seconds, 1),
        "sender_mb_after_5_percent": memory[0],
        "sender_mb_at_end": memory[-1],
        "sender_mb_peak": max(memory),
        "cpu_microseconds_per_message": {name: round(used / profiles * 1e6) for name, used in cpu.items()},
    }


def _await_listening(conn: Any, senders: int) -> None:
    """Until the senders have started and sleep."""
    deadline = time.monotonic() + 60
    listening = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kesher sender' AND state = 'idle'"
    while conn.execute(listening).fetchone() != (4 * senders,):
        if time.monotonic() > deadline:
            raise RuntimeError("no sender started")
        time.sleep(0.1)
    time.sleep(2)


def _watch(sender: psutil.Popen, sink: Sink, profiles: int) -> list[float]:
    """A sender's memory in MB, from when the first twentieth has arrived until all have."""
    memory: list[float] = []
    deadline = time.monotonic() + 60 + profiles / 100
    while sink.count() < profiles:
        if time.monotonic() > deadline or sender.poll() is not None:
            raise RuntimeError(f"only {sink.count()} of {profiles} messages arrived")
        if sink.count() > profiles / 20:
            memory.append(round(sender.memory_info().rss / 1e6, 1))
        time.sleep(0.25)
    return [*memory, round(sender.memory_info().rss / 1e6, 1)]


def _await_finished(conn: Any) -> None:
    deadline = time.monotonic() + 30
    while conn.execute("SELECT state FROM messaging_broadcast").fetchone() != ("finished",):
        if time.monotonic() > deadline:
            raise RuntimeError("the broadcast did not finish")
        time.sleep(0.05)


def _verify(sink: Sink, profiles: int) -> dict[str, Any]:
    """Every person exactly once, by the sink and by the ledger; the rate between the first and the last arrival."""
    from kesher.kernel.db import connect

    arrivals = sink.arrivals()
    with connect("bench") as conn:
        people = conn.execute(
            "SELECT id, profile_id FROM messaging_message WHERE state = 'sent' AND NOT uncertain"
        ).fetchall()
        events = conn.execute("SELECT count(*) FROM events_event WHERE name = 'Message Sent'").fetchone()
    times = sorted(at for each in arrivals.values() for at in each)
    assert {row[0] for row in people} == set(arrivals), "the ledger and the sink disagree"
    assert len({row[1] for row in people}) == profiles, "not everyone has a message"
    assert events is not None and events[0] == profiles, "not every message was logged"
    return {
        "messages_per_second": round(len(times) / (times[-1] - times[0])),
        "twice": sum(len(each) - 1 for each in arrivals.values()),
        "lost": profiles - len(arrivals),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.broadcast")
    parser.add_argument("profiles", nargs="?", type=int, default=100_000)
    parser.add_argument("--senders", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps(run(options.profiles, senders=options.senders), indent=2))
