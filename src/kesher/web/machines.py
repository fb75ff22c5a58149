"""Who looked: a person, or a program that looks at mail before or instead of one.

What a program did is recorded as such and counts for nothing. The signs, each from what its maker documents or from
the field: RFC 9110 9.3.2 (HEAD fetches no content for anyone to see) · `Sec-Purpose: prefetch` (Fetch standard,
"fetch a prefetch") · Apple Mail Privacy Protection fetches every picture with the bare user agent `Mozilla/5.0` ·
security gateways and link previews name themselves · nobody reads and clicks within two seconds of the sending.
Gmail's and Yahoo's picture proxies fetch when a person opens, so they count.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.http import HttpRequest

_BARE_AGENTS = frozenset({"", "mozilla/5.0", "mozilla/4.0", "mozilla"})
_PERSONS_PROXY = re.compile(r"GoogleImageProxy|YahooMailProxy", re.I)
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|scanner|preview|facebookexternalhit|whatsapp/|barracuda|proofpoint|mimecast|symantec|"
    r"fireeye|trendmicro|sophos|urldefense|cloudmark|python-|curl/|wget/|go-http-client|java/|libwww|okhttp|"
    r"node-fetch|axios/|apache-httpclient|phantomjs",
    re.I,
)
_TOO_FAST = timedelta(seconds=2)


def is_machine(request: HttpRequest, *, sent_at: datetime | None, now: datetime) -> bool:
    """Whether this look at a message of `sent_at` was a program's own."""
    agent = request.headers.get("User-Agent", "").strip()
    if request.method == "HEAD" or agent.lower() in _BARE_AGENTS:
        return True
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")).lower():
        return True
    if _PERSONS_PROXY.search(agent):
        return False
    # Not at the very moment: an installation whose clock stands still (the demo's replay) has no other moment.
    too_fast = sent_at is not None and timedelta(0) < now - sent_at < _TOO_FAST
    return too_fast or _PROGRAM.search(agent) is not None
