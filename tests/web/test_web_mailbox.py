"""The captured mail: only in capture mode, only on this machine, and nothing of a mail runs."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from web_readers import browser, text_of

from kesher.messaging.capture import Maildir, mailbox_folder


@pytest.fixture(autouse=True)
def mailbox(settings: Settings, tmp_path: Path) -> Iterator[Maildir]:
    settings.DATA_DIR = tmp_path
    settings.SMTP_URL = None
    yield Maildir(mailbox_folder(tmp_path))


def _mail(
    subject: str = "שלום <b>", html: str = "<html><head><title>t</title></head><body><p>x</p></body></html>"
) -> bytes:
    message = EmailMessage()
    message["From"] = "חנות <shop@example.com>"
    message["To"] = "דנה כהן <dana@example.com>"
    message["Subject"] = subject
    message.set_content("text part https://shop.example/ <script>")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_what_arrived_is_listed_newest_first(mailbox: Maildir) -> None:
    mailbox.add(_mail("from Monday"))
    mailbox.add(_mail("from Tuesday <i>"))

    page = text_of(browser().get("/mailbox?lang=en"))

    assert page.index("from Tuesday &lt;i&gt;") < page.index("from Monday")


def test_a_hebrew_name_and_its_address_are_kept_apart(mailbox: Maildir) -> None:
    key = mailbox.add(_mail())

    for page in ("/mailbox?lang=en", f"/mailbox/{key}"):
        assert "<bdi>דנה כהן</bdi> <bdi>&lt;dana@example.com&gt;</bdi>" in text_of(browser().get(page))


def test_the_list_can_be_searched_by_address(mailbox: Maildir) -> None:
    mailbox.add(_mail("for dana"))

    assert "for dana" in text_of(browser().get("/mailbox?to=DANA@"))
    assert "for dana" not in text_of(browser().get("/mailbox?to=yael@"))


def test_an_empty_mailbox_says_so_in_both_languages() -> None:
    assert "Nothing has arrived yet" in text_of(browser().get("/mailbox?lang=en"))
    assert "עדיין לא הגיע דבר" in text_of(browser().get("/mailbox?lang=he"))


def test_a_mail_is_shown_with_its_text_headers_and_a_frame(mailbox: Maildir) -> None:
    key = mailbox.add(_mail())

    page = text_of(browser().get(f"/mailbox/{key}"))

    assert "שלום &lt;b&gt;" in page and "&lt;script&gt;" in page and "<script>" not in page
    assert f'src="/mailbox/{key}/html"' in page and 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert '<a href="https://shop.example/" rel="nofollow">' in page
    assert "dana@example.com" in page and "Content-Type" in page


def test_the_html_part_runs_nothing_and_opens_its_links_outside(mailbox: Maildir) -> None:
    key = mailbox.add(_mail())

    response = browser().get(f"/mailbox/{key}/html")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox allow-popups" in policy and "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in text_of(response)


@pytest.mark.parametrize("html", ["<p>bare</p>", "<html><body>x</body></html>"])
def test_a_mail_without_a_head_opens_its_links_outside_too(mailbox: Maildir, html: str) -> None:
    key = mailbox.add(_mail(html=html))

    assert text_of(browser().get(f"/mailbox/{key}/html")).count('<base target="_blank">') == 1


_PATHS = ["/mailbox", "/mailbox/{key}", "/mailbox/{key}/html"]


@pytest.mark.parametrize("path", _PATHS)
def test_with_a_mail_server_there_is_no_mailbox(mailbox: Maildir, settings: Settings, path: str) -> None:
    key = mailbox.add(_mail())
    settings.SMTP_URL = "smtp://mail.example"

    assert browser().get(path.format(key=key)).status_code == 404


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.168.1.5", {}),
        ("", {}),
        ("127.0.0.1", {"X-Forwarded-For": "1.2.3.4"}),
        ("::1", {"Forwarded": "for=1.2.3.4"}),
    ],
)
def test_nobody_else_sees_the_mailbox(mailbox: Maildir, path: str, address: str, headers: dict[str, str]) -> None:
    key = mailbox.add(_mail())

    response = browser(**headers).get(path.format(key=key), REMOTE_ADDR=address)

    assert response.status_code == 404


@pytest.mark.parametrize("key", ["nothing", "..%2F..%2Fsecret", ".."])
def test_a_mail_that_is_not_there_is_not_found(key: str) -> None:
    (django_settings.DATA_DIR / "secret").write_text("secret")

    assert browser().get(f"/mailbox/{key}").status_code == 404
