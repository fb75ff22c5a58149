"""A route names its path, its permission and its handler in one place; the rest is the same for all and lies here.

A handler takes a `Call` first, then its path, query and body parameters, and says with its return type what it
answers. `post`, `put`, `patch` and `delete` run in one transaction and must leave an audit entry; `get` and `ask` (a
question too long for an address, hence a POST) change nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Final, Literal, TypeVar, get_type_hints

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.constants import NOT_SET

from kesher.accounts import services
from kesher.accounts.types import Actor, Permission
from kesher.api.auth import ApiKeyAuth, SessionAuth, SignedIn
from kesher.api.language import language_of
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.text import use_language

OPEN: Final = "open"
"""Anyone may call it."""
SELF: Final = "self"
"""Any signed-in user may, about herself."""

_FILE: Final = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}}}
"""What a handler answers that makes a file."""

Access = Permission | Literal["open", "self"]
Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(slots=True)
class Call:
    """One call of the API: who, when, over which connection."""

    request: HttpRequest
    conn: Conn
    now: datetime
    audited: bool = field(default=False, init=False)

    @property
    def actor(self) -> Actor:
        """Who acts, in a workspace; only on routes with a permission."""
        who: Actor = getattr(self.request, "auth")  # noqa: B009  ninja sets it
        if not isinstance(who, Actor):
            raise TypeError(f"{self.request.path} has no actor")
        return who

    @property
    def workspace_id(self) -> int:
        """The workspace in which everything of this call happens."""
        return self.actor.workspace_id

    @property
    def user_id(self) -> int:
        """The signed-in user of a SELF route."""
        who: SignedIn = getattr(self.request, "auth")  # noqa: B009
        return who.user_id

    def audit(self, action: str, target: object, changes: Mapping[str, Any] | None = None) -> None:
        """Record what this call changed, in its transaction."""
        services.record_audit(
            self.workspace_id, self.actor.name, action, str(target), changes or {}, self.now, self._address
        )
        self.audited = True

    def note_audited(self) -> None:
        """The room's service has recorded this change itself."""
        self.audited = True

    def audit_user(self, user_id: int, action: str) -> None:
        """Record what a user changed about herself, in each of her workspaces."""
        services.record_audit_of_user(user_id, action, {}, self.now, self._address)
        self.audited = True

    @property
    def _address(self) -> str | None:
        return self.request.META.get("REMOTE_ADDR") or None


class AuditMissing(Exception):
    """A handler wrote without recording it: a defect, so the write is rolled back."""


class Routes:
    """The routes of one room, as a ninja router."""

    def __init__(self, tag: str) -> None:
        self.router = Router(tags=[tag])

    def get(self, path: str, *, permission: Access) -> Callable[[Handler], Handler]:
        """A read."""
        return self._route("GET", path, permission, _read)

    def ask(self, path: str, *, permission: Access) -> Callable[[Handler], Handler]:
        """A POST that only reads."""
        return self._route("POST", path, permission, _read)

    def post(self, path: str, *, permission: Access, status: int = 200) -> Callable[[Handler], Handler]:
        """A write; `status` 201 when it creates."""
        return self._route("POST", path, permission, _write, status)

    def put(self, path: str, *, permission: Access) -> Callable[[Handler], Handler]:
        """A write that replaces."""
        return self._route("PUT", path, permission, _write)

    def patch(self, path: str, *, permission: Access) -> Callable[[Handler], Handler]:
        """A write that changes what is given."""
        return self._route("PATCH", path, permission, _write)

    def delete(self, path: str, *, permission: Access) -> Callable[[Handler], Handler]:
        """A write that removes."""
        return self._route("DELETE", path, permission, _write)

    def _route(
        self, method: str, path: str, permission: Access, unit: Callable[..., Any], status: int = 200
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            view, answer = _view(handler, unit)
            self.router.api_operation(
                [method],
                path,
                auth=_auth(permission),
                response=_answers(answer, status),
                operation_id=handler.__name__,
                summary=handler.__name__.replace("_", " ").capitalize(),
                openapi_extra={"x-permission": permission, **(_FILE if answer is NOT_SET else {})},
            )(view)
            return handler

        return register


def _answers(answer: Any, status: int) -> Any:
    if answer is NOT_SET:
        return NOT_SET
    return {204: None} if answer is None else {status: answer}


def _auth(permission: Access) -> Any:
    if permission == "open":
        return None
    if permission == "self":
        return [SessionAuth(None)]
    return [ApiKeyAuth(permission), SessionAuth(permission)]


def _view(handler: Callable[..., Any], unit: Callable[..., Any]) -> tuple[Callable[..., Any], Any]:
    """The view that ninja sees (`request` instead of the call), and the type of its answer."""
    hints = get_type_hints(handler, include_extras=True)
    answer = hints.pop("return")

    @wraps(handler)
    def view(request: HttpRequest, **values: Any) -> Any:
        with use_language(language_of(request)):
            return unit(handler, request, values)

    first, *others = inspect.signature(handler).parameters.values()
    known = [each.replace(annotation=hints[each.name]) for each in others]
    request_parameter = first.replace(name="request", annotation=HttpRequest)
    view.__signature__ = inspect.Signature([request_parameter, *known])  # type: ignore[attr-defined]
    if isinstance(answer, type) and issubclass(answer, HttpResponseBase):
        return view, NOT_SET
    return view, None if answer is type(None) else answer


def _read(handler: Callable[..., Any], request: HttpRequest, values: dict[str, Any]) -> Any:
    conn = request_connection()
    return handler(Call(request, conn, read_clock(conn)), **values)


def _write(handler: Callable[..., Any], request: HttpRequest, values: dict[str, Any]) -> Any:
    with transaction.atomic():
        conn = request_connection()
        call = Call(request, conn, read_clock(conn))
        answer = handler(call, **values)
        if not call.audited:
            raise AuditMissing(handler.__name__)
    return answer
