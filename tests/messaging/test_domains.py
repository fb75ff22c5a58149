"""Sending domains: what to publish, what is said of what stands there, and signatures that others verify."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import dkim
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messaging_shop import Shop
from smtp_servers import Script

from kesher.content import services as content
from kesher.kernel.sealed import unseal
from kesher.messaging.domains.asking import DnsSilent
from kesher.messaging.domains.keyring import KeyRing
from kesher.messaging.domains.names import clean_domain
from kesher.messaging.domains.records import Answers, dkim_value, names_to_ask, records_of
from kesher.messaging.domains.servers import Server, servers_of
from kesher.messaging.domains.signing import Signer, make_key, signer_for
from kesher.messaging.errors import DomainExists, DomainInvalid, DomainNotFound
from kesher.messaging.queries import get_domain, list_domains
from kesher.messaging.sender.mime import assemble, encode_mailbox
from kesher.messaging.services import (
    add_domain,
    check_domain,
    check_stale_domains,
    delete_domain,
    save_provider,
    switch_signing,
)
from kesher.messaging.types import DomainInfo, Record, RecordState

PRIVATE, PUBLIC = make_key()
RELAY = Server("smtp.relay.test")
OWN = Server("mail.shop.test", "a:mail.shop.test")
_LINES = st.lists(st.text(st.sampled_from("ab .\t\rאש-"), max_size=12), max_size=8).map("\n".join)


class Zone:
    """A zone of the test's own: the texts at each name; a name that maps to None never answers."""

    def __init__(self, texts: dict[str, Sequence[str] | None]) -> None:
        self.texts = texts
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        found = self.texts.get(name, ())
        if found is None:
            raise DnsSilent(name)
        return found


def published(domain: DomainInfo) -> Zone:
    """Everything that Kesher asks for, where it asks for it."""
    return Zone({record.name: [record.value] for record in domain.records if record.value})


# Signing.


def mail(html: str = "<p>שלום  לך</p>\n", headers: Sequence[tuple[str, str]] = ()) -> bytes:
    usual = [
        ("Date", "Sun, 22 Nov 2026 10:00:00 +0000"),
        ("From", encode_mailbox("חנות עם שם ארוך מאוד, שנכתב בשתי שורות", "hi@shop.test")),
        ("Subject", "Hello\r\n  there"),
        ("List-Unsubscribe", "<https://k.test/u/1>"),
    ]
    return assemble([*usual, *headers], text=b"hi\t \n", html=html.encode(), boundary="=_b", eight_bit=True)


def verifies(content: bytes, public: str = PUBLIC) -> bool:
    record = {b"k1._domainkey.shop.test.": dkim_value(public).encode()}
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: record.get(name)))


@settings(max_examples=60, deadline=None)
@given(_LINES, _LINES)
def test_an_independent_verifier_accepts_what_was_signed(html: str, subject: str) -> None:
    signed = Signer("shop.test", "k1", PRIVATE).sign(
        mail(html, [("Reply-To", "  " + "".join(subject.split()).replace("א", "").replace("ש", "") + "x@shop.test")]),
        now=datetime(2026, 11, 22),  # noqa: DTZ001  any moment
    )

    assert verifies(signed)
    assert not verifies(signed, make_key()[1])


@pytest.mark.parametrize(
    "change",
    [
        (b"hi", b"ho"),
        (b"From: ", b"From: evil@bank.test\r\nFrom: "),
        (b"there", b"here"),
        (b"/u/1", b"/u/2"),
    ],
)
def test_a_change_on_the_way_breaks_the_signature(change: tuple[bytes, bytes], now: datetime) -> None:
    signed = Signer("shop.test", "k1", PRIVATE).sign(mail(), now=now)

    assert verifies(signed) and not verifies(signed.replace(*change, 1))


def test_a_relay_may_fold_and_respace(now: datetime) -> None:
    signed = Signer("shop.test", "k1", PRIVATE).sign(mail(), now=now)

    assert verifies(signed.replace(b"Hello\r\n  there", b"Hello there").replace(b"\xd7\x9d  ", b"\xd7\x9d ") + b"\r\n")


def test_a_parent_domains_key_signs_for_its_subdomains_and_nobody_elses() -> None:
    signer = Signer("shop.test", "k1", PRIVATE)

    assert signer_for({"shop.test": signer}, "Hi@News.Shop.test") is signer
    assert signer_for({"shop.test": signer}, "hi@otherhop.test") is None
    assert signer_for({"shop.test": signer}, "hi@myshop.test") is None


# What is said of the records.


