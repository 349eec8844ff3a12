"""Either twin of the client buys at the real application: order, agreement, files, receipt, proof and acceptance."""

import asyncio
import hashlib
from decimal import Decimal

import pytest
from msgspec.structs import replace

from contracts.agreements import rules
from kernel.actor import SYSTEM
from kernel.documents.commands import issue
from liutong_client import Problem, SigningKey, operations
from liutong_client import models as m
from liutong_client.problems import AnswerUnreadable, NotAgreed, NotThere, Refused
from market.listings.models import Listing
from rights.assets.models import Asset, AssetRevision
from tests.client import bridge
from tests.market.trade import Trade, scorecard
from valuation.quality.models import QualityRun, Scorecard

FILES = {"flights.csv": b"carrier,delay\nUA,3\n" * 400, "none.csv": b""}


@pytest.fixture
def settings(settings):
    return bridge.local(settings)


@pytest.fixture
async def trade(runtime, as_):
    begun = await Trade.begin(runtime, as_, files=FILES)
    async with runtime.act(SYSTEM) as act:
        listing = await act.session.get_one(Listing, begun.listing_id)
        card = await act.session.get_one(Scorecard, listing.scorecard_id)
        claims = {"asset": card.asset_id, "revision": card.revision_id, "content_sha256": card.content_sha256}
        document = await issue(act, "quality-scorecard", card.id, claims, public=True)
        asset = await act.session.get_one(Asset, card.asset_id)
        revision = await act.session.get_one(AssetRevision, card.revision_id)
        run = await act.session.get_one(QualityRun, card.run_id)
        listing.scorecard_id = await scorecard(act.session, asset, revision, run.data_contract_id, document.id, act.at)
    return begun


def confirmed(trade, payment):
    seen = {
        "bank_reference": f"BANK-{payment.id[-12:]}",
        "amount": {"amount": str(payment.amount.amount), "currency": payment.amount.currency},
        "received_on": "2026-11-23",
    }
    return seen, f"/v1/payments/{payment.id}/confirm"


async def test_the_buyer_of_asyncio_orders_downloads_verifies_and_accepts(trade, client, as_, drain, tmp_path):
    async with (
        bridge.asynchronous(client, trade.buyer) as buyer,
        bridge.asynchronous(client, trade.provider) as provider,
    ):
        trust = await buyer.documents.trust()
        order = await buyer.orders.place(trade.listing_id, "internal-analysis", key="erp-4711")
        again = await buyer.orders.place(trade.listing_id, "internal-analysis", key="erp-4711")
        assert again.id == order.id
        assert [each.id async for each in buyer.orders.mine()] == [order.id]
        with pytest.raises(NotAgreed):
            await buyer.orders.verify(order.id, trust, [])
        await provider.orders.sign(order.id, SigningKey.generate())
        agreement = await buyer.orders.sign(order.id, SigningKey.create(tmp_path / "buyer.key"))
        assert agreement.status == "in_force"
        payment = await buyer.orders.pay(order.id)
        body, path = confirmed(trade, payment)
        assert (await (await as_("clearing")).post(path, body)).status_code == 200
        assert (await buyer.orders.wait(order.id, "paid")).status == "paid"
        told = []
        paths = await buyer.orders.download(order.id, tmp_path / "data", progress=lambda *far: told.append(far))
        assert {path.name: path.read_bytes() for path in paths} == FILES
        assert (len(FILES["flights.csv"]), len(FILES["flights.csv"])) in told
        await buyer.orders.receive(order.id, paths)
        await drain()
        proof = await buyer.orders.verify(order.id, trust, paths)
        assert proof.holds, proof.failures
        assert {*proof.reports} == {"agreement", "certificate", "scorecard", "receipt"}
        assert (await buyer.orders.accept(order.id)).status == "accepted"
        paths[0].write_bytes(b"something else")
        assert [each.split(":")[0] for each in (await buyer.orders.verify(order.id, trust, paths)).failures] == [
            "✗ files"
        ]


