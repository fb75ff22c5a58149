"""`kesher journey play`: a customer walks a journey in virtual time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesher.cli.session import terminal_language, with_database
from kesher.kernel.text import Text

if TYPE_CHECKING:
    from kesher.journeys.queries import PlayCheck, PlayLine, Rehearsal
    from kesher.journeys.types import Definition
    from kesher.segments.types import Explanation

_ENDS = {
    "endless": Text(
        en="The journey starts itself again and again at one moment; the play stops here.",
        he="המסע מתחיל את עצמו שוב ושוב באותו רגע; המשחק נעצר כאן.",
    ),
    "too_long": Text(
        en="There is more than anybody would read; the play stops here.", he="נעצר כאן: יש יותר מכפי שאפשר לקרוא."
    ),
}
_LTR = "\u200e"
"""A left-to-right mark: after a Hebrew word it keeps the numbers that follow where they are, before a line it keeps a
terminal from turning the columns round."""
_DAYS = Text(en="Mon Tue Wed Thu Fri Sat Sun", he="ב׳ ג׳ ד׳ ה׳ ו׳ ש׳ א׳")
_NOTHING = Text(
    en="Nothing happens: nobody enters in this time, and there are no events. Give some with --events, or let it begin"
    " in the person's past with --from.",
    he="לא קורה דבר: איש אינו נכנס בזמן הזה, ואין אירועים. אפשר לתת אירועים ב־‎--events, או להתחיל בעבר של האדם"
    " ב־‎--from.",
)
_WHO = Text(
    en="say who walks: --person (a real one) or --imagine (a file), one of the two",
    he="יש לומר מי הולך במסע: ‎--person (אדם אמיתי) או ‎--imagine (קובץ), אחד מן השניים",
)
_NOT_MOMENT = Text(
    en="write a date such as 2026-03-01 or 2026-03-01T09:00, not {text}",
    he="יש לכתוב תאריך, למשל 2026-03-01 או 2026-03-01T09:00, ולא {text}",
)
_NO_FILE = Text(en="the file {file} cannot be read: {reason}", he="אי אפשר לקרוא את הקובץ {file}:‏ {reason}")
_SENT = Text(en="sent", he="נשלחו")
_ENTERED = Text(
    en="People who could have entered: {people}. Entered: {entered}. Runs: {runs}.",
    he="יכלו להיכנס: {people}. נכנסו: {entered}. מעברים: {runs}.",
)
_ENDED = Text(
    en="Goals reached: {goals}. Still on the way at the end: {in_flight}.",
    he="מטרות שהושגו: {goals}. עדיין בדרך בסוף: {in_flight}.",
)
_HELD = Text(en="Held back", he="נעצרו")
_PUT_OFF = Text(en="Put off", he="נדחו")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("play")
@click.argument("workspace")
@click.argument("journey")
@click.option("--person", help="A profile's number, e-mail address or user id.")
@click.option("--imagine", type=_FILE, help="A JSON file with the traits of somebody who never was.")
@click.option("--events", type=_FILE, help="A JSON file with what she does.")
@click.option("--from", "start", help="When the play begins (a date or time, UTC); else now.")
@click.option("--until", help="When it ends (a date or time, UTC).")
@click.option("--language", help="The language of the messages, such as he.")
@click.option("--draft", is_flag=True, help="Play the journey's draft.")
@click.option("--html", is_flag=True, help="Show the messages' HTML too.")
@with_database
def play(
    workspace: str,
    journey: str,
    person: str | None,
    imagine: Path | None,
    events: Path | None,
    start: str | None,
    until: str | None,
    language: str | None,
    draft: bool,
    html: bool,
) -> None:
    """Let one customer, real or imagined, walk JOURNEY (a key or a YAML file) in virtual time; nothing is written."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    if (person is None) == (imagine is None):
        raise click.UsageError(_WHO.render(terminal_language()))
    found = accounts.get_workspace(slug=workspace)
    definition, number = read_journey(journey, found.id, draft=draft)
    request = queries.PlayRequest(person, _read(imagine), _read(events) or (), moment(start), moment(until), language)
    with connect("play") as conn:
        now = read_clock(conn)
        told = queries.play_journey(conn, definition, request, workspace_id=found.id, now=now, number=number)
    click.echo(f"{told.journey} · {told.start:%Y-%m-%d %H:%M}Z – {told.until:%Y-%m-%d %H:%M}Z · {told.zone}")
    if not told.lines:
        click.echo(_NOTHING.render(terminal_language()))
    for line in told.lines:
        _show(line, terminal_language(), html=html)
    if told.ended in _ENDS:
        click.echo(_ENDS[told.ended].render(terminal_language()))


