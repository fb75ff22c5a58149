"""Whether a person can be reached on a channel at all: in SQL over sets, and in memory for one.

The sender's gate asks the same before every message (sql/claim.sql); here it is asked ahead of time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kesher.consent import queries as consent
from kesher.consent.types import permits
from kesher.kernel.relations import Relation
from kesher.messaging.addresses import EMAIL_PATTERN, canonical_email, is_email
from kesher.messaging.types import Reason

EMAIL = "email"


def relation_unreachable(asked: Relation) -> Relation:
    """Why people cannot be reached. Takes `profile_id bigint, channel text, topic text` (topic NULL: permission is not
    asked), distinct; gives these and `reason text`, NULL for who can be reached."""
    permitted = consent.permitted_sql(profile_id="k.profile_id", channel="k.channel", topic="k.topic")
    sql = f"""
        SELECT k.profile_id, k.channel, k.topic, CASE
            WHEN coalesce(k.address, '') = '' THEN %(reach_no_address)s::text
            WHEN k.channel = %(reach_email)s::text
                 AND (length(k.address) > 254 OR k.address !~ %(reach_pattern)s::text) THEN %(reach_invalid)s::text
            WHEN EXISTS (SELECT FROM messaging_suppression s
                         WHERE s.workspace_id = k.workspace_id AND s.channel = k.channel AND s.address = k.address)
                THEN %(reach_suppressed)s::text
            WHEN k.topic IS NOT NULL AND NOT {permitted} THEN %(reach_no_consent)s::text END AS reason
        FROM (
            SELECT a.profile_id, a.channel, a.topic, p.workspace_id,
                   CASE a.channel WHEN %(reach_email)s::text THEN lower(btrim(p.email)) ELSE p.phone END AS address
            FROM ({asked.sql}) a JOIN profiles_profile p ON p.id = a.profile_id
        ) AS k"""
    return Relation(
        sql,
        {
            "reach_email": EMAIL,
            "reach_pattern": EMAIL_PATTERN,
            "reach_no_address": Reason.NO_ADDRESS,
            "reach_invalid": Reason.INVALID_ADDRESS,
            "reach_suppressed": Reason.SUPPRESSED,
            "reach_no_consent": Reason.NO_CONSENT,
            **asked.params,
        },
    )


def find_unreachable(
    *,
    traits: Mapping[str, Any],
    consents: Mapping[tuple[str, str], str],
    suppressed: Collection[tuple[str, str]],
    channel: str,
    topic: str | None,
) -> Reason | None:
    """The twin of `relation_unreachable` for one person; `suppressed` are pairs of channel and address."""
    email = canonical_email(traits.get("email") or "")
    address = email if channel == EMAIL else traits.get("phone") or ""
    if not address:
        return Reason.NO_ADDRESS
    if channel == EMAIL and not is_email(address):
        return Reason.INVALID_ADDRESS
    if (channel, address) in suppressed:
        return Reason.SUPPRESSED
    if topic is not None and not permits(consents, channel, topic):
        return Reason.NO_CONSENT
    return None
