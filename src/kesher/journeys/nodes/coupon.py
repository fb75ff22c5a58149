"""Give each person a code of her own from a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from kesher.events import services as events
from kesher.journeys.fields import ContextName, Field, Names, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Remember, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class CouponConfig:
    """`into` is the name under which the run remembers the code. Without `empty` an empty pool is a failure."""

    pool: str
    into: str
    next: str | None
    empty: str | None


class CouponNode(NodeType):
    """One code a visit, never given twice: the row of the code is locked while it is given. When few are left it is
    logged (`Coupons Low`), once until more are imported."""

    key = "coupon"
    name = Text(en="Coupon", he="קופון")
    about = Text(
        en="Gives the person a code of her own from a pool; templates read it as run.coupon.",
        he="נותן לאדם קוד אישי מתוך מאגר; תבניות קוראות אותו בתור run.coupon.",
    )
    category = Category.MESSAGE
    icon = "ticket"
    config = CouponConfig
    fails = True
    fields = (
        Field("pool", Names("coupon_pool"), Text(en="Pool of codes", he="מאגר קודים"), required=True),
        Field(
            "into",
            ContextName(),
            Text(en="Remember it as", he="לזכור בשם"),
            default="coupon",
            help=Text(
                en="Templates and later nodes read it as run.<name>.",
                he="תבניות וצמתים מאוחרים קוראים אותו בתור run.<name>.",
            ),
        ),
        Field("next", Target(), Text(en="Then", he="ואז")),
        Field("empty", Target(), Text(en="When the pool is empty", he="כשהמאגר ריק")),
    )

    def edges(self, config: CouponConfig) -> Mapping[str, str | None]:
        return {"next": config.next} if config.empty is None else {"next": config.next, "empty": config.empty}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            pool=lambda group: group.node.config.pool,
            name=lambda group: group.node.config.into,
            has_way=lambda group: group.node.config.empty is not None,
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "coupon_now": moment.now}
        given = _sql.run(moment.conn, "give_coupons", params, ready=ready).rowcount
        moment.remember(Relation(_sql["coupons_to_remember"].compose({"ready": ready}), params))
        moment.decide(Relation(_sql["decide_coupons"].compose({"ready": ready}), params))
        if given:
            _warn(moment, groups)

    def play(self, stand: Stand) -> Decision:
        config: CouponConfig = stand.node.config
        left = stand.world.coupons.get(config.pool)
        place = ("coupon", config.pool)
        taken: int = stand.world.counted.get(place, 0)
        facts = {"pool": config.pool}
        if left is not None and taken >= left:
            failure = "coupons_out" if config.empty is None else None
            return Decision(None if failure else "empty", failure=failure, facts=facts)
        stand.world.counted[place] = taken + 1
        code = f"{config.pool}-{taken + 1}"
        return Decision("next", facts={**facts, "code": code}, effects=(Remember({config.into: code}),))


def _warn(moment: Moment, groups: Sequence[Group]) -> None:
    pools: list[dict[str, Any]] = [
        {"workspace_id": group.workspace_id, "pool": group.node.config.pool} for group in groups
    ]
    params = {"pools": Jsonb(pools), "coupon_now": moment.now}
    low = [row[0] for row in _sql.run(moment.conn, "warn_of_pools", params)]
    if low:
        runs = [row[0] for row in _sql.run(moment.conn, "step_runs", ready=moment.ready())]
        own = {"coupon_now": moment.now, "coupon_pools": low, "coupon_runs": runs}
        events.append_events(moment.conn, Relation(_sql["pool_warnings"].sql, own), now=moment.now)
