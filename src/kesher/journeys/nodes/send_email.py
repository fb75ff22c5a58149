"""Hand an e-mail to the ledger; what becomes of it is the room messaging's affair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields import Choice, Field, Names, Place, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Send, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging import services as messaging

_sql = statements_of("kesher.journeys")

MARKETING, TRANSACTIONAL = "marketing", "transactional"
_PURPOSES = {
    MARKETING: Text(en="marketing", he="שיווק"),
    TRANSACTIONAL: Text(en="service", he="שירות"),
}
_LANES = {TRANSACTIONAL: 0, MARKETING: 1}

_TOPIC = Text(
    en="A marketing e-mail needs the “topic” on which people agreed to hear from you.",
    he="דואר שיווקי מחייב topic: הנושא שעליו האנשים הסכימו לקבל דיוור.",
)
_CLOSED = Text(
    en="A marketing e-mail needs a way out, and the template “{name}” has none: write {{% footer %}} into it, or a "
    "link to {{{{ links.unsubscribe }}}}.",
    he="דואר שיווקי מחייב אפשרות הסרה, ובתבנית ”{name}“ אין כזאת: יש לכתוב בה {{% footer %}} או קישור אל "
    "{{{{ links.unsubscribe }}}}.",
)


@dataclass(frozen=True, slots=True)
class SendEmailConfig:
    """A template by its key: the version that is current at the moment of sending."""

    template: str
    topic: str | None
    purpose: str
    next: str | None


class SendEmailNode(NodeType):
    """Reserves one message a visit; the run goes on at once."""

    key = "send_email"
    name = Text(en="Send e-mail", he="שליחת דואר אלקטרוני")
    about = Text(
        en="Sends a template to the person, if permission and the rules of contact allow it.",
        he="שולח לאדם תבנית, אם ההסכמה וכללי הפנייה מתירים זאת.",
    )
    category = Category.MESSAGE
    icon = "mail"
    config = SendEmailConfig
    fails = True
    fields = (
        Field("template", Names("template"), Text(en="Template", he="תבנית"), required=True),
        Field(
            "topic",
            Names("topic"),
            Text(en="Topic", he="נושא"),
            help=Text(en="Only those who agreed to this topic get it.", he="רק מי שהסכים לנושא הזה יקבל את ההודעה."),
        ),
        Field(
            "purpose",
            Choice(_PURPOSES),
            Text(en="Purpose", he="מטרה"),
            default=MARKETING,
            help=Text(
                en="Service messages go out without marketing consent; use them only for what the person asked for.",
                he="הודעות שירות נשלחות ללא הסכמה לדיוור; רק למה שהאדם ביקש.",
            ),
        ),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> SendEmailConfig:
        config: SendEmailConfig = NodeType.read(self, data, place)
        if config.purpose == MARKETING and data.get("topic") is None:
            place.at("topic").problem(_TOPIC)
        if config.purpose == MARKETING and config.template in place.reading.known.get("closed_template", ()):
            place.at("template").problem(_CLOSED, name=config.template)
        return config

    def edges(self, config: SendEmailConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        ready = moment.ready()
        params = {
            **ready.params,
            "send_now": moment.now,
            "configs": configs_of(
                groups,
                journey=lambda group: group.journey,
                template=lambda group: group.node.config.template,
                topic=lambda group: group.node.config.topic or "",
                purpose=lambda group: group.node.config.purpose,
                priority=lambda group: group.priority,
                lane=lambda group: _LANES[group.node.config.purpose],
            ),
        }
        messages = Relation(_sql["messages_to_reserve"].compose({"ready": ready}), params)
        messaging.reserve_messages(moment.conn, messages, now=moment.now)
        moment.decide(Relation(_sql["decide_sends"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        config = stand.node.config
        version = stand.world.templates.get(config.template)
        if version is None:
            return Decision(failure="template_missing", facts={"template": config.template})
        message = Send("email", config.template, config.topic or "", config.purpose)
        facts = {"template": config.template, "template_version_id": version}
        return Decision("next", facts=facts, effects=(message,))
