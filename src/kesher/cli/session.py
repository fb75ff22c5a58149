"""What a command needs before it can work: the database running, Django set up, errors shown as sentences."""

from __future__ import annotations

import functools
import locale
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import click
import psycopg
from django.db.utils import OperationalError

from kesher.kernel.errors import KesherError
from kesher.kernel.text import Text, base_language

P = ParamSpec("P")
R = TypeVar("R")


def terminal_language() -> str:
    """Hebrew when KESHER_LANGUAGE or the terminal's locale says so, else English."""
    chosen = os.environ.get("KESHER_LANGUAGE") or locale.getlocale()[0] or "en"
    return "he" if base_language(chosen) == "he" else "en"


NO_ANSWER = Text(
    en="The database does not answer ({reason}). Is it running, and is DATABASE_URL right?",
    he="מסד הנתונים אינו עונה ({reason}). האם הוא פועל, והאם DATABASE_URL נכון?",
)


@contextmanager
def told_in_words() -> Iterator[None]:
    """Show what a person can mend as a sentence in her language, and leave with exit status 1."""
    try:
        yield
    except KesherError as error:
        click.echo(error.render(terminal_language()), err=True)
        sys.exit(1)
    except (psycopg.OperationalError, OperationalError) as error:
        reason = str(error).strip().splitlines()[0]
        click.echo(NO_ANSWER.render(terminal_language(), reason=reason), err=True)
        sys.exit(1)


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command with Django set up; an embedded PostgreSQL that is not running is started for it, and stopped."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with told_in_words():
            started_here = _ensure_database()
            try:
                set_up_django()
                return command(*args, **kwargs)
            finally:
                if started_here:
                    _stop_database()

    return run


def set_up_django() -> None:
    """Load the settings and the rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesher.config.settings")
    import django

    django.setup()


def _ensure_database() -> bool:
    from kesher.config import postgres
    from kesher.config.environment import environment

    env = environment()
    folder = env.data_dir / "postgres"
    if env.database_url is not None:
        return False
    started_here = postgres.running_url(folder) is None
    os.environ["DATABASE_URL"] = postgres.start(folder)
    environment.cache_clear()
    return started_here


def _stop_database() -> None:
    from django.db import connections

    from kesher.config import postgres
    from kesher.config.environment import environment

    connections.close_all()
    postgres.stop(environment().data_dir / "postgres")
