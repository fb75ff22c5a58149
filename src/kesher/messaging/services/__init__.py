"""Writes of the room: the ledger, broadcasts, policies, providers, suppressions, links and what comes back."""

from kesher.messaging.calendars import ensure_closings
from kesher.messaging.notes import NotePost
from kesher.messaging.services.broadcasts import (
    advance_broadcasts,
    cancel_broadcast,
    create_broadcast,
    pause_broadcast,
    resume_broadcast,
    set_broadcast_rate,
    start_broadcast,
)
from kesher.messaging.services.domains import (
    add_domain,
    check_domain,
    check_stale_domains,
    delete_domain,
    switch_signing,
)
from kesher.messaging.services.erasing import follow_erasures
from kesher.messaging.services.feedback import (
    record_bounce,
    record_click,
    record_complaint,
    record_delivery,
    record_open,
    record_unsubscribe,
)
from kesher.messaging.services.ledger import cancel_messages, reserve_messages, reserve_one
from kesher.messaging.services.links import (
    make_click_url,
    make_open_url,
    make_preferences_url,
    make_unsubscribe_url,
    read_click,
    read_open,
    read_preferences,
    read_unsubscribe,
)
from kesher.messaging.services.merges import follow_merges
from kesher.messaging.services.policy import save_policy
from kesher.messaging.services.providers import delete_provider, save_provider
from kesher.messaging.services.suppressions import add_suppression, remove_suppression
from kesher.messaging.services.test_sends import send_test

__all__ = [
    "NotePost",
    "add_domain",
    "add_suppression",
    "advance_broadcasts",
    "cancel_broadcast",
    "cancel_messages",
    "check_domain",
    "check_stale_domains",
    "create_broadcast",
    "delete_domain",
    "delete_provider",
    "ensure_closings",
    "follow_erasures",
    "follow_merges",
    "make_click_url",
    "make_open_url",
    "make_preferences_url",
    "make_unsubscribe_url",
    "pause_broadcast",
    "read_click",
    "read_open",
    "read_preferences",
    "read_unsubscribe",
    "record_bounce",
    "record_click",
    "record_complaint",
    "record_delivery",
    "record_open",
    "record_unsubscribe",
    "remove_suppression",
    "reserve_messages",
    "reserve_one",
    "resume_broadcast",
    "save_policy",
    "save_provider",
    "send_test",
    "set_broadcast_rate",
    "start_broadcast",
    "switch_signing",
]
