"""Journeys to begin with: what there is, what each needs and brings, and putting one into the workspace."""

from __future__ import annotations

from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out, PathKey
from kesher.journeys import queries, services
from kesher.journeys.types import RecipeInfo

routes = Routes("journeys")


class RecipeSummary(Out):
    """A recipe: what it is for, the events and traits it lives on, what it brings, and what to do next."""

    key: str
    name: BothTexts
    about: BothTexts
    next: BothTexts
    events: list[str]
    traits: list[str]
    topics: list[str]
    segments: list[str]
    lists: list[str]
    scores: list[str]
    templates: list[str]


class RecipeDetail(Out):
    """A recipe and its journey, as a definition and as a file."""

    recipe: RecipeSummary
    definition: JsonObject
    yaml: str


class RecipeToAdd(In):
    """Nothing is asked yet."""


class RecipeAddedDetail(Out):
    """The recipe's journey is a draft now, at this revision."""

    recipe: RecipeSummary
    journey: str = Field(description="The key of the journey.")
    revision: int


@routes.get("/recipes", permission="journeys:read")
def list_recipes(call: Call) -> list[RecipeSummary]:
    """The recipes, in the order in which a business meets them."""
    return [_summary(info) for info in queries.list_recipes()]


@routes.get("/recipes/{key}", permission="journeys:read")
def get_recipe(call: Call, key: PathKey) -> RecipeDetail:
    """A recipe with its journey."""
    found = queries.get_recipe(key)
    return RecipeDetail(recipe=_summary(found.info), definition=dict(found.journey), yaml=found.yaml)


@routes.post("/recipes/{key}", permission="journeys:publish")
def add_recipe(call: Call, key: PathKey, body: RecipeToAdd) -> RecipeAddedDetail:
    """Create the recipe's topics, segments, lists, scores and templates, and its journey as a draft; nothing that is
    there is overwritten."""
    added = services.add_recipe(key, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    call.note_audited()
    return RecipeAddedDetail(recipe=_summary(added.recipe), journey=added.journey, revision=added.revision)


def _summary(info: RecipeInfo) -> RecipeSummary:
    return RecipeSummary.model_validate(info)
