"""How messages leave: the policy of contact, the providers, and the addresses that must not be contacted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Path, Query
from pydantic import Field, SecretStr

from kesher.api.errors import ThingNotFound
from kesher.api.forms import FieldDetail
from kesher.api.paging import Cursor, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out
from kesher.kernel.text import Text
from kesher.messaging import queries, services
from kesher.messaging.registry import ProviderKind, list_provider_kinds
from kesher.messaging.types import DAYS

routes = Routes("delivery")

Channel = Literal["email"]
PathName = Annotated[str, Path(min_length=1, max_length=200)]
_PROVIDER = Text(en="provider", he="ספק")
_SUPPRESSION = Text(en="suppressed address", he="כתובת חסומה")


class CapRule(In):
    """At most `limit` messages to a person in any `window_hours`; an empty channel means over all of them."""

    channel: str = Field("", max_length=50)
    limit: int
    window_hours: int
    action: Literal["defer", "drop"] = "defer"


class QuietHoursRule(In):
    """No marketing from `start` to `end` (HH:MM) in the person's own time zone."""

    start: str = Field(max_length=5)
    end: str = Field(max_length=5)
    action: Literal["defer", "drop"] = "defer"


class OpenHoursRule(In):
    """Open from `after` to `before` (HH:MM, at most 24:00) on these days (`sun` … `sat`), where the person is."""

    days: list[str] = Field(default_factory=lambda: list(DAYS), max_length=7)
    after: str = Field("00:00", max_length=5)
    before: str = Field("24:00", max_length=5)


class WindowRule(In):
    """When marketing may reach people of a country on a channel; empty means all. `calendar` closes rest days too."""

    channel: str = Field("", max_length=50)
    country: str = Field("", max_length=2)
    open: list[OpenHoursRule] = Field(default_factory=list, max_length=14)
    calendar: str = Field("", max_length=50)
    action: Literal["defer", "drop"] = "defer"


class PolicyDocument(In):
    """The workspace's rules of contact."""

    caps: list[CapRule] = Field(default_factory=list, max_length=10)
    quiet_hours: QuietHoursRule | None = None
    windows: list[WindowRule] = Field(default_factory=list, max_length=50)


class ClosingDetail(Out):
    """A stretch of time in which a calendar leaves the people of a place in peace."""

    starts_at: datetime
    ends_at: datetime
    name: BothTexts


class ProviderKindDetail(Out):
    """A kind of provider: what it needs and how to set it up."""

    key: str
    channel: str
    title: BothTexts
    setup: BothTexts
    secret: BothTexts | None
    settings: list[FieldDetail]


class ProviderDetail(Out):
    """An account; its secret can be set and never read."""

    id: int
    channel: str
    kind: str
    name: str
    settings: JsonObject
    has_secret: bool
    rate_per_second: float | None
    enabled: bool


class ProviderSettings(In):
    """An account's settings; a secret that is left out stays as it is."""

    kind: str = Field(max_length=50)
    settings: JsonObject = Field(default_factory=dict, max_length=50)
    secret: SecretStr | None = Field(None, max_length=2000)
    rate_per_second: float | None = Field(None, gt=0, le=1_000_000, allow_inf_nan=False)
    enabled: bool = True


class SuppressionDetail(Out):
    """An address that must not be contacted on a channel, and why."""

    channel: str
    address: str
    reason: str
    detail: str
    added_at: datetime


class NewSuppression(In):
    """An address to leave in peace."""

    address: str = Field(max_length=320)
    channel: Channel = "email"
    detail: str = Field("", max_length=500)


@routes.get("/policy", permission="messaging:read")
def get_policy(call: Call) -> PolicyDocument:
    """The frequency caps, quiet hours and sending windows."""
    return _policy(queries.get_policy(call.conn, workspace_id=call.workspace_id))


@routes.put("/policy", permission="messaging:policy")
def save_policy(call: Call, body: PolicyDocument) -> PolicyDocument:
    """Replace the caps, quiet hours and windows; they hold from the next message on."""
    given = {
        "caps": [cap.model_dump() for cap in body.caps],
        "quiet_hours": body.quiet_hours.model_dump() if body.quiet_hours else {},
        "windows": [window.model_dump() for window in body.windows],
    }
    saved = services.save_policy(call.conn, workspace_id=call.workspace_id, now=call.now, **given)
    call.audit("messaging.save_policy", "policy", given)
    return _policy(saved)


