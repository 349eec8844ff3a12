"""Who bears the cost of an audit of declared revenue: the declarer above the tolerance, and else whoever ordered it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from contracts.terms.prices import RevenueShare, Seller
from market.ledger.models import LedgerEntry, Posting
from market.papers.amounts.policies import Taxpayer
from market.papers.invoices.subjects import items, sold
from market.pricing.revenue import beyond_tolerance
from market.pricing.usage import Revenue
from tests.market.plans import bills_of, paid, plan, subscribed, ticked
from tests.market.trade import Trade
from tests.refusals import not_there, refused

JANUARY = datetime(2027, 1, 31, 2, tzinfo=UTC)
MARCH = datetime(2027, 3, 5, 2, tzinfo=UTC)
SHARE = RevenueShare(name="share", rate="0.15", guarantee="100.00")
FIRST = {"component": "share", "period_start": "2027-01-30T16:00:00Z"}


def cny(amount):
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture
async def trade(runtime, as_, clock):
    made = await Trade.begin(runtime, as_)
    clock.move(JANUARY - clock.now())
    return made


async def declared(trade, clock, **more):
    """A subscription whose first month is over and declared at 2,000.00; gives it and its path."""
    subscription = await subscribed(trade, plan(SHARE, **more))
    path = f"/v1/subscriptions/{subscription['id']}"
    clock.move(MARCH - clock.now())
    answer = await trade.buyer.post(f"{path}/declarations", {**FIRST, "revenue": cny("2000.00")})
    assert answer.status_code == 201, answer.text
    return subscription, path


@pytest.mark.parametrize(
    ("said", "audited", "tolerance", "owed"),
    [
        ("2000.00", "2100.00", "0.05", False),
        ("2000.00", "2100.01", "0.05", True),
        ("2000.00", "2100.01", "0.1", False),
        ("2000.00", "1000.00", "0.05", False),
        ("0.00", "0.01", "0.05", True),
        (None, "9000.00", "0.05", False),
    ],
)
def test_the_threshold_is_of_what_was_declared_and_is_to_be_passed(said, audited, tolerance, owed):
    part = RevenueShare(name="share", rate="0.15", guarantee="0", audit_tolerance=tolerance)
    assert beyond_tolerance(part, Revenue(said, audited)) is owed


@pytest.mark.slow
async def test_above_the_tolerance_the_declarer_pays_the_audit_and_the_provider_has_all_of_it(
    trade, runtime, clock, drain, sessions
):
    """2,400.00 found for 2,000.00 declared is 20 % more: 480.00 of cost is owed, and 60.00 of share, 3.00 of it fee."""
    subscription, path = await declared(trade, clock)
    await ticked(runtime, drain)
    [share] = await bills_of(trade, subscription)
    await paid(trade, share, "2027-03-05")
    clearing = await trade.as_("clearing")
    body = {**FIRST, "revenue": cny("2400.00"), "cost": cny("480.00")}
    made = await clearing.post(f"{path}/audits", body)
    assert made.status_code == 201, made.text
    refused(await clearing.post(f"{path}/audits", body), 409, "audit-cost-billed", "LT-BIL-06")
    await ticked(runtime, drain)
    _, cost, rest = await bills_of(trade, subscription)
    assert made.json()["cost_bill_id"] == cost["bill"]["id"]
    assert (cost["bill"]["kind"], cost["bill"]["status"], cost["bill"]["total"]) == (
        "audit-cost", "issued", cny("480.00"),
    )  # fmt: skip
    [line] = cost["lines"]
    assert (line["component"], line["kind"], line["reason"]) == ("share", "audit-cost", "audit-cost")
    assert [(step["formula"], step["value"]) for step in line["trace"]] == [
        ("2400.00 - 2000.00 > 2000.00 × 0.05", "400")
    ]
    assert [(one["kind"], one["amount"]) for one in rest["lines"]] == [("revenue-share", cny("60.00"))]
    not_there(await (await trade.as_("buyer", "stranger")).get(f"/v1/bills/{cost['bill']['id']}"))
    [before] = (await trade.provider.get("/v1/ledger/own-balance")).json()
    await paid(trade, cost, "2027-03-05")
    [after] = (await trade.provider.get("/v1/ledger/own-balance")).json()
    assert (before["balance"], after["balance"]) == (cny("285.00"), cny("765.00"))
    cost = (await trade.buyer.get(f"/v1/bills/{cost['bill']['id']}")).json()["bill"]
    assert (cost["status"], cost["fee"], cost["provider_share"]) == ("paid", cny("0.00"), cny("480.00"))
    query = select(Posting.debit, Posting.credit, Posting.amount_minor).join(
        LedgerEntry, LedgerEntry.id == Posting.entry_id
    )
    async with sessions() as session:
        posted = (await session.execute(query.where(LedgerEntry.reference == f"distribution:{cost['id']}"))).all()
    assert [tuple(one) for one in posted] == [
        (f"prepaid:party:{cost['buyer']}", f"payable:party:{cost['provider']}", 48_000)
    ]
    # Nothing of it is taken for a charge of the period when more is found later: 30.00 are due for 200.00.
    again = await clearing.post(f"{path}/audits", {**FIRST, "revenue": cny("2600.00")})
    assert again.status_code == 201, again.text
    await ticked(runtime, drain)
    assert [one["amount"] for one in (await bills_of(trade, subscription))[-1]["lines"]] == [cny("30.00")]
    # The asset earned the share alone, and the bill's paper says what the cost is.
    asset = await runtime.pool.fetchval('SELECT asset_id FROM "order" WHERE id = $1', subscription["order_id"])
    [year] = (await trade.provider.get(f"/v1/assets/{asset}/earnings")).json()["earned"]
    assert year["gross"] == cny("300.00")
    drawn = await trade.provider.post(f"/v1/bills/{cost['id']}/statement")
    assert drawn.status_code == 201, drawn.text
    await drain()
    for lang, said in (("zh", "审计费用，由少申报方承担"), ("en", "the cost of the audit, borne by whoever")):
        table = await trade.buyer.get(f"/v1/papers/{drawn.json()['id']}/file?format=csv&lang={lang}")
        assert said in table.content.decode("utf-8-sig")
    async with sessions() as session:
        [one] = (await sold(session, "sale", [cost["id"]])).values()
        [item] = await items(session, one, "sale", Taxpayer.GENERAL)
    assert (one.fee.minor, item.gross.minor) == (0, 48_000)
    assert "审计费用 share" in item.name.zh
    assert "cost of the audit, share" in item.name.en


@pytest.mark.slow
async def test_a_cost_that_is_not_owed_or_no_amount_is_refused_and_leaves_nothing(trade, runtime, clock, drain):
    subscription, path = await declared(trade, clock)
    clearing = await trade.as_("clearing")

    async def audited(found, cost, who=clearing):
        return await who.post(f"{path}/audits", {**FIRST, "revenue": cny(found), "cost": cost})

    refused(await audited("2400.00", cny("480.00"), trade.provider), 403, "forbidden")
    refused(await audited("2100.00", cny("480.00")), 422, "audit-cost-not-owed", "LT-BIL-06")
    for wrong in (cny("0.00"), cny("-1.00"), {"amount": "480.00", "currency": "USD"}):
        [fault] = refused(await audited("2400.00", wrong), 422, "revenue-faulty", "LT-BIL-05")["errors"]
        assert (fault["pointer"], fault["rule"]) == ("/cost", "LT-BIL-06")
    [kept] = (await trade.provider.get(f"{path}/declarations")).json()["items"]
    assert (kept["audited"], kept["cost_bill_id"]) == (None, None)
    await ticked(runtime, drain)
    assert [one["bill"]["kind"] for one in await bills_of(trade, subscription)] == ["period"]


@pytest.mark.slow
async def test_where_the_centre_sells_it_bears_its_own_audits(trade, clock):
    _, path = await declared(trade, clock, seller=Seller.PRINCIPAL)
    body = {**FIRST, "revenue": cny("2400.00"), "cost": cny("480.00")}
    refused(await (await trade.as_("clearing")).post(f"{path}/audits", body), 422, "audit-cost-of-centre", "LT-BIL-06")
