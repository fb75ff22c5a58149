"""How addresses and numbers are written, and which identify nobody."""

from __future__ import annotations

import pytest

from kesher.profiles.identifiers import clean_email, clean_id, clean_phone


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        (" Dana@Example.ORG ", "dana@example.org"),
        ("dana+news@mail.example.co.il", "dana+news@mail.example.co.il"),
        ("dana@Bücher.example", "dana@xn--bcher-kva.example"),
        ("dana", None),
        ("dana@localhost", None),
        ("a@b@example.org", None),
        ("dana@example.org, x@example.org", None),
        ("test@test.com", None),
        ("dana@" + "x" * 64 + "ß.org", None),
        ("dana\x00@example.org", None),
        ("", None),
        (None, None),
    ],
)
def test_an_email_address_is_written_in_one_way_or_not_at_all(given: str | None, clean: str | None) -> None:
    assert clean_email(given) == clean


@pytest.mark.parametrize(
    ("given", "in_israel", "abroad"),
    [
        ("054-123-4567", "+972541234567", None),
        ("03 123 4567", "+97231234567", None),
        ("077-1234567", "+972771234567", None),
        ("972541234567", "+972541234567", None),
        ("+972 (0)54-123-4567", "+972541234567", "+972541234567"),
        ("00972541234567", "+972541234567", "+972541234567"),
        ("+1 (212) 555-0100", "+12125550100", "+12125550100"),
        ("\u202a+972-54-1234567\u202c", "+972541234567", "+972541234567"),
        ("5551234", None, None),
        ("+0123456789", None, None),
        ("call me", None, None),
        (None, None, None),
    ],
)
def test_a_phone_number_is_e164_or_nobodys(given: str | None, in_israel: str | None, abroad: str | None) -> None:
    assert clean_phone(given, israeli=True) == in_israel
    assert clean_phone(given, israeli=False) == abroad


def test_an_id_keeps_its_case_and_loses_the_space_around_it() -> None:
    assert clean_id("  User-1 ") == "User-1"
