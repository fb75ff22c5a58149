"""The recipes as their files have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from kesher.content.types import VariantSource
from kesher.journeys.definition import load_yaml
from kesher.journeys.errors import RecipeNotFound
from kesher.journeys.types import RecipeInfo
from kesher.kernel.text import LANGUAGES, Text

RECIPES = (
    "welcome",
    "double_opt_in",
    "abandoned_cart",
    "browse_abandonment",
    "post_purchase",
    "replenishment",
    "win_back",
    "birthday",
    "lead_nurturing",
    "back_in_stock",
    "event_reminder",
    "re_permission",
)
_FOLDER = resources.files(__package__)
_REASON = Text(
    en="You’re receiving this because you agreed to hear from {{ brand.name }}.",
    he="ההודעה נשלחה אליך כי אישרת לקבל דיוור מאת {{ brand.name }}.",
)
"""Why a message came, where its file gives no reason of its own. Liquid, so it is never rendered as a Text."""


@dataclass(frozen=True, slots=True)
class TopicSource:
    """A topic that recipes share."""

    name: Text
    description: Text


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe with everything that it brings: `source` is its journey's file, in which `@@name@@` stands for one of
    its `words`, and `@@owner@@` for whoever is told."""

    info: RecipeInfo
    source: str
    topics: Mapping[str, TopicSource]
    words: Mapping[str, Text] = field(default_factory=dict)
    segments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lists: Mapping[str, Text] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    templates: Mapping[str, tuple[Text, tuple[VariantSource, ...]]] = field(default_factory=dict)

    @property
    def yaml(self) -> str:
        """The journey's file, to be read: its words in English."""
        return self.written("en", owner="owner@example.com")

    @property
    def journey(self) -> Mapping[str, Any]:
        """The journey's definition, to be looked at."""
        return definition_of(self.yaml)

    def written(self, language: str, *, owner: str) -> str:
        """The journey's file with its words in a language, and the address of whoever is told."""
        said = {name: text.as_dict()[language] for name, text in self.words.items()} | {"owner": owner}
        written = self.source
        for name, value in said.items():
            written = written.replace(f'"@@{name}@@"', json.dumps(value, ensure_ascii=False))
        return written


def list_recipes() -> list[RecipeInfo]:
    """The recipes, in the order in which a business meets them."""
    return [get_recipe(key).info for key in RECIPES]


@lru_cache(maxsize=len(RECIPES))
def get_recipe(key: str) -> Recipe:
    """One recipe with all its parts; RecipeNotFound otherwise."""
    if key not in RECIPES:
        raise RecipeNotFound(key=key, known=", ".join(RECIPES))
    folder = _FOLDER / key
    card = _load(folder / "recipe.yaml")
    shared = _load(_FOLDER / "topics.yaml")
    templates = {name: _template(folder, name, text) for name, text in card["templates"].items()}
    info = RecipeInfo(
        key=key,
        name=Text.from_dict(card["name"]),
        about=Text.from_dict(card["about"]),
        next=Text.from_dict(card["next"]),
        events=tuple(card.get("events", ())),
        traits=tuple(card.get("traits", ())),
        topics=tuple(card["topics"]),
        segments=tuple(card.get("segments", ())),
        lists=tuple(card.get("lists", ())),
        scores=tuple(card.get("scores", ())),
        templates=tuple(templates),
    )
    return Recipe(
        info=info,
        source=_read(folder / "journey.yaml"),
        topics={name: _topic(shared[name]) for name in card["topics"]},
        words={name: Text.from_dict(text) for name, text in card.get("words", {}).items()},
        segments=card.get("segments", {}),
        lists={name: Text.from_dict(text) for name, text in card.get("lists", {}).items()},
        scores=card.get("scores", {}),
        templates=templates,
    )


def _topic(source: Mapping[str, Any]) -> TopicSource:
    return TopicSource(Text.from_dict(source["name"]), Text.from_dict(source["description"]))


def _template(folder: Traversable, name: str, title: Any) -> tuple[Text, tuple[VariantSource, ...]]:
    return Text.from_dict(title), tuple(_variant(folder, name, language) for language in LANGUAGES)


def _variant(folder: Traversable, name: str, language: str) -> VariantSource:
    """A template in one language: its file's head (subject, preheader, reason), and its body inside the frame."""
    head, _, body = _read(folder / f"{name}.{language}.mjml").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    reason = fields.get("reason") or _REASON.as_dict()[language]
    frame = _read(_FOLDER / f"frame.{language}.mjml")
    return VariantSource(
        language=language,
        subject=fields["subject"],
        preheader=fields["preheader"],
        body=frame.replace("@@content@@", body.rstrip()).replace("@@reason@@", reason),
    )


def _load(file: Traversable) -> dict[str, Any]:
    return definition_of(_read(file))


def definition_of(yaml: str) -> dict[str, Any]:
    """What a file of a recipe says."""
    document = load_yaml(yaml)
    assert not document.problems, document.problems
    data: dict[str, Any] = document.data
    return data


def _read(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")
