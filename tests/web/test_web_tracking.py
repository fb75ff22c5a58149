"""Clicks and opens: a signed address, a record, and nothing in the reader's way."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.test import Client
from web_readers import FIREFOX, Readers, browser, path_of, text_of

from kesher.kernel import tokens
from kesher.messaging import services
from kesher.web.views import tracking


def test_a_click_is_recorded_and_goes_on(readers: Readers) -> None:
    person = readers.add()
    message = readers.send(person)

    response = browser().get(path_of(services.make_click_url(message, "https://shop.example/p?id=1&q=שלום")))

    assert response.status_code == 302
    assert response["Location"] == "https://shop.example/p?id=1&q=%D7%A9%D7%9C%D7%95%D7%9D"
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "no-referrer"
    (clicked,) = readers.events(person, "Message Clicked")
    assert (clicked["url"], clicked["machine"]) == ("https://shop.example/p?id=1&q=שלום", False)
    assert clicked["user_agent"] == FIREFOX


def test_an_open_is_recorded_and_answered_with_a_pixel(readers: Readers) -> None:
    person = readers.add()

    response = browser().get(path_of(services.make_open_url(readers.send(person))))

    assert response["Content-Type"] == "image/gif" and response.content[:6] == b"GIF89a"
    assert "no-store" in response["Cache-Control"]
    assert [event["machine"] for event in readers.events(person, "Message Opened")] == [False]


@pytest.mark.parametrize("change", ["cut", "changed", "another purpose", "no token"])
def test_a_click_leads_nowhere_that_kesher_did_not_sign(readers: Readers, change: str) -> None:
    message = readers.send(readers.add())
    token = services.make_click_url(message, "https://shop.example/").rsplit("/", 1)[1]
    forged = {
        "cut": token[:-4],
        "changed": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "another purpose": tokens.sign("open", b"\0\0\0\0\0\1https://evil.example/"),
        "no token": "https:evil.example",
    }[change]

    response = browser().get(f"/c/{forged}")

    assert response.status_code == 404
    assert "Location" not in response
    assert "This link does not work" in text_of(browser().get(f"/c/{forged}?lang=en"))
    assert "הקישור הזה כבר אינו פועל" in text_of(browser().get(f"/c/{forged}?lang=he"))


def test_a_forged_pixel_is_still_a_picture(readers: Readers) -> None:
    response = browser().get("/o/xyz.gif")

    assert response.status_code == 404 and response["Content-Type"] == "image/gif"


def test_a_click_on_a_message_that_is_gone_still_goes_on(readers: Readers) -> None:
    response = browser().get(path_of(services.make_click_url(987654, "https://shop.example/")))

    assert response.status_code == 302


def test_a_reader_reaches_her_page_although_the_database_does_not_answer(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(tracking, "request_connection", fail)

    response = browser().get(path_of(services.make_click_url(1, "https://shop.example/")))

    assert response["Location"] == "https://shop.example/"


_MPP = "Mozilla/5.0"
_GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    ("agent", "machine"),
    [
        (FIREFOX, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)", False),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5361; Pro)", False),
        (_GMAIL, False),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", False),
        (_MPP, True),
        ("", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", True),
        ("Barracuda Sentinel (EE)", True),
        ("python-requests/2.32", True),
        ("curl/8.5.0", True),
        ("facebookexternalhit/1.1", True),
        ("WhatsApp/2.24 A", True),
        ("Mozilla/5.0 BingPreview/1.0b", True),
    ],
)
def test_programs_are_told_from_people_by_their_user_agent(readers: Readers, agent: str, machine: bool) -> None:
    person = readers.add()
    message = readers.send(person)

    browser(**{"User-Agent": agent}).get(path_of(services.make_open_url(message)))

    assert [event["machine"] for event in readers.events(person, "Message Opened")] == [machine]


def test_a_head_request_is_a_programs(readers: Readers) -> None:
    person = readers.add()

    browser().head(path_of(services.make_click_url(readers.send(person), "https://shop.example/")))

    assert [event["machine"] for event in readers.events(person, "Message Clicked")] == [True]


def test_a_prefetch_is_a_programs(readers: Readers) -> None:
    person = readers.add()
    url = services.make_click_url(readers.send(person), "https://shop.example/")

    browser(**{"Sec-Purpose": "prefetch;prerender"}).get(path_of(url))

    assert [event["machine"] for event in readers.events(person, "Message Clicked")] == [True]


@pytest.mark.parametrize(("seconds", "machine"), [(0, False), (0.1, True), (1.9, True), (2.1, False), (3600, False)])
def test_nobody_clicks_within_two_seconds_of_the_sending(
    readers: Readers, now: datetime, seconds: float, machine: bool
) -> None:
    person = readers.add()
    message = readers.send(person, sent_at=now - timedelta(seconds=seconds))

    browser().get(path_of(services.make_click_url(message, "https://shop.example/")))

    assert [event["machine"] for event in readers.events(person, "Message Clicked")] == [machine]


def test_what_a_program_did_counts_for_nothing(readers: Readers) -> None:
    message = readers.send(readers.add())

    browser(**{"User-Agent": "curl/8"}).get(path_of(services.make_click_url(message, "https://shop.example/")))

    row = readers.conn.execute("SELECT opened_at, clicked_at FROM messaging_message WHERE id = %s", (message,))
    assert row.fetchone() == (None, None)


def test_only_reading_methods_are_answered(readers: Readers) -> None:
    message = readers.send(readers.add())

    assert Client().post(path_of(services.make_open_url(message))).status_code == 405
