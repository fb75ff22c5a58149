"""The settings' further pages: sending domains, legal profile, objects, webhooks, coupons, lead scores."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import requests
from psycopg.types.json import Jsonb

from bench.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SETTINGS = "/w/kesher-grocery/settings"
PAGES = ["domains", "legal", "objects", "objects/company/acme", "webhooks", "coupons", "scores", "scores/leads"]
TEXTS = {
    "he": {
        "domain": "הוספת דומיין",
        "add": "הוספה",
        "check": "בדיקה עכשיו: {}",
        "way": "דרך נוספת להסרה",
        "save": "שמירה",
        "footer": "או בתשובה",
        "codes": "הוספת קודים אל קיץ",
        "paste": "קודים, אחד בכל שורה",
        "two": "הוספת שני קודים",
        "added": "נוספו שני קודים חדשים.",
    },
    "en": {
        "domain": "Add a domain",
        "add": "Add",
        "check": "Check now: {}",
        "way": "Another way to unsubscribe",
        "save": "Save",
        "footer": "or reply",
        "codes": "Add codes to Summer",
        "paste": "Codes, one in each line",
        "two": "Add 2 codes",
        "added": "2 new codes were added.",
    },
}
JOURNEY = """\
journey: crm_{0}
name: {{en: Tell the CRM, he: עדכון ה־CRM}}
entry: {{webhook: {{email: person.email}}}}
nodes:
  ask: {{type: webhook, url: "https://crm.example/people/{{{{ customer.id }}}}", signed_with: crm_signing, next: rest}}
  rest: {{type: wait, for: 1d}}
"""
SCORE = {
    "name": {"en": "Leads", "he": "לידים"},
    "fit": {
        "maximum": 100,
        "rules": [{"rule": {"trait": "email", "op": "exists"}, "points": 40, "name": "Can be reached"}],
        "grades": {"A": 75, "B": 40, "C": 20},
    },
    "engagement": {
        "half_life": {"days": 30},
        "events": [{"event": "Order Completed", "points": 20, "maximum": 80}],
        "grades": {"1": 60, "2": 30, "3": 10},
    },
    "stages": [{"key": "lead", "name": "Lead"}],
}


@pytest.mark.parametrize("language", ["he", "en"], ids=["Hebrew", "English"])
def test_the_further_settings_are_filled_in_and_read(demo: Installation, open_app: Any, language: str) -> None:
    texts = TEXTS[language]
    with open_app(demo, language=language) as screens:
        screens.sign_in_to_demo()
        seed(screens, demo, language)
        check_a_domain(screens, demo, texts, f"{language}.shop.example")
        fill_in_the_legal_profile(screens, texts)
        add_codes(screens, texts)
        for width in (1280, 390):
            screens.page.set_viewport_size({"width": width, "height": 844})
            for scheme in ("light", "dark"):
                screens.page.emulate_media(color_scheme=scheme)
                for page in PAGES:
                    screens.open(f"{SETTINGS}/{page}")
                    screens.page.get_by_role("heading", level=1).wait_for()
                    screens.look(f"{page.replace('/', '-')}-{width}-{scheme}")
                    assert screens.page.evaluate("document.documentElement.scrollWidth") <= width, page


def seed(screens: Any, demo: Installation, language: str) -> None:
    """A company, a journey that calls and is called, a pool of coupons and a model of scores, by the API."""
    client = requests.Session()
    for cookie in screens.page.context.cookies():
        client.cookies.set(cookie["name"], cookie["value"])
    base = f"http://127.0.0.1:{demo.port}/api"
    client.headers["X-Workspace"] = "kesher-grocery"
    client.headers["X-CSRFToken"] = client.get(f"{base}/csrf").json()["csrf_token"]

    def put(path: str, body: dict[str, Any]) -> None:
        answer = client.put(base + path, json=body)
        assert answer.ok, answer.text

    put("/object-kinds/company", {"name": {"en": "Company", "he": "חברה"}})
    put("/objects/company/acme", {"attributes": {"name": "Acme", "plan": "gold", "seats": 12}})
    put("/coupon-pools/summer", {"name": {"en": "Summer", "he": "קיץ"}, "warn_below": 100})
    put("/journey-secrets/crm_signing", {"value": "whsec_0123456789abcdef"})
    put("/scores/leads", SCORE)
    applied = client.post(f"{base}/journey-files", json={"yaml": JOURNEY.format(language)})
    assert applied.ok, applied.text


def check_a_domain(screens: Any, demo: Installation, texts: dict[str, str], name: str) -> None:
    """Added, asked about, and then found to be in order."""
    page = screens.page
    screens.open(f"{SETTINGS}/domains")
    page.get_by_label(texts["domain"]).fill(name)
    page.get_by_role("button", name=texts["add"], exact=True).click()
    page.get_by_role("heading", name=name).wait_for()
    page.get_by_role("button", name=texts["check"].format(name)).click()
    screens.look("domains-asked")
    with psycopg.connect(demo.database_url, autocommit=True) as conn:
        row = conn.execute("SELECT selector, public_key FROM messaging_domain WHERE name = %s", (name,)).fetchone()
        assert row is not None
        answers = {
            name: ["v=spf1 include:_spf.relay.example ~all"],
            f"{row[0]}._domainkey.{name}": ["v=DKIM1; p=AAAA"] if name.startswith("he") else [f"v=DKIM1; p={row[1]}"],
            f"_dmarc.{name}": [],
            "_dmarc.shop.example": ["v=DMARC1; p=none"],
        }
        conn.execute("UPDATE messaging_domain SET answers = %s WHERE name = %s", (Jsonb(answers), name))


def fill_in_the_legal_profile(screens: Any, texts: dict[str, str]) -> None:
    """What is saved stands in the footer."""
    page = screens.page
    screens.open(f"{SETTINGS}/legal")
    for label, text in (
        (f"{texts['way']} · עברית", "או בתשובה: הסר"),
        (f"{texts['way']} · English", "or reply: remove"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=texts["save"]).click()
    page.get_by_text(texts["footer"]).last.wait_for()


def add_codes(screens: Any, texts: dict[str, str]) -> None:
    """Two codes, pasted."""
    page = screens.page
    screens.open(f"{SETTINGS}/coupons")
    page.get_by_role("button", name=texts["codes"]).click()
    page.get_by_label(texts["paste"]).fill(f"AB-{screens.language}-1\nAB-{screens.language}-2\nAB-{screens.language}-1")
    page.get_by_role("button", name=texts["two"]).click()
    page.get_by_text(texts["added"]).wait_for()
    screens.look("coupons-added")
