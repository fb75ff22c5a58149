"""Writes of the room: publishing journeys, their states, and the tick."""

from kesher.journeys.calls.performing import perform_calls, run_calls
from kesher.journeys.services.coupons import add_coupons, save_coupon_pool
from kesher.journeys.services.drafts import discard_draft, publish_draft, roll_back, save_draft
from kesher.journeys.services.dry_runs import ask_dry_run, get_dry_run
from kesher.journeys.services.entries import request_entries
from kesher.journeys.services.files import apply_yaml, diff_yaml, export_yaml, read_yaml, validate_yaml
from kesher.journeys.services.hooks import make_hook_path, receive_hook, replace_hook
from kesher.journeys.services.publishing import check_definition, publish_journey
from kesher.journeys.services.recipes import add_recipe
from kesher.journeys.services.secrets import delete_secret, save_secret
from kesher.journeys.services.states import archive_journey, pause_journey, resume_journey
from kesher.journeys.tick import advance_journeys

__all__ = [
    "add_coupons",
    "add_recipe",
    "advance_journeys",
    "apply_yaml",
    "archive_journey",
    "ask_dry_run",
    "check_definition",
    "delete_secret",
    "diff_yaml",
    "discard_draft",
    "export_yaml",
    "get_dry_run",
    "make_hook_path",
    "pause_journey",
    "perform_calls",
    "publish_draft",
    "publish_journey",
    "read_yaml",
    "receive_hook",
    "replace_hook",
    "request_entries",
    "resume_journey",
    "roll_back",
    "run_calls",
    "save_coupon_pool",
    "save_draft",
    "save_secret",
    "validate_yaml",
]