def record(kind: str, servers: Sequence[Server], answers: Answers, domain: str = "shop.test") -> Record:
    return next(each for each in records_of(domain, "k1", PUBLIC, servers, answers) if each.kind == kind)


@pytest.mark.parametrize(
    ("servers", "found", "state", "value"),
    [
        ([OWN], [], "missing", "v=spf1 a:mail.shop.test ~all"),
        ([OWN], ["v=spf1 a:mail.shop.test -all"], "ok", "v=spf1 a:mail.shop.test -all"),
        ([OWN], ["v=spf1 include:x.test -all"], "wrong", "v=spf1 include:x.test a:mail.shop.test -all"),
        ([OWN], ["v=spf1 +all", "verification=1"], "wrong", "v=spf1 a:mail.shop.test +all"),
        ([OWN], ["v=spf1 ~all", "v=spf1 a ~all"], "wrong", "v=spf1 a:mail.shop.test ~all"),
        ([OWN], None, "silent", "v=spf1 a:mail.shop.test ~all"),
        ([RELAY], [], "missing", ""),
        ([RELAY], ["v=spf1 include:relay.test ~all"], "unsure", ""),
        ([], [], "unchecked", ""),
    ],
)
def test_spf_says_what_can_be_known_of_the_servers(
    servers: list[Server], found: Sequence[str] | None, state: str, value: str
) -> None:
    spf = record("spf", servers, {"shop.test": found})

    assert (spf.state, spf.value) == (state, value)
    assert "{" not in spf.text.en + spf.text.he


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([f"v=DKIM1; k=rsa; p={PUBLIC}"], "ok"),
        ([f"k=rsa;p={PUBLIC[:100]} {PUBLIC[100:]};"], "ok"),
        (["v=DKIM1; p=AAAA"], "wrong"),
        ([], "missing"),
        (None, "silent"),
    ],
)
def test_dkim_is_in_order_only_with_our_own_key(found: Sequence[str] | None, state: str) -> None:
    assert record("dkim", [], {"k1._domainkey.shop.test": found}).state == state


@pytest.mark.parametrize(
    ("answers", "state", "value"),
    [
        ({"_dmarc.news.shop.test": ["v=DMARC1; p=reject"]}, "ok", ""),
        ({"_dmarc.news.shop.test": [], "_dmarc.shop.test": ["v=DMARC1;p=none"]}, "ok", ""),
        ({"_dmarc.news.shop.test": [], "_dmarc.shop.test": []}, "missing", "v=DMARC1; p=none"),
        ({"_dmarc.news.shop.test": ["v=DMARC1; rua=mailto:a@b.test"]}, "wrong", "v=DMARC1; p=none"),
        ({"_dmarc.news.shop.test": ["v=DMARC1; p=none", "v=DMARC1; p=none"]}, "wrong", "v=DMARC1; p=none"),
        ({"_dmarc.news.shop.test": None}, "silent", "v=DMARC1; p=none"),
    ],
)
def test_dmarc_is_that_of_the_domain_or_of_the_one_above(answers: Answers, state: str, value: str) -> None:
    dmarc = record("dmarc", [], answers, domain="news.shop.test")

    assert (dmarc.state, dmarc.value) == (state, value)


def test_a_server_is_known_where_it_sends_from_where_it_takes() -> None:
    def server(host: str) -> str:
        return servers_of([host], domain="shop.test", own_host="kesher.shop.test")[0].mechanism

    assert server("8.8.8.8") == "ip4:8.8.8.8"
    assert server("2001:4860:4860::8888") == "ip6:2001:4860:4860::8888"
    assert server("localhost") == server("127.0.0.1") == "a:kesher.shop.test"
    assert server("Mail.Shop.test") == "a:mail.shop.test"
    assert server("smtp.relay.test") == server("10.0.0.5") == server("myshop.test") == ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Shop.Example ", "shop.example"),
        ("hi@shop.example", "shop.example"),
        ("https://shop.example/", "shop.example"),
        ("https://shop.example/spring?from=mail", "shop.example"),
        ("חנות.קום", "xn--9dbd1a4b.xn--9dbq2a"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("-shop.example", None),
        ("shop..example", None),
        ("", None),
        ("a" * 300 + ".example", None),
    ],
)
def test_a_domain_is_read_as_people_type_it(typed: str, name: str | None) -> None:
    assert clean_domain(typed) == name


# The life of a domain.


def keys_in_use(conn: psycopg.Connection, workspace: int) -> set[str]:
    ring = KeyRing()
    ring.refresh(conn)
    return set(ring.signers_of(workspace))


