"""Who calls: an API key in the Authorization header, or a signed-in user's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from kesher.accounts import queries, services
from kesher.accounts.errors import WorkspaceNotFound
from kesher.accounts.types import Actor, Permission
from kesher.api.errors import CsrfMissing, NotSignedIn
from kesher.kernel.clock import read_clock
from kesher.kernel.db import request_connection

WORKSPACE_HEADER = "X-Workspace"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user who has not chosen a workspace: enough to see oneself."""

    user_id: int


class ApiKeyAuth(HttpBearer):
    """`Authorization: Bearer ksk_…`; a key belongs to one workspace."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The key's actor, if it holds the route's permission."""
        actor = services.authenticate_api_key(token.strip(), now=read_clock(request_connection()))
        reference = request.headers.get(WORKSPACE_HEADER)
        if reference is not None and reference not in (str(actor.workspace_id), _slug(actor)):
            raise WorkspaceNotFound(key=reference)
        actor.require(self.permission)
        return actor


class SessionAuth(APIKeyCookie):
    """The session of a signed-in user; writes need the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: Permission | None) -> None:
        self.permission = permission
        super().__init__(csrf=False)  # checked below, where it can be answered with a problem document

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | SignedIn:
        """The user in the workspace that she named, if her role holds the route's permission."""
        user: Any = request.user
        if not user.is_authenticated:
            raise NotSignedIn
        if request.method not in _SAFE and check_csrf(request) is not None:
            raise CsrfMissing(permission="csrf")
        if self.permission is None:
            return SignedIn(user.pk)
        actor = queries.access_as_member(user.pk, reference=request.headers.get(WORKSPACE_HEADER))
        actor.require(self.permission)
        return actor


def _slug(actor: Actor) -> str:
    return queries.get_workspace(actor.workspace_id).slug
