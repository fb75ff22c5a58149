"""Templates and brand kits as they are kept: versions, languages, workspaces."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from content_samples import html

from kesher.content import queries, services
from kesher.content.errors import BrandKitInvalid, TemplateInvalid, TemplateNotFound
from kesher.content.types import Missing, Template, VariantSource
from kesher.kernel.text import Text

pytestmark = pytest.mark.usefixtures("django_database")


def _save(workspace: int, now: datetime, *sources: VariantSource, key: str = "welcome", **more: Any) -> Template:
    variants = sources or (html("<p>שלום</p>"),)
    settings = {"name": Text(en="Welcome", he="ברוכים הבאים"), "fallback_language": "he", **more}
    return services.save_template(workspace_id=workspace, key=key, variants=variants, now=now, **settings)


def test_saving_makes_a_version_that_can_be_rendered(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    template = _save(workspace, now, html("<p>שלום</p>"), html("<p>Hello</p>", language="en"))

    compiled = queries.get_compiled(conn, template.version.id)

    assert (template.version.number, compiled.template_key, compiled.workspace_id) == (1, "welcome", workspace)
    assert compiled.render("en", {}, link=str).text == "Hello\n"
    assert compiled.render("fr", {}, link=str).text == "שלום\n"


def test_a_change_makes_a_new_version_and_leaves_the_old_one(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    first = _save(workspace, now)
    second = _save(workspace, now + timedelta(days=1), html("<p>אחר</p>"))

    assert second.version.number == 2
    assert queries.get_compiled(conn, first.version.id).render("he", {}, link=str).text == "שלום\n"
    assert queries.get_compiled(conn, second.version.id).render("he", {}, link=str).text == "אחר\n"
    assert queries.get_template(workspace_id=workspace, key="welcome", number=1).version == first.version
    assert [version.number for version in queries.list_versions(workspace_id=workspace, key="welcome")] == [2, 1]


@pytest.mark.parametrize(
    "change",
    [{"missing": "stop"}, {"sources": (html("<p>שלום</p>", subject="t"),)}, {"fallback_language": "en"}],
)
def test_any_difference_counts_as_a_change(workspace: int, now: datetime, change: dict[str, Any]) -> None:
    both = (html("<p>שלום</p>"), html("<p>Hello</p>", language="en"))
    _save(workspace, now, *both)
    sources = change.pop("sources", both)

    assert _save(workspace, now, *sources, **change).version.number == 2


def test_saving_the_same_again_makes_no_version(workspace: int, now: datetime) -> None:
    both = (html("<p>שלום</p>", language="he-IL"), html("<p>Hello</p>", language="en"))
    first = _save(workspace, now, *both)

    again = _save(workspace, now + timedelta(days=1), *reversed(both), name="New name")

    assert again.version == first.version
    assert again.name.en == "New name"


def test_a_template_with_mistakes_is_not_saved_at_all(workspace: int, now: datetime) -> None:
    with pytest.raises(TemplateInvalid) as refused:
        _save(workspace, now, html("{{ x | shout }}"), html("<script></script>", language="en"))

    assert [problem.path for problem in refused.value.problems] == ["variants.he.body", "variants.en.body"]
    assert queries.list_templates(workspace_id=workspace) == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"key": "Not A Key"}, "key"),
        ({"key": ""}, "key"),
        ({"missing": "guess"}, "missing"),
        ({"fallback_language": "en"}, "fallback_language"),
        ({"sources": [html("x", language="zz")]}, "variants.zz"),
        ({"sources": [html("x", language="english!")]}, "variants.english!"),
        ({"sources": [html("x"), html("y", language="he-IL")]}, "variants.he-IL"),
    ],
)
def test_the_frame_of_a_template_is_checked(workspace: int, now: datetime, more: dict[str, Any], path: str) -> None:
    sources = more.pop("sources", [html("x")])

    with pytest.raises(TemplateInvalid) as refused:
        _save(workspace, now, *sources, **more)

    assert path in [problem.path for problem in refused.value.problems]


def test_a_template_needs_a_language(workspace: int, now: datetime) -> None:
    with pytest.raises(TemplateInvalid) as refused:
        services.save_template(workspace_id=workspace, key="k", name="n", variants=[], fallback_language="he", now=now)

    assert refused.value.problems[0].path == "variants"


def test_templates_are_listed_by_key_and_page(workspace: int, now: datetime) -> None:
    for key in ("b", "a", "c"):
        _save(workspace, now, html("x", subject=f"subject {key}"), key=key)

    first, second = queries.list_templates(workspace_id=workspace, limit=2)
    (third,) = queries.list_templates(workspace_id=workspace, after_key=second.key)

    assert [first.key, second.key, third.key] == ["a", "b", "c"]
    assert first.subjects == {"he": "subject a"} and first.languages == ("he",)


def test_an_archived_template_leaves_the_list_until_it_is_saved_again(workspace: int, now: datetime) -> None:
    _save(workspace, now)

    services.archive_template(workspace_id=workspace, key="welcome", now=now)

    assert queries.list_templates(workspace_id=workspace) == []
    assert len(queries.list_templates(workspace_id=workspace, with_archived=True)) == 1
    _save(workspace, now)
    assert len(queries.list_templates(workspace_id=workspace)) == 1


def test_a_workspace_sees_only_its_own(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    _save(workspace, now)
    other = workspace + 1

    assert queries.list_templates(workspace_id=other) == []
    for read in (queries.get_template, services.archive_template):
        with pytest.raises(TemplateNotFound):
            read(workspace_id=other, key="welcome", **({"now": now} if read is services.archive_template else {}))
    assert _save(other, now, html("<p>אחר</p>")).version.number == 1


def test_versions_are_kept_by_the_process_up_to_a_bound(
    conn: psycopg.Connection, workspace: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_CACHED_VERSIONS", 2)
    ids = [_save(workspace, now, html(f"<p>{number}</p>")).version.id for number in range(3)]

    kept = [queries.get_compiled(conn, version_id) for version_id in ids[:2]]
    assert queries.get_compiled(conn, ids[0]) is kept[0]
    queries.get_compiled(conn, ids[2])

    assert queries.get_compiled(conn, ids[0]) is kept[0]
    assert queries.get_compiled(conn, ids[1]) is not kept[1]


def test_a_version_that_is_not_there_is_an_error(conn: psycopg.Connection) -> None:
    with pytest.raises(TemplateNotFound):
        queries.get_compiled(conn, 999)


def test_what_is_missing_follows_the_version(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    template = _save(workspace, now, html("{{ x }}"), missing="stop")

    assert queries.get_compiled(conn, template.version.id).missing is Missing.STOP


def test_the_workspace_stands_in_for_what_a_brand_kit_leaves_out(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    bare = queries.get_brand_kit(conn, workspace)
    services.save_brand_kit(
        workspace_id=workspace,
        values={
            "name": {"he": "החנות {של דנה}", "en": "Dana's"},
            "address": "הרצל 1",
            "phone": "03",
            "colors": {"accent": "#aa0000"},
        },
        now=now,
    )
    kit = queries.get_brand_kit(conn, workspace)

    assert bare.variables("he")["sender_name"] == "חנות" and bare.timezone == "Asia/Jerusalem"
    assert kit.variables("he")["sender_name"] == "החנות {של דנה}"
    assert kit.variables("en")["name"] == "Dana's"
    assert kit.variables("en")["colors"] == {"accent": "#aa0000"}


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"nmae": "x"}, "nmae"),
        ({"name": 5}, "name"),
        ({"name": {"fr": "x"}}, "name"),
        ({"sender_email": "nobody"}, "sender_email"),
        ({"website_url": "javascript:x"}, "website_url"),
        ({"logo_url": 'https://a.example/" onerror="x'}, "logo_url"),
        ({"colors": {"accent": "red; background:url(x)"}}, "colors"),
        ({"phone": "1" * 501}, "phone"),
    ],
)
def test_a_brand_kit_with_mistakes_is_not_saved(
    conn: psycopg.Connection, workspace: int, now: datetime, values: dict[str, Any], path: str
) -> None:
    with pytest.raises(BrandKitInvalid) as refused:
        services.save_brand_kit(workspace_id=workspace, values=values, now=now)

    assert [problem.path for problem in refused.value.problems] == [path]
    assert queries.get_brand_kit(conn, workspace).name.he == "חנות"
