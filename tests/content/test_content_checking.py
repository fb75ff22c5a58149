"""What is said of a message before it is used: each harm at its place, and nothing of a good one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kesher.content.brand import brand_from
from kesher.content.queries import check_message, preview
from kesher.content.types import Circumstances, Missing, VariantSource

BRAND = brand_from("Shop", "Asia/Jerusalem", {"address": "Haifa 1", "phone": "04-1234567"})
AROUND = Circumstances(
    brand=BRAND,
    names={"customer": ["first_name", "email"], "brand": list(BRAND.variables("he"))},
    languages=["he"],
)
GOOD = VariantSource(
    language="he",
    subject="פרסומת: מבצע לשבת, {{ customer.first_name }}",
    body='<p>שלום</p><img src="https://shop.example/a.png" alt="לחם">'
    '<a href="https://shop.example/sale">למבצע</a>{% footer %}',
    body_format="html",
)


def found(source: VariantSource, around: Circumstances = AROUND) -> list[tuple[str, str, str]]:
    return [(str(each.severity), each.code, each.place) for each in check_message([source], "he", around)]


def test_a_good_message_has_nothing_to_look_at() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"subject": "מבצע לשבת"}, ("error", "no_advertisement", "variants.he.subject")),
        ({"subject": "פרסומת: SALE ENDS TODAY"}, ("warning", "capitals", "variants.he.subject")),
        ({"subject": "פרסומת: מהרו!!"}, ("warning", "exclamations", "variants.he.subject")),
        ({"body": "<p>{{ customer.frist_name }}</p>{% footer %}"}, ("warning", "unknown_variable", "variants.he.body")),
        ({"body": "<p>{{ costumer.email }}</p>{% footer %}"}, ("warning", "unknown_variable", "variants.he.body")),
        ({"body": '<a href="">x</a>{% footer %}'}, ("warning", "link_empty", "variants.he.body")),
        ({"body": '<a href="https://nowhere">x</a>{% footer %}'}, ("error", "link_wrong", "variants.he.body")),
        ({"body": '<a href="http://shop.example/">x</a>{% footer %}'}, ("info", "link_plain", "variants.he.body")),
        (
            {"body": '<p>x</p><img src="https://s.example/a.png">{% footer %}'},
            ("warning", "no_alt", "variants.he.body"),
        ),
        ({"body": f"<p>{'א' * 60_000}</p>{{% footer %}}"}, ("warning", "clipped", "variants.he.body")),
        ({"body": "<p>{{ brand.address }}</p>"}, ("error", "no_way_out", "variants.he.body")),
        ({"body": "<p>{{ nothing</p>"}, ("error", "invalid", "variants.he.body")),
    ],
)
def test_each_harm_is_said_at_its_place(change: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert found(replace(GOOD, **change)) == [expected]


def test_the_nearest_right_name_is_said_with_its_line() -> None:
    (finding,) = check_message([replace(GOOD, body="<p>\n{{ customer.frist_name }}</p>{% footer %}")], "he", AROUND)

    assert "Did you mean “customer.first_name”?" in finding.text.render("en")
    assert finding.line == 2


def test_an_advertisement_says_who_sends_it_and_how_to_reach_them() -> None:
    nameless = replace(AROUND, brand=brand_from("Shop", "Asia/Jerusalem", {}))

    assert found(GOOD, nameless) == [("error", "no_sender", "variants.he.body")]


def test_a_service_message_and_another_country_are_free_of_that_law() -> None:
    bare = replace(GOOD, subject="ההזמנה בדרך", body="<p>שלום</p>")

    assert found(bare, replace(AROUND, marketing=False)) == []
    free = brand_from("Shop", "Asia/Jerusalem", {}, {"section_30a": False})
    assert found(bare, replace(AROUND, brand=free)) == [("error", "no_way_out", "variants.he.body")]


def test_the_law_is_that_of_the_legal_profile_and_else_that_of_the_zone() -> None:
    bare = replace(GOOD, subject="מבצע לשבת")

    def law_of(timezone: str, legal: dict[str, Any]) -> bool:
        brand = brand_from("Shop", timezone, {"address": "Haifa 1", "phone": "04-1234567"}, legal)
        return found(bare, replace(AROUND, brand=brand)) == [("error", "no_advertisement", "variants.he.subject")]

    assert law_of("Asia/Jerusalem", {}) and not law_of("Europe/Berlin", {})
    assert law_of("Europe/Berlin", {"section_30a": True}) and not law_of("Asia/Jerusalem", {"section_30a": False})


def test_the_legal_profile_says_who_sends_and_the_brand_kit_fills_its_gaps() -> None:
    only_legal = brand_from("Shop", "Asia/Jerusalem", {}, {"address": "Haifa 1", "email": "law@shop.test"})
    both = brand_from("Shop", "", {"address": "Haifa 1", "phone": "1"}, {"name": {"he": "חנות בע״מ"}, "phone": "2"})

    assert found(GOOD, replace(AROUND, brand=only_legal)) == []
    assert both.variables("he")["legal"] == {
        "name": "חנות בע״מ",
        "registration_number": "",
        "address": "Haifa 1",
        "phone": "2",
        "email": "",
        "unsubscribe_way": "",
    }


@pytest.mark.parametrize("body_format", ["html", "mjml"])
def test_a_footer_has_no_line_for_what_is_not_filled_in(body_format: str) -> None:
    body = "{% footer %}" if body_format == "html" else "<mjml><mj-body>{% footer %}</mj-body></mjml>"
    source = VariantSource(language="he", subject="x", body=body, body_format=body_format)
    full = {"registration_number": "51-1", "address": "Haifa 1", "phone": "04", "unsubscribe_way": "או בתשובה: הסר"}

    def lines_of(legal: dict[str, str]) -> list[str]:
        brand = brand_from("Shop", "", {}, legal).variables("he")
        links = {"unsubscribe": "https://s.test/u", "preferences": "https://s.test/p"}
        return preview(source, {"brand": brand, "links": links}, missing=Missing.DEFAULT).text.splitlines()

    ways = "בחירת סוגי הדיוור (https://s.test/p) · הסרה מרשימת התפוצה (https://s.test/u)"
    assert lines_of({}) == ["Shop", ways]
    assert lines_of(full) == ["Shop, ח״פ \u206851-1\u2069", "Haifa 1", "\u206804\u2069", "או בתשובה: הסר", ways]


def test_a_language_that_people_read_and_nobody_wrote_is_named() -> None:
    said = check_message([GOOD], "he", replace(AROUND, languages=["he", "en-US"]))

    assert [(each.code, each.text.render("en")) for each in said] == [
        ("missing_variant", "There is no variant in “en”; its readers get “he”.")
    ]


def test_every_sentence_shows_its_braces_as_they_are_written() -> None:
    (finding,) = check_message([replace(GOOD, body="<p>{{ brand.address }}</p>")], "he", AROUND)

    assert "{% footer %}" in finding.text.render("en") and "{{ links.unsubscribe }}" in finding.text.render("he")