async def test_the_blocking_buyer_does_the_same(trade, client, as_, drain, tmp_path):
    clearing = await as_("clearing")
    loop = asyncio.get_running_loop()

    def confirm(payment):
        body, path = confirmed(trade, payment)
        asyncio.run_coroutine_threadsafe(clearing.post(path, body), loop).result(60)

    def story():
        buyers, providers = (bridge.blocking(client, side, loop) for side in (trade.buyer, trade.provider))
        with buyers as buyer, providers as provider:
            trust = buyer.documents.trust()
            order = buyer.orders.place(trade.listing_id, "internal-analysis")
            with pytest.raises(NotAgreed):
                buyer.orders.verify(order.id, trust, [])
            for side in (provider, buyer):
                side.orders.sign(order.id, SigningKey.generate())
            confirm(buyer.orders.pay(order.id))
            buyer.orders.wait(order.id, "paid")
            paths = buyer.orders.download(order.id, tmp_path)
            buyer.orders.receive(order.id, paths)
            asyncio.run_coroutine_threadsafe(drain(), loop).result(60)
            proof = buyer.orders.verify(order.id, trust, paths)
            return buyer.orders.accept(order.id).status, proof.failures

    assert await asyncio.to_thread(story) == ("accepted", [])


def elsewhere(agreement):
    """The agreement as if it were about another order, and otherwise sound."""
    content = {**agreement["content"], "order_id": "ord_00000000000000000000000000"}
    return signed_anew({**agreement, "content": content})


def signed_anew(agreement):
    digest = rules.digest(agreement["content"])
    return {**agreement, "digest": digest, "signing_text": rules.signing_text(agreement["id"], digest)}


def renamed(agreement):
    content = {**agreement["content"], "agreement_id": "agr_00000000000000000000000000"}
    return signed_anew({**agreement, "content": content})


ALTERED = {
    "any text": lambda seen: {**seen, "signing_text": "liutong signing key: z6Mk"},
    "another agreement's": lambda seen: {**seen, "signing_text": seen["signing_text"].replace(seen["id"], "agr_1")},
    "another digest's": lambda seen: {**seen, "signing_text": seen["signing_text"][:-1] + "x"},
    "a content that was changed": lambda seen: {**seen, "content": {**seen["content"], "text_en": "else"}},
    "a digest of something else": lambda seen: {**seen, "digest": "sha256:" + "0" * 64},
    "another order's": elsewhere,
    "of another order by its view": lambda seen: {**seen, "order_id": "ord_00000000000000000000000000"},
    "of another name in its content": renamed,
    "of no canonical form": lambda seen: {**seen, "content": {**seen["content"], "n": 2**60}},
}


async def test_nothing_is_signed_but_the_agreement_of_the_order(trade, client, tmp_path):
    altering = bridge.Altering(client.http._transport, "/v1/agreements/")
    async with bridge.asynchronous(client, trade.buyer, transport=altering) as buyer:
        order = await buyer.orders.place(trade.listing_id, "internal-analysis")
        agreement = await buyer.orders.agreement(order.id)
        altering.posted.clear()
        for altering.alter in ALTERED.values():
            with pytest.raises(AnswerUnreadable, match=r"[一-龥].*[a-z]"):
                await buyer.orders.sign(order.id, SigningKey.generate())
        altering.alter = dict  # As it came.
        with pytest.raises(AnswerUnreadable, match="read"):
            await buyer.orders.sign(order.id, SigningKey.generate(), digest="sha256:" + "0" * 64)
        assert altering.posted == []
        signed = await buyer.orders.sign(order.id, SigningKey.generate(), digest=agreement.digest)
    assert [each.party for each in signed.signatures] == [trade.buyer.party]


async def test_the_score_of_a_later_revision_is_not_that_of_what_was_sold(trade, client, drain, tmp_path):
    """A product that has gone on to another revision, whose scorecard is sound in itself."""
    order_id = await trade.paid()
    altering = bridge.Altering(client.http._transport, f"/v1/listings/{trade.listing_id}")
    altering.alter = lambda seen: {**seen, "revision_id": "rev_00000000000000000000000000"}
    async with bridge.asynchronous(client, trade.buyer, transport=altering) as buyer:
        paths = await buyer.orders.download(order_id, tmp_path)
        await buyer.orders.receive(order_id, paths)
        await drain()
        proof = await buyer.orders.verify(order_id, await buyer.documents.trust(), paths)
    assert proof.holds, proof.failures
    assert {*proof.reports} == {"agreement", "certificate", "receipt"}
    [unchecked] = [check for check in proof.checks if check.holds is None]
    assert (unchecked.zh, unchecked.en) == (
        "没有可供核对的评分文书",
        "no scorecard of what was sold is at hand",
    )


