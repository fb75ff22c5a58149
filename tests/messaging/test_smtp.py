"""The SMTP client against servers that behave, misbehave and hang up at every step."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from smtp_servers import HANG_UP, Script, refusing, scripted, serving

from kesher.messaging.providers.smtp.options import SmtpOptions, options_of_url
from kesher.messaging.providers.smtp.pool import SmtpPool
from kesher.messaging.providers.smtp.replies import ReplyMalformed, ReplyReader
from kesher.messaging.transport import Answer, Envelope, Stage


class Desk:
    """An outlet that hands out envelopes and collects what became of them."""

    def __init__(self, envelopes: list[Envelope]) -> None:
        self.queue = deque(envelopes)
        self.wanted = len(envelopes)
        self.answers: dict[int, list[Answer]] = {}
        self.begun: list[int] = []
        self.failures: list[str] = []
        self.done = asyncio.Event()

    def take(self, *, eight_bit: bool) -> Envelope | None:
        return self.queue.popleft() if self.queue else None

    def waiting(self) -> int:
        return len(self.queue)

    def begin(self, envelope: Envelope) -> None:
        self.begun.append(envelope.message_id)

    def report(self, envelope: Envelope, answer: Answer) -> None:
        self.answers.setdefault(envelope.message_id, []).append(answer)
        if len(self.answers) == self.wanted:
            self.done.set()

    def fail(self, reason: str, retry_after_seconds: float) -> None:
        self.failures.append(reason)
        self.done.set()

    def codes(self) -> dict[int, tuple[int, str]]:
        """One answer for each message: its code and stage."""
        assert all(len(each) == 1 for each in self.answers.values()), "reported twice"
        return {number: (each[0].code, each[0].stage.value) for number, each in self.answers.items()}


def mail(number: int, recipient: str = "", **fields: Any) -> Envelope:
    content = b"Subject: %d\r\n\r\nhello\r\n.hidden dot\r\n..two\r\nend" % number
    return Envelope(number, "news@shop.example", recipient or f"p{number}@people.example", content, **fields)


def deliver(port: int, envelopes: list[Envelope], **options: Any) -> Desk:
    """Hand envelopes over through one connection."""

    async def work() -> Desk:
        desk = Desk(envelopes)
        settings: dict[str, Any] = {"tls": "none", "connections": 1, **options}
        pool = SmtpPool(SmtpOptions("127.0.0.1", port, **settings), desk)
        pool.wake()
        async with asyncio.timeout(20):
            await desk.done.wait()
            await pool.close()
        return desk

    return asyncio.run(work())


def test_messages_arrive_as_they_were_written(script: Script) -> None:
    with scripted(script) as port:
        desk = deliver(port, [mail(1), mail(2)])
    assert desk.codes() == {1: (250, "end"), 2: (250, "end")}
    assert script.messages == [b"Subject: %d\r\n\r\nhello\r\n.hidden dot\r\n..two\r\nend\r\n" % n for n in (1, 2)]
    assert script.connections == 1


@pytest.mark.parametrize("content", [b".\r\n", b".x\r\n.\r\n", b"a.b\r\n", b"a\r\n.\r\nb\r\n", b"\r\n..\r\n"])
def test_dots_at_the_start_of_a_line_arrive(script: Script, content: bytes) -> None:
    with scripted(script) as port:
        desk = deliver(port, [Envelope(1, "a@shop.example", "b@people.example", content), mail(2)])
    assert desk.codes() == {1: (250, "end"), 2: (250, "end")}
    assert script.messages[0] == content


def test_a_pipelining_server_gets_the_next_envelope_with_the_end_of_the_text_before(script: Script) -> None:
    with scripted(script) as port:
        deliver(port, [mail(n) for n in range(1, 4)])
    bodies = [write for write in script.writes if b"\r\n.\r\n" in write]
    assert len(bodies) == 3
    assert bodies[0].endswith(b"RCPT TO:<p2@people.example>\r\nDATA\r\n")
    assert bodies[1].endswith(b"RCPT TO:<p3@people.example>\r\nDATA\r\n")
    # Greeting aside: EHLO, the first envelope, three texts, QUIT.
    assert len(script.writes) == 6


def test_a_server_without_pipelining_is_asked_step_by_step(script: Script) -> None:
    script.extensions = ()
    with scripted(script) as port:
        desk = deliver(port, [mail(1), mail(2)])
    assert desk.codes() == {1: (250, "end"), 2: (250, "end")}
    assert [write for write in script.writes if write.count(b"\r\n") > 1 and b"hello" not in write] == []


def test_a_server_that_only_knows_helo_is_spoken_to(script: Script) -> None:
    script.answers["EHLO"] = [b"500 what?"]
    with scripted(script) as port:
        desk = deliver(port, [mail(1)])
    assert desk.codes() == {1: (250, "end")}
    assert b"HELO localhost" in script.commands


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("code", [450, 550])
@pytest.mark.parametrize(
    ("step", "stage"), [("MAIL", "sender"), ("RCPT", "recipient"), ("DATA", "content"), ("END", "end")]
)
def test_a_refusal_at_any_step_is_that_messages_own(
    script: Script, step: str, stage: str, code: int, pipelining: bool
) -> None:
    if not pipelining:
        script.extensions = ()
    usual = {"MAIL": b"250 ok", "RCPT": b"250 ok", "DATA": b"354 go", "END": b"250 ok"}[step]
    script.answers[step] = [usual, b"%d 4.0.0 no" % code]
    with scripted(script) as port:
        desk = deliver(port, [mail(n) for n in range(1, 5)])
    assert desk.codes() == {1: (250, "end"), 2: (code, stage), 3: (250, "end"), 4: (250, "end")}
    assert script.connections == 1


def test_a_server_that_wants_the_text_of_a_refused_recipient_gets_an_empty_one(script: Script) -> None:
    script.answers["RCPT"] = [b"550 5.1.1 nobody"]
    script.answers["DATA"] = [b"354 go on anyway"]
    script.answers["END"] = [b"554 no valid recipients"]
    with scripted(script) as port:
        desk = deliver(port, [mail(1), mail(2)])
    assert desk.codes() == {1: (550, "recipient"), 2: (250, "end")}
    assert script.messages[0] == b""
    assert desk.begun == [2]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(("step", "stage"), [("MAIL", "connection"), ("RCPT", "connection"), ("DATA", "connection")])
def test_a_hang_up_before_the_text_left_is_certain(script: Script, step: str, stage: str, pipelining: bool) -> None:
    if not pipelining:
        script.extensions = ()
    script.answers[step] = [HANG_UP]
    with scripted(script) as port:
        desk = deliver(port, [mail(1)])
    assert desk.codes() == {1: (0, stage)}
    assert not desk.answers[1][0].unknown
    assert desk.begun == []


def test_a_hang_up_instead_of_the_last_answer_is_unknowable_for_that_message_alone(script: Script) -> None:
    script.answers["END"] = [b"250 ok", HANG_UP]
    with scripted(script) as port:
        desk = deliver(port, [mail(n) for n in range(1, 4)])
    assert [desk.answers[n][0].unknown for n in (1, 2, 3)] == [False, True, False]
    assert desk.answers[3][0].stage is Stage.CONNECTION


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_server_that_closes_with_421_does_not_blame_the_message(script: Script, step: str) -> None:
    script.answers[step] = [b"250 ok", b"421 4.3.2 closing"]
    with scripted(script) as port:
        desk = deliver(port, [mail(1), mail(2)])
    assert desk.codes() == {1: (250, "end"), 2: (421, "connection")}


def test_a_421_after_the_text_says_that_it_was_not_taken(script: Script) -> None:
    script.answers["END"] = [b"421 4.3.2 closing"]
    with scripted(script) as port:
        desk = deliver(port, [mail(1)])
    assert desk.codes() == {1: (421, "end")}
    assert not desk.answers[1][0].unknown


@pytest.mark.parametrize("answer", [b"554 not you", b"421 too many", HANG_UP, b"gibberish"])
@pytest.mark.parametrize("step", ["greeting", "EHLO"])
def test_a_server_that_does_not_let_us_in_fails_the_provider(script: Script, step: str, answer: bytes) -> None:
    script.answers[step] = [answer] * 9
    script.answers["HELO"] = [b"554 nor so"] * 9
    with scripted(script) as port:
        desk = deliver(port, [mail(1)])
    assert len(desk.failures) == 1
    assert desk.answers == {}


def test_nobody_listening_fails_the_provider() -> None:
    with refusing() as port:
        desk = deliver(port, [mail(1)])
    assert len(desk.failures) == 1


def test_a_message_larger_than_the_server_takes_is_not_tried(script: Script) -> None:
    script.extensions = (b"PIPELINING", b"SIZE 10")
    with scripted(script) as port:
        desk = deliver(port, [mail(1)])
    assert desk.codes() == {1: (552, "sender")}
    assert script.messages == []


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(script: Script) -> None:
    with scripted(script) as port:
        desk = deliver(port, [mail(1, "דנה@people.example", utf8=True)])
    assert desk.codes() == {1: (250, "end")}
    assert any(command.endswith(b"BODY=8BITMIME SMTPUTF8") for command in script.commands)

    script.extensions = (b"PIPELINING",)
    with scripted(script) as port:
        desk = deliver(port, [mail(1, "דנה@people.example", utf8=True)])
    assert desk.codes() == {1: (553, "recipient")}


def test_the_size_is_announced(script: Script) -> None:
    with scripted(script) as port:
        deliver(port, [mail(1)])
    assert b"MAIL FROM:<news@shop.example> SIZE=%d" % len(mail(1).content) in script.commands


def test_several_connections_share_the_work(script: Script) -> None:
    with scripted(script) as port:
        desk = deliver(port, [mail(n) for n in range(1, 40)], connections=3)
    assert set(desk.codes()) == set(range(1, 40))
    assert script.connections == 3


# Against aiosmtpd: TLS and signing in.


class Taking:
    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.contents.append(envelope.content)
        return "250 taken"


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"user", "p\u05d0ss".encode()), handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("hidden", "password", "accepted"),
    [
        (["LOGIN"], "p\u05d0ss", True),
        (["PLAIN"], "p\u05d0ss", True),
        (["LOGIN"], "wrong", False),
    ],
)
def test_signing_in(hidden: list[str], password: str, accepted: bool) -> None:
    taking = Taking()

    def server() -> SMTP:
        return SMTP(
            taking,
            authenticator=_authenticate,
            auth_required=True,
            auth_require_tls=False,
            auth_exclude_mechanism=hidden,
            loop=asyncio.get_event_loop_policy().get_event_loop(),
        )

    with serving(server) as port:
        desk = deliver(port, [mail(1)], username="user", password=password)
    assert len(taking.contents) == accepted
    assert bool(desk.failures) == (not accepted)
    assert all(password not in failure for failure in desk.failures)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's TLS context with a certificate that nobody vouches for."""
    import subprocess

    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
            "-keyout",
            folder / "key",
            "-out",
            folder / "cert",
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


