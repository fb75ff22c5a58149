"""A reserved message becomes an e-mail, an entry in the ledger and an event."""

from __future__ import annotations

from email import message_from_bytes, policy

from messaging_shop import Shop
from smtp_servers import Script


def test_a_reserved_message_is_handed_over_and_recorded(shop: Shop, server: Script) -> None:
    person = shop.add_profile("dana@people.example", traits={"first_name": "דנה"})
    message = shop.reserve(person, run_id=7)

    assert shop.send() == 1

    assert shop.state(message) == ("sent", None)
    assert len(server.messages) == 1
    mail = message_from_bytes(server.messages[0], policy=policy.default)
    assert str(mail["Subject"]) == "שלום דנה"
    assert shop.events() == [
        (
            "Message Sent",
            person,
            {
                "message_id": message,
                "channel": "email",
                "topic": "news",
                "template": "hello",
                "run_id": 7,
                "node": "mail",
            },
        )
    ]