async def test_a_download_that_was_cut_goes_on_and_is_receipted(trade, client, tmp_path):
    order_id = await trade.paid()
    cut = bridge.Cut(client.http._transport, "/files/", [100, 3000])
    async with bridge.asynchronous(client, trade.buyer, transport=cut) as buyer:
        paths = await buyer.orders.download(order_id, tmp_path)
        assert cut.asked[:3] == [(None, 200), ("bytes=100-", 206), ("bytes=3100-", 206)]
        assert {path.name: path.read_bytes() for path in paths} == FILES
        assert (await buyer.orders.receive(order_id, paths)).receipt_id is not None


async def test_a_refusal_says_its_rule_and_its_fields(trade, client):
    async with bridge.asynchronous(client, trade.buyer) as buyer:
        with pytest.raises(Refused) as ruled:
            await buyer.orders.place(trade.listing_id, "research")
        with pytest.raises(NotThere):
            await buyer.orders.get("ord_00000000000000000000000000")
        with pytest.raises(Problem) as faulty:
            await buyer.call("place_order", {"listing_id": 5})
    assert ruled.value.rule is not None
    assert (ruled.value.status, ruled.value.code, ruled.value.rule.id) == (422, "purpose-not-offered", "LT-ORD-03")
    assert ruled.value.request_id
    assert [each.pointer for each in faulty.value.errors] == ["/listing_id", "/purpose"]
    assert ruled.value.rule.id in str(ruled.value)


async def test_a_file_arrives_with_its_digest(trade, client, tmp_path):
    path, told = tmp_path / "气象.csv", []
    path.write_bytes(b"day,degrees\n" * 200_000)
    async with bridge.asynchronous(client, trade.provider) as provider:
        kept = await provider.files.upload(path, progress=lambda *far: told.append(far))
        assert (kept.name, kept.size_bytes) == ("气象.csv", path.stat().st_size)
        assert kept.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert (told[-1], len(told)) == ((kept.size_bytes, kept.size_bytes), 3)
        assert (await provider.call(operations.get_file, file_id=kept.id)).sha256 == kept.sha256


async def test_a_list_is_gone_through_page_by_page(trade, client):
    async with bridge.asynchronous(client, trade.buyer) as buyer:
        placed = [(await buyer.orders.place(trade.listing_id, "internal-analysis")).id for _ in range(3)]
        assert [each.id async for each in buyer.orders.mine(limit=2)] == placed[::-1]
        assert [len(page.items) async for page in buyer.orders.mine(limit=2).pages()] == [2, 1]
        newest = await buyer.orders.mine(limit=1).first()
        assert newest is not None
        assert newest.id == placed[-1]
        assert await buyer.orders.mine(status="settled").first() is None


async def test_terms_are_negotiated_by_whose_move_it_is(trade, client):
    async with (
        bridge.asynchronous(client, trade.buyer) as buyer,
        bridge.asynchronous(client, trade.provider) as provider,
    ):
        listed = await buyer.listings.terms(trade.listing_id)
        assert isinstance(listed.terms.policy, m.UsagePolicy)
        mine = [replace(each, recipients=[f"party:{trade.buyer.party}"]) for each in listed.terms.policy.permissions]
        terms = replace(
            listed.terms,
            consumer=trade.buyer.party,
            purpose="internal-analysis",
            policy=replace(listed.terms.policy, permissions=mine),
            price=m.OneOff(amount=m.MoneyView(amount=Decimal("9000.00"), currency="CNY")),
        )
        asked = await buyer.negotiations.request(m.RequestNegotiation(terms=terms, purpose="internal-analysis"))
        assert asked.owner == trade.provider.party
        agreed = await provider.negotiations.accept(asked.id, asked.rounds[-1].terms_digest)
        assert agreed.status == "accepted"
        assert agreed.order_id is not None
        assert (await buyer.orders.get(agreed.order_id)).price.amount == Decimal("9000.00")
        assert [each.id async for each in provider.negotiations.mine()] == [asked.id]
