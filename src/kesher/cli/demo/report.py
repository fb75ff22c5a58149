"""What the demo prints: a progress line while it runs, and the result table at its end."""

from __future__ import annotations

import sys
import time

import click

from kesher.cli.demo.definitions import JOURNEYS
from kesher.cli.demo.replay import Progress
from kesher.cli.session import terminal_language
from kesher.journeys import queries as journeys
from kesher.journeys.types import JourneyReport
from kesher.kernel.db import Conn
from kesher.kernel.text import Text

LINE = Text(
    en="{date}  {share}  {events} events ({rate}/s)  {runs} runs started  {messages} messages handed over",
    he="{date}  {share}  {events} אירועים ({rate} בשנייה)  {runs} מסעות החלו  {messages} הודעות נמסרו",
)
ENTERED = Text(en="entered", he="נכנסו")
GOALS = Text(en="goals", he="השיגו את המטרה")
NOW = Text(en="still on the way", he="עדיין בדרך")
_TERMINAL_PAUSE, _FILE_PAUSE = 0.2, 5.0


class ProgressLine:
    """One line that is rewritten on a terminal, and a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._next = 0.0
        self._last: Progress | None = None

    def show(self, progress: Progress) -> None:
        """Print the progress, when it is time."""
        self._last = progress
        if time.monotonic() >= self._next:
            self._print(progress)

    def finish(self) -> None:
        """Print the last state and end the line."""
        if self._last is not None:
            self._print(self._last)
        if self._terminal:
            click.echo()

    def _print(self, progress: Progress) -> None:
        text = LINE.render(
            terminal_language(),
            date=f"{progress.at:%Y-%m-%d}",
            share=f"{progress.share:4.0%}",
            events=f"{progress.events:,}",
            rate=f"{progress.events_per_second:,.0f}",
            runs=f"{progress.runs:,}",
            messages=f"{progress.messages:,}",
        )
        click.echo(f"\r\x1b[2K{text}" if self._terminal else text, nl=not self._terminal)
        self._next = time.monotonic() + (_TERMINAL_PAUSE if self._terminal else _FILE_PAUSE)


def result_table(conn: Conn, workspace_id: int) -> str:
    """Per journey: who entered, what happened at each node, the messages by state, the goals."""
    reports = [journeys.journey_report(conn, workspace_id=workspace_id, key=key) for key in JOURNEYS]
    return "\n\n".join("\n".join(_lines(report)) for report in reports)


def _lines(report: JourneyReport) -> list[str]:
    language = terminal_language()
    head = (
        f"{report.name.render(language)}: {report.entered:,} {ENTERED.render(language)},"
        f" {report.goals:,} {GOALS.render(language)}"
    )
    if report.active:
        head += f", {report.active:,} {NOW.render(language)}"
    width = max(len(node.node) for node in report.nodes)
    rows = []
    for node in report.nodes:
        outcomes = "  ".join(f"{name} {count:,}" for name, count in sorted(node.outcomes.items()) if count)
        messages = report.messages.get(node.node, {})
        states = "  ".join(f"{state} {count:,}" for state, count in sorted(messages.items()) if count)
        rows.append(f"  {node.node:<{width}}  {node.entered:>7,}  {'  |  '.join(filter(None, (outcomes, states)))}")
    return [head, *(row.rstrip() for row in rows)]
