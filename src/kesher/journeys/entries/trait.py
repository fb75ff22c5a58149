"""Entry by a change of the person herself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kesher.events.types import PROFILE_IDENTIFIED
from kesher.journeys.entries.base import EntryKind
from kesher.journeys.fields import Field, WhereValue, Words
from kesher.journeys.fields.plain import PlainValues
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text


@dataclass(frozen=True, slots=True)
class TraitConfig:
    """The trait, and which values it came from and went to; any when they are not named."""

    trait: str
    before: tuple[Any, ...] | None
    after: tuple[Any, ...] | None


class TraitEntry(EntryKind):
    """A person enters when a trait of hers changes: the log of an identify says what each trait was before. A first
    value is a change from nothing, which no `from` matches; a merge of profiles changes nothing in this sense."""

    key = "trait"
    name = Text(en="Attribute changed", he="שינוי של מאפיין")
    about = Text(
        en="People enter when an attribute of theirs changes, to or from certain values if wanted.",
        he="אנשים נכנסים כשמאפיין שלהם משתנה, ואם רוצים: מערכים מסוימים או אליהם.",
    )
    icon = "user-edit"
    config = TraitConfig
    fields = (
        Field("trait", Words(name="trait"), Text(en="Attribute", he="מאפיין"), required=True),
        Field("before", PlainValues(), Text(en="From", he="מ־"), key="from"),
        Field("after", PlainValues(), Text(en="To", he="ל־"), key="to"),
    )

    def trigger(self, config: TraitConfig) -> Criterion:
        trait = re.sub(r"([.\\\[\]])", r"\\\1", config.trait)
        filters: list[dict[str, Any]] = [
            {"any": [{"property": f"{trait}.{side}", "op": "eq", "value": value} for value in values]}
            for side, values in (("from", config.before), ("to", config.after))
            if values is not None
        ]
        if not filters:
            sides = [{"property": f"{trait}.{side}", "op": "exists"} for side in ("from", "to")]
            filters = [{"any": sides}]
        return Criterion(PROFILE_IDENTIFIED, WhereValue.of(filters), changes=True)
