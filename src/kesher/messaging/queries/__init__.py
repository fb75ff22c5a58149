"""Reads of the room: the ledger, broadcasts, policies, suppressions, and the capture mailbox."""

from kesher.messaging.belongings import Belonging, load_object_variables
from kesher.messaging.calendars import CALENDAR_NAMES, CALENDARS, closings_of, place_at
from kesher.messaging.gate import Addressee, Gate, Judgement
from kesher.messaging.queries.broadcasts import (
    count_broadcast_messages,
    get_broadcast,
    list_broadcast_keys,
    list_broadcasts,
    list_broadcasts_using,
)
from kesher.messaging.queries.calendars import list_closings
from kesher.messaging.queries.domains import get_domain, list_domains
from kesher.messaging.queries.exporting import export_person
from kesher.messaging.queries.gates import list_sent, load_gate
from kesher.messaging.queries.ledger import (
    count_messages,
    find_message_profile,
    get_message,
    get_queue_state,
    list_messages,
)
from kesher.messaging.queries.mailbox import get_captured, list_captured
from kesher.messaging.queries.outlook import (
    MOST_LATE,
    LateMessages,
    Outcomes,
    ProviderTrouble,
    count_outcomes,
    find_late_messages,
    list_troubled_providers,
)
from kesher.messaging.queries.preflight import BroadcastResults, Preflight, get_broadcast_results, preflight_broadcast
from kesher.messaging.queries.reach import find_unreachable, relation_unreachable
from kesher.messaging.queries.rendering import render_again, render_message
from kesher.messaging.queries.settings import get_policy, list_providers, list_suppressions

__all__ = [
    "CALENDARS",
    "CALENDAR_NAMES",
    "MOST_LATE",
    "Addressee",
    "Belonging",
    "BroadcastResults",
    "Gate",
    "Judgement",
    "LateMessages",
    "Outcomes",
    "Preflight",
    "ProviderTrouble",
    "closings_of",
    "count_broadcast_messages",
    "count_messages",
    "count_outcomes",
    "export_person",
    "find_late_messages",
    "find_message_profile",
    "find_unreachable",
    "get_broadcast",
    "get_broadcast_results",
    "get_captured",
    "get_domain",
    "get_message",
    "get_policy",
    "get_queue_state",
    "list_broadcast_keys",
    "list_broadcasts",
    "list_broadcasts_using",
    "list_captured",
    "list_closings",
    "list_domains",
    "list_messages",
    "list_providers",
    "list_sent",
    "list_suppressions",
    "list_troubled_providers",
    "load_gate",
    "load_object_variables",
    "place_at",
    "preflight_broadcast",
    "relation_unreachable",
    "render_again",
    "render_message",
]
