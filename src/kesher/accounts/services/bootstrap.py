"""The first workspace and its owner, for `kesher init` and the demo."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from kesher.accounts import models
from kesher.accounts.errors import WorkspaceExists
from kesher.accounts.records import workspace_record
from kesher.accounts.services.audit import record_audit
from kesher.accounts.services.members import add_member
from kesher.accounts.services.users import create_user
from kesher.accounts.services.workspaces import create_workspace
from kesher.accounts.types import Role, Workspace

_NAMELESS = "main"
"""The slug when the business' name has no Latin letter, as most Hebrew names."""


def bootstrap(
    *,
    name: str,
    email: str,
    password: str | None,
    slug: str | None = None,
    owner_name: str = "",
    language: str = "he",
    timezone: str = "Asia/Jerusalem",
    actor: str = "kesher init",
    now: datetime,
) -> Workspace:
    """Make the workspace, its owner (or take the user with this address) and the membership.

    Calling it again with the same address changes nothing; WorkspaceExists when the slug is another owner's.
    """
    slug = slug or slugify(name)[:60].strip("-") or _NAMELESS
    with transaction.atomic():
        standing = models.Workspace.objects.filter(slug=slug).first()
        if standing is not None:
            if not _owns(standing, email):
                raise WorkspaceExists(key=slug)
            return workspace_record(standing)
        made = create_workspace(slug=slug, name=name, timezone=timezone, default_language=language, now=now)
        user = models.User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            owner_id = create_user(email=email, password=password, name=owner_name, language=language, now=now).id
        else:
            owner_id = user.pk
        owner = add_member(workspace_id=made.id, user_id=owner_id, role=Role.OWNER)
        record_audit(made.id, actor, "accounts.bootstrap", made.slug, {"owner": owner.email}, now)
    return made


def _owns(workspace: models.Workspace, email: str) -> bool:
    owners = workspace.memberships.filter(role=Role.OWNER, user__email__iexact=email.strip())
    return owners.exists()
