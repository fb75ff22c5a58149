"""A workspace's rules of contact, parsed: frequency caps, quiet hours, and sending windows."""

from kesher.messaging.policy.reading import DEFER, DROP
from kesher.messaging.policy.rules import Cap, Policy, QuietHours, parse_policy, policy_json
from kesher.messaging.policy.windows import OpenHours, SendingWindow, window_for

__all__ = [
    "DEFER",
    "DROP",
    "Cap",
    "OpenHours",
    "Policy",
    "QuietHours",
    "SendingWindow",
    "parse_policy",
    "policy_json",
    "window_for",
]
