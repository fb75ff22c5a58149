"""The preference page: what is shown is what holds, and what is saved is proof."""

from __future__ import annotations

import re
from typing import Any

import pytest
from web_readers import FIREFOX, Readers, browser, path_of, text_of

from kesher.consent.models import Topic
from kesher.messaging import services


def _path(readers: Readers, person: int) -> str:
    return path_of(services.make_preferences_url(readers.send(person)))


def _ticked(page: str) -> list[str]:
    return re.findall(r'name="topic" value="([^"]*)" checked', page)


def _offered(page: str) -> list[str]:
    return re.findall(r'name="topic" value="([^"]*)"', page)


def _save(readers: Readers, person: int, **form: Any) -> str:
    """Post the form and follow to the page that confirms it."""
    path = _path(readers, person)
    response = browser().post(path, form)
    assert response.status_code == 303
    assert response["Location"].startswith(f"{path}?saved=1")
    return text_of(browser().get(response["Location"]))


def test_the_topics_are_shown_as_they_hold(readers: Readers) -> None:
    person = readers.add(granted=("offers",))

    page = text_of(browser().get(_path(readers, person)))

    assert _offered(page) == ["offers", "news"]
    assert _ticked(page) == ["offers"]
    assert '<html lang="he" dir="rtl">' in page and "פעם בשבוע" in page and "הרצל 1" in page
    assert "נשמר" not in page


def test_a_topic_without_an_answer_follows_the_whole_channel(readers: Readers) -> None:
    person = readers.add(granted=("",))
    readers.set_state(person, "news", "denied")

    assert _ticked(text_of(browser().get(_path(readers, person)))) == ["offers"]


def test_saving_records_what_changed_with_its_wording_and_evidence(readers: Readers) -> None:
    person = readers.add(granted=("offers",))

    page = _save(readers, person, topic=["news"], language="he")

    assert readers.states(person) == {"offers": "denied", "news": "granted"}
    news, offers = sorted(readers.entries(person), key=lambda entry: entry["topic"])
    assert (offers["topic"], offers["state"], offers["source"]) == ("offers", "denied", "preference_page")
    assert (news["topic"], news["state"], news["wording"]) == ("news", "granted", "חדשות")
    assert offers["wording"] == "מבצעים – פעם בשבוע"
    assert news["evidence"]["ip"] == "127.0.0.1" and news["evidence"]["user_agent"] == FIREFOX
    assert _ticked(page) == ["news"] and "נשמר" in page
    assert len(readers.events(person, "Consent Given")) == len(readers.events(person, "Consent Withdrawn")) == 1


def test_saving_what_holds_already_records_nothing(readers: Readers) -> None:
    person = readers.add(granted=("offers",))

    _save(readers, person, topic=["offers"], language="he")

    assert readers.entries(person) == []


def test_one_button_ends_everything(readers: Readers) -> None:
    person = readers.add(granted=("offers", "news"))

    page = _save(readers, person, none="1")

    assert readers.states(person)[""] == "denied"
    (entry,) = readers.entries(person)
    assert (entry["topic"], entry["wording"]) == ("", "להפסיק את כל הודעות הדוא״ל מאת חנות השכונה")
    assert _ticked(page) == [] and "כרגע לא נשלחות אליך הודעות שיווק" in page


def test_after_that_a_tick_brings_back_exactly_what_was_ticked(readers: Readers) -> None:
    person = readers.add(granted=("offers", "news"))
    _save(readers, person, none="1")

    page = _save(readers, person, topic=["news"])

    assert _ticked(page) == ["news"]
    assert readers.states(person) == {"": "granted", "offers": "denied", "news": "granted"}


def test_an_unknown_topic_is_no_choice(readers: Readers) -> None:
    person = readers.add(granted=("offers",))

    _save(readers, person, topic=["offers", "orders", "nonsense"])

    assert readers.entries(person) == []


def test_a_shop_without_topics_asks_for_the_whole_channel(readers: Readers) -> None:
    Topic.objects.all().delete()
    person = readers.add(granted=())

    page = _save(readers, person, topic=[""])

    assert readers.states(person) == {"": "granted"}
    assert _ticked(page) == [""] and "הודעות דוא״ל מאת חנות השכונה" in page


def test_the_language_of_the_messages_can_be_chosen(readers: Readers) -> None:
    person = readers.add(language="he")

    page = _save(readers, person, topic=["offers"], language="en")

    row = readers.conn.execute("SELECT language FROM profiles_profile WHERE id = %s", (person,)).fetchone()
    assert row == ("en",)
    assert '<html lang="en" dir="ltr">' in page and 'value="en" checked' in page
    assert readers.entries(person) == []


def test_looking_in_another_language_does_not_choose_it(readers: Readers) -> None:
    path = _path(readers, readers.add(language="he"))

    page = text_of(browser().get(f"{path}?lang=en"))

    assert '<html lang="en"' in page and 'value="he" checked' in page
    assert "News &lt;b&gt;" in page


@pytest.mark.parametrize("language", ["", "fr", "<script>"])
def test_a_language_that_kesher_does_not_speak_is_left_alone(readers: Readers, language: str) -> None:
    person = readers.add(language="he")

    _save(readers, person, topic=["offers"], language=language)

    row = readers.conn.execute("SELECT language FROM profiles_profile WHERE id = %s", (person,)).fetchone()
    assert row == ("he",)


def test_a_broken_link_is_answered_kindly(readers: Readers) -> None:
    assert browser().get("/p/xyz").status_code == 404
    assert browser().post("/p/xyz", {"none": "1"}).status_code == 404


def test_an_erased_person_has_no_page(readers: Readers) -> None:
    person = readers.add()
    path = _path(readers, person)
    readers.conn.execute("UPDATE profiles_profile SET erased_at = %s WHERE id = %s", (readers.now, person))

    assert browser().get(path).status_code == 404