@routes.get("/calendars/{calendar}/closings", permission="messaging:read")
def list_calendar_closings(
    call: Call,
    calendar: PathName,
    zone: Annotated[str, Query("", max_length=100)],
    country: Annotated[str, Query("", max_length=2)],
    city: Annotated[str, Query("", max_length=100)],
    days: Annotated[int, Query(30, ge=1, le=400)],
) -> list[ClosingDetail]:
    """When the calendar closes a place in the coming days; without a place, the workspace's."""
    found = queries.list_closings(
        calendar, workspace_id=call.workspace_id, zone=zone, country=country, city=city, now=call.now, days=days
    )
    return [ClosingDetail.model_validate(each) for each in found]


@routes.get("/provider-kinds", permission="messaging:read")
def list_kinds_of_providers(call: Call) -> list[ProviderKindDetail]:
    """What can be set up, with the fields of each kind."""
    return [_kind(kind) for kind in list_provider_kinds()]


@routes.get("/providers", permission="messaging:read")
def list_providers(call: Call) -> list[ProviderDetail]:
    """The accounts through which messages leave."""
    rows = queries.list_providers(call.conn, workspace_id=call.workspace_id)
    return [ProviderDetail.model_validate(row) for row in rows]


@routes.put("/providers/{channel}/{name}", permission="messaging:providers")
def save_provider(call: Call, channel: Channel, name: PathName, body: ProviderSettings) -> ProviderDetail:
    """Set up an account or change it."""
    made = services.save_provider(
        call.conn,
        workspace_id=call.workspace_id,
        channel=channel,
        name=name,
        kind=body.kind,
        settings=body.settings,
        secret=body.secret.get_secret_value() if body.secret else None,
        rate_per_second=body.rate_per_second,
        enabled=body.enabled,
    )
    told = {**body.model_dump(exclude={"secret"}), "secret_changed": body.secret is not None}
    call.audit("messaging.save_provider", f"{channel}/{name}", told)
    rows = queries.list_providers(call.conn, workspace_id=call.workspace_id)
    return ProviderDetail.model_validate(next(row for row in rows if row.id == made))


@routes.delete("/providers/{channel}/{name}", permission="messaging:providers")
def delete_provider(call: Call, channel: Channel, name: PathName) -> None:
    """Forget an account and its secret."""
    if not services.delete_provider(call.conn, workspace_id=call.workspace_id, channel=channel, name=name):
        raise ThingNotFound(_PROVIDER, name)
    call.audit("messaging.delete_provider", f"{channel}/{name}")


@routes.get("/suppressions", permission="messaging:read")
def list_suppressions(
    call: Call, channel: Annotated[Channel, Query("email")] = "email", cursor: Cursor = None, limit: Limit = 50
) -> Page[SuppressionDetail]:
    """The addresses that must not be contacted, in alphabetical order."""
    after = decode_cursor(cursor, tuple[str])
    rows = queries.list_suppressions(
        call.conn,
        workspace_id=call.workspace_id,
        channel=channel,
        after=after[0] if after else "",
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.address,), show=SuppressionDetail.model_validate)


@routes.post("/suppressions", permission="messaging:suppress")
def add_suppression(call: Call, body: NewSuppression) -> None:
    """Never contact an address again on a channel."""
    services.add_suppression(
        call.conn,
        workspace_id=call.workspace_id,
        channel=body.channel,
        address=body.address,
        reason="manual",
        detail=body.detail,
        now=call.now,
    )
    call.audit("messaging.add_suppression", body.address, body.model_dump())


@routes.delete("/suppressions/{channel}/{address}", permission="messaging:suppress")
def remove_suppression(call: Call, channel: Channel, address: PathName) -> None:
    """Allow an address again."""
    if not services.remove_suppression(call.conn, workspace_id=call.workspace_id, channel=channel, address=address):
        raise ThingNotFound(_SUPPRESSION, address)
    call.audit("messaging.remove_suppression", address, {"channel": channel})


def _policy(policy: Any) -> PolicyDocument:
    quiet = policy.quiet_hours
    return PolicyDocument(
        caps=[
            CapRule(channel=cap.channel, limit=cap.limit, window_hours=cap.window_hours, action=cap.action)
            for cap in policy.caps
        ],
        quiet_hours=quiet
        and QuietHoursRule(start=f"{quiet.start:%H:%M}", end=f"{quiet.end:%H:%M}", action=quiet.action),
        windows=[WindowRule(**window.as_json()) for window in policy.windows],
    )


def _kind(kind: ProviderKind) -> ProviderKindDetail:
    return ProviderKindDetail(
        key=kind.key,
        channel=kind.channel,
        title=BothTexts.model_validate(kind.title),
        setup=BothTexts.model_validate(kind.setup),
        secret=BothTexts.model_validate(kind.secret) if kind.secret else None,
        settings=[FieldDetail.model_validate(setting) for setting in kind.settings],
    )
