"""Part people by chance, the same way for the same person every time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields import Boolean, Field, Integer, Items, Key, Place, Record, Target, Words
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import Node
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

WHOLE = 10_000
"""Weights are basis points: hundredths of a percent."""

_SUM = Text(
    en="The weights must add up to 10000 (basis points); they add up to {total}.",
    he="סכום המשקלים חייב להיות 10000 (נקודות בסיס); כעת הוא {total}.",
)
_MANY = Text(en="There are at most {most} paths.", he="יכולות להיות לכל היותר {most} דרכים.")
MOST_PATHS = 20


@dataclass(frozen=True, slots=True)
class Path:
    """A share of the people. A holdout is the group that is measured without being treated."""

    name: str
    weight: int
    holdout: bool
    next: str | None


@dataclass(frozen=True, slots=True)
class RandomConfig:
    """People keep their path as long as the salt and the weights stay; without a salt it is `journey.node`."""

    paths: tuple[Path, ...]
    salt: str | None


_PATH = (
    Field("name", Key(), Text(en="Name", he="שם"), required=True),
    Field(
        "weight",
        Integer(1, WHOLE),
        Text(en="Weight in basis points", he="משקל בנקודות בסיס"),
        required=True,
        help=Text(en="All weights together are 10000, which is 100%.", he="סכום המשקלים הוא 10000, כלומר 100%."),
    ),
    Field(
        "holdout",
        Boolean(),
        Text(en="Holdout", he="קבוצת ביקורת"),
        default=False,
        help=Text(en="This path is measured and compared, not treated.", he="הדרך הזאת נמדדת לשם השוואה ואינה מטופלת."),
    ),
    Field("next", Target(), Text(en="Then", he="ואז")),
)


class RandomNode(NodeType):
    """A split by a sticky hash of the person: md5(salt, profile) modulo 10,000, compared with the summed weights."""

    key = "random"
    name = Text(en="Random split", he="פיצול אקראי")
    about = Text(
        en="Sends shares of the people down different paths, and can hold a group back to compare with.",
        he="שולח חלקים מהאנשים בדרכים שונות, ויכול להשאיר קבוצת ביקורת להשוואה.",
    )
    category = Category.SPLIT
    icon = "dice-5"
    config = RandomConfig
    fields = (
        Field("paths", Items(Record(_PATH, Path), "name"), Text(en="Paths", he="דרכים"), required=True),
        Field(
            "salt",
            Words(100),
            Text(en="Salt", he="מלח"),
            help=Text(
                en="Nodes with the same salt draw the same for a person. Leave empty to draw anew.",
                he="צמתים בעלי אותו מלח מגרילים לאדם את אותה תוצאה. ריק: הגרלה חדשה.",
            ),
        ),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> RandomConfig:
        config: RandomConfig = NodeType.read(self, data, place)
        if len(config.paths or ()) > MOST_PATHS:
            place.at("paths").problem(_MANY, most=MOST_PATHS)
        weights = [path.weight for path in config.paths or ()]
        if weights and all(weights) and sum(weights) != WHOLE:
            place.at("paths").problem(_SUM, total=sum(weights))
        return config

    def edges(self, config: RandomConfig) -> Mapping[str, str | None]:
        return {path.name: path.next for path in config.paths}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            salt=lambda group: _salt(group.node, group.journey),
            paths=lambda group: _shares(group.node.config),
        )
        params = {"configs": configs, **moment.ready().params}
        moment.decide(Relation(_sql["decide_random_splits"].compose({"ready": moment.ready()}), params))

    def play(self, stand: Stand) -> Decision:
        salt = _salt(stand.node, stand.journey)
        digest = hashlib.md5(f"{salt}:{stand.person.profile_id}".encode(), usedforsecurity=False).hexdigest()
        bucket = int(digest[:8], 16) % WHOLE
        share = next(each for each in _shares(stand.node.config) if each["lower"] <= bucket < each["upper"])
        return Decision(share["name"], facts={"salt": salt, "bucket": bucket, "holdout": share["holdout"]})


def _salt(node: Node, journey: str) -> str:
    return node.config.salt or f"{journey}.{node.key}"


def _shares(config: RandomConfig) -> list[dict[str, Any]]:
    shares, upper = [], 0
    for path in config.paths:
        shares.append({"name": path.name, "lower": upper, "upper": upper + path.weight, "holdout": path.holdout})
        upper += path.weight
    return shares
