"""The room's writes.

`advance_segments` and then `advance_scores` are the tick's part; the rest changes definitions and lists.
"""

from kesher.segments.definitions import delete_segment, follow_workspace_zone, save_segment
from kesher.segments.imports.storing import (
    cancel_import,
    receive_import,
    reread_import,
    start_import,
    tend_imports,
)
from kesher.segments.imports.working import work_import
from kesher.segments.lists import (
    add_to_list,
    clear_deleted_lists,
    create_list,
    delete_list,
    remove_from_list,
    rename_list,
)
from kesher.segments.scores.definitions import delete_score_model, save_score_model
from kesher.segments.scores.ticking import advance_scores
from kesher.segments.ticking import advance_segments

__all__ = [
    "add_to_list",
    "advance_scores",
    "advance_segments",
    "cancel_import",
    "clear_deleted_lists",
    "create_list",
    "delete_list",
    "delete_score_model",
    "delete_segment",
    "follow_workspace_zone",
    "receive_import",
    "remove_from_list",
    "rename_list",
    "reread_import",
    "save_score_model",
    "save_segment",
    "start_import",
    "tend_imports",
    "work_import",
]