@pytest.mark.parametrize(
    ("tls", "verify", "accepted"),
    [
        ("starttls", False, True),
        ("auto", False, True),
        ("starttls", True, False),
    ],
)
def test_starttls(certificate: ssl.SSLContext, tls: str, verify: bool, accepted: bool) -> None:
    taking = Taking()

    def server() -> SMTP:
        loop = asyncio.get_event_loop_policy().get_event_loop()
        return SMTP(taking, tls_context=certificate, require_starttls=True, loop=loop)

    with serving(server) as port:
        desk = deliver(port, [mail(1)], tls=tls, verify=verify)
    assert len(taking.contents) == accepted
    assert bool(desk.failures) == (not accepted)


def test_starttls_is_insisted_on(script: Script) -> None:
    with scripted(script) as port:
        desk = deliver(port, [mail(1)], tls="starttls")
    assert desk.failures == [f"127.0.0.1:{port}: the server does not offer STARTTLS"]
    assert script.messages == []


# Reading and options.


def test_replies_are_read_however_they_are_cut() -> None:
    said = b"250-first\r\n250-\xd7\xa9\r\n250 last\r\n354\r\n550 5.1.1 no\r\n"
    whole = ReplyReader().feed(said)
    assert [(reply.code, reply.lines) for reply in whole] == [
        (250, ("first", "ש", "last")),
        (354, ("",)),
        (550, ("5.1.1 no",)),
    ]
    reader = ReplyReader()
    assert [reply for byte in said for reply in reader.feed(bytes([byte]))] == whole


@pytest.mark.parametrize("said", [b"hello there\r\n", b"25x no\r\n", b"250_no\r\n", b"x" * 70_000, b"\r\n"])
def test_what_is_no_reply_is_refused(said: bytes) -> None:
    with pytest.raises(ReplyMalformed):
        ReplyReader().feed(said)


def test_a_url_says_how_to_reach_a_server_and_its_password_stays_hidden() -> None:
    options = options_of_url("smtp://us%40er:p%2Fw@mail.example:2525?tls=starttls&connections=3")
    assert (options.host, options.port, options.tls) == ("mail.example", 2525, "starttls")
    assert (options.username, options.password, options.connections) == ("us@er", "p/w", 3)
    assert "p/w" not in repr(options)
    assert options_of_url("smtps://mail.example").port == 465
    assert options_of_url("smtp://mail.example").tls == "auto"


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example?tls=maybe"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="KESHER_SMTP_URL"):
        options_of_url(url)
