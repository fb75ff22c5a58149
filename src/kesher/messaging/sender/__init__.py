"""The sender: claims reserved messages, asks the policy gate, writes them, hands them over, records the outcome."""

from kesher.messaging.sender.loop import run
from kesher.messaging.sender.once import send_pending

__all__ = ["run", "send_pending"]
