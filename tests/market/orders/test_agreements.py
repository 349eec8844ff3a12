"""From order to agreement in force, through HTTP, with each refusal."""

import base64

import pytest

from contracts.agreements.verify import check
from kernel import ids
from kernel.crypto import signing
from tests.market.trade import LICENCE, Trade, make_listing, signature, snapshot
from tests.refusals import not_there


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def refused(trade, client, path, body, status, code, rule):
    """Send, expect the refusal, and see that nothing changed."""
    before = await snapshot(trade.runtime)
    answer = await client.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json().get("rule", {}).get("id") == rule
    assert await snapshot(trade.runtime) == before
    return answer.json()


async def test_both_sign_and_the_document_proves_it_offline(trade, drain):
    order_id = await trade.order()
    agreement = await trade.draft(order_id)
    assert (agreement["status"], agreement["allowed_actions"]) == ("drafted", ["decline", "sign_first"])
    assert agreement["content"]["terms"]["policy"]["permissions"][0]["purposes"] == [
        "internal-analysis"
    ]  # Only what the buyer declared.
    assert [file["name"] for file in agreement["content"]["subject"]["files"]] == ["flights.parquet", "weather.parquet"]
    assert "storage_key" not in str(agreement)
    half = await trade.sign(agreement, "provider")
    assert (half["status"], half["document_id"]) == ("signed_by_one", None)
    assert half["allowed_actions"] == ["decline"]
    whole = await trade.sign(agreement, "buyer")
    assert whole["status"] == "in_force"
    assert [one["role"] for one in whole["signatures"]] == ["provider", "consumer"]
    await drain()
    envelope = (await trade.buyer.get(f"/v1/documents/{whole['document_id']}")).json()
    claims = envelope["document"]["credentialSubject"]
    assert envelope["log"] is not None
    assert claims["digest"] == agreement["digest"]
    assert [one.holds for one in check(claims)] == [True] * 4
    for lang, words in (("zh", "数据提供协议"), ("en", "Data provision agreement")):
        page = await trade.provider.get(f"/v1/documents/{whole['document_id']}/page?lang={lang}")
        assert words in page.text
        assert "12,500.00 CNY" in page.text


async def test_the_draft_is_one_for_each_order(trade):
    order_id = await trade.order()
    first = await trade.draft(order_id)
    again = await trade.provider.post(f"/v1/orders/{order_id}/agreement")
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM agreement") == 1
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["agreement_id"] == first["id"]


async def test_strangers_see_nothing(trade, as_):
    order_id = await trade.agreed()
    agreement = await trade.draft(order_id)
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/agreements/{agreement['id']}"))
    not_there(await stranger.get(f"/v1/documents/{agreement['document_id']}"))
    assert (await (await as_("regulator")).get(f"/v1/agreements/{agreement['id']}")).status_code == 200
    await refused(trade, stranger, f"/v1/orders/{order_id}/agreement", None, 404, "not-found", None)


async def test_a_stranger_cannot_sign_or_decline(trade, as_):
    agreement = await trade.draft(await trade.order())
    stranger = await as_("buyer", "stranger")
    path = f"/v1/agreements/{agreement['id']}"
    body = signature(agreement, ids.new("pky"), signing.Ed25519Signer(b"\x33" * 32))
    await refused(trade, stranger, f"{path}/signatures", body, 404, "not-found", None)
    await refused(trade, stranger, f"{path}/refusal", {"reason": "x"}, 404, "not-found", None)
    unknown = f"/v1/agreements/{ids.new('agr')}/signatures"
    await refused(trade, trade.buyer, unknown, body, 404, "not-found", None)


async def test_only_ones_own_registered_key_signs(trade):
    agreement = await trade.draft(await trade.order())
    await trade.keys()
    path = f"/v1/agreements/{agreement['id']}/signatures"
    foreign = signature(agreement, *trade.buyer_key)
    await refused(trade, trade.provider, path, foreign, 422, "signing-key-foreign", "LT-CON-03")
    unregistered = signature(agreement, ids.new("pky"), signing.Ed25519Signer(b"\x33" * 32))
    await refused(trade, trade.provider, path, unregistered, 422, "signing-key-foreign", "LT-CON-03")
    await trade.runtime.pool.execute("UPDATE signing_key SET revoked_at = now() WHERE id = $1", trade.provider_key[0])
    revoked = signature(agreement, *trade.provider_key)
    await refused(trade, trade.provider, path, revoked, 422, "signing-key-foreign", "LT-CON-03")


