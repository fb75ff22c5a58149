"""Record what a person agreed to, with the journey as the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.consent.types import CHANNELS, STATE_NAMES, WHOLE_CHANNEL
from kesher.events import services as events
from kesher.journeys.fields import Choice, Field, Names, Target, Words
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of, go_on
from kesher.journeys.nodes.played import ChangeConsent, Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class ChangeConsentConfig:
    """Without a topic the whole channel is meant. `wording` is what the person was told; the ledger keeps it."""

    channel: str
    topic: str | None
    state: str
    wording: str
    next: str | None


class ChangeConsentNode(NodeType):
    """Writes one entry of the ledger of consent a visit: source `journey:<key>`, with the run and the node as
    evidence."""

    key = "change_consent"
    name = Text(en="Change consent", he="שינוי הסכמה")
    about = Text(
        en="Records that the person agreed, declined or was asked, and in which words.",
        he="רושם שהאדם הסכים, סירב או נשאל, ובאיזה נוסח.",
    )
    category = Category.DATA
    icon = "shield-check"
    config = ChangeConsentConfig
    fields = (
        Field("channel", Choice(CHANNELS), Text(en="Channel", he="ערוץ"), default="email"),
        Field("topic", Names("topic"), Text(en="Topic", he="נושא")),
        Field("state", Choice(STATE_NAMES), Text(en="Consent", he="הסכמה"), required=True),
        Field(
            "wording",
            Words(2_000),
            Text(en="In these words", he="בנוסח הזה"),
            required=True,
            help=Text(en="What the person was told; it is kept as proof.", he="הנוסח שהוצג לאדם; נשמר כהוכחה."),
        ),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: ChangeConsentConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            channel=lambda group: group.node.config.channel,
            topic=lambda group: group.node.config.topic or WHOLE_CHANNEL,
            state=lambda group: group.node.config.state,
            source=lambda group: f"journey:{group.journey}",
            wording=lambda group: group.node.config.wording,
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "consent_now": moment.now}
        entries = Relation(_sql["consents_to_record"].compose({"ready": ready}), params)
        events.record_consents(moment.conn, entries, now=moment.now)
        go_on(moment, groups)

    def play(self, stand: Stand) -> Decision:
        config: ChangeConsentConfig = stand.node.config
        change = ChangeConsent(config.channel, config.topic or WHOLE_CHANNEL, config.state)
        return Decision("next", effects=(change,))
