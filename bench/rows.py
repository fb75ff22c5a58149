"""The rows of the table: what each benchmark measures, its target, and what bounds it as measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import broadcast, collector, decide, dry_run, idle, lag, pipeline, rule, transitions

NOTES = """\
- *Collector*: its own process, the embedded PostgreSQL with fsync on and the load generator on the same cores;
  batches of 100 calls (identify, track, page) of 50,000 people over 64 connections, each waiting for its answer, which
  comes after the commit; the rows in the log are counted afterwards.
- *Pipeline*: a whole `kesher serve`; latency from the collector's 200 to the mail server's 250; every triggering event
  must have given one message, by the ledger and by the sink.
- *Broadcast*: reserved in chunks, gated, rendered, links signed, handed over and recorded by as many sender processes
  as there are cores (`KESHER_SENDERS=2`; `python -m bench.broadcast` measures one alone); every person once.
- *Tick lag*: the real collector and engine, each a process; from the moment of receiving to the commit of the tick that
  brought the memberships up to the event, seen by the engine's cursor. `python -m bench.lag 1000000` for more people.
- *Rule*: what the API's preview does, every count from scratch, nothing remembered; the median of five after one that
  warms the caches.
- *Transitions*: a held clock lets everybody enter at once and everybody's wait fall due at once; from then until each
  has one message in the ledger and the engines have read what they wrote.
- *Decisions*: a whole `kesher serve`; four connections ask on time, whether or not the last answer came; counted from
  when a question was due. Half the rules are about traits, half about counts in windows.
- *Dry run*: an abandoned-cart journey, ten events a person; the time grows with the people.
- *Idle*: all processes and the database after half a minute's rest; memory as PSS (a page shared by n processes counts
  1/n for each).
- Measured apart, in [scale.md](scale.md): the canvas (`python -m bench.canvas`), finding people (`python -m
  bench.people`).
