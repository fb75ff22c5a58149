from kesher.kernel.errors import Invalid, Problem
from kesher.kernel.text import Text, base_language, direction, use_language


def test_a_text_speaks_the_language_in_use() -> None:
    greeting = Text(en="Hello {name}", he="שלום {name}")
    assert greeting.render(name="Dana") == "Hello Dana"
    with use_language("he"):
        assert greeting.render(name="דנה") == "שלום דנה"
    assert greeting.render("he", name="דנה") == "שלום דנה"


def test_a_forgotten_field_shows_its_name_instead_of_failing() -> None:
    assert Text(en="At most {limit}", he="לכל היותר {limit}").render() == "At most {limit}"


def test_a_text_of_one_language_serves_for_both() -> None:
    assert Text.from_dict({"he": "שלום"}) == Text(en="שלום", he="שלום")
    assert Text.from_dict("x") == Text(en="x", he="x")


def test_the_old_code_of_hebrew_is_hebrew() -> None:
    assert base_language("iw-IL") == "he"
    assert base_language("he_IL") == "he"
    assert base_language(None) == ""
    assert direction("he-IL") == "rtl"
    assert direction("en") == "ltr"


def test_an_error_names_each_place_in_both_languages() -> None:
    error = Invalid(problems=(Problem("nodes.a.for", Text(en="Use 1h.", he="יש לכתוב 1h.")),))
    assert "nodes.a.for: Use 1h." in error.render("en")
    assert "nodes.a.for: יש לכתוב 1h." in error.render("he")
