"""Tell a colleague about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields import Field, Names, Target
from kesher.journeys.fields.outside import LiquidText
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Notify, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.kernel.wake import CALLS, notify

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """`to` is a member of the workspace, by e-mail address; `subject` and `text` are Liquid."""

    to: str
    subject: str
    text: str
    next: str | None


class NotifyNode(NodeType):
    """Reserves one e-mail a visit, with a link to the person; the worker that makes outside calls sends it. The run
    goes on at once. It goes to no customer, so the rules of contact have no say in it."""

    key = "notify"
    name = Text(en="Notify a colleague", he="הודעה לעמית")
    about = Text(
        en="Sends a member of the team an e-mail with a link to the person.",
        he="שולח לחבר צוות דואר אלקטרוני עם קישור לאדם.",
    )
    category = Category.MESSAGE
    icon = "bell"
    config = NotifyConfig
    fails = True
    fields = (
        Field("to", Names("member"), Text(en="To", he="אל"), required=True),
        Field("subject", LiquidText(200), Text(en="Subject", he="נושא"), required=True),
        Field("text", LiquidText(), Text(en="Text", he="טקסט"), required=True),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: NotifyConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            kind=lambda group: "note",
            journey=lambda group: group.journey,
            to=lambda group: group.node.config.to,
            request=_request,
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "call_now": moment.now}
        decisions = Relation(_sql["decide_notes"].compose({"ready": ready}), params)
        moment.decide(decisions)
        able = Relation(_sql["ready_to_note"].compose({"ready": ready}), params)
        if _sql.run(moment.conn, "reserve_calls", params, ready=able).rowcount:
            notify(moment.conn, CALLS)

    def play(self, stand: Stand) -> Decision:
        config: NotifyConfig = stand.node.config
        return Decision("next", facts={"to": config.to}, effects=(Notify(config.to, config.subject),))


def _request(group: Group) -> dict[str, Any]:
    config: NotifyConfig = group.node.config
    return {"to": config.to, "subject": config.subject, "text": config.text}
