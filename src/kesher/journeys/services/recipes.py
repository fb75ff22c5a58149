"""Putting a recipe into a workspace: its parts, and the journey as a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from kesher.accounts import queries as accounts
from kesher.accounts import services as audit
from kesher.consent import services as consent
from kesher.content import services as content
from kesher.journeys import models
from kesher.journeys.names import known_names
from kesher.journeys.recipes.reading import Recipe, definition_of, get_recipe
from kesher.journeys.services.drafts import keep_draft
from kesher.journeys.types import RecipeAdded
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.text import LANGUAGES, Text
from kesher.segments import queries as segment_queries
from kesher.segments import services as segments


def add_recipe(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> RecipeAdded:
    """Create what the recipe brings and its journey as a draft. Nothing is overwritten: a topic, segment, list or score
    that is there by its key is used as it is; templates and the journey are numbered where theirs is taken."""
    recipe = get_recipe(key)
    with transaction.atomic():
        conn = request_connection()
        there = known_names(workspace_id)
        numbers = {name: _free_number(name, there["template"]) for name in recipe.templates}
        _create_topics(recipe, there["topic"], workspace_id)
        _create_audience(conn, recipe, there, workspace_id=workspace_id, now=now)
        _create_templates(recipe, numbers, workspace_id=workspace_id, now=now)
        definition = _written(recipe, numbers, workspace_id)
        journey = str(definition["journey"])
        revision = keep_draft(definition, workspace_id=workspace_id, key=journey, revision=0, now=now, actor=actor)
        audit.record_audit(workspace_id, actor, "journeys.add_recipe", key, {"journey": journey}, now)
    return RecipeAdded(recipe.info, journey, revision)


def _free_number(key: str, taken: Collection[str]) -> int:
    return next(number for number in count(1) if _numbered(key, number) not in taken)


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}_{number}"


def _named(name: Text, number: int) -> Text:
    said = name.as_dict()
    return name if number == 1 else Text(en=f"{said['en']} ({number})", he=f"{said['he']} ({number})")


def _written(recipe: Recipe, numbers: Mapping[str, int], workspace_id: int) -> Mapping[str, Any]:
    """The journey in the workspace's language, naming its templates as they are called here; where somebody is to be
    told, that is the owner until it is changed. Without an owner the address is a mistake of the draft, to be mended
    before it is published."""
    owner = accounts.find_owner(workspace_id)
    language = accounts.get_workspace(workspace_id).default_language
    address = owner.email if owner is not None else "owner@example.com"
    definition = definition_of(recipe.written(language if language in LANGUAGES else "en", owner=address))
    key = str(definition["journey"])
    taken = models.Journey.objects.filter(workspace_id=workspace_id, key__startswith=key)
    number = _free_number(key, set(taken.values_list("key", flat=True)))
    return {
        **definition,
        "journey": _numbered(key, number),
        "name": _named(Text.from_dict(definition["name"]), number).as_dict(),
        "nodes": {name: _with_template(node, numbers) for name, node in definition["nodes"].items()},
    }


def _with_template(node: Mapping[str, Any], numbers: Mapping[str, int]) -> Mapping[str, Any]:
    template = node.get("template")
    return node if template is None else {**node, "template": _numbered(template, numbers[template])}


def _create_topics(recipe: Recipe, there: Collection[str], workspace_id: int) -> None:
    for position, (key, topic) in enumerate(recipe.topics.items()):
        if key not in there:
            consent.create_topic(
                workspace_id=workspace_id,
                key=key,
                name=topic.name,
                description=topic.description,
                position=len(there) + position,
            )


def _create_audience(
    conn: Conn, recipe: Recipe, there: Mapping[str, Collection[str]], *, workspace_id: int, now: datetime
) -> None:
    """Scores first, since segments may ask about them."""
    scores = {row.key for row in segment_queries.list_score_models(conn, workspace_id=workspace_id)}
    for key, model in _missing(recipe.scores, scores):
        definition = {name: value for name, value in model.items() if name != "name"}
        segments.save_score_model(
            conn, workspace_id=workspace_id, key=key, name=Text.from_dict(model["name"]), definition=definition, now=now
        )
    for key, segment in _missing(recipe.segments, there["segment"]):
        name = Text.from_dict(segment["name"])
        segments.save_segment(conn, workspace_id=workspace_id, key=key, name=name, rule=segment["rule"], now=now)
    for key, name in _missing(recipe.lists, there["list"]):
        segments.create_list(conn, workspace_id=workspace_id, key=key, name=name, now=now)


def _missing(parts: Mapping[str, Any], there: Collection[str]) -> Iterator[tuple[str, Any]]:
    return ((key, part) for key, part in parts.items() if key not in there)


def _create_templates(recipe: Recipe, numbers: Mapping[str, int], *, workspace_id: int, now: datetime) -> None:
    fallback = accounts.get_workspace(workspace_id).default_language
    for key, (name, variants) in recipe.templates.items():
        content.save_template(
            workspace_id=workspace_id,
            key=_numbered(key, numbers[key]),
            name=_named(name, numbers[key]),
            variants=variants,
            fallback_language=fallback if fallback in {each.language for each in variants} else "en",
            now=now,
        )
