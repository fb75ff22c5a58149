"""The legal profile: what it takes, what it refuses, and what holds before anybody filled it in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from kesher.consent.errors import LegalProfileInvalid
from kesher.consent.queries import get_legal_profile
from kesher.consent.services import save_legal_profile
from kesher.kernel.text import Text


@pytest.fixture(autouse=True)
def django_database(conn: psycopg.Connection, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_what_was_saved_is_read_and_replaces_what_stood_before(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    first = {"name": {"en": "Shop Ltd", "he": "חנות בע״מ"}, "phone": "04-1", "section_30a": False}
    save_legal_profile(workspace_id=workspace, values=first, now=now)
    save_legal_profile(workspace_id=workspace, values={"name": "Shop"}, now=now)

    found = get_legal_profile(conn, workspace_id=workspace)

    assert (found.name, found.phone, found.section_30a) == (Text(en="Shop", he="Shop"), "", True)


@pytest.mark.parametrize(
    "values",
    [
        {"name": {"fr": "Magasin"}},
        {"address": "two\nlines"},
        {"phone": 4},
        {"email": "nobody"},
        {"section_30a": "yes"},
        {"fax": "1"},
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(
    conn: psycopg.Connection, workspace: int, now: datetime, values: dict[str, Any]
) -> None:
    with pytest.raises(LegalProfileInvalid) as refused:
        save_legal_profile(workspace_id=workspace, values=values, now=now)

    assert [problem.path for problem in refused.value.problems] == list(values)
    assert get_legal_profile(conn, workspace_id=workspace).phone == ""
