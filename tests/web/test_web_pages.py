"""What every page keeps: language, direction, headers; and the files beside them."""

from __future__ import annotations

import re

import pytest
from pytest_django import Settings
from web_readers import browser, text_of


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {"Accept-Language": "he-IL,he;q=0.9"}, "he"),
        ("", {"Accept-Language": "en-GB"}, "en"),
        ("", {"Accept-Language": "fr"}, "en"),
        ("?lang=he", {"Accept-Language": "en"}, "he"),
        ("?lang=en", {"Accept-Language": "he"}, "en"),
        ("?lang=xx", {"Accept-Language": "he"}, "he"),
        ("", {"Accept-Language": "en", "Cookie": "kesher_language=he"}, "he"),
    ],
)
def test_a_page_speaks_the_visitors_language(query: str, headers: dict[str, str], language: str) -> None:
    response = browser(**headers).get(f"/{query}")

    direction = "rtl" if language == "he" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text_of(response)
    assert response["Content-Language"] == language


def test_the_chosen_language_is_remembered() -> None:
    visitor = browser(**{"Accept-Language": "en"})

    visitor.get("/?lang=he")

    assert 'lang="he"' in text_of(visitor.get("/"))


def test_a_page_lets_no_script_in() -> None:
    response = browser().get("/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY" and response["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script|\sstyle=|\son\w+=", text_of(response))


@pytest.mark.parametrize(("server", "shown"), [(None, True), ("smtp://mail.example", False)])
def test_the_front_door_names_only_what_is_there(settings: Settings, server: str | None, shown: bool) -> None:
    settings.SMTP_URL = server

    page = text_of(browser().get("/?lang=he"))

    assert ('href="/mailbox"' in page) is shown
    assert "לשלוח אליה אירועים" in page and settings.BASE_URL in page


def test_a_file_is_kept_for_ever_under_the_hash_of_its_content() -> None:
    page = text_of(browser().get("/"))
    url = re.findall(r'href="(/static/web/kesher.css\?v=[0-9a-f]{16})"', page)[0]

    response = browser().get(url)

    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert b"--brand" in response.content


def test_a_file_without_its_hash_is_checked_again_each_time() -> None:
    first = browser().get("/static/web/kesher.css?v=0000000000000000")
    second = browser(**{"If-None-Match": first["ETag"]}).get("/static/web/kesher.css")

    assert first["Cache-Control"] == "no-cache"
    assert (second.status_code, second.content) == (304, b"")


@pytest.mark.parametrize("name", ["web/nothing.css", "../settings.py", "..%2f..%2fsettings.py", "/etc/passwd", "web"])
def test_only_static_files_are_served(name: str) -> None:
    assert browser().get(f"/static/{name}").status_code == 404


def test_the_style_has_logical_properties_only() -> None:
    style = browser().get("/static/web/kesher.css").content.decode()

    assert not re.findall(
        r"[^-\w](?:margin|padding|border)-(?:left|right|top|bottom)|text-align: (?:left|right)", style
    )
    assert not re.findall(r"[;{\s](?:left|right|width|height|max-width|min-height):", style)


def test_an_address_without_a_page_is_answered_in_the_visitors_language() -> None:
    response = browser().get("/no/such/page?lang=he")

    assert response.status_code == 404
    assert "אין כאן דף" in text_of(response)
