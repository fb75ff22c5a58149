"""A message of the ledger, looked at again."""

from __future__ import annotations

from callers import Caller


def template(text: str) -> dict[str, object]:
    variant = {"language": "en", "subject": text, "body_format": "html", "body": f"<p>{text}</p>"}
    return {"name": {"en": "Mail"}, "fallback_language": "en", "variants": [variant]}


def test_a_message_is_shown_with_the_template_and_the_event_of_then(api: Caller, stranger: Caller) -> None:
    api("PUT", "/templates/mail", template("{{ event.properties.item }} for {{ customer.first_name }}"))
    api("POST", "/identify", {"user_id": "dana", "traits": {"first_name": "Dana", "email": "dana@shop.test"}})
    asked = {"idempotency_key": "1", "template": "mail", "user_id": "dana", "properties": {"item": "<Milk>"}}
    message = api("POST", "/messages", asked).json()["message_id"]
    api("PUT", "/templates/mail", template("Something else"))

    written = api("GET", f"/messages/{message}/content").json()

    assert (written["subject"], written["language"]) == ("<Milk> for Dana", "en")
    assert "&lt;Milk&gt; for Dana" in written["html"]
    assert "Milk" in written["text"]
    assert stranger("GET", f"/messages/{message}/content").status_code == 404
    assert api("GET", "/messages/999/content").status_code == 404