async def test_a_signature_over_anything_else_is_refused(trade):
    agreement = await trade.draft(await trade.order())
    await trade.keys()
    path, (key_id, key) = f"/v1/agreements/{agreement['id']}/signatures", trade.provider_key
    altered = signature({"signing_text": agreement["signing_text"][:-1] + "0x"}, key_id, key)
    told = await refused(trade, trade.provider, path, altered, 422, "signature-invalid", "LT-CON-04")
    assert told["signing_text"] == agreement["signing_text"]
    wrong = signature(agreement, key_id, trade.buyer_key[1])
    await refused(trade, trade.provider, path, wrong, 422, "signature-invalid", "LT-CON-04")
    for text in ("%%%", "", base64.b64encode(b"x" * 63).decode()):
        body = {"signing_key_id": key_id, "signature": text}
        await refused(trade, trade.provider, path, body, 422, "signature-invalid", "LT-CON-04")


async def test_an_altered_agreement_cannot_be_signed(trade):
    agreement = await trade.draft(await trade.order())
    await trade.keys()
    await trade.runtime.pool.execute(
        "UPDATE agreement SET content = jsonb_set(content, '{terms,price,amount,amount}', '\"1.00\"') WHERE id = $1",
        agreement["id"],
    )
    path = f"/v1/agreements/{agreement['id']}/signatures"
    body = signature(agreement, *trade.buyer_key)
    await refused(trade, trade.buyer, path, body, 409, "agreement-altered", "LT-CON-04")


async def test_a_party_signs_once_and_nobody_after_a_refusal(trade):
    agreement = await trade.draft(await trade.order())
    await trade.sign(agreement, "provider")
    path = f"/v1/agreements/{agreement['id']}"
    body = signature(agreement, *trade.provider_key)
    await refused(trade, trade.provider, f"{path}/signatures", body, 409, "already-signed", "LT-CON-05")
    declined = await trade.buyer.post(f"{path}/refusal", {"reason": "terms"})
    assert (declined.status_code, declined.json()["status"]) == (200, "declined")
    mine = signature(agreement, *trade.buyer_key)
    await refused(trade, trade.buyer, f"{path}/signatures", mine, 409, "illegal-transition", "LT-GEN-02")
    await refused(trade, trade.buyer, f"{path}/refusal", {"reason": "x"}, 409, "illegal-transition", "LT-GEN-02")


async def test_an_agreement_in_force_cannot_be_declined(trade):
    agreement = await trade.draft(await trade.agreed())
    path = f"/v1/agreements/{agreement['id']}/refusal"
    await refused(trade, trade.provider, path, {"reason": "x"}, 409, "illegal-transition", "LT-GEN-02")


async def test_a_closed_order_gets_no_agreement(trade):
    order_id = await trade.order()
    assert (await trade.buyer.post(f"/v1/orders/{order_id}/cancellation", {"reason": "x"})).status_code == 200
    path = f"/v1/orders/{order_id}/agreement"
    await refused(trade, trade.buyer, path, None, 409, "order-not-open", "LT-ORD-04")


async def test_a_licence_that_cannot_be_expressed_cannot_be_agreed(trade, runtime):
    listing = await make_listing(runtime, trade.provider.party, licence={**LICENCE, "exclusive": True})
    order_id = await trade.order(listing_id=listing)
    path = f"/v1/orders/{order_id}/agreement"
    await refused(trade, trade.buyer, path, None, 422, "term-inexpressible", "LT-CON-01")


async def test_signatures_never_change(trade):
    await trade.agreed()
    for change in ("UPDATE agreement_signature SET signature = ''", "DELETE FROM agreement_signature"):
        with pytest.raises(Exception, match="append-only"):
            await trade.runtime.pool.execute(change)
