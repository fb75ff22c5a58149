"""Call another system, and go on with its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.durations import Duration
from kesher.journeys.fields import Choice, ContextName, DurationKind, Field, Integer, Names, RuleValue, Target
from kesher.journeys.fields.outside import Headers, JsonBody, Url
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import CallOut, Decision, Stand
from kesher.journeys.types import Criterion
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.kernel.wake import CALLS, notify

_sql = statements_of("kesher.journeys")

_HOUR = Duration("1h", timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """`length` is written `for`: how long the run waits for the answer, all attempts together. With `into` the answer
    must be JSON, and the run remembers it under that name. `signed_with` names a secret of the workspace."""

    method: str
    url: str
    headers: Mapping[str, Any] | None
    body: Any
    signed_with: str | None
    into: str | None
    tries: int
    length: Duration
    next: str | None
    timeout: str | None


class WebhookNode(NodeType):
    """Reserves one call a visit; a worker of the jobs process makes it, and its answer, an event, wakes the run. Nobody
    outside is called within a tick."""

    key = "webhook"
    name = Text(en="Webhook", he="קריאה למערכת אחרת")
    about = Text(
        en="Calls another system over HTTP and waits for its answer.",
        he="קורא למערכת אחרת ב־HTTP וממתין לתשובתה.",
    )
    category = Category.CONNECT
    icon = "webhook"
    config = WebhookConfig
    fails = True
    outcomes = {"next": "ok"}
    fields = (
        Field(
            "method",
            Choice({name: Text(en=name, he=name) for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}),
            Text(en="Method", he="שיטה"),
            default="POST",
        ),
        Field("url", Url(), Text(en="Address", he="כתובת"), required=True),
        Field("headers", Headers(), Text(en="Headers", he="כותרות")),
        Field("body", JsonBody(), Text(en="Body", he="גוף")),
        Field(
            "signed_with",
            Names("secret"),
            Text(en="Signed with the secret", he="חתימה בסוד"),
            help=Text(
                en="The call carries a signature by which the other side knows it.",
                he="הקריאה נושאת חתימה שלפיה הצד השני מזהה אותה.",
            ),
        ),
        Field(
            "into",
            ContextName(),
            Text(en="Remember the answer as", he="לזכור את התשובה בשם"),
            help=Text(
                en="Templates and later nodes read it as run.<name>.",
                he="תבניות וצמתים מאוחרים קוראים אותו בתור run.<name>.",
            ),
        ),
        Field("tries", Integer(1, 10), Text(en="Attempts", he="ניסיונות"), default=5),
        Field("length", DurationKind(), Text(en="Wait at most", he="להמתין לכל היותר"), default=_HOUR, key="for"),
        Field("next", Target(), Text(en="Then", he="ואז")),
        Field("timeout", Target(), Text(en="When no answer comes", he="אם לא מגיעה תשובה")),
    )

    def edges(self, config: WebhookConfig) -> Mapping[str, str | None]:
        return {"ok": config.next} if config.timeout is None else {"ok": config.next, "timeout": config.timeout}

    def awaits(self, config: WebhookConfig) -> tuple[Criterion, RuleValue | None]:
        return Criterion(SystemEvent.WEBHOOK_ANSWERED), None

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            kind=lambda group: self.key,
            journey=lambda group: group.journey,
            request=_request,
            into_name=lambda group: group.node.config.into,
            length=lambda group: group.node.config.length.interval,
            has_way=lambda group: group.node.config.timeout is not None,
        )
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "call_now": moment.now}
        if _sql.run(moment.conn, "reserve_calls", params, ready=ready).rowcount:
            notify(moment.conn, CALLS)
        moment.remember(Relation(_sql["answers_to_remember"].compose({"ready": ready}), params))
        moment.decide(Relation(_sql["decide_calls"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        """What was answered is known only where it was recorded."""
        config: WebhookConfig = stand.node.config
        outcome = _recorded(stand)
        due_at = stand.node_entered_at + config.length.length
        if outcome == "ok":
            return Decision("ok")
        if outcome == "error":
            return Decision(failure="webhook_failed")
        if outcome is None and due_at > stand.now:
            call = CallOut(config.method, config.url)
            return Decision(due_at=due_at, effects=(call,) if stand.now == stand.node_entered_at else ())
        return Decision("timeout") if config.timeout else Decision(failure="webhook_timeout")


def _request(group: Group) -> dict[str, Any]:
    config: WebhookConfig = group.node.config
    return {
        "method": config.method,
        "url": config.url,
        "headers": config.headers,
        "body": config.body,
        "signed_with": config.signed_with,
        "into": config.into,
        "tries": config.tries,
    }


def _recorded(stand: Stand) -> str | None:
    """The outcome of this visit's call, from the person's history."""
    for answer in reversed(stand.person.events.get(SystemEvent.WEBHOOK_ANSWERED, ())):
        about = answer.properties
        same_run = stand.run_id is None or about.get("run_id") == stand.run_id
        if (about.get("journey"), about.get("node"), about.get("visit")) == (
            stand.journey,
            stand.node.key,
            stand.visit,
        ) and same_run:
            return str(about.get("outcome"))
    return None
