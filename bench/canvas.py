"""How smoothly a canvas of 200 steps pans: a whole Kesher, the system's Chromium, and a hand that drags it about.

`python -m bench.canvas [chromium]`. Chromium runs headless and draws in software; a frame is what requestAnimationFrame
gives, at most 60 a second, and the hand moves once in each.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from bench.installation import Installation, running_installation

STEPS = 200
FRAMES = 360
SIZE = {"width": 1440, "height": 900}
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The hand goes round in a circle, so that steps come into view and leave it all the time.
_PAN = """frames => new Promise(done => {
  const pane = document.querySelector(".react-flow__pane");
  const at = pane.getBoundingClientRect();
  const middle = [at.x + at.width / 2, at.y + at.height / 2];
  const tell = (target, type, x, y) => target.dispatchEvent(new MouseEvent(type, {
    bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, button: 0, buttons: 1,
  }));
  let long = 0;
  new PerformanceObserver(list => { long += list.getEntries().length; }).observe({ entryTypes: ["longtask"] });
  const drawn = new Set();
  const seen = new MutationObserver(list => list.forEach(({ target }) => {
    const part = target instanceof Element ? target.closest(".react-flow__node, .react-flow__edge") : null;
    if (part) drawn.add(part);
  }));
  seen.observe(document.querySelector(".react-flow__viewport"), { subtree: true, childList: true, attributes: true });
  const times = [];
  tell(pane, "mousedown", ...middle);
  const step = time => {
    times.push(time);
    if (times.length > frames) {
      tell(window, "mouseup", ...middle);
      const spans = times.slice(1).map((each, index) => each - times[index]).sort((one, other) => one - other);
      setTimeout(() => done({
        seconds: (times.at(-1) - times[0]) / 1000, p95: spans[Math.floor(spans.length * 0.95)], long,
        changed: drawn.size,
      }), 100);
      return;
    }
    const angle = times.length / 30;
    tell(window, "mousemove", middle[0] + 300 * Math.sin(angle), middle[1] + 300 * (Math.cos(angle) - 1));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def journey() -> dict[str, Any]:
    """Chains of waits, splits and joins, as wide as they are in life: a split every eighth step."""
    nodes: dict[str, Any] = {}
    for number in range(STEPS):
        after = f"s{number + 1}" if number + 1 < STEPS else None
        if number % 8 == 3 and number + 5 < STEPS:
            paths = [{"name": f"p{way}", "weight": 2_500, "next": f"s{number + 1 + way}"} for way in range(4)]
            nodes[f"s{number}"] = {"type": "random", "paths": paths}
        else:
            leads = f"s{number - number % 8 + 8}" if number % 8 in (4, 5, 6) and number + 8 < STEPS else after
            nodes[f"s{number}"] = {"type": "wait", "for": f"{number % 9 + 1}d", **({"next": leads} if leads else {})}
    return {"journey": "wide", "name": "Wide", "entry": {"event": "Order Completed"}, "start": "s0", "nodes": nodes}


def prepare(kesher: Installation) -> None:
    """The demo's workspace with that journey as a draft."""
    os.environ["DATABASE_URL"] = kesher.database_url
    from kesher.cli.session import set_up_django

    set_up_django()
    from kesher.cli.demo.workspace import create_demo, give_password
    from kesher.journeys import services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    with connect("bench") as conn:
        now = read_clock(conn)
        made = create_demo(conn, base_url=f"http://127.0.0.1:{kesher.port}", now=now)
        give_password("kesher-demo")
        services.save_draft(journey(), workspace_id=made.id, key="wide", revision=0, now=now)


def measure(kesher: Installation, chromium: str) -> dict[str, float]:
    """Pan the canvas in one window, at the size in which it opens."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(locale="en-GB", viewport=SIZE)
        page.goto(f"http://127.0.0.1:{kesher.port}/app/sign-in")
        page.get_by_role("button", name="Sign in to the demo").click()
        page.get_by_role("navigation").first.wait_for()
        page.goto(f"http://127.0.0.1:{kesher.port}/app/w/kesher-grocery/journeys/wide")
        page.locator(".react-flow__node-step").first.wait_for()
        page.wait_for_timeout(1_500)
        shown = page.locator(".react-flow__node").count()
        found = {**page.evaluate(_PAN, FRAMES), "shown": shown}
        browser.close()
    return found


def main() -> None:
    chromium = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no Chromium here; name one.")
    with running_installation(KESHER_DEMO="1") as kesher:
        prepare(kesher)
        found = measure(kesher, chromium)
    print(
        f"{STEPS} steps, {found['shown']:.0f} parts in view: {FRAMES / found['seconds']:.1f} frames/s,"
        f" p95 {found['p95']:.1f} ms, {found['long']:.0f} long tasks, {found['changed']:.0f} parts changed"
    )


if __name__ == "__main__":
    main()
