"""A product two steps down pays both ancestors and a co-holder; a share is kept back and released; by hand."""

from typing import Any

import pytest

from market.ledger import book
from market.ledger.queries import balance, trial_balance
from market.settlement.verify import check
from tests.conftest import As, Client, Drain
from tests.market.papers.story import details
from tests.market.trade import Trade, make_listing
from tests.refusals import not_there, refused
from tests.rights.title.story import granted, release, remark, terms

MAKING = ["use", "process", "derive", "distribute-derived"]


async def asset_of(runtime: Any, provider: Client) -> str:
    """A registered asset of a provider, as one that it has listed."""
    listing = await make_listing(runtime, str(provider.party))
    found: str = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", listing)
    return found


async def made_from(maker: Client, product: str, source: str, holder: Client, rate: str | None) -> Any:
    """Licence the making of products against a royalty, and declare the product's source; gives the last answer."""
    wide = terms(
        str(maker.party),
        rights=["USE", "OPERATE"],
        actions=MAKING,
        purposes=["any"],
        territory=["CN"],
        starts="2026-11-23",
        ends="2030-01-01",
    )
    more = {} if rate is None else {"royalty": {"rate": rate}}
    await granted(holder, source, maker, wide, **more)
    return await maker.post(f"/v1/assets/{product}/parents", {"parent_asset_id": source, "kind": "derived-from"})


async def invoiced(trade: Trade, holder: Client, share: dict[str, Any]) -> Any:
    """The invoice of a share that its payer asks for and its holder draws."""
    asked = await trade.provider.post("/v1/invoices", {"subjects": [share["id"]], "kind": "share"})
    assert asked.status_code == 201, asked.text
    drawn = await holder.post(f"/v1/invoices/{asked.json()['id']}/issue", {"drawer": "李四"})
    assert drawn.status_code == 201, drawn.text
    return drawn.json()


class Chain:
    """A source with two holders, a product of it, and a product of that, which is sold."""

    def __init__(self, as_: As, runtime: Any) -> None:
        self.as_, self.runtime = as_, runtime

    async def begin(self) -> Trade:
        """Register the three, with 10 % to the first and 20 % to the second."""
        as_, runtime = self.as_, self.runtime
        self.first, self.second = await as_("provider", "first"), await as_("provider", "second")
        self.co_holder = await as_("provider", "co-holder")
        self.a, self.b = await asset_of(runtime, self.first), await asset_of(runtime, self.second)
        trade = await Trade.begin(runtime, as_, price_minor=1_000_000)
        self.c = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
        shares = [
            {"party_id": self.first.party, "numerator": 3, "denominator": 5},
            {"party_id": self.co_holder.party, "numerator": 2, "denominator": 5},
        ]
        registrar = await as_("registrar")
        entered = await registrar.post(f"/v1/assets/{self.a}/shares", {"shares": shares, "basis": "共有协议"})
        assert entered.status_code == 201, entered.text
        assert (await made_from(self.second, self.b, self.a, self.first, "0.10")).status_code == 201
        answer = await made_from(trade.provider, self.c, self.b, self.second, "0.20")
        assert answer.status_code == 201, answer.text
        return trade

    async def payable(self, who: Client) -> int:
        async with self.runtime.sessions() as session:
            return (await balance(session, book.payable(str(who.party)), "CNY")).minor


@pytest.fixture
async def chain(as_: As, runtime: Any) -> Chain:
    return Chain(as_, runtime)