"""


def _row(work: str, target: str, measured: str, bound: str) -> str:
    return f"| {work} | {target} | {measured} | {bound} |"


def _busiest(cpu: dict[str, float], unit: str) -> str:
    """Who used the processor, the hungriest first."""
    shares = sorted(((used, who) for who, used in cpu.items() if used), reverse=True)
    return ", ".join(f"{who} {used:g} {unit}" for used, who in shares[:4])


def collector_row(scale: float) -> str:
    """Batches of 100 over HTTP, durable, identity resolved."""
    result = collector.run(60.0 * scale)
    measured = (
        f"{result['events_per_second']:,} events/s for {result['seconds']:.0f} s; a request p50 {result['p50_ms']} ms, "
        f"p95 {result['p95_ms']} ms; acknowledged {result['acknowledged']:,}, lost {result['lost']}"
    )
    busiest = _busiest(result["cpu_percent_of_a_core"], "% of a core")
    bound = f"the writers' Python, which shares one interpreter, and PostgreSQL: {busiest}"
    return _row(
        "collector: batches of 100 over HTTP, fsync on, identity resolved", "≥ 20,000 events/s", measured, bound
    )


def pipeline_row(scale: float) -> str:
    """Event accepted → message accepted by the sink, at 1,000 events a second."""
    result: dict[str, Any] = pipeline.run(scale)
    measured = (
        f"median {result['median_ms']} ms, p95 {result['p95_ms']} ms, slowest {result['max_ms']} ms of "
        f"{result['triggering_events']:,} messages; lost {result['lost']}, twice {result['twice']}"
    )
    bound = "the length of a tick; " + _busiest(result["cpu_percent_by_role"], "% of a core")
    return _row(
        "whole pipeline: 1,000 events/s for 60 s, 50 behavioural segments, 10 journeys, e-mail to an SMTP sink",
        "median < 300 ms, p95 < 1 s, nothing lost, nothing twice",
        measured,
        bound,
    )


def broadcast_row(scale: float) -> str:
    """A personalised 20 kB mail to 100,000 people."""
    result = broadcast.run(int(100_000 * scale), senders=2)
    measured = (
        f"{result['messages_per_second']:,} messages/s to {result['profiles']:,} people "
        f"({result['html_bytes'] / 1000:.0f} kB HTML); "
        f"a sender {result['sender_mb_after_5_percent']} MB after 5 %, {result['sender_mb_at_end']} MB at the end; "
        f"lost {result['lost']}, twice {result['twice']}"
    )
    bound = "per message: " + _busiest(result["cpu_microseconds_per_message"], "µs")
    return _row(
        "broadcast of a 20 kB personalised HTML mail to 100,000 profiles, gate, ledger, tracked links, two senders",
        "≥ 4,000 messages/s, memory flat",
        measured,
        bound,
    )


def transitions_row(scale: float) -> str:
    """A whole base through wait → split → send."""
    result = transitions.run(int(500_000 * scale))
    measured = (
        f"{result['transitions_per_second']:,} node transitions/s of {result['people']:,} people in "
        f"{result['seconds']} s, {result['engines']} engines"
    )
    bound = "per transition: " + _busiest(result["microseconds_per_transition"], "µs")
    return _row(
        "500,000 profiles through wait → split → send, messages reserved in the ledger",
        "≥ 20,000 node transitions/s",
        measured,
        bound,
    )


def decide_row(scale: float) -> str:
    """Fifty rules about one person, over HTTP."""
    result = decide.run(scale)
    measured = (
        f"p50 {result['median_ms']} ms, p95 {result['p95_ms']} ms, p99 {result['p99_ms']} ms of "
        f"{result['requests']:,} questions"
    )
    bound = _busiest(result["cpu_percent_by_role"], "% of a core")
    return _row(
        "instant decision for one profile: 50 rules in memory, over HTTP, 200 requests/s",
        "p99 < 10 ms",
        measured,
        bound,
    )


def dry_run_row(scale: float) -> str:
    """Ninety days through a draft, at a quarter of the size."""
    result = dry_run.run(int(25_000 * scale))
    measured = (
        f"{result['seconds']} s for {result['people']:,} people with {result['events']:,} events "
        f"({result['people_per_second']:,} people/s: {100_000 / result['people_per_second']:.0f} s for 100,000)"
    )
    bound = "per person: " + _busiest(result["microseconds_per_person"], "µs")
    return _row("dry run of 100,000 profiles over 90 days", "< 5 min", measured, bound)


def idle_row(scale: float) -> str:
    """`kesher serve` with nothing to do."""
    result = idle.run(60.0 * scale)
    measured = f"{result['memory_mb']} MB, {result['cpu_percent_of_a_core']} % of a core"
    bound = _busiest(result["memory_by_role_mb"], "MB")
    return _row("idle `kesher serve`, database included", "≤ 600 MB, < 2 % of a core", measured, bound)


def rule_row(scale: float) -> str:
    """Rules over everybody, from scratch and as previews: two rows of one base."""
    result = rule.run(int(1_000_000 * scale), int(10_000_000 * scale))
    size = f"{result['people']:,} profiles, {result['events']:,} events"
    three, traits, count = (result["rules"][name] for name in ("three", "traits", "count"))
    scratch = _row(
        f"one rule with a count in a window, a sequence and a sum, from scratch: {size}",
        "< 5 s",
        f"{three['seconds']} s ({three['people']:,} people)",
        f"PostgreSQL: {three['cpu_seconds']} s of processors for two scans of the log",
    )
    preview = _row(
        f"rule preview (count, sample, warnings): {size}",
        "< 1 s for traits, < 3 s for behaviour",
        f"two traits {traits['seconds']} s ({traits['people']:,} people); a count in a window {count['seconds']} s "
        f"({count['people']:,} people)",
        f"PostgreSQL: {traits['cpu_seconds']} s and {count['cpu_seconds']} s of processors for a scan of each",
    )
    return f"{scratch}\n{preview}"


def lag_row(scale: float) -> str:
    """From received to read by a tick, with 100 segments."""
    result = lag.run(int(100_000 * scale), seconds=60 * scale)
    measured = (
        f"p95 {result['p95_ms']} ms, median {result['median_ms']} ms, slowest {result['max_ms']} ms of "
        f"{result['events']:,} events; {result['changes']:,} memberships changed"
    )
    return _row(
        f"tick lag: 100 segments, 1,000 events/s of which each touches 5; {result['people']:,} profiles",
        "p95 < 500 ms",
        measured,
        "the length of a tick; " + _busiest(result["cpu_percent_by_role"], "% of a core"),
    )


ROWS: dict[str, Callable[[float], str]] = {
    "collector": collector_row,
    "pipeline": pipeline_row,
    "lag": lag_row,
    "rule": rule_row,
    "broadcast": broadcast_row,
    "transitions": transitions_row,
    "decide": decide_row,
    "dry_run": dry_run_row,
    "idle": idle_row,
}
