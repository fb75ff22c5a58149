"""A list as the audience of a broadcast: whoever is on it when her turn comes, once, whatever merges and erasures
do."""

from __future__ import annotations

from collections import Counter

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.kernel.relations import Relation
from kesher.kernel.text import Text
from kesher.messaging import queries, services
from kesher.messaging.errors import AudienceInvalid, ListNotReady
from kesher.messaging.types import BroadcastInfo
from kesher.segments import services as segments
from kesher.segments.errors import ListInUse


def put_on_list(shop: Shop, people: list[int], *, key: str = "club") -> None:
    values = {"workspace_id": shop.workspace_id, "key": key, "now": shop.now}
    relation = Relation("SELECT unnest(%(listed)s::bigint[]) AS profile_id", {"listed": people})
    segments.add_to_list(shop.conn, relation, **values)  # type: ignore[arg-type]


def take_off_list(shop: Shop, person: int) -> None:
    relation = Relation("SELECT %(listed)s::bigint AS profile_id", {"listed": person})
    segments.remove_from_list(shop.conn, relation, workspace_id=shop.workspace_id, key="club", now=shop.now)


@pytest.fixture(autouse=True)
def club(shop: Shop) -> None:
    segments.create_list(
        shop.conn, workspace_id=shop.workspace_id, key="club", name=Text("Club", "מועדון"), now=shop.now
    )


def draft(shop: Shop, *, list_key: str | None = "club", segment: str | None = None) -> BroadcastInfo:
    return services.create_broadcast(
        shop.conn,
        workspace_id=shop.workspace_id,
        key="sale",
        name={"en": "Sale"},
        template="hello",
        segment=segment,
        list_key=list_key,
        topic="news",
        now=shop.now,
    )


def start(shop: Shop) -> BroadcastInfo:
    draft(shop)
    return services.start_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale", now=shop.now)


def set_merged(shop: Shop, loser: int, winner: int) -> None:
    shop.conn.execute("UPDATE profiles_profile SET merged_into_id = %s WHERE id = %s", (winner, loser))


def written_to(shop: Shop) -> Counter[int]:
    """How many messages of the broadcast each person got."""
    rows = shop.conn.execute("SELECT profile_id FROM messaging_message WHERE lane = 2 AND state = 'sent'")
    return Counter(row[0] for row in rows)


def test_everyone_on_the_list_with_permission_gets_it_once(shop: Shop, server: Script) -> None:
    people = [shop.add_profile() for _ in range(12)]
    refused = [shop.add_profile(consent=None) for _ in range(2)]
    put_on_list(shop, people + refused)
    shop.add_profile()

    started = start(shop)
    shop.send()

    assert (started.segment, started.list) == (None, "club")
    done = queries.get_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale")
    assert (done.state, done.counts) == ("finished", {"sent": 12, "held": 2})
    assert written_to(shop) == Counter(people)


def test_who_joins_or_leaves_before_her_turn_is_seen_as_she_is_then(shop: Shop, server: Script) -> None:
    first, early, late, gone = sorted(shop.add_profile() for _ in range(4))
    put_on_list(shop, [early, gone])
    start(shop)
    assert services.advance_broadcasts(shop.conn, now=shop.now, chunk=1, low=1) == 1

    put_on_list(shop, [late, first])
    take_off_list(shop, gone)
    shop.send()

    # `first` came when her place in the order had been passed; as for a segment, the next broadcast is for her.
    assert written_to(shop) == Counter([early, late])


def test_of_two_who_were_one_before_it_began_one_gets_it(shop: Shop, server: Script) -> None:
    loser, winner = shop.add_profile(), shop.add_profile()
    put_on_list(shop, [loser, winner])
    set_merged(shop, loser, winner)

    start(shop)
    shop.send()

    assert written_to(shop) == Counter([winner])
    assert shop.conn.execute("SELECT count(*) FROM messaging_message").fetchone() == (1,)


@pytest.mark.parametrize("winner_first", [True, False])
def test_a_merge_that_no_tick_has_seen_hides_nobody(shop: Shop, server: Script, winner_first: bool) -> None:
    low, high = shop.add_profile(), shop.add_profile()
    winner, loser = (low, high) if winner_first else (high, low)
    put_on_list(shop, [loser])
    set_merged(shop, loser, winner)

    start(shop)
    shop.send()

    assert written_to(shop) == Counter([winner])


def test_a_merge_while_it_goes_out_brings_no_second_message(shop: Shop, server: Script) -> None:
    low, high = shop.add_profile(), shop.add_profile()
    put_on_list(shop, [low, high])
    start(shop)
    assert services.advance_broadcasts(shop.conn, now=shop.now, chunk=1, low=1) == 1

    set_merged(shop, high, low)
    shop.send()

    assert written_to(shop) == Counter([low])


def test_nothing_is_reserved_for_who_was_erased(shop: Shop, server: Script) -> None:
    kept, erased = shop.add_profile(), shop.add_profile()
    put_on_list(shop, [kept, erased])
    shop.conn.execute("UPDATE profiles_profile SET erased_at = %s, email = NULL WHERE id = %s", (shop.now, erased))

    start(shop)
    shop.send()

    rows = shop.conn.execute("SELECT profile_id FROM messaging_message").fetchall()
    assert rows == [(kept,)]


def test_the_pre_flight_of_a_list_says_what_the_sender_does(shop: Shop, server: Script) -> None:
    people = [shop.add_profile() for _ in range(3)] + [shop.add_profile(consent="denied"), shop.add_profile(None)]
    loser, gone = shop.add_profile(), shop.add_profile()
    put_on_list(shop, [*people, loser, gone])
    set_merged(shop, loser, people[0])
    shop.conn.execute("UPDATE profiles_profile SET erased_at = %s WHERE id = %s", (shop.now, gone))

    told = queries.preflight_broadcast(
        shop.conn, workspace_id=shop.workspace_id, list_key="club", topic="news", now=shop.now
    )
    start(shop)
    shop.send()

    assert (told.audience, told.sends, {held.reason: held.people for held in told.held}) == (
        5,
        3,
        {"no_consent": 1, "no_address": 1},
    )
    rows = shop.conn.execute("SELECT coalesce(reason, state), count(*) FROM messaging_message GROUP BY 1")
    assert dict(rows.fetchall()) == {"sent": 3, "no_consent": 1, "no_address": 1}


def test_an_audience_is_one_segment_or_one_list_of_the_workspace(shop: Shop) -> None:
    for wrong in ({"list_key": None}, {"segment": "all"}):
        with pytest.raises(AudienceInvalid):
            draft(shop, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ListNotReady):
        draft(shop, list_key="none")
    shop.conn.execute("UPDATE segments_list SET workspace_id = workspace_id + 1")
    with pytest.raises(ListNotReady):
        draft(shop)
    with pytest.raises(ListNotReady):
        queries.preflight_broadcast(
            shop.conn, workspace_id=shop.workspace_id, list_key="club", topic="news", now=shop.now
        )


def test_a_list_to_which_a_broadcast_goes_is_not_deleted_under_it(shop: Shop) -> None:
    draft(shop)
    with pytest.raises(ListInUse) as caught:
        segments.delete_list(shop.conn, workspace_id=shop.workspace_id, key="club")
    assert caught.value.fields["users"] == "sale"

    services.cancel_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale", now=shop.now)
    segments.delete_list(shop.conn, workspace_id=shop.workspace_id, key="club")

    over = queries.get_broadcast(shop.conn, workspace_id=shop.workspace_id, key="sale")
    assert (over.segment, over.list) == (None, None)
