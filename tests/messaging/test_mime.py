"""The assembler says what the standard library reads."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.messaging.sender.mime import assemble, encode_header, encode_mailbox

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)
_CONTROLS = set(map(chr, [*range(32), 127]))


def parsed_header(name: str, value: str) -> str:
    return str(message_from_bytes(f"{name}: {value}\r\n\r\n".encode(), policy=policy.default)[name])


def shown(text: str) -> str:
    """What of a text a header can carry: no control characters, no space around it."""
    return " ".join(text.split())


@settings(max_examples=100, deadline=None)
@given(_WORDS)
def test_a_subject_reads_as_it_was_written(subject: str) -> None:
    encoded = encode_header(subject)
    assert shown(parsed_header("Subject", encoded)) == shown(subject)
    assert all(len(line) <= 998 for line in encoded.split("\r\n"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_ends_a_header(text: str) -> None:
    for encoded in (encode_header(text), encode_mailbox(text, "a@b.example")):
        assert encoded.isascii()
        assert all(line.startswith(" ") for line in encoded.split("\r\n")[1:])
        assert not set(encoded.replace("\r\n ", "")) & _CONTROLS
        # Nor in what a reader makes of it.
        assert not set(str(make_header(decode_header(encoded)))) & _CONTROLS


@pytest.mark.parametrize(
    "name", ["דנה כהן", 'O\'Brien, "Bob" \\ x', "Dana", "a (b)", "=?utf-8?q?x?=", "x" * 200, "ש" * 100, "🎉 x"]
)
def test_a_name_reads_as_it_was_written(name: str) -> None:
    # Read by the functions that know that the fold between encoded words is not part of the text (RFC 2047, 6.2).
    written, address = parseaddr(encode_mailbox(name, "a@b.example").replace("\r\n", ""))
    assert (str(make_header(decode_header(written))), address) == (name, "a@b.example")


@settings(max_examples=100, deadline=None)
@given(_TEXT, _TEXT, st.booleans())
def test_both_parts_read_as_they_were_written(text: str, html: str, eight_bit: bool) -> None:
    content = assemble([("Subject", "x")], text=text.encode(), html=html.encode(), boundary="=_b", eight_bit=eight_bit)
    mail = message_from_bytes(content, policy=policy.default)
    assert mail.get_content_type() == "multipart/alternative"
    plain, rich = mail.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    for part, written in ((plain, text), (rich, html)):
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert newlines(payload.decode()) == newlines(written)
    assert eight_bit or content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def newlines(text: str) -> str:
    """Line ends as they may come out: base64 keeps them, 7-bit text has CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("short\nlines", "7bit"), ("x" * 2000, "quoted-printable"), ("שלום", "base64"), ("a\0b", "quoted-printable")],
)
def test_the_encoding_is_the_lightest_that_is_safe(text: str, encoding: str) -> None:
    assert encoding_of(text, eight_bit=False) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("short\nlines", "7bit"),
        ("שלום\r\nשורה", "8bit"),
        ("ש" * 495, "8bit"),
        ("ש" * 495 + "x", "base64"),
        ("ש" * 600, "base64"),
        ("א\n" + "ש" * 600 + "\nב", "base64"),
        ("ש\0", "base64"),
    ],
)
def test_a_server_that_takes_8_bit_text_gets_it_in_short_lines(text: str, encoding: str) -> None:
    assert encoding_of(text, eight_bit=True) == encoding


def encoding_of(text: str, *, eight_bit: bool) -> str:
    """How a text is carried; it must read as it was written."""
    content = assemble([], text=text.encode(), html=b"", boundary="=_b", eight_bit=eight_bit)
    mail = message_from_bytes(content, policy=policy.default)
    part = next(mail.iter_parts())
    assert newlines(part.get_payload(decode=True).decode()) == newlines(text)
    return str(part["Content-Transfer-Encoding"])
