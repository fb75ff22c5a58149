"""Let chance choose a text for each person: a subject line, a picture, the name of an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any

from kesher.journeys.fields import ContextName, Field, Items, Key, Record, Target, Words
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Remember, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class Option:
    """A text and the name under which it is counted."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PickConfig:
    """Each option is as likely as the others; people keep theirs as long as the options and the salt (without one:
    journey and node) stay."""

    options: tuple[Option, ...]
    into: str
    salt: str | None
    next: str | None


_OPTION = (
    Field("name", Key(), Text(en="Name", he="שם"), required=True),
    Field("value", Words(1_000), Text(en="Text", he="טקסט"), required=True),
)


class PickNode(NodeType):
    """The first 32 bits of md5(salt:profile), spread evenly over the options. The choice is recorded with the step, so
    that what came of each can be compared."""

    key = "pick"
    name = Text(en="Pick a text", he="בחירת טקסט")
    about = Text(
        en="Chooses one of several texts for the person by chance; templates read it as run.name.",
        he="בוחר לאדם באקראי אחד מכמה טקסטים; תבניות קוראות אותו בתור run.name.",
    )
    category = Category.DATA
    icon = "text-plus"
    config = PickConfig
    fields = (
        Field("options", Items(Record(_OPTION, Option), "name"), Text(en="Texts", he="טקסטים"), required=True),
        Field(
            "into",
            ContextName(),
            Text(en="Remember it as", he="לזכור בשם"),
            required=True,
            help=Text(
                en="Templates and later nodes read it as run.<name>.",
                he="תבניות וצמתים מאוחרים קוראים אותו בתור run.<name>.",
            ),
        ),
        Field(
            "salt",
            Words(100),
            Text(en="Salt", he="מלח"),
            help=Text(
                en="Nodes with the same salt draw the same for a person. Leave empty to draw anew.",
                he="צמתים בעלי אותו מלח מגרילים לאדם את אותה תוצאה. ריק: הגרלה חדשה.",
            ),
        ),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: PickConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            salt=lambda group: _salt(group.journey, group.node.key, group.node.config),
            into_name=lambda group: group.node.config.into,
            options=_rows,
        )
        ready = moment.ready()
        picked = _sql["picked_options"].compose({"ready": ready})
        params = {**ready.params, "configs": configs}
        moment.remember(Relation(f"SELECT p.run_id, p.values FROM ({picked}) p", params))
        moment.decide(Relation(_sql["decide_picks"].compose({"picked": Relation(picked)}), params))

    def play(self, stand: Stand) -> Decision:
        config: PickConfig = stand.node.config
        salted = f"{_salt(stand.journey, stand.node.key, config)}:{stand.person.profile_id}"
        drawn = int(md5(salted.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        option = config.options[drawn * len(config.options) >> 32]
        return Decision("next", effects=(Remember({config.into: option.value}),), facts={"picked": option.name})


def _salt(journey: str, node: str, config: PickConfig) -> str:
    return config.salt or f"{journey}.{node}"


def _rows(group: Group) -> list[dict[str, Any]]:
    return [{"name": option.name, "value": option.value} for option in group.node.config.options]
