"""Making and changing workspaces."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kesher.accounts import models, validation
from kesher.accounts.errors import WorkspaceExists, WorkspaceInvalid, WorkspaceNotFound
from kesher.accounts.records import workspace_record
from kesher.accounts.types import Workspace


def create_workspace(
    *, slug: str, name: str, timezone: str = "Asia/Jerusalem", default_language: str = "he", now: datetime
) -> Workspace:
    """A new, empty workspace; WorkspaceExists when the slug is taken."""
    row = models.Workspace(
        slug=slug, name=name.strip(), timezone=timezone, default_language=default_language, created_at=now
    )
    _check(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise WorkspaceExists(key=slug) from error
    return workspace_record(row)


def update_workspace(
    workspace_id: int,
    *,
    name: str | None = None,
    timezone: str | None = None,
    default_language: str | None = None,
    settings: dict[str, Any] | None = None,
) -> Workspace:
    """Change what is given; the keys in `settings` are set one by one, a null removes its key. `holdout` (`{"share":
    500, "salt": "2026"}`, in basis points) keeps all marketing from a share of the people."""
    with transaction.atomic():
        row = models.Workspace.objects.select_for_update().filter(pk=workspace_id).first()
        if row is None:
            raise WorkspaceNotFound(key=workspace_id)
        row.name = row.name if name is None else name.strip()
        row.timezone = row.timezone if timezone is None else timezone
        row.default_language = row.default_language if default_language is None else default_language
        merged = {**row.settings, **(settings or {})}
        row.settings = {key: value for key, value in merged.items() if value is not None}
        _check(row)
        row.save()
    return workspace_record(row)


def _check(row: models.Workspace) -> None:
    problems = [
        *validation.slug_problems(row.slug),
        *validation.name_problems(row.name),
        *validation.timezone_problems(row.timezone),
        *validation.language_problems(row.default_language, "default_language"),
        *validation.holdout_problems(row.settings.get("holdout")),
    ]
    if problems:
        raise WorkspaceInvalid(problems=tuple(problems))
