"""Node types and entry kinds by their key. Another room registers its own from its `apps.py`."""

from __future__ import annotations

from kesher.journeys.entries.api import ApiEntry
from kesher.journeys.entries.base import EntryKind
from kesher.journeys.entries.date import DateEntry
from kesher.journeys.entries.event import EventEntry
from kesher.journeys.entries.journey import JourneyEntry
from kesher.journeys.entries.schedule import ScheduleEntry
from kesher.journeys.entries.segment import SegmentEntry
from kesher.journeys.entries.segment_left import SegmentLeftEntry
from kesher.journeys.entries.trait import TraitEntry
from kesher.journeys.entries.webhook import WebhookEntry
from kesher.journeys.nodes.base import Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.change_consent import ChangeConsentNode
from kesher.journeys.nodes.change_list import ChangeListNode
from kesher.journeys.nodes.coupon import CouponNode
from kesher.journeys.nodes.emit_event import EmitEventNode
from kesher.journeys.nodes.exit import ExitNode
from kesher.journeys.nodes.loop import LoopNode
from kesher.journeys.nodes.notify import NotifyNode
from kesher.journeys.nodes.pick import PickNode
from kesher.journeys.nodes.random import RandomNode
from kesher.journeys.nodes.rate_gate import RateGateNode
from kesher.journeys.nodes.send_email import SendEmailNode
from kesher.journeys.nodes.set_context import SetContextNode
from kesher.journeys.nodes.split import SplitNode
from kesher.journeys.nodes.split_cap import SplitCapNode
from kesher.journeys.nodes.split_engagement import SplitEngagementNode
from kesher.journeys.nodes.split_reach import SplitReachNode
from kesher.journeys.nodes.split_time import SplitTimeNode
from kesher.journeys.nodes.sub_journey import SubJourneyNode
from kesher.journeys.nodes.update_profile import UpdateProfileNode
from kesher.journeys.nodes.wait import WaitNode
from kesher.journeys.nodes.wait_date import WaitDateNode
from kesher.journeys.nodes.wait_random import WaitRandomNode
from kesher.journeys.nodes.wait_segment import WaitSegmentNode
from kesher.journeys.nodes.wait_until import WaitUntilNode
from kesher.journeys.nodes.webhook import WebhookNode

__all__ = [
    "EntryKind",
    "Group",
    "Moment",
    "NodeType",
    "configs_of",
    "entry_kinds",
    "node_types",
    "register_entry",
    "register_node",
]

_nodes: dict[str, NodeType] = {}
_entries: dict[str, EntryKind] = {}


def register_node(node: NodeType) -> None:
    """Make a node type known under its key."""
    if node.key in _nodes:
        raise ValueError(f"a node type {node.key} is registered already")
    _nodes[node.key] = node


def register_entry(entry: EntryKind) -> None:
    """Make a kind of entry known; earlier ones are recognised first."""
    if entry.key in _entries:
        raise ValueError(f"an entry kind {entry.key} is registered already")
    _entries[entry.key] = entry


def node_types() -> dict[str, NodeType]:
    """All node types by key."""
    return dict(_nodes)


def entry_kinds() -> dict[str, EntryKind]:
    """All kinds of entry by key, in the order in which an entry is matched with them."""
    return dict(_entries)


for _node in (
    SendEmailNode(),
    WaitNode(),
    WaitUntilNode(),
    WaitDateNode(),
    WaitSegmentNode(),
    WaitRandomNode(),
    RateGateNode(),
    SplitNode(),
    RandomNode(),
    SplitEngagementNode(),
    SplitReachNode(),
    SplitTimeNode(),
    SplitCapNode(),
    LoopNode(),
    SubJourneyNode(),
    UpdateProfileNode(),
    EmitEventNode(),
    ChangeListNode(),
    ChangeConsentNode(),
    CouponNode(),
    WebhookNode(),
    NotifyNode(),
    SetContextNode(),
    PickNode(),
    ExitNode(),
):
    register_node(_node)

for _entry in (
    EventEntry(),
    ScheduleEntry(),
    SegmentEntry(),
    SegmentLeftEntry(),
    TraitEntry(),
    DateEntry(),
    ApiEntry(),
    WebhookEntry(),
    JourneyEntry(),
):
    register_entry(_entry)