def test_a_key_is_used_from_the_moment_it_is_seen_until_it_is_seen_to_be_gone(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    domain = add_domain(conn, workspace_id=workspace, name="Shop.Test", now=now)
    assert (domain.verified, keys_in_use(conn, workspace)) == (False, set())

    seen = check_domain(conn, workspace_id=workspace, name="shop.test", now=now, ask=published(domain))
    assert (seen.verified, seen.dkim_seen_at, keys_in_use(conn, workspace)) == (True, now, {"shop.test"})

    later = now + timedelta(hours=1)
    silent = Zone(dict.fromkeys(names_to_ask(domain.name, domain.selector)))
    still = check_domain(conn, workspace_id=workspace, name="shop.test", now=later, ask=silent)
    assert (still.verified, still.dkim_seen_at, keys_in_use(conn, workspace)) == (True, now, {"shop.test"})

    gone = check_domain(conn, workspace_id=workspace, name="shop.test", now=later, ask=Zone({}))
    assert (gone.verified, gone.dkim_seen_at, keys_in_use(conn, workspace)) == (False, None, set())


@pytest.mark.parametrize("language", ["he", "en"])
def test_the_sender_signs_what_leaves(shop: Shop, server: Script, language: str) -> None:
    content.save_brand_kit(workspace_id=shop.workspace_id, values={"sender_email": "hi@news.shop.test"}, now=shop.now)
    domain = add_domain(shop.conn, workspace_id=shop.workspace_id, name="shop.test", now=shop.now)
    shop.reserve(shop.add_profile(language=language))
    shop.send()
    check_domain(shop.conn, workspace_id=shop.workspace_id, name="shop.test", now=shop.now, ask=published(domain))
    shop.reserve(shop.add_profile(language=language))
    shop.send()

    unsigned, signed = server.messages

    assert b"DKIM-Signature" not in unsigned
    name = f"{domain.selector}._domainkey.shop.test."
    zone = {name.encode(): dkim_value(domain.public_key).encode()}
    assert dkim.verify(signed, dnsfunc=lambda asked, timeout=5: zone.get(asked))


def test_the_key_is_kept_sealed_and_signs(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    domain = add_domain(conn, workspace_id=workspace, name="shop.test", now=now)
    row = conn.execute("SELECT private_key FROM messaging_domain").fetchone()
    assert row is not None
    sealed = bytes(row[0])

    assert b"PRIVATE" not in sealed
    signed = Signer("shop.test", "k1", unseal(sealed)).sign(mail(), now=now)
    assert verifies(signed, domain.public_key)


def test_where_the_provider_signs_kesher_does_not(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    account: dict[str, Any] = {"channel": "email", "kind": "smtp", "name": "own"}
    save_provider(conn, workspace_id=workspace, settings={"host": "mail.shop.test"}, **account)
    domain = add_domain(conn, workspace_id=workspace, name="shop.test", now=now)
    check_domain(conn, workspace_id=workspace, name="shop.test", now=now, ask=published(domain))

    off = switch_signing(conn, workspace_id=workspace, name="shop.test", signing=False)

    assert keys_in_use(conn, workspace) == set()
    assert off.verified and off.records[0].state is RecordState.OK


def test_a_look_keeps_a_shut_eye_for_a_while(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    domain = add_domain(conn, workspace_id=workspace, name="shop.test", now=now)
    zone = published(domain)

    def looked(hours: int) -> int:
        return check_stale_domains(conn, now=now + timedelta(hours=hours), ask=zone)

    assert [looked(0), looked(0), looked(2), looked(25)] == [1, 0, 0, 1]
    assert get_domain(conn, workspace_id=workspace, name="shop.test").dkim_seen_at == now


def test_a_domain_is_there_once_and_of_its_workspace_only(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    add_domain(conn, workspace_id=workspace, name="shop.test", now=now)

    with pytest.raises(DomainExists):
        add_domain(conn, workspace_id=workspace, name="SHOP.test", now=now)
    with pytest.raises(DomainInvalid):
        add_domain(conn, workspace_id=workspace, name="shop", now=now)
    assert list_domains(conn, workspace_id=workspace + 1) == []
    for deed in (get_domain, delete_domain):
        with pytest.raises(DomainNotFound):
            deed(conn, workspace_id=workspace + 1, name="shop.test")
    delete_domain(conn, workspace_id=workspace, name="shop.test")
    assert list_domains(conn, workspace_id=workspace) == []


def test_a_signed_message_reads_as_the_unsigned_one(now: datetime) -> None:
    signed = message_from_bytes(Signer("shop.test", "k1", PRIVATE).sign(mail(), now=now))
    plain = message_from_bytes(mail())

    assert signed.as_bytes().endswith(plain.as_bytes())
    assert signed.keys() == ["DKIM-Signature", *plain.keys()]
