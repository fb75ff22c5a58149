"""`kesher recipe`: journeys to begin with."""

from __future__ import annotations

import click

from kesher.cli.session import terminal_language, told_in_words, with_database
from kesher.kernel.text import Text

_LIVES_ON = Text(en="Lives on the events: {names}", he="נשען על האירועים: {names}")
_TRAITS = Text(en="and on the traits: {names}", he="ועל המאפיינים: {names}")
_BRINGS = Text(en="Brings {kind}: {names}", he="מוסיף {kind}: {names}")
_KINDS = {
    "topics": Text(en="topics", he="נושאים"),
    "segments": Text(en="segments", he="סגמנטים"),
    "lists": Text(en="lists", he="רשימות"),
    "scores": Text(en="scores", he="ניקודים"),
    "templates": Text(en="templates", he="תבניות"),
}
_ADDED = Text(
    en="Added. The journey “{key}” is a draft; nobody enters it yet. What to do next:",
    he="נוסף. המסע ”{key}“ הוא טיוטה; איש עוד לא נכנס אליו. מה עכשיו:",
)
_BRAND = Text(
    en="Fill in the brand kit (name, address, telephone, website): the footer shows them, as the law asks.",
    he="למלא את ערכת המותג (שם, כתובת, טלפון, אתר): הם מופיעים בתחתית ההודעות, כפי שהחוק מחייב.",
)
_READ = Text(
    en="Read the templates in both languages, and make them sound like you.",
    he="לקרוא את התבניות בשתי השפות, ולהתאים אותן לקול שלך.",
)
_PUBLISH = Text(
    en="Publish it: kesher journey publish {workspace} {key}", he="לפרסם: kesher journey publish {workspace} {key}"
)


@click.group()
def recipe() -> None:
    """Twelve journeys to begin with, each with its templates in Hebrew and English."""


@recipe.command("list")
def list_all() -> None:
    """Show the recipes and what each is for."""
    from kesher.cli.session import set_up_django

    with told_in_words():
        set_up_django()
        from kesher.journeys import queries

        language = terminal_language()
        for each in queries.list_recipes():
            click.echo(f"{each.key}: {each.name.render(language)}\n    {each.about.render(language)}")


@recipe.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Show the recipe KEY: what it needs, what it brings, and its journey."""
    from kesher.cli.session import set_up_django

    with told_in_words():
        set_up_django()
        from kesher.journeys import queries

        language = terminal_language()
        found = queries.get_recipe(key)
        click.echo(f"{found.info.name.render(language)}\n{found.info.about.render(language)}\n")
        for sentence, names in ((_LIVES_ON, found.info.events), (_TRAITS, found.info.traits)):
            if names:
                click.echo(sentence.render(language, names=", ".join(names)))
        for kind, words in _KINDS.items():
            if names := getattr(found.info, kind):
                click.echo(_BRINGS.render(language, kind=words.render(language), names=", ".join(names)))
        click.echo(f"\n{found.yaml}")


@recipe.command("add")
@click.argument("workspace")
@click.argument("key")
@with_database
def add(workspace: str, key: str) -> None:
    """Put the recipe KEY into WORKSPACE, its journey as a draft; nothing that is there is overwritten."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import request_connection

    found = accounts.get_workspace(slug=workspace)
    now = read_clock(request_connection())
    added = services.add_recipe(key, workspace_id=found.id, now=now, actor="kesher recipe add")
    language = terminal_language()
    click.echo(_ADDED.render(language, key=added.journey))
    steps = (
        _BRAND.render(language),
        added.recipe.next.render(language),
        _READ.render(language),
        _PUBLISH.render(language, workspace=workspace, key=added.journey),
    )
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number}. {step}")
