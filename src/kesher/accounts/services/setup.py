"""The first minute: the owner and the workspace of an installation that has no user yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kesher.accounts import models, validation
from kesher.accounts.errors import AlreadySetUp, SetupInvalid
from kesher.accounts.services.bootstrap import bootstrap
from kesher.accounts.types import FirstOwner, FirstWorkspace, Workspace
from kesher.kernel.db import request_connection
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.accounts")


def set_up(owner: FirstOwner, workspace: FirstWorkspace, *, now: datetime) -> Workspace:
    """Make the first workspace and its owner, once: AlreadySetUp when there is any user, SetupInvalid names mistakes.

    Of several at the same moment one succeeds.
    """
    with transaction.atomic():
        _sql.run(request_connection(), "hold_setup")
        if models.User.objects.exists():
            raise AlreadySetUp
        problems = tuple(_problems(owner, workspace))
        if problems:
            raise SetupInvalid(problems=problems)
        return bootstrap(
            name=workspace.name,
            email=owner.email,
            password=owner.password,
            owner_name=owner.name,
            language=workspace.language,
            timezone=workspace.timezone,
            actor=owner.email,
            now=now,
        )


def _problems(owner: FirstOwner, workspace: FirstWorkspace) -> Iterable[Problem]:
    user = models.User(email=owner.email, name=owner.name)
    of_owner = [*validation.email_problems(owner.email), *validation.password_problems(owner.password, user)]
    if owner.name:
        of_owner += validation.name_problems(owner.name)
    of_workspace = [
        *validation.name_problems(workspace.name),
        *validation.timezone_problems(workspace.timezone),
        *validation.language_problems(workspace.language, "language"),
    ]
    for place, found in (("owner", of_owner), ("workspace", of_workspace)):
        yield from (Problem(f"{place}.{problem.path}", problem.message) for problem in found)
