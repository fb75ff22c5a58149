"""The room's writes: the log and everything that must stand beside a row of it."""

from kesher.events.appending import append_events, record_consents
from kesher.events.erasing import erase_profiles
from kesher.events.ingest import ingest
from kesher.events.lake import erase_from_lake, export_slice, tend_lake
from kesher.events.merging import merge_profiles, undo_merge
from kesher.events.objects import (
    relate_people,
    remove_object,
    save_object,
    tell_object_changes,
    unrelate_people,
)
from kesher.events.partitions import drop_old_partitions, ensure_partitions, rebase_log
from kesher.events.pulse import count_slice, drop_old_pulse
from kesher.events.slices import close_slice, open_slice
from kesher.events.sources import create_source, disable_source, enable_source, rename_source, replace_write_key

__all__ = [
    "append_events",
    "close_slice",
    "count_slice",
    "create_source",
    "disable_source",
    "drop_old_partitions",
    "drop_old_pulse",
    "enable_source",
    "ensure_partitions",
    "erase_from_lake",
    "erase_profiles",
    "export_slice",
    "ingest",
    "merge_profiles",
    "open_slice",
    "rebase_log",
    "record_consents",
    "relate_people",
    "remove_object",
    "rename_source",
    "replace_write_key",
    "save_object",
    "tell_object_changes",
    "tend_lake",
    "undo_merge",
    "unrelate_people",
]
