"""Channel keys: taken by the buyer, shown once, replaced with an overlap, revoked; nothing for strangers."""

from datetime import timedelta

import pytest

from channels.keys import queries
from channels.keys.errors import ChannelKeyUnknown
from kernel.time.clock import FixedClock
from market.delivery import fetching
from tests.channels import story
from tests.conftest import As
from tests.refusals import not_there, refused

pytestmark = pytest.mark.slow


async def test_a_key_is_shown_once_and_kept_as_its_digest(runtime, as_: As):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    path, wanted = f"/v1/orders/{order}/channel-keys", {"recipient": "风控模型"}
    made = await trade.buyer.post(path, wanted, idempotency="one-and-the-same")
    again = await trade.buyer.post(path, wanted, idempotency="one-and-the-same")
    assert (made.status_code, again.status_code) == (201, 201)
    secret = made.json()["secret"]
    assert made.json()["profile"]["bearerToken"] == secret
    assert (again.json()["secret"], again.json()["profile"]) == (None, None)
    assert again.json()["key"] == made.json()["key"]
    listed = (await trade.provider.get(path)).json()["items"]
    assert [key["recipient"] for key in listed] == ["风控模型"]
    for table in await runtime.pool.fetch("SELECT relname FROM pg_stat_user_tables"):
        rows = await runtime.pool.fetch(f'SELECT t::text AS row FROM "{table["relname"]}" t')
        assert not [row for row in rows if secret.split("_", 2)[2] in str(row["row"])], table["relname"]


async def test_keys_are_the_buyers_and_nobody_elses(runtime, as_: As):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    key = (await story.take_key(trade, order))["key"]
    stranger = await as_("developer")
    not_there(await stranger.post(f"/v1/orders/{order}/channel-keys", {"recipient": "x"}), "delivery-missing")
    refused(await trade.provider.post(f"/v1/orders/{order}/channel-keys", {"recipient": "x"}), 403, "forbidden")
    not_there(await stranger.get(f"/v1/orders/{order}/channel-keys"))
    not_there(await stranger.get(f"/v1/channel-keys/{key['id']}/uses"))
    not_there(await stranger.delete(f"/v1/channel-keys/{key['id']}"))
    not_there(await stranger.post(f"/v1/channel-keys/{key['id']}/replacement"))
    for office in ("regulator", "auditor"):
        assert (await (await as_(office)).get(f"/v1/channel-keys/{key['id']}/uses")).json()["items"] == []


async def test_no_key_before_payment_and_none_for_what_stays(runtime, as_: As):
    trade = await story.begin(runtime, as_)
    order = await trade.agreed()
    answer = await trade.buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "x"})
    refused(answer, 409, "delivery-not-due", "LT-DLV-01")
    refused(await trade.buyer.get(f"/v1/orders/{order}/share-profile"), 409, "delivery-not-due", "LT-DLV-01")


async def test_a_replaced_key_serves_for_the_overlap_and_is_not_replaced_again(runtime, as_: As, clock: FixedClock):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    old = (await story.take_key(trade, order))["key"]
    made = await trade.buyer.post(f"/v1/channel-keys/{old['id']}/replacement")
    assert made.status_code == 201, made.text
    keys = (await trade.buyer.get(f"/v1/orders/{order}/channel-keys")).json()["items"]
    was = next(key for key in keys if key["id"] == old["id"])
    assert was["replaced_by"] == made.json()["key"]["id"]
    assert was["expires_at"] == (clock.now() + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    again = await trade.buyer.post(f"/v1/channel-keys/{old['id']}/replacement")
    refused(again, 409, "channel-key-over", "LT-CHN-01")


async def test_ten_keys_at_one_time_and_a_revoked_one_makes_room(runtime, as_: As):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    keys = [(await story.take_key(trade, order, recipient=f"r{n}"))["key"]["id"] for n in range(10)]
    answer = await trade.buyer.get(f"/v1/orders/{order}/share-profile")
    refused(answer, 409, "too-many-channel-keys", "LT-CHN-01")
    assert (await trade.buyer.delete(f"/v1/channel-keys/{keys[0]}")).status_code == 204
    profile = await trade.buyer.get(f"/v1/orders/{order}/share-profile")
    assert profile.status_code == 200
    assert profile.headers["cache-control"] == "no-store"
    assert profile.json().keys() == {"shareCredentialsVersion", "endpoint", "bearerToken", "expirationTime"}


async def test_a_recipient_and_a_life_are_bounded(runtime, as_: As):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    answer = await trade.buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "", "days": 366, "more": 1})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/recipient", "/days", "/more"}


async def test_what_was_agreed_before_a_membership_ran_out_is_performed(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    _, key = await story.shared(trade, drain)
    await runtime.pool.execute("UPDATE party SET admitted_until = '2026-11-22' WHERE id = $1", trade.buyer.party)
    answer = await story.Reader(trade.buyer, key["profile"])("GET", "/shares")
    assert answer.status_code == 200, answer.text


async def test_a_shared_file_under_way_ends_when_its_key_is_revoked(runtime, as_: As, drain, monkeypatch):
    monkeypatch.setattr(fetching, "POLL_SECONDS", 0)
    trade = await story.begin(runtime, as_)
    _, key = await story.shared(trade, drain)
    ask = fetching.watch(runtime, lambda act: queries.holder(act, key["key"]["id"]))
    await ask()
    assert (await trade.buyer.delete(f"/v1/channel-keys/{key['key']['id']}")).status_code == 204
    with pytest.raises(ChannelKeyUnknown):
        await ask()
