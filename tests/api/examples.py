"""One correct call of every operation, in an order in which all succeed.

The laws of tests/api/test_api_laws.py walk it: with the right key each succeeds, with another workspace's key none
finds anything. `{…}` in a path is filled from what earlier answers gave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callers import PASSWORD, Caller

from kesher.accounts import services as accounts
from kesher.accounts.types import Role
from kesher.journeys import models

MARK = "aleph"
"""Stands in everything that the examples make, so that it can be looked for where it must not be."""

TEMPLATE = {
    "name": {"en": MARK},
    "fallback_language": "en",
    "variants": [
        {"language": "en", "subject": MARK, "body_format": "html", "body": "<p>{{ customer.email }}</p>{% footer %}"}
    ],
}
JOURNEY = """\
journey: aleph_welcome
name: {en: Aleph, he: אלף}
entry:
  event: Order Completed
nodes:
  hello:
    type: send_email
    template: aleph-mail
    topic: aleph
"""
SCORE = {
    "fit": {
        "maximum": 100,
        "rules": [{"rule": {"trait": "name", "op": "exists"}, "points": 10, "name": MARK}],
        "grades": {"A": 75, "B": 50, "C": 5},
    },
    "engagement": {
        "half_life": {"days": 30},
        "events": [{"event": "Order Completed", "points": 5, "maximum": 20}],
        "grades": {"1": 60, "2": 30, "3": 10},
    },
    "stages": [{"key": "lead"}],
}
REQUESTED = """\
journey: aleph_api
name: {en: Aleph, he: אלף}
entry: {api: true}
nodes: {rest: {type: wait, for: 30d}}
"""
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
RULE = {"trait": "email", "op": "contains", "value": MARK}


@dataclass(frozen=True)
class Example:
    """A call; `keep` takes from its answer what later paths need."""

    operation: str
    method: str
    path: str
    body: Any = None
    keep: Callable[[Any], dict[str, Any]] = lambda _: {}
    file: str | bytes | None = None

    def filled(self, known: dict[str, Any]) -> str:
        """The path with what is known."""
        return self.path.format_map(known)


EXAMPLES = [
    Example("get_workspace", "GET", "/workspace"),
    Example("get_home", "GET", "/home"),
    Example("update_workspace", "PATCH", "/workspace", {"name": MARK}),
    Example(
        "add_member",
        "POST",
        "/members",
        {"email": f"{MARK}@shop.test", "role": "viewer"},
        lambda answer: {"user_id": answer["member"]["user_id"]},
    ),
    Example("list_members", "GET", "/members"),
    Example("renew_invitation", "POST", "/members/{user_id}/invitation"),
    Example("change_role", "PATCH", "/members/{user_id}", {"role": "editor"}),
    Example(
        "create_api_key",
        "POST",
        "/api-keys",
        {"name": MARK, "scopes": ["segments:read"]},
        lambda answer: {"api_key_id": answer["api_key"]["id"]},
    ),
    Example("list_api_keys", "GET", "/api-keys"),
    Example("create_source", "POST", "/sources", {"name": MARK}, lambda answer: {"source_id": answer["id"]}),
    Example("list_sources", "GET", "/sources"),
    Example("replace_write_key", "POST", "/sources/{source_id}/write-key"),
    Example("switch_source", "PATCH", "/sources/{source_id}", {"enabled": False}),
    Example(
        "identify_profile",
        "POST",
        "/identify",
        {"user_id": MARK, "traits": {"email": f"{MARK}@home.test", "name": MARK}, "message_id": MARK},
        lambda answer: {"profile_id": answer["id"]},
    ),
    Example(
        "identify_profile",
        "POST",
        "/identify",
        {"user_id": f"{MARK}-2", "traits": {"city": MARK}},
        lambda answer: {"loser_id": answer["id"]},
    ),
    Example("search_profiles", "GET", f"/profiles?q={MARK}"),
    Example("export_people", "POST", "/people/export", {"q": MARK}),
    Example("find_people", "POST", "/people/search", {"q": MARK, "rule": RULE, "columns": ["name"]}),
    Example("get_profile", "GET", "/profiles/{profile_id}"),
    Example("get_timeline", "GET", "/profiles/{profile_id}/timeline?kind=identity"),
    Example("list_profile_lists", "GET", "/profiles/{profile_id}/lists"),
    Example("update_profile", "PATCH", "/profiles/{profile_id}", {"traits": {"plan": MARK, "city": None}}),
    Example("list_identifiers", "GET", "/profiles/{profile_id}/identifiers"),
    Example("list_profile_events", "GET", "/profiles/{profile_id}/events"),
    Example("list_profile_activity", "GET", "/profiles/{profile_id}/activity"),
    Example("list_event_names", "GET", "/event-names"),
    Example("get_event_example", "GET", "/event-example?name=Order%20Completed"),
    Example("list_recent_events", "GET", "/events"),
    Example("declare_trait", "POST", "/traits", {"name": MARK, "type": "number"}),
    Example("list_traits", "GET", "/traits"),
    Example("create_topic", "POST", "/topics", {"key": MARK, "name": {"en": MARK}}),
    Example("list_topics", "GET", "/topics"),
    Example("update_topic", "PATCH", f"/topics/{MARK}", {"name": {"en": MARK, "he": MARK}}),
    Example(
        "record_consent",
        "POST",
        "/profiles/{profile_id}/consent",
        {"topic": MARK, "state": "granted", "source": "till", "wording": "News?"},
    ),
    Example("get_consent", "GET", "/profiles/{profile_id}/consent"),
    Example("check_rule", "POST", "/rules/check", {"rule": RULE}),
    Example("say_rule", "POST", "/rules/sentence", {"rule": RULE}),
    Example("get_rule_language", "GET", "/rule-language"),
    Example("get_vocabulary", "GET", "/vocabulary"),
    Example("preview_rule", "POST", "/rules/preview", {"rule": RULE}),
    Example("explain_rule", "POST", "/rules/explain", {"rule": RULE, "profile_id": "{profile_id}"}),
    Example("save_segment", "PUT", f"/segments/{MARK}", {"name": {"en": MARK}, "rule": RULE}),
    Example("list_segments", "GET", "/segments"),
    Example("get_segment", "GET", f"/segments/{MARK}"),
    Example("list_segment_members", "GET", f"/segments/{MARK}/members"),
    Example("list_profile_segments", "GET", "/profiles/{profile_id}/segments"),
    Example("decide", "POST", "/decisions", {"person": f"{MARK}-2", "rules": {"vip": RULE}}),
    Example("get_score_form", "GET", "/score-form"),
    Example("check_score", "POST", "/score-check", SCORE),
    Example("save_score", "PUT", f"/scores/{MARK}", {"name": {"en": MARK}, **SCORE}),
    Example("list_scores", "GET", "/scores"),
    Example("get_score", "GET", f"/scores/{MARK}"),
    Example("list_profile_scores", "GET", "/profiles/{profile_id}/scores"),
    Example("save_object_kind", "PUT", f"/object-kinds/{MARK}", {"name": {"en": MARK}}),
    Example("list_object_kinds", "GET", "/object-kinds"),
    Example("save_object", "PUT", f"/objects/{MARK}/{MARK}", {"attributes": {"name": MARK}}),
    Example("update_object", "PATCH", f"/objects/{MARK}/{MARK}", {"attributes": {"plan": MARK}}),
    Example("list_objects", "GET", f"/objects/{MARK}?q={MARK}"),
    Example("get_object", "GET", f"/objects/{MARK}/{MARK}"),
    Example("relate_people", "POST", f"/objects/{MARK}/{MARK}/people", {"profile_ids": ["{profile_id}"], "role": MARK}),
    Example("list_object_people", "GET", f"/objects/{MARK}/{MARK}/people"),
    Example("list_profile_objects", "GET", "/profiles/{profile_id}/objects"),
    Example("unrelate_people", "POST", f"/objects/{MARK}/{MARK}/people/remove", {"profile_ids": ["{profile_id}"]}),
    Example("delete_object", "DELETE", f"/objects/{MARK}/{MARK}"),
    Example(
        "upload_import",
        "POST",
        "/imports",
        keep=lambda answer: {"import_id": answer["id"]},
        file=f"id,city\n{MARK}-3,x\n",
    ),
    Example("list_imports", "GET", "/imports"),
    Example("get_import", "GET", "/imports/{import_id}"),
    Example("reread_import", "PUT", "/imports/{import_id}/reading", {"delimiter": ","}),
    Example(
        "preview_import", "POST", "/imports/{import_id}/preview", {"mapping": [{"column": 0, "target": "user_id"}]}
    ),
    Example("start_import", "POST", "/imports/{import_id}/start", {"mapping": [{"column": 0, "target": "user_id"}]}),
    Example("get_refused_rows", "GET", "/imports/{import_id}/refused"),
    Example("cancel_import", "POST", "/imports/{import_id}/cancel"),
    Example("create_list", "POST", "/lists", {"key": MARK, "name": {"he": MARK}}),
    Example("list_lists", "GET", "/lists"),
    Example("get_list", "GET", f"/lists/{MARK}"),
    Example("add_to_list", "POST", f"/lists/{MARK}/members", {"profile_ids": ["{profile_id}"]}),
    Example("list_list_members", "GET", f"/lists/{MARK}/members"),
    Example("list_list_people", "GET", f"/lists/{MARK}/people"),
    Example("rename_list", "PATCH", f"/lists/{MARK}", {"name": {"en": MARK}}),
    Example("remove_from_list", "POST", f"/lists/{MARK}/members/remove", {"profile_ids": ["{profile_id}"]}),
    Example("preview_template", "POST", "/template-preview", {"variant": TEMPLATE["variants"][0]}),
    Example("save_template", "PUT", f"/templates/{MARK}-mail", TEMPLATE),
    Example("list_templates", "GET", "/templates"),
    Example("get_template", "GET", f"/templates/{MARK}-mail"),
    Example("list_template_versions", "GET", f"/templates/{MARK}-mail/versions"),
    Example("save_brand_kit", "PUT", "/brand-kit", {"name": {"en": MARK}, "sender_email": f"{MARK}@shop.test"}),
    Example("get_brand_kit", "GET", "/brand-kit"),
    Example(
        "save_legal_profile",
        "PUT",
        "/legal-profile",
        {"name": {"en": MARK}, "address": {"en": MARK}, "section_30a": True},
    ),
    Example("get_legal_profile", "GET", "/legal-profile"),
    Example(
        "send_message",
        "POST",
        "/messages",
        {"idempotency_key": MARK, "template": f"{MARK}-mail", "user_id": MARK},
        lambda answer: {"message_id": answer["message_id"]},
    ),
    Example("list_messages", "GET", "/messages"),
    Example("get_message", "GET", "/messages/{message_id}"),
    Example("get_message_content", "GET", "/messages/{message_id}/content"),
    Example(
        "create_broadcast",
        "POST",
        "/broadcasts",
        {"key": MARK, "name": {"en": MARK}, "template": f"{MARK}-mail", "segment": MARK},
    ),
    Example("list_broadcasts", "GET", "/broadcasts"),
    Example(
        "preflight_broadcast",
        "POST",
        "/broadcast-preflight",
        {"segment": MARK, "topic": MARK, "template": f"{MARK}-mail"},
    ),
    Example(
        "check_template",
        "POST",
        "/template-check",
        {"fallback_language": "en", "variants": TEMPLATE["variants"]},
    ),
    Example(
        "preview_template_for_person",
        "POST",
        "/profiles/{profile_id}/template-preview",
        {"variant": TEMPLATE["variants"][0]},
    ),
    Example(
        "send_template_test",
        "POST",
        "/template-test",
        {"variant": TEMPLATE["variants"][0], "profile_id": "{profile_id}", "recipient": "{colleague}"},
    ),
    Example("upload_image", "POST", "/images", keep=lambda answer: {"image_id": answer["id"]}, file=PIXEL),
    Example("list_images", "GET", "/images"),
    Example("describe_image", "PATCH", "/images/{image_id}", {"alt": {"en": MARK}}),
    Example("get_broadcast_results", "GET", f"/broadcasts/{MARK}/results"),
    Example("get_broadcast", "GET", f"/broadcasts/{MARK}"),
    Example("set_broadcast_rate", "PATCH", f"/broadcasts/{MARK}", {"rate_per_minute": 100}),
    Example("start_broadcast", "POST", f"/broadcasts/{MARK}/start", {}),
    Example("pause_broadcast", "POST", f"/broadcasts/{MARK}/pause"),
    Example("resume_broadcast", "POST", f"/broadcasts/{MARK}/resume"),
    Example("cancel_broadcast", "POST", f"/broadcasts/{MARK}/cancel"),
    Example("list_webhooks", "GET", "/webhooks"),
    Example("list_webhook_calls", "GET", "/webhook-calls"),
    Example("add_domain", "POST", "/domains", {"name": f"{MARK}.example"}),
    Example("list_domains", "GET", "/domains"),
    Example("check_domain", "POST", f"/domains/{MARK}.example/check"),
    Example("change_domain", "PATCH", f"/domains/{MARK}.example", {"signing": False}),
    Example(
        "save_policy",
        "PUT",
        "/policy",
        {
            "caps": [{"limit": 3, "window_hours": 77}],
            "quiet_hours": {"start": "21:07", "end": "08:00"},
            "windows": [{"country": "IL", "open": [{"days": ["sun"], "after": "09:07"}], "calendar": "jewish"}],
        },
    ),
    Example("list_calendar_closings", "GET", "/calendars/jewish/closings?zone=Asia/Jerusalem&days=30"),
    Example("get_policy", "GET", "/policy"),
    Example("list_kinds_of_providers", "GET", "/provider-kinds"),
    Example(
        "save_provider",
        "PUT",
        f"/providers/email/{MARK}",
        {"kind": "smtp", "settings": {"host": f"{MARK}.test", "from_email": "a@b.test"}, "secret": "hunter2"},
    ),
    Example("list_providers", "GET", "/providers"),
    Example("add_suppression", "POST", "/suppressions", {"address": f"{MARK}@gone.test"}),
    Example("list_suppressions", "GET", "/suppressions"),
    Example("check_journey_file", "POST", "/journey-file-check", {"yaml": JOURNEY}),
    Example("apply_journey_file", "POST", "/journey-files", {"yaml": JOURNEY}),
    Example("list_journeys", "GET", "/journeys"),
    Example("get_journey", "GET", f"/journeys/{MARK}_welcome"),
    Example(
        "get_journey_definition",
        "GET",
        f"/journeys/{MARK}_welcome/definition",
        keep=lambda answer: {"definition": answer["definition"]},
    ),
    Example("explain_outcome", "GET", f"/profiles/{{profile_id}}/why?journey={MARK}_welcome"),
    Example(
        "ask_dry_run",
        "POST",
        "/journey-dry-runs",
        {"journey": f"{MARK}_welcome", "start": "2026-01-01T00:00:00Z", "until": "2026-01-05T00:00:00Z"},
        lambda answer: {"dry_run_id": answer["id"]},
    ),
    Example("get_dry_run", "GET", "/journey-dry-runs/{dry_run_id}"),
    Example(
        "play_journey",
        "POST",
        "/journey-plays",
        {"journey": f"{MARK}_welcome", "imagine": {"plan": "gold"}, "events": [{"event": "Signed Up"}]},
    ),
    Example("check_journey", "POST", "/journey-check", {"definition": "{definition}"}),
    Example("publish_journey", "POST", "/journeys", {"definition": "{definition}"}),
    Example("export_journey_file", "GET", f"/journeys/{MARK}_welcome/file"),
    Example("list_journey_file_changes", "POST", "/journey-file-changes", {"yaml": JOURNEY}),
    Example(
        "save_journey_draft",
        "PUT",
        f"/journeys/{MARK}_welcome/draft",
        {"definition": {"name": MARK}, "revision": 0},
    ),
    Example("get_journey_draft", "GET", f"/journeys/{MARK}_welcome/draft"),
    Example("list_journey_draft_changes", "GET", f"/journeys/{MARK}_welcome/draft/changes"),
    Example("discard_journey_draft", "DELETE", f"/journeys/{MARK}_welcome/draft?revision=1"),
    Example(
        "save_journey_draft",
        "PUT",
        f"/journeys/{MARK}_welcome/draft",
        {"definition": "{definition}", "revision": 0},
    ),
    Example("preview_journey_draft_moves", "POST", f"/journeys/{MARK}_welcome/draft/moves", {}),
    Example("publish_journey_draft", "POST", f"/journeys/{MARK}_welcome/draft/publish", {"revision": 1}),
    Example("list_journey_versions", "GET", f"/journeys/{MARK}_welcome/versions"),
    Example("list_journey_version_changes", "GET", f"/journeys/{MARK}_welcome/versions/changes?before=1&after=1"),
    Example("preview_journey_roll_back", "POST", f"/journeys/{MARK}_welcome/roll-back/moves", {"version": 1}),
    Example("roll_back_journey", "POST", f"/journeys/{MARK}_welcome/roll-back", {"version": 1}),
    Example("get_journey_canvas", "GET", f"/journeys/{MARK}_welcome/canvas"),
    Example("list_people_at_node", "GET", f"/journeys/{MARK}_welcome/nodes/hello/people"),
    Example("get_journey_report", "GET", f"/journeys/{MARK}_welcome/report"),
    Example("pause_journey", "POST", f"/journeys/{MARK}_welcome/pause"),
    Example("resume_journey", "POST", f"/journeys/{MARK}_welcome/resume"),
    Example("save_coupon_pool", "PUT", f"/coupon-pools/{MARK}", {"name": {"en": MARK}, "warn_below": 2}),
    Example("add_coupons", "POST", f"/coupon-pools/{MARK}/codes", {"codes": [f"{MARK}-1", f"{MARK}-2"]}),
    Example("list_coupon_pools", "GET", "/coupon-pools"),
    Example("list_recipes", "GET", "/recipes"),
    Example("get_recipe", "GET", "/recipes/birthday"),
    Example("add_recipe", "POST", "/recipes/birthday", {}),
    Example("save_journey_secret", "PUT", f"/journey-secrets/{MARK}", {"value": "0123456789abcdef"}),
    Example("list_journey_secrets", "GET", "/journey-secrets"),
    Example("list_node_types", "GET", "/node-types"),
    Example("list_entry_kinds", "GET", "/entry-kinds"),
    Example("get_journey_form", "GET", "/journey-form"),
    Example("apply_journey_file", "POST", "/journey-files", {"yaml": REQUESTED}),
    Example(
        "request_journey_entries",
        "POST",
        f"/journeys/{MARK}_api/entries",
        {"request_key": MARK, "people": [{"profile_id": "{profile_id}", "context": {"coupon": MARK}}]},
    ),
    Example("get_journey_hook", "GET", f"/journeys/{MARK}_api/hook"),
    Example("replace_journey_hook", "POST", f"/journeys/{MARK}_api/hook"),
    Example("list_runs", "GET", "/runs"),
    Example("get_run", "GET", "/runs/{run_id}"),
    Example(
        "merge_profiles",
        "POST",
        "/profiles/{profile_id}/merges",
        {"loser_id": "{loser_id}", "reason": "the same person"},
        lambda answer: {"merge_id": answer[0]["id"]},
    ),
    Example("list_merges", "GET", "/profiles/{profile_id}/merges"),
    Example("list_audit", "GET", "/audit"),
    # What ends things comes last.
    Example("undo_merge", "DELETE", "/profiles/{profile_id}/merges/{merge_id}"),
    Example("delete_journey_secret", "DELETE", f"/journey-secrets/{MARK}"),
    Example("archive_journey", "DELETE", f"/journeys/{MARK}_welcome"),
    Example("remove_suppression", "DELETE", f"/suppressions/email/{MARK}@gone.test"),
    Example("delete_domain", "DELETE", f"/domains/{MARK}.example"),
    Example("delete_provider", "DELETE", f"/providers/email/{MARK}"),
    Example("archive_image", "DELETE", "/images/{image_id}"),
    Example("archive_template", "DELETE", f"/templates/{MARK}-mail"),
    Example("delete_score", "DELETE", f"/scores/{MARK}"),
    Example("delete_segment", "DELETE", f"/segments/{MARK}"),
    Example("delete_list", "DELETE", f"/lists/{MARK}"),
    Example("archive_topic", "DELETE", f"/topics/{MARK}"),
    Example("export_person", "POST", "/profiles/{loser_id}/export"),
    Example("erase_people", "POST", "/erasures", {"profile_ids": ["{loser_id}"]}),
    Example("erase_person", "POST", "/profiles/{profile_id}/erase"),
    Example("revoke_api_key", "DELETE", "/api-keys/{api_key_id}"),
    Example("remove_member", "DELETE", "/members/{user_id}"),
]


def filled_body(body: Any, known: dict[str, Any]) -> Any:
    """The body, in which a text that is a `{name}` stands for what is known under it."""
    if isinstance(body, str) and body.startswith("{") and body.endswith("}") and body[1:-1] in known:
        return known[body[1:-1]]
    if isinstance(body, dict):
        return {name: filled_body(value, known) for name, value in body.items()}
    if isinstance(body, list):
        return [filled_body(value, known) for value in body]
    return body


def call_example(caller: Caller, example: Example, known: dict[str, Any]) -> Any:
    """Calls the example and keeps what its answer gives."""
    if example.file is not None:
        answer = caller.send_file(example.filled(known), example.file)
    else:
        answer = caller(example.method, example.filled(known), filled_body(example.body, known))
    if answer.status_code < 300 and answer.content and answer["Content-Type"].startswith("application/json"):
        known.update(example.keep(answer.json()))
    return answer


def make_beside(workspace: int, now: datetime) -> dict[str, Any]:
    """What the examples need and no call makes: a run, and a colleague who has accepted her invitation."""
    colleague = accounts.create_user(email=f"{MARK}-colleague@shop.test", password=PASSWORD, now=now)
    accounts.add_member(workspace_id=workspace, user_id=colleague.id, role=Role.VIEWER)
    return {"run_id": make_run(workspace, now), "colleague": colleague.email}


def make_run(workspace: int, now: datetime) -> int:
    """A run that stands beside the examples, since only the engine makes runs."""
    journey = models.Journey.objects.create(
        workspace_id=workspace, key="with-run", name={"en": MARK}, state="live", created_at=now
    )
    version = models.Version.objects.create(
        workspace_id=workspace, journey=journey, number=1, definition={"nodes": {}}, published_at=now
    )
    run = models.Run.objects.create(
        workspace_id=workspace,
        shard=1,
        profile_id=1,
        origin_profile_id=1,
        journey_id=journey.pk,
        version_id=version.pk,
        state="completed",
        entered_at=now,
        node_entered_at=now,
    )
    return int(run.pk)
