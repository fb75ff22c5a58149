"""The first workspace and its owner, for `kesher init` and the demo."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kesher.accounts import models
from kesher.accounts.records import user_record, workspace_record
from kesher.accounts.services.audit import record_audit
from kesher.accounts.services.members import add_member
from kesher.accounts.services.users import create_user
from kesher.accounts.services.workspaces import create_workspace
from kesher.accounts.types import Bootstrap, Role


def bootstrap(
    *,
    slug: str,
    workspace_name: str,
    email: str,
    password: str | None = None,
    owner_name: str = "",
    timezone: str = "Asia/Jerusalem",
    default_language: str = "he",
    operator: str = "kesher init",
    now: datetime,
) -> Bootstrap:
    """Make the workspace, its owner and the membership, each unless it stands already; nothing existing is changed."""
    with transaction.atomic():
        workspace_row = models.Workspace.objects.filter(slug=slug).first()
        user_row = models.User.objects.filter(email__iexact=email.strip()).first()
        workspace = (
            workspace_record(workspace_row)
            if workspace_row
            else create_workspace(
                slug=slug, name=workspace_name, timezone=timezone, default_language=default_language, now=now
            )
        )
        owner = (
            user_record(user_row)
            if user_row
            else create_user(email=email, password=password, name=owner_name, language=default_language, now=now)
        )
        if models.Membership.objects.filter(workspace_id=workspace.id, user_id=owner.id).exists():
            return Bootstrap(workspace=workspace, owner=owner, created=False)
        add_member(workspace_id=workspace.id, user_id=owner.id, role=Role.OWNER)
        record_audit(workspace.id, operator, "accounts.bootstrap", workspace.slug, {"owner": owner.email}, now)
    return Bootstrap(workspace=workspace, owner=owner, created=True)
