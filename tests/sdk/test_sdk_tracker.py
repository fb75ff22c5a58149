"""The browser tracker in a real browser: what it sends, when it must not, and that nothing is lost on the way."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sdk_site import Site

from kesher.events.collector.documents import load_tracker
from kesher.events.collector.normalise import normalise, receive
from kesher.events.collector.wire import open_batch

pytestmark = pytest.mark.browser

KEY = "site-key"
SNIPPET = """<script>
(function (k, names) {{
  names.split(' ').forEach(function (n) {{ k[n] = function () {{ k.push([n].concat([].slice.call(arguments))); }}; }});
}})(window.kesher = window.kesher || [], 'load page identify track group alias reset consent ready');
kesher.track('Before Load', {{}});
kesher.load('site-key', {{ host: '{host}' }});
kesher.page('Docs', 'Home');
</script><script async src="{host}/t.js"></script>"""


def open_page(page: Any, site: Site, path: str = "/", **attributes: str) -> None:
    site.script(write_key=KEY, **attributes)
    page.goto(site.url + path)
    page.wait_for_function("window.kesher && kesher.version")


def say(page: Any, call: str) -> Any:
    return page.evaluate(call)


def stored(page: Any) -> dict[str, Any]:
    """What the tracker keeps in the browser."""
    found: dict[str, Any] = page.evaluate("Object.fromEntries(Object.entries(localStorage))")
    return {name.removeprefix("kesher_"): json.loads(value) for name, value in found.items()}


def await_confirmed(page: Any) -> None:
    """Until the tracker has heard that all is stored: what is not confirmed is sent again on the next page."""
    page.wait_for_function("localStorage.getItem('kesher_queue') === '[]'")


def test_it_is_small_enough() -> None:
    assert len(gzip.compress(load_tracker().source, 9)) <= 6 * 1024


def test_a_script_tag_counts_the_page_view(site: Site, page: Any) -> None:
    open_page(page, site, "/cart?utm_source=news&utm_campaign=winter&q=1")
    request = site.next_request()
    (event,) = request["batch"]
    assert (request["writeKey"], request["path"]) == (KEY, "/v1/batch")
    assert request["type"].startswith("text/plain") and site.preflights == 0
    assert event["type"] == "page" and event["anonymousId"] and len(event["messageId"]) == 36
    assert event["properties"] == {
        "path": "/cart",
        "referrer": "",
        "search": "?utm_source=news&utm_campaign=winter&q=1",
        "title": "חנות",
        "url": f"{site.url}/cart?utm_source=news&utm_campaign=winter&q=1",
    }
    context = event["context"]
    assert context["page"] == event["properties"]
    assert context["campaign"] == {"source": "news", "name": "winter"}
    assert (context["locale"], context["timezone"]) == ("he-IL", "Asia/Jerusalem")
    assert context["screen"]["width"] == 800 and "Chrome" in context["userAgent"]
    assert context["sessionStart"] is True and isinstance(context["sessionId"], int)


def test_the_collector_understands_every_call(site: Site, page: Any) -> None:
    open_page(page, site, auto_page="false")
    say(
        page,
        """() => { kesher.page('Docs', 'Home', {a: 1}); kesher.page('Only'); kesher.identify('u1', {email: 'd@x.il'});
        kesher.track('Order Completed', {total: 5}); kesher.group('g1', {name: 'Acme'});
        kesher.alias('u2', 'old'); }""",
    )
    request = site.next_request()
    envelope = open_batch(json.dumps(request).encode())
    receipt = receive(envelope, workspace_id=1, source_id=1, received_at=datetime.now(UTC), sender={}, path="batch")
    events = [normalise(item, None, receipt) for item in envelope.items]
    assert [event.name for event in events] == [
        *("Page Viewed", "Page Viewed", "Profile Identified", "Order Completed", "Group Joined", "Profile Aliased")
    ]
    docs = json.loads(events[0].properties)
    assert (docs["category"], docs["name"], docs["a"]) == ("Docs", "Home", 1)
    assert json.loads(events[1].properties)["name"] == "Only"
    assert [event.user_id for event in events] == [None, None, "u1", "u1", "u1", "u2"]
    assert (events[2].traits, events[2].locale, events[5].previous_id) == ({"email": "d@x.il"}, "he-IL", "old")
    assert len({event.anonymous_id for event in events}) == 1


def test_calls_made_before_the_file_arrives_are_kept(site: Site, page: Any) -> None:
    site.head = SNIPPET.format(host=site.collector)
    page.goto(site.url)
    assert [(e["type"], e.get("event"), e.get("name")) for e in site.next_batch()] == [
        ("track", "Before Load", None),
        ("page", None, "Home"),
    ]


def test_a_visitor_is_the_same_on_the_next_page_and_another_after_reset(site: Site, page: Any) -> None:
    open_page(page, site)
    first = site.next_batch()[0]
    say(page, "() => kesher.identify('u1')")
    assert site.next_batch()[0]["userId"] == "u1"
    await_confirmed(page)
    say(page, "() => { location.href = '/next'; }")
    second = site.next_batch()[0]
    assert (second["anonymousId"], second["userId"]) == (first["anonymousId"], "u1")
    assert "sessionStart" not in second["context"]
    assert second["context"]["page"]["referrer"] == site.url + "/"
    say(page, "() => { kesher.reset(); kesher.track('After'); }")
    (after,) = site.next_batch()
    assert after["anonymousId"] != first["anonymousId"] and "userId" not in after


def test_another_person_at_the_same_browser_is_another_visitor(site: Site, page: Any) -> None:
    open_page(page, site, auto_page="false")
    say(page, "() => { kesher.identify('u1'); kesher.identify('u1', {a: 1}); kesher.identify('u2'); }")
    one, same, other = site.next_batch()
    assert one["anonymousId"] == same["anonymousId"] != other["anonymousId"]
    assert other["userId"] == "u2"


def test_a_session_ends_after_half_an_hour_of_nothing(site: Site, page: Any) -> None:
    page.clock.install(time=datetime(2026, 1, 13, 12, 0, tzinfo=UTC))
    open_page(page, site, "/?utm_source=news")
    page.clock.run_for(100)
    first = site.next_batch()[0]["context"]
    page.clock.fast_forward(29 * 60_000)
    page.evaluate("() => { history.pushState({}, '', '/elsewhere'); kesher.track('e'); }")
    page.clock.run_for(100)
    same = site.next_batch()[0]["context"]
    page.clock.fast_forward(31 * 60_000)
    page.evaluate("() => kesher.track('e')")
    page.clock.run_for(100)
    new = site.next_batch()[0]["context"]
    assert (same["sessionId"], same["campaign"]) == (first["sessionId"], {"source": "news"})
    assert "sessionStart" not in same
    assert new["sessionId"] > first["sessionId"] and new["sessionStart"] is True and "campaign" not in new


@pytest.mark.parametrize(
    "signal",
    [
        "Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })",
        "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })",
    ],
    ids=["Do-Not-Track", "Global Privacy Control"],
)
def test_nothing_is_sent_or_stored_when_the_browser_says_no(site: Site, page: Any, signal: str) -> None:
    page.add_init_script(signal)
    page.add_init_script("localStorage.setItem('kesher_anonymous_id', JSON.stringify('from an earlier visit'))")
    page.clock.install()
    open_page(page, site)
    say(
        page,
        "() => { kesher.track('e'); kesher.identify('u1'); kesher.alias('u2'); kesher.consent({tracking: true}); }",
    )
    page.clock.run_for(120_000)
    page.goto("about:blank")
    assert site.requests.empty()
    page.goto(site.url)
    page.wait_for_function("window.kesher && kesher.version")
    assert set(stored(page)) <= {"consent"}


def test_an_operator_may_decide_to_ignore_the_signal(site: Site, page: Any) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })")
    open_page(page, site, ignore_do_not_track="")
    assert site.next_batch()[0]["type"] == "page"


def test_nothing_is_queued_before_consent_and_the_open_page_is_counted_after_it(site: Site, page: Any) -> None:
    open_page(page, site, require_consent="")
    say(page, "() => { kesher.track('too early'); kesher.identify('u1', {email: 'd@x.il'}); }")
    assert stored(page) == {}
    say(page, "() => { kesher.consent({ads: false}); kesher.track('still not asked about tracking'); }")
    assert stored(page) == {"consent": {"ads": False}}
    say(page, "() => kesher.consent({tracking: true})")
    (event,) = site.next_batch()
    assert event["type"] == "page" and "userId" not in event
    assert event["context"]["consent"] == {"categoryPreferences": {"ads": False, "tracking": True}}
    await_confirmed(page)
    page.goto(site.url + "/next")
    assert site.next_batch()[0]["properties"]["path"] == "/next"


@pytest.mark.parametrize("required", [True, False])
def test_withdrawn_consent_stops_and_wipes(site: Site, page: Any, required: bool) -> None:
    page.clock.install()
    open_page(page, site, **({"require_consent": ""} if required else {}))
    say(page, "() => kesher.consent({tracking: true})")
    page.clock.run_for(100)
    site.next_batch()
    say(page, "() => { kesher.track('waiting'); kesher.consent({tracking: false}); kesher.track('late'); }")
    page.clock.run_for(120_000)
    page.goto("about:blank")
    assert site.sent_so_far() == []
    page.goto(site.url)
    page.wait_for_function("window.kesher && kesher.version")
    assert stored(page) == {"consent": {"tracking": False}}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_the_server_could_not_take_is_sent_again(site: Site, page: Any, status: int) -> None:
    page.clock.install()
    site.answers = [status, status]
    open_page(page, site)
    sent = []
    for _ in range(3):
        page.clock.run_for(4_000)
        sent.append(site.next_batch())
        page.wait_for_load_state("networkidle")
    assert sent[0] == sent[1] == sent[2]
    await_confirmed(page)


def test_what_could_not_be_sent_is_sent_from_the_next_page(site: Site, page: Any, context: Any) -> None:
    open_page(page, site, auto_page="false")
    context.set_offline(True)
    say(page, "() => kesher.track('Order Completed', {total: 5})")
    page.wait_for_function("JSON.parse(localStorage.getItem('kesher_queue')).length === 1")
    context.set_offline(False)
    page.goto(site.url + "/next")
    events = site.next_batch()
    assert events[0]["event"] == "Order Completed"


def test_what_is_left_at_the_end_of_a_page_goes_by_beacon(site: Site, page: Any) -> None:
    page.clock.install()  # so that the ordinary sending never happens
    open_page(page, site, auto_page="false")
    say(page, "() => kesher.track('Left')")
    page.goto("about:blank")
    beacon = site.next_request()
    assert beacon["type"].startswith("text/plain") and [e["event"] for e in beacon["batch"]] == ["Left"]
    assert "beaconAt" not in beacon["batch"][0]


def test_a_refused_event_is_not_sent_for_ever(site: Site, page: Any) -> None:
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    site.answers = [400]
    open_page(page, site)
    site.next_batch()
    await_confirmed(page)
    assert any("kesher: refused" in warning for warning in warnings)


def test_many_events_go_in_batches_that_a_leaving_page_can_carry(site: Site, page: Any) -> None:
    open_page(page, site, auto_page="false")
    say(page, "() => { for (let i = 0; i < 150; i++) kesher.track('e', {i, text: 'א'.repeat(300)}); }")
    seen: list[int] = []
    while len(seen) < 150:
        request = site.next_request()
        assert len(json.dumps(request, ensure_ascii=False).encode()) < 64 * 1024 and len(request["batch"]) <= 100
        seen += [event["properties"]["i"] for event in request["batch"]]
    assert seen == list(range(150))


def test_an_event_too_large_to_keep_alive_is_sent_all_the_same(site: Site, page: Any) -> None:
    open_page(page, site, auto_page="false")
    say(page, "() => { kesher.track('large', {text: 'א'.repeat(40000)}); kesher.track('next'); }")
    assert [[event["event"] for event in site.next_batch()] for _ in range(2)] == [["large"], ["next"]]


def test_a_browser_without_storage_is_served_from_memory(site: Site, page: Any) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    open_page(page, site, auto_page="false")
    say(page, "() => { kesher.track('a'); kesher.track('b'); }")
    one, other = site.next_batch()
    assert one["anonymousId"] == other["anonymousId"] and one["context"]["sessionId"]


def test_ready_tells_who_the_visitor_is(site: Site, page: Any) -> None:
    open_page(page, site, auto_page="false")
    say(page, "() => { kesher.identify('u1'); kesher.ready((k) => { window.told = k.user(); }); }")
    told = page.evaluate("window.told")
    assert told["userId"] == "u1" and told["anonymousId"] == site.next_batch()[0]["anonymousId"]
