"""The web app as it is served: its page, its policy, its files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from web_readers import browser, text_of

from kesher.web.views import app


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built app: a page that carries the nonce's place, and one file in three forms."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script nonce="NONCE-OF-THIS-PAGE" src="/app/assets/a-1f.js"></script>')
    for name, text in {"a-1f.js": "plain", "a-1f.js.br": "brotli", "a-1f.js.gz": "gzip", "b-2e.svg": "<svg/>"}.items():
        (tmp_path / "assets" / name).write_text(text)
    (tmp_path / "design.html").write_text('<script nonce="NONCE-OF-THIS-PAGE" src="/app/assets/a-1f.js"></script>')
    (tmp_path / "secret.txt").write_text("not an asset")
    monkeypatch.setattr(app, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", ["/app/", "/app/w/shop/people", "/app/sign-in?next=/w/shop"])
def test_every_address_of_the_app_is_its_one_page(built: Path, path: str) -> None:
    response = browser().get(path)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["X-Frame-Options"] == "DENY"


def test_the_nonce_is_in_page_and_policy_and_never_the_same(built: Path) -> None:
    nonces = []
    for _ in range(2):
        response = browser().get("/app/")
        (nonce,) = re.findall(r'nonce="([^"]+)"', text_of(response))
        assert f"style-src 'self' 'nonce-{nonce}'" in response["Content-Security-Policy"]
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


def test_the_policy_lets_only_our_own_scripts_run(built: Path) -> None:
    policy = browser().get("/app/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["script-src"] == "'self'"
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"


def test_the_canvas_of_the_editor_has_more_styles_and_nothing_else_more(built: Path) -> None:
    response = browser().get("/app/design.html")
    rules = dict(rule.strip().split(" ", 1) for rule in response["Content-Security-Policy"].split(";"))

    assert response.status_code == 200
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert (rules["script-src"], rules["default-src"]) == ("'self'", "'none'")
    assert (rules["frame-ancestors"], response["X-Frame-Options"]) == ("'self'", "SAMEORIGIN")
    assert "connect-src" not in rules  # nobody is called from there
    assert "NONCE-OF-THIS-PAGE" not in text_of(response)


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [("gzip, deflate, br", "br", b"brotli"), ("gzip;q=0.8", "gzip", b"gzip"), ("", None, b"plain")],
    ids=["brotli", "gzip", "neither"],
)
def test_a_file_comes_in_the_smallest_form_and_stays_for_ever(
    built: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    response = browser(**{"Accept-Encoding": accepted}).get("/app/assets/a-1f.js")

    assert response.content == body
    assert response.get("Content-Encoding") == encoding
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in response["Cache-Control"] and "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize("name", ["gone.js", "..%2Fsecret.txt", "%2e%2e", "a-1f", ".hidden.js", "a%00.js"])
def test_nothing_but_built_files_is_served(built: Path, name: str) -> None:
    assert browser().get(f"/app/assets/{name}").status_code == 404


def test_an_app_that_is_not_built_says_how_to_build_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "FOLDER", tmp_path)

    response = browser(**{"Accept-Language": "he"}).get("/app/")

    assert response.status_code == 503
    assert "make app" in text_of(response)