async def test_a_product_two_steps_down_pays_its_ancestors(as_: As, runtime: Any, drain: Drain, chain: Chain) -> None:
    trade = await chain.begin()
    order = await trade.order()
    agreement = await trade.draft(order)
    path = f"/v1/agreements/{agreement['id']}/split"
    early = refused(await trade.provider.get(path), 404, "split-not-frozen", "LT-STL-02")
    assert early["agreement"] == agreement["id"]
    await trade.sign(agreement, "provider")
    await trade.sign(agreement, "buyer")
    frozen = (await chain.co_holder.get(path)).json()
    assert [(one["kind"], one["party"], one["fraction"]) for one in frozen["shares"]] == [
        ("upstream", chain.first.party, "3/250"),
        ("upstream", chain.co_holder.party, "1/125"),
        ("upstream", chain.second.party, "9/50"),
        ("provider", trade.provider.party, "4/5"),
    ]
    not_there(await (await as_("provider", "stranger")).get(path))
    refused(await (await as_("valuer")).get(path), 403, "forbidden")
    # What the register says after both have signed changes nothing: the co-holder has nearly all of the source since.
    registrar, clearing = await as_("registrar"), await as_("clearing")
    later = [
        {"party_id": chain.first.party, "numerator": 1, "denominator": 10},
        {"party_id": chain.co_holder.party, "numerator": 9, "denominator": 10},
    ]
    entered = await registrar.post(f"/v1/assets/{chain.a}/shares", {"shares": later, "basis": "变更协议"})
    assert entered.status_code == 201, entered.text
    await trade.pay(order)
    seized = await remark(registrar, chain.b, "seizure")
    async with runtime.act() as act:
        from market.orders import commands as orders
        from market.orders.models import Order

        await orders.mark_delivered(act, await act.session.get_one(Order, order))
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
    await drain()
    # 10,000.00 less 5 % fee is 9,500.00; of it 20 % is 1,900.00, of which 10 % is 190.00, held 60 : 40.
    assert [await chain.payable(who) for who in (chain.first, chain.co_holder, chain.second, trade.provider)] == [
        11_400,
        7_600,
        0,
        760_000,
    ]
    settled = (await trade.provider.get(f"/v1/orders/{order}/settlement")).json()
    assert (settled["fee"]["amount"], settled["others_share"]["amount"]) == ("500.00", "1900.00")
    assert settled["provider_share"]["amount"] == "7600.00"
    (kept,) = (await chain.second.get("/v1/withheld-shares?waiting=true")).json()["items"]
    assert (kept["ground"], kept["reference"], kept["held"]["amount"]) == ("remark", seized["id"], "1710.00")
    assert kept["allowed_actions"] == []
    not_there(await chain.first.get(f"/v1/withheld-shares/{kept['id']}"))
    # Each holder invoices its share to the provider that sold, as it was paid; what is kept back not yet.
    shares = {each["holder"]: each for each in (await trade.provider.get("/v1/paid-shares")).json()["items"]}
    assert (await chain.first.get("/v1/paid-shares")).json()["items"] == [shares[chain.first.party]]
    early = await trade.provider.post("/v1/invoices", {"subjects": [shares[chain.second.party]["id"]], "kind": "share"})
    for who in (chain.first, trade.provider):
        await details(runtime, who)
    refused(early, 422, "invoice-details-missing", "LT-INV-02")
    drawn = await invoiced(trade, chain.first, shares[chain.first.party])
    assert (drawn["buyer"], drawn["gross"]["amount"], drawn["tax"]["amount"]) == (
        trade.provider.party, "114.00", "6.45",
    )  # fmt: skip
    not_there(await trade.buyer.get(f"/v1/invoices/{drawn['id']}"))
    await release(registrar, seized["id"])
    done = await clearing.post(f"/v1/withheld-shares/{kept['id']}/release", {"basis": "解除查封通知书"})
    assert (done.status_code, done.json()["status"]) == (200, "released")
    again = await clearing.post(f"/v1/withheld-shares/{kept['id']}/release", {"basis": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    assert await chain.payable(chain.second) == 171_000
    # The statement shows it, in both languages, to everybody who shares, and it can be computed again.
    document = settled["document_id"]
    claims = (await chain.co_holder.get(f"/v1/documents/{document}")).json()["document"]["credentialSubject"]
    assert [one.holds for one in check(claims)] == [True, True, True]
    assert [share["money"]["amount"] for share in claims["shares"]] == ["114.00", "76.00", "1710.00", "7600.00"]
    for lang, words in (("zh", "可分配金额"), ("en", "To be shared")):
        assert words in (await trade.provider.get(f"/v1/documents/{document}/page?lang={lang}")).text
    async with runtime.sessions() as session:
        assert [one.difference_minor for one in await trial_balance(session)] == [0]


@pytest.mark.slow
async def test_a_share_is_kept_back_by_decision_and_given_to_another(
    as_: As, runtime: Any, drain: Drain, chain: Chain
) -> None:
    trade = await chain.begin()
    order = await trade.delivered()
    clearing = await as_("clearing")
    path = f"/v1/orders/{order}/withholdings"
    stranger = await as_("provider", "stranger")
    nobody = await clearing.post(path, {"party_id": stranger.party, "basis": "x"})
    refused(nobody, 422, "not-a-sharer", "LT-STL-04")
    (ordered,) = (await clearing.post(path, {"party_id": chain.first.party, "basis": "质量有争议"})).json()
    assert (ordered["status"], ordered["allowed_actions"]) == ("ordered", ["lift"])
    assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
    await drain()
    held = (await clearing.get(f"/v1/withheld-shares/{ordered['id']}")).json()
    assert (held["status"], held["held"]["amount"]) == ("held", "114.00")
    same = {"party_id": chain.first.party, "basis": "裁决"}
    refused(
        await clearing.post(f"/v1/withheld-shares/{held['id']}/redirect", same), 422, "redirect-to-itself", "LT-STL-04"
    )
    other = {"party_id": chain.co_holder.party, "basis": "裁决"}
    moved = await clearing.post(f"/v1/withheld-shares/{held['id']}/redirect", other)
    assert (moved.status_code, moved.json()["redirected_to"]) == (200, chain.co_holder.party)
    assert [await chain.payable(who) for who in (chain.first, chain.co_holder)] == [0, 19_000]
    # After the settlement what is still payable can be kept back, and nothing twice.
    (late,) = (await clearing.post(path, {"party_id": chain.second.party, "basis": "投诉"})).json()
    assert (late["status"], late["held"]["amount"]) == ("held", "1710.00")
    assert await chain.payable(chain.second) == 0
    twice = await clearing.post(path, {"party_id": chain.second.party, "basis": "x"})
    refused(twice, 409, "nothing-to-withhold", "LT-STL-04")
    # A share that was given to another is not its party's any more: what it has from elsewhere is left alone.
    on = await clearing.post(f"/v1/withheld-shares/{late['id']}/redirect", {**same, "party_id": chain.first.party})
    assert (on.status_code, await chain.payable(chain.first)) == (200, 171_000)
    gone = await clearing.post(path, {"party_id": chain.first.party, "basis": "x"})
    assert refused(gone, 409, "nothing-to-withhold", "LT-STL-04")["left"] == "0.00 CNY"
    assert await chain.payable(chain.first) == 171_000


@pytest.mark.slow
async def test_nobody_promises_its_sources_more_than_it_earns(as_: As, runtime: Any) -> None:
    maker, one, other = await as_("provider"), await as_("provider", "one"), await as_("provider", "other")
    product, a, b = await asset_of(runtime, maker), await asset_of(runtime, one), await asset_of(runtime, other)
    assert (await made_from(maker, product, a, one, "0.7")).status_code == 201
    problem = refused(await made_from(maker, product, b, other, "0.4"), 422, "royalties-exceed", "LT-TTL-14")
    assert (problem["owed"], problem["rate"]) == ("0.7", "0.4")
