"""The way out: one click for a mail client, a button for a person, nothing for a prefetcher."""

from __future__ import annotations

from datetime import datetime

import pytest
from web_readers import Readers, browser, path_of, text_of

from kesher.messaging import services

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _path(message: int) -> str:
    return path_of(services.make_unsubscribe_url(message))


def test_a_mail_client_unsubscribes_with_one_post_and_nothing_else(readers: Readers) -> None:
    person = readers.add(granted=("offers", "news"))

    response = browser().post(_path(readers.send(person)), ONE_CLICK)

    assert response.status_code == 200
    assert "Set-Cookie" not in response and not response.cookies
    assert readers.states(person) == {"offers": "denied", "news": "granted"}
    assert [entry["source"] for entry in readers.entries(person)] == ["one_click"]
    assert len(readers.events(person, "Message Unsubscribed")) == 1


def test_a_mail_client_may_send_the_form_urlencoded(readers: Readers) -> None:
    person = readers.add()
    form = "application/x-www-form-urlencoded"

    response = browser().post(_path(readers.send(person)), "List-Unsubscribe=One-Click", content_type=form)

    assert response.status_code == 200
    assert [entry["source"] for entry in readers.entries(person)] == ["one_click"]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_does_not_unsubscribe(readers: Readers, method: str) -> None:
    person = readers.add()

    response = getattr(browser(), method)(_path(readers.send(person)))

    assert response.status_code == 200
    assert readers.states(person) == {"offers": "granted"}
    assert readers.entries(person) == []


def test_the_page_asks_in_the_persons_language_under_the_shops_name(readers: Readers) -> None:
    hebrew = text_of(browser(**{"Accept-Language": "en"}).get(_path(readers.send(readers.add(language="he")))))
    english = text_of(browser(**{"Accept-Language": "he"}).get(_path(readers.send(readers.add(language="en")))))

    assert '<html lang="he" dir="rtl">' in hebrew and "”מבצעים“" in hebrew and "חנות השכונה" in hebrew
    assert '<html lang="en" dir="ltr">' in english and "“Offers”" in english and "The Corner Shop" in english


def test_the_button_unsubscribes_and_the_page_says_so(readers: Readers) -> None:
    person = readers.add()
    path = _path(readers.send(person))

    page = text_of(browser().post(path))

    assert "הוסרת מהרשימה" in page and "/p/" in page
    assert readers.states(person) == {"offers": "denied"}
    (entry,) = readers.entries(person)
    assert (entry["source"], entry["wording"]) == ("unsubscribe_page", "להסרה מהרשימה")
    assert "הוסרת מהרשימה" in text_of(browser().get(path))


def test_saying_it_again_changes_nothing(readers: Readers) -> None:
    person = readers.add()
    path = _path(readers.send(person))

    for _ in range(3):
        assert browser().post(path, ONE_CLICK).status_code == 200

    assert len(readers.entries(person)) == 1


def test_a_message_without_a_topic_ends_the_whole_channel(readers: Readers) -> None:
    person = readers.add()
    readers.set_state(person, "", "granted")

    browser().post(_path(readers.send(person, topic="")), ONE_CLICK)

    assert readers.states(person)[""] == "denied"


@pytest.mark.parametrize("token", ["xyz", "", "AAAA"])
def test_a_broken_link_is_answered_kindly(readers: Readers, token: str) -> None:
    response = browser().post(f"/u/{token}", ONE_CLICK)

    assert response.status_code == 404


def test_a_token_of_another_page_does_not_unsubscribe(readers: Readers) -> None:
    person = readers.add()
    token = services.make_preferences_url(readers.send(person)).rsplit("/", 1)[1]

    assert browser().post(f"/u/{token}", ONE_CLICK).status_code == 404
    assert readers.entries(person) == []


def test_after_a_merge_the_no_is_that_of_the_profile_that_lives_on(readers: Readers, now: datetime) -> None:
    from kesher.events import services as events

    loser, winner = readers.add(granted=("offers",)), readers.add(granted=("news",))
    path = _path(readers.send(loser))
    events.merge_profiles(
        readers.conn, workspace_id=readers.workspace_id, winner_id=winner, loser_id=loser, reason="test", now=now
    )
    services_page = browser().get(path)

    assert services_page.status_code == 200
    browser().post(path, ONE_CLICK)

    assert readers.states(winner)["offers"] == "denied"
