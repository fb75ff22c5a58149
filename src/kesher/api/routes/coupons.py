"""Pools of unique codes, which journeys give away."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, LocalText, Out, PathKey
from kesher.journeys import queries, services

routes = Routes("coupons")


class CouponPoolDetail(Out):
    """A pool, how many codes it has had, and how many are left."""

    key: str
    name: BothTexts
    warn_below: int
    codes: int
    left: int


class CouponPoolSettings(In):
    """`warn_below`: when fewer codes are left, it is logged as `Coupons Low` and the doctor says so."""

    name: LocalText
    warn_below: int = Field(100, ge=0, le=1_000_000)


class NewCoupons(In):
    """Codes to put into the pool."""

    codes: list[Annotated[str, StringConstraints(min_length=1, max_length=100)]] = Field(
        min_length=1, max_length=50_000
    )


class CouponsAdded(Out):
    """How many were new to the workspace."""

    added: int


@routes.get("/coupon-pools", permission="journeys:read")
def list_coupon_pools(call: Call) -> list[CouponPoolDetail]:
    """The pools by key, with what is left in each."""
    found = queries.list_coupon_pools(call.conn, workspace_id=call.workspace_id)
    return [CouponPoolDetail.model_validate(each) for each in found]


@routes.put("/coupon-pools/{key}", permission="journeys:write")
def save_coupon_pool(call: Call, key: PathKey, body: CouponPoolSettings) -> list[CouponPoolDetail]:
    """Make a pool or change its name and its mark; all pools are answered."""
    services.save_coupon_pool(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        name=body.name.as_text(),
        warn_below=body.warn_below,
        now=call.now,
    )
    call.audit("journeys.save_coupon_pool", key, body.model_dump())
    return list_coupon_pools(call)


@routes.post("/coupon-pools/{key}/codes", permission="journeys:write")
def add_coupons(call: Call, key: PathKey, body: NewCoupons) -> CouponsAdded:
    """Put codes into a pool; those that the workspace has already are left alone."""
    added = services.add_coupons(call.conn, body.codes, workspace_id=call.workspace_id, key=key)
    call.audit("journeys.add_coupons", key, {"added": added})
    return CouponsAdded(added=added)
