"""Putting a recipe into a workspace: its parts, and the journey as a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kesher.accounts import queries as accounts
from kesher.accounts import services as audit
from kesher.consent import services as consent
from kesher.content import services as content
from kesher.journeys import models
from kesher.journeys.errors import RecipeInTheWay
from kesher.journeys.fields.place import filled
from kesher.journeys.names import known_names
from kesher.journeys.recipes.reading import Recipe, definition_of, get_recipe
from kesher.journeys.services.drafts import keep_draft
from kesher.journeys.types import RecipeAdded
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.errors import Problem
from kesher.kernel.text import LANGUAGES, Text
from kesher.segments import queries as segment_queries
from kesher.segments import services as segments

_THERE = Text(
    en="“{name}” is there already. Rename or remove yours, or change it by hand.",
    he="”{name}“ כבר קיים. אפשר לשנות את שמו או להסיר אותו, או לערוך אותו ידנית.",
)


def add_recipe(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> RecipeAdded:
    """Create the recipe's topics, segments, lists, scores and templates, and its journey as a draft. RecipeInTheWay
    names what is there already; then nothing is created. Topics are shared, so one that is there is used."""
    recipe = get_recipe(key)
    with transaction.atomic():
        conn = request_connection()
        _refuse_to_overwrite(conn, recipe, workspace_id)
        _create_topics(recipe, workspace_id)
        _create_audience(conn, recipe, workspace_id=workspace_id, now=now)
        _create_templates(recipe, workspace_id=workspace_id, now=now)
        definition = _written(recipe, workspace_id)
        journey = str(definition["journey"])
        revision = keep_draft(definition, workspace_id=workspace_id, key=journey, revision=0, now=now, actor=actor)
        audit.record_audit(workspace_id, actor, "journeys.add_recipe", key, {"journey": journey}, now)
    return RecipeAdded(recipe.info, journey, revision)


def _written(recipe: Recipe, workspace_id: int) -> Mapping[str, Any]:
    """The journey in the workspace's language; where somebody is to be told, that is the owner until it is changed.
    Without an owner the address is a mistake of the draft, to be mended before it is published."""
    owner = accounts.find_owner(workspace_id)
    language = accounts.get_workspace(workspace_id).default_language
    address = owner.email if owner is not None else "owner@example.com"
    return definition_of(recipe.written(language if language in LANGUAGES else "en", owner=address))


def _refuse_to_overwrite(conn: Conn, recipe: Recipe, workspace_id: int) -> None:
    problems = tuple(
        Problem(f"{kind}.{name}", filled(_THERE, name=name)) for kind, name in _taken(conn, recipe, workspace_id)
    )
    if problems:
        raise RecipeInTheWay(key=recipe.info.key, problems=problems)


def _taken(conn: Conn, recipe: Recipe, workspace_id: int) -> Iterator[tuple[str, str]]:
    known = known_names(workspace_id)
    scores = {row.key for row in segment_queries.list_score_models(conn, workspace_id=workspace_id)}
    wanted: Mapping[str, tuple[tuple[str, ...], frozenset[str] | set[str]]] = {
        "segments": (recipe.info.segments, known["segment"]),
        "lists": (recipe.info.lists, known["list"]),
        "scores": (recipe.info.scores, scores),
        "templates": (recipe.info.templates, known["template"]),
    }
    for kind, (names, there) in wanted.items():
        yield from ((kind, name) for name in names if name in there)
    journey = str(recipe.journey["journey"])
    if models.Journey.objects.filter(workspace_id=workspace_id, key=journey).exists():
        yield "journeys", journey


def _create_topics(recipe: Recipe, workspace_id: int) -> None:
    there = known_names(workspace_id)["topic"]
    for position, (key, topic) in enumerate(recipe.topics.items()):
        if key not in there:
            consent.create_topic(
                workspace_id=workspace_id,
                key=key,
                name=topic.name,
                description=topic.description,
                position=len(there) + position,
            )


def _create_audience(conn: Conn, recipe: Recipe, *, workspace_id: int, now: datetime) -> None:
    """Scores first, since segments may ask about them."""
    for key, model in recipe.scores.items():
        definition = {name: value for name, value in model.items() if name != "name"}
        segments.save_score_model(
            conn, workspace_id=workspace_id, key=key, name=Text.from_dict(model["name"]), definition=definition, now=now
        )
    for key, segment in recipe.segments.items():
        name = Text.from_dict(segment["name"])
        segments.save_segment(conn, workspace_id=workspace_id, key=key, name=name, rule=segment["rule"], now=now)
    for key, name in recipe.lists.items():
        segments.create_list(conn, workspace_id=workspace_id, key=key, name=name, now=now)


def _create_templates(recipe: Recipe, *, workspace_id: int, now: datetime) -> None:
    fallback = accounts.get_workspace(workspace_id).default_language
    for key, (name, variants) in recipe.templates.items():
        content.save_template(
            workspace_id=workspace_id,
            key=key,
            name=name,
            variants=variants,
            fallback_language=fallback if fallback in {each.language for each in variants} else "en",
            now=now,
        )
