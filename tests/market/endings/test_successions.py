"""Notices and the state of parties while an agreement passes on with its data."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from channels.computing.models import ComputingOffer, ComputingRun
from channels.formats.models import TableConversion
from channels.pushes.models import PushTarget
from market.earnings.sellers import seller
from market.papers.invoices.shares import shares_paid
from market.papers.invoices.subjects import sold
from market.papers.statements.monthly import settled
from market.papers.statements.rules import period
from market.redeliveries.commands import require_redelivery
from tests.journeys.test_transfer_of_agreements import joined, ordered, passed_on
from tests.market.agreed import received
from tests.market.trade import Trade, signature
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def suspended(trade, party):
    operator = await trade.as_("operator")
    answer = await operator.post(f"/v1/parties/{party}/admission", {"action": "suspend", "reason": "x"})
    assert answer.status_code == 200, answer.text


@pytest.mark.slow
async def test_a_notice_passes_with_the_agreement_and_its_own_side_does_not_agree_to_it(trade, clock, drain):
    signed = await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    path = f"/v1/agreements/{signed['id']}"
    given = await trade.provider.post(f"{path}/termination", {"ground": "agreed", "reason": "sold"})
    assert given.status_code == 201, given.text
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    notice = f"/v1/terminations/{given.json()['id']}/answer"
    agreed = await taker.post(notice, {"answer": "agree", "reason": "fine"})
    refused(agreed, 403, "not-yours-to-answer", "LT-END-01")
    assert (await trade.buyer.get(path)).json()["status"] == "in_force"
    withdrawn = await taker.post(notice, {"answer": "withdraw", "reason": "it goes on"})
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "withdrawn"), withdrawn.text


@pytest.mark.slow
async def test_what_is_open_between_the_sides_passes_on_with_the_agreement(trade, clock, drain, runtime):
    """A redelivery and a complaint that the provider has yet to answer, the delivery, and a window of service."""
    signed = await ordered(trade)
    order, agreement = signed["order_id"], signed["id"]
    assert (await trade.buyer.post(f"/v1/orders/{order}/links")).status_code == 200  # Which prepares the delivery.
    said = {"about": order, "reason": "not-delivered", "asked": "refund", "statement": "未按期交付", "evidence": []}
    filed = await trade.buyer.post("/v1/complaints", said)
    assert filed.status_code == 201, filed.text
    async with runtime.act() as act:
        await require_redelivery(act, order, due=act.at + timedelta(days=60), reason="x")
    await runtime.pool.execute(
        "INSERT INTO service_window (id, agreement_id, provider, consumer, objective, measure, starts_on, ends_on,"
        " closes_at, good, cured, total, left_out, fee_minor, owed_minor, credit_minor, credits, currency, status,"
        " status_changed_at, version) VALUES ('svw_1', $1, $2, $3, 'x', 'freshness', '2026-11-01', '2027-12-01',"
        " '2027-12-01', 0, 0, 0, 0, 0, 0, 0, 0, 'CNY', 'open', now(), 1)",
        agreement, trade.provider.party, trade.buyer.party,
    )  # fmt: skip
    await runtime.pool.execute("UPDATE complaint SET accepted_by = ARRAY[$1]", trade.provider.party)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    assert await runtime.pool.fetchval("SELECT accepted_by FROM complaint") == []
    for table in ("redelivery", "complaint", "delivery", "service_window"):
        assert await runtime.pool.fetchval(f"SELECT provider FROM {table}") == taker.party, table
    answered = {"stance": "contest", "statement": "已按期交付"}
    case = f"/v1/complaints/{filed.json()['id']}"
    not_there(await trade.provider.post(f"{case}/answer", answered))


@pytest.mark.slow
async def test_what_channels_have_under_way_passes_on_and_what_is_over_stays(trade, clock, drain, runtime):
    """Runs, programs, conversions, targets and pushes: whoever provides the data reviews what is made of it."""
    signed = await ordered(trade)
    order, agreement = signed["order_id"], signed["id"]
    asset, revision = await runtime.pool.fetchrow(
        "SELECT asset_id, revision_id FROM listing WHERE id = $1", trade.listing_id
    )
    sides = {"order_id": order, "agreement_id": agreement, "buyer": trade.buyer.party, "provider": trade.provider.party}
    computed = {**sides, "asset_id": asset, "revision_id": revision, "question": {}, "question_sha256": "x", "sql": "x"}
    computed |= {"micro_epsilon": 0, "pico_delta": 0, "started_at": None, "ended_at": None, "use_id": None}
    converted = {**sides, "revision_id": revision, "table_key": "t", "table_name": "t", "attempts": 0, "rows_done": 0}
    target = {**sides, "endpoint": "https://s3.example.cn", "bucket": "b", "prefix": "", "region": "r", "attempts": 0}
    target |= {"addressing": "path", "access_key_id": "k", "made_by": "key", "follows": False}
    due = {"due_at": clock.now()}
    await _kept(
        runtime, ComputingOffer, id="cmo_1", asset_id=asset, n=1, provider=trade.provider.party, terms={}, sha256="x"
    )
    rows = [
        (ComputingRun, {**computed, "offer_id": "cmo_1"}, ("in_review", due), ("cancelled", {})),
        (TableConversion, {**converted, "format": "csv"}, ("queued", due), ("removed", {})),
        (PushTarget, target, ("checking", due | {"secret": b"x"}), ("removed", {})),
    ]
    for model, values, *states in rows:
        for status, more in states:
            await _kept(runtime, model, id=f"{status}_1", status=status, **values, **more)
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    for model, _, (under_way, _), (over, _) in rows:
        named = f"SELECT status, provider FROM {model.__tablename__}"
        seen = {row["status"]: row["provider"] for row in await runtime.pool.fetch(named)}
        assert seen == {under_way: taker.party, over: trade.provider.party}, model


async def _kept(runtime, model, **values):
    """A row as some time has left it."""
    stateful = {"status_changed_at": runtime.clock.now(), "version": 1} if "status" in values else {}
    async with runtime.act() as act:
        act.session.add(model(created_at=act.at, **stateful, **values))


@pytest.mark.slow
async def test_who_may_agree_to_nothing_does_not_join_and_is_not_consented_to(trade, clock, drain, runtime):
    await ordered(trade)
    taker, key, called = await passed_on(trade, clock, drain)
    path, until = f"/v1/successions/{called['id']}", "UPDATE party SET admitted_until = $2 WHERE id = $1"
    stands = await runtime.pool.fetchval("SELECT admitted_until FROM party WHERE id = $1", taker.party)
    await runtime.pool.execute(until, taker.party, date(2026, 11, 24))
    early = await taker.post(f"{path}/joinder", signature(called, *key))
    assert refused(early, 422, "membership-lapsed", "LT-CON-08")["party"] == taker.party
    await runtime.pool.execute(until, taker.party, stands)
    await joined(taker, key, called)
    await suspended(trade, taker.party)
    consent = await trade.buyer.post(f"{path}/consent", signature(called, *trade.buyer_key))
    assert refused(consent, 409, "party-suspended", "LT-CON-06")["party"] == taker.party
    assert (await trade.buyer.get(path)).json()["status"] == "joined"


@pytest.mark.slow
async def test_what_was_settled_before_is_invoiced_and_reported_by_whoever_sold_it(trade, clock, drain, runtime):
    """12,500.00 were settled with the provider of before; whoever takes the agreement over has sold nothing yet."""
    signed = await ordered(trade)
    await received(trade, SimpleNamespace(id=signed["order_id"]))
    await drain()
    taker, key, called = await passed_on(trade, clock, drain)
    await joined(taker, key, called)
    done = await trade.buyer.post(f"/v1/successions/{called['id']}/consent", signature(called, *trade.buyer_key))
    assert done.status_code == 201, done.text
    async with runtime.act() as act:
        (one,) = (await sold(act.session, "sale", [signed["order_id"]])).values()
        assert (one.agreement.provider, one.provider) == (taker.party, trade.provider.party)
        share = f"{one.distribution.id}/2"
        paid = (await shares_paid(act.session, [share]))[share]
        assert (paid.holder, paid.payer) == (trade.provider.party, trade.provider.party)
        within = period("2026")
        counts = [(await settled(act, seller() == who.party, "CNY", within))[0] for who in (trade.provider, taker)]
    assert (await taker.get("/v1/paid-shares")).json()["items"] == []
    assert [(each["count"], each["gross"]) for each in counts] == [("1", "12500.00"), ("0", "0.00")]
