"""The first minute of an installation: its owner, her workspace and its face."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login
from ninja.utils import check_csrf
from pydantic import Field, SecretStr

from kesher.accounts import queries, services
from kesher.accounts.types import FirstOwner, FirstWorkspace
from kesher.api.errors import CsrfMissing
from kesher.api.routes.accounts import Me, me_of
from kesher.api.routes.content import BrandKitValues
from kesher.api.routing import OPEN, Call, Routes
from kesher.api.schemas import In, Out
from kesher.content import services as content
from kesher.content.errors import BrandKitInvalid
from kesher.events import services as events
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text

routes = Routes("setup")

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_SITE = Text(en="Web site", he="אתר")


class DemoSignIn(Out):
    """With what to sign in to the demo on this machine."""

    email: str
    password: str


class SetupState(Out):
    """Whether there is an owner yet; `demo_sign_in` only of a demo that nobody but this machine can reach."""

    needed: bool
    demo: bool
    demo_sign_in: DemoSignIn | None


class SetupOwner(In):
    """The account of who sets up; the first owner."""

    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=200)
    name: str = Field("", max_length=200)


class SetupWorkspace(In):
    """The business; its language is the owner's too."""

    name: str = Field(max_length=200)
    language: str = Field("he", max_length=8)
    timezone: str = Field("Asia/Jerusalem", max_length=64)


class SetupRequest(In):
    """The owner, her workspace and, if it is known already, its face."""

    owner: SetupOwner
    workspace: SetupWorkspace
    brand: BrandKitValues | None = None


@routes.get("/setup", permission=OPEN)
def get_setup(call: Call) -> SetupState:
    """Whether an owner is still to be made, and whether this is a demo."""
    return SetupState(needed=not queries.has_users(), demo=settings.DEMO, demo_sign_in=_demo_sign_in(call))


@routes.post("/setup", permission=OPEN, status=201)
def set_up(call: Call, body: SetupRequest) -> Me:
    """Make the first workspace, its owner and a source for its site, and sign her in; only while there is no user.

    It needs the X-CSRFToken header, so that no strange page can set up somebody's own machine.
    """
    if check_csrf(call.request) is not None:
        raise CsrfMissing(permission="csrf")
    password = body.owner.password.get_secret_value()
    workspace = services.set_up(
        FirstOwner(body.owner.email, password, body.owner.name),
        FirstWorkspace(body.workspace.name, body.workspace.language, body.workspace.timezone),
        now=call.now,
    )
    call.note_audited()
    events.create_source(
        call.conn, workspace_id=workspace.id, name=_SITE.render(workspace.default_language), now=call.now
    )
    if body.brand is not None:
        _save_brand(call, workspace.id, body.brand)
    user = authenticate(call.request, username=body.owner.email.strip().lower(), password=password)
    if user is None:
        raise LookupError("the owner who was just made cannot sign in")
    login(call.request, user)
    return me_of(user.pk)


def _save_brand(call: Call, workspace_id: int, brand: BrandKitValues) -> None:
    try:
        content.save_brand_kit(workspace_id=workspace_id, values=brand.model_dump(exclude_none=True), now=call.now)
    except BrandKitInvalid as error:
        placed = tuple(Problem(f"brand.{problem.path}", problem.message) for problem in error.problems)
        raise BrandKitInvalid(problems=placed) from error


def _demo_sign_in(call: Call) -> DemoSignIn | None:
    known = settings.DEMO_SIGN_IN
    proxied = "X-Forwarded-For" in call.request.headers
    if known is None or proxied or call.request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        return None
    email, password = known
    return DemoSignIn(email=email, password=password)
