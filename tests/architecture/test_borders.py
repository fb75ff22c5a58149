"""The borders between rooms that an import linter cannot see: public surfaces, and the SQL."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kesher
from kesher.kernel.sql import Statement, statements_of

SOURCE = Path(kesher.__file__).parent
ROOMS = [
    "kernel",
    "accounts",
    "profiles",
    "consent",
    "events",
    "segments",
    "content",
    "messaging",
    "journeys",
    "api",
    "web",
    "config",
    "cli",
]
ABOVE_ALL = {"config", "cli"}
PUBLIC = {"services", "queries", "types", "errors", "registry", "temporary", "models", "apps"}
# The processes that the composition root starts.
ENTRY_POINTS = {
    ("events", "collector"),
    ("messaging", "sender"),
    ("messaging", "capture"),
    ("api", "urls"),
    ("api", "streaming"),
    ("api", "instant"),
    ("web", "urls"),
    ("web", "storefront"),
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "lib", "misc"}
TABLE = re.compile(rf"\b({'|'.join(ROOMS)})_[a-z_]+\b")
WRITE = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+(?:ONLY\s+)?([a-z_]+)", re.I)


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def python_files() -> list[Path]:
    return [f for f in SOURCE.rglob("*.py") if "migrations" not in f.parts and room_of(f) in ROOMS]


def imported_modules(file: Path) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            base = tuple(node.module.split("."))
            found += [(*base, alias.name) for alias in node.names]
    return [name for name in found if name[0] == "kesher" and len(name) > 1 and name[1] in ROOMS]


@pytest.mark.parametrize("file", python_files(), ids=lambda f: str(f.relative_to(SOURCE)))
def test_a_room_uses_only_the_public_surface_of_another(file: Path) -> None:
    mine = room_of(file)
    for name in imported_modules(file):
        theirs, part = name[1], name[2] if len(name) > 2 else ""
        if theirs in (mine, "kernel"):
            continue
        if mine in ABOVE_ALL and ((theirs, part) in ENTRY_POINTS or theirs in ABOVE_ALL):
            continue
        assert part in PUBLIC - {"apps"}, f"{file.name} reaches into {'.'.join(name)}"
        assert part != "models" or mine in {"accounts", theirs}, f"{file.name} uses another room's models: {name}"


@pytest.mark.parametrize("file", python_files(), ids=lambda f: str(f.relative_to(SOURCE)))
def test_a_file_has_a_name_that_says_what_it_holds(file: Path) -> None:
    assert file.stem not in FORBIDDEN_NAMES
    assert not re.search(r"[vV]\d$", file.stem)


STATEMENTS = [
    statement
    for room in ROOMS
    if (SOURCE / room / "sql").is_dir() and any((SOURCE / room / "sql").glob("*.sql"))
    for statement in statements_of(f"kesher.{room}")
]


def without_comments(sql: str) -> str:
    return "\n".join(line.split("--")[0] for line in sql.splitlines())


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.room}.{s.name}")
def test_sql_reads_downward_and_writes_its_own_tables(statement: Statement) -> None:
    text = without_comments(statement.sql)
    allowed = ROOMS[: ROOMS.index(statement.room) + 1]
    for match in TABLE.finditer(text):
        assert match[1] in allowed, f"{statement.room}.{statement.name} reads {match[0]}"
    for target in WRITE.findall(text):
        owner = TABLE.match(target)
        assert owner is None or owner[1] == statement.room, f"{statement.room}.{statement.name} writes {target}"


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.room}.{s.name}")
def test_a_statement_says_why_it_is_there(statement: Statement) -> None:
    first = statement.sql.splitlines()[0]
    assert first.startswith("-- "), f"{statement.room}.{statement.name} has no comment"