@click.command("dry-run")
@click.argument("workspace")
@click.argument("journey")
@click.option("--from", "start", required=True, help="The first day or moment of the period (UTC).")
@click.option("--to", "until", required=True, help="Its last moment (UTC).")
@click.option("--draft", is_flag=True, help="Try the journey's draft.")
@click.option("--json", "as_json", is_flag=True, help="Show the numbers as JSON.")
@with_database
def dry_run(workspace: str, journey: str, start: str, until: str, draft: bool, as_json: bool) -> None:
    """Let the recorded history of a period go through JOURNEY (a key or a YAML file); nothing is written."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    found = accounts.get_workspace(slug=workspace)
    definition, number = read_journey(journey, found.id, draft=draft)
    first, last = moment(start), moment(until)
    assert first is not None and last is not None
    with (
        connect("dry-run") as conn,
        click.progressbar(
            length=1, label=definition.key, file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
        ) as bar,
    ):

        def progress(done: int, people: int) -> None:
            bar.length = people
            bar.update(done - bar.pos)

        told = queries.rehearse_journey(
            conn,
            definition,
            workspace_id=found.id,
            start=first,
            until=last,
            now=read_clock(conn),
            number=number,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(queries.as_json(told), ensure_ascii=False, indent=2))
    else:
        _show_numbers(told)


def _show_numbers(told: Rehearsal) -> None:
    language = terminal_language()
    counts = {"people": told.people, "entered": told.entered, "runs": told.runs}
    click.echo(_ENTERED.render(language, **counts))
    click.echo(_ENDED.render(language, goals=told.goals, in_flight=told.in_flight))
    mark = _LTR if language == "he" else ""
    for line in _number_lines(told, language):
        click.echo(mark + line)


def _number_lines(told: Rehearsal, language: str) -> Iterator[str]:
    width = max(map(len, told.nodes), default=0)
    for node, counts in told.nodes.items():
        ways = "  ".join(f"{name} {count}" for name, count in counts.items() if name != "entered")
        yield f"  {node:<{width}} {counts['entered']:>6}  {ways}".rstrip()
        for state, count in told.messages.get(node, {}).items():
            yield f"  {'':<{width}} {count:>6}  ✉ {_state(state, language)}"
    for title, reasons in ((_HELD, told.held), (_PUT_OFF, told.put_off)):
        for reason, count in reasons.most_common():
            yield f"{count:>6}  {title.render(language)}: {_reason(reason, language)}"
    most = max(told.by_hour.values(), default=0)
    for at, count in sorted(told.by_hour.items()):
        yield f"{at:%Y-%m-%d %H:00}Z {count:>6} {'█' * max(1, round(40 * count / most))}"


def _state(state: str, language: str) -> str:
    _, _, reason = state.partition(": ")
    return f"{_HELD.render(language)}: {_reason(reason, language)}" if reason else _SENT.render(language)


def _reason(reason: str, language: str) -> str:
    from kesher.messaging.types import REASONS, Reason

    return REASONS[Reason(reason)].render(language)


def read_journey(journey: str, workspace_id: int, *, draft: bool) -> tuple[Definition, int]:
    """The journey of a key, or of a YAML file."""
    from kesher.journeys import queries

    if journey.endswith((".yaml", ".yml")):
        return queries.read_to_play(workspace_id=workspace_id, yaml=_text_of(Path(journey)))
    return queries.read_to_play(workspace_id=workspace_id, key=journey, version="draft" if draft else None)


def moment(text: str | None) -> datetime | None:
    """A date or time as the user wrote it; UTC where no zone is given."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_NOT_MOMENT.render(terminal_language(), text=text)) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read(file: Path | None) -> Any:
    if file is None:
        return None
    try:
        return json.loads(_text_of(file))
    except ValueError as error:
        raise _unreadable(file, error) from None


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: Exception) -> click.BadParameter:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return click.BadParameter(_NO_FILE.render(terminal_language(), file=file, reason=reason))


def _show(line: PlayLine, language: str, *, html: bool) -> None:
    if line.kind == "step" and line.came_from is None:
        return  # the line before said where she enters
    day = _DAYS.render(language).split()[line.local.weekday()]
    day = f"{day:<3}{_LTR}" if language == "he" else day
    click.echo(f"{line.local:%Y-%m-%d} {day} {line.local:%H:%M:%S}  {line.text.render(language)}")
    for check in line.checks:
        _show_check(check, language)
    message = line.message
    if message is None or message.rendered is None or message.state != "sent":
        return
    click.echo(f"      {message.rendered.subject}")
    for text in (message.rendered.html if html else message.rendered.text).splitlines():
        click.echo(f"      │ {text}")


def _show_check(check: PlayCheck, language: str) -> None:
    if check.explanation is None:
        click.echo(f"      {'✓' if check.holds else '✗'} {check.place}")
        return
    show_explanation(check.explanation, language, depth=3, place=f"{check.place}: ")


def show_explanation(part: Explanation, language: str, *, depth: int, place: str = "") -> None:
    """A rule's parts, one a line."""
    found = f"  {part.found.render(language)}" if part.found is not None else ""
    click.echo(f"{'  ' * depth}{'✓' if part.holds else '✗'} {place}{part.sentence.render(language)}{found}")
    for inner in part.parts:
        show_explanation(inner, language, depth=depth + 1)
