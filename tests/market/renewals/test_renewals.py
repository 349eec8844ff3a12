"""Renewals over HTTP: offered in their window, opted in to, at a higher price with its notice, and never silent."""

import asyncio
from datetime import date, timedelta

import pytest

from contracts.agreements import jobs as agreement_jobs
from contracts.agreements.models import Agreement
from contracts.moments import Moment, arrived
from kernel.db import locked
from kernel.money import Money
from kernel.time.clock import day_in_china, end_of_day_in_china, timestamp
from market.orders import commands as orders
from market.orders.models import Order
from market.renewals import jobs
from market.renewals.rules import price_change
from tests.beginnings import beginning
from tests.contracts.agreements.test_rules import deal
from tests.market.amendments.story import Amending
from tests.market.trade import Trade


class Renewing(Amending):
    """The same agreement, settled, so that its last day is exact."""

    async def settled(self, drain):
        async with self.trade.runtime.act() as act:
            await orders.mark_delivered(act, await act.session.get_one(Order, self.order_id))
        await self.trade.buyer.post(f"/v1/orders/{self.order_id}/acceptance")
        await drain()
        self.last = date.fromisoformat((await self.agreement())["licence_ends_on"])
        return self

    def days_before(self, clock, days):
        clock.move(timedelta(days=(self.last - day_in_china(clock.now())).days - days))

    async def terms_after(self, days=365, price="12500.00", late=0):
        """The terms that stand, for the year after the licence's last day."""
        terms = await self.terms()
        begins = end_of_day_in_china(self.last) + timedelta(days=late)
        rule = terms["policy"]["permissions"][0]
        rule.pop("window_days"), rule.pop("window_from")
        rule |= {"starts": timestamp(begins), "ends": timestamp(begins + timedelta(days=days))}
        terms["price"] = {"kind": "one-off", "amount": {"amount": price, "currency": "CNY"}}
        return terms

    async def offer(self, terms, side="provider", **more):
        return await self.side(side).post(f"/v1/agreements/{self.agreement_id}/renewals", {"terms": terms, **more})

    async def offered(self, terms, **more):
        made = await self.offer(terms, **more)
        assert made.status_code == 201, made.text
        return made.json()


def refusal(answer):
    told = answer.json()
    return answer.status_code, told["code"], told.get("rule", {}).get("id")


@pytest.fixture
@beginning
async def story(runtime, as_, drain):
    begun = await Amending.begin(await Trade.begin(runtime, as_))
    return await Renewing(begun.trade, begun.order_id, begun.agreement_id).settled(drain)


@pytest.fixture
async def in_window(story, clock, runtime):
    """Sixty days before the end, with memberships that last and a scorecard that is not stale."""
    story.days_before(clock, 60)
    await runtime.pool.execute("UPDATE party SET admitted_until = NULL")
    await runtime.pool.execute("UPDATE api_key SET expires_at = $1", clock.now() + timedelta(days=400))
    await runtime.pool.execute("ALTER TABLE scorecard DISABLE TRIGGER USER")
    await runtime.pool.execute("UPDATE scorecard SET scored_at = $1", clock.now())
    return story


@pytest.mark.slow
async def test_the_consumer_opts_in_and_both_sign_an_agreement_for_the_time_after(in_window, clock):
    story = in_window
    renewal = await story.offered(await story.terms_after())
    assert (renewal["status"], renewal["price_change"]) == ("offered", "same")
    assert (renewal["ends_on"], renewal["starts_on"]) == (str(story.last), str(story.last + timedelta(days=1)))
    path = f"/v1/renewals/{renewal['id']}"
    assert (await story.side("buyer").get(path)).json()["allowed_actions"] == ["accept", "decline"]
    accepted = await story.side("buyer").post(f"{path}/acceptance")
    assert (accepted.status_code, accepted.json()["status"]) == (201, "accepted"), accepted.text
    order_id = accepted.json()["order_id"]
    order = (await story.side("buyer").get(f"/v1/orders/{order_id}")).json()
    assert (order["negotiation_id"], order["status"]) == (renewal["id"], "placed")
    agreement = (await story.side("buyer").get(f"/v1/agreements/{order['agreement_id']}")).json()
    assert agreement["terms"] == renewal["terms"]
    for side in ("provider", "buyer"):
        signed = await story.trade.sign(agreement, side)
    assert signed["status"] == "in_force"
    assert signed["licence_ends_on"] == str(story.last + timedelta(days=365))
    assert (await story.agreement())["status"] == "in_force"  # The first one goes on to its own last day.
    opened = (await story.side("buyer").post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})).json()
    seen = {
        "bank_reference": f"BANK-{opened['id'][-12:]}",
        "amount": opened["amount"],
        "received_on": day_in_china(clock.now()).isoformat(),
    }
    clearing = await story.trade.as_("clearing")
    confirmed = await clearing.post(f"/v1/payments/{opened['id']}/confirm", seen)
    assert confirmed.status_code == 200, confirmed.text
    paid = (await story.side("buyer").get(f"/v1/orders/{order_id}")).json()
    assert date.fromisoformat(paid["collect_due_at"][:10]) > story.last  # Nobody collects what has not begun.
    early = await story.side("buyer").post(f"/v1/orders/{order_id}/links")
    assert refusal(early) == (403, "access-refused", "LT-CON-10")


@pytest.mark.slow
@pytest.mark.parametrize(("days", "status"), [(91, 422), (90, 201), (30, 201), (29, 422)])
async def test_the_window_is_ninety_to_thirty_days_before_the_end(story, clock, runtime, days, status):
    story.days_before(clock, days)
    await runtime.pool.execute("UPDATE api_key SET expires_at = $1", clock.now() + timedelta(days=400))
    answer = await story.offer(await story.terms_after())
    assert answer.status_code == status, answer.text
    if status == 422:
        assert refusal(answer) == (422, "renewal-not-in-window", "LT-CON-35")
        assert answer.json()["opens_on"] == str(story.last - timedelta(days=90))
        assert answer.json()["closes_on"] == str(story.last - timedelta(days=30))


async def test_a_higher_price_is_announced_ninety_days_before_it_begins(in_window, clock):
    story = in_window
    answer = await story.offer(await story.terms_after(price="13000.00"))
    assert refusal(answer) == (422, "renewal-price-notice", "LT-CON-36")
    earliest = day_in_china(clock.now()) + timedelta(days=90)
    assert answer.json()["earliest"] == str(earliest)
    late = (earliest - story.last).days - 1
    assert refusal(await story.offer(await story.terms_after(price="13000.00", late=late - 1)))[1] == (
        "renewal-price-notice"
    )
    renewal = await story.offered(await story.terms_after(price="13000.00", late=late))
    assert (renewal["price_change"], renewal["starts_on"]) == ("higher", str(earliest))


async def test_a_lower_price_needs_no_notice(in_window):
    assert (await in_window.offered(await in_window.terms_after(price="100.00")))["price_change"] == "lower"


async def test_silence_renews_nothing(in_window, clock, runtime):
    story = in_window
    renewal = await story.offered(await story.terms_after())
    path = f"/v1/renewals/{renewal['id']}"
    clock.move(timedelta(days=61))
    assert (await story.side("buyer").get(path)).json()["allowed_actions"] == []
    assert refusal(await story.side("buyer").post(f"{path}/acceptance")) == (409, "renewal-expired", "LT-CON-35")
    await jobs.expire(runtime)
    assert (await story.side("buyer").get(path)).json()["status"] == "expired"
    assert await runtime.pool.fetchval('SELECT count(*) FROM "order"') == 1
    await agreement_jobs.expire(runtime)
    assert (await story.agreement())["status"] == "expired"


async def test_another_provider_is_not_held_up_by_what_the_one_before_offered(in_window, runtime):
    story = in_window
    renewal = await story.offered(await story.terms_after())
    async with runtime.act() as act:
        agreement = await locked(act.session, Agreement, renewal["agreement_id"])
        await arrived(act, Moment.SUCCEEDED, agreement)
    over = (await story.side("buyer").get(f"/v1/renewals/{renewal['id']}")).json()
    assert (over["status"], over["end_reason"]) == ("expired", "the agreement has another provider")
    assert (await story.offered(await story.terms_after()))["status"] == "offered"


async def test_every_fault_of_its_terms_is_named(in_window):
    story = in_window
    terms = {**await story.terms(), "listing": "lst_x"}
    answer = await story.offer(terms, expires_at="2026-01-01T00:00:00Z")
    assert refusal(answer) == (422, "renewal-faulty", "LT-CON-37"), answer.text
    rule = "/terms/policy/permissions/0"
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert pointers == ["/terms/listing", f"{rule}/starts", f"{rule}/ends", f"{rule}/window_from", "/expires_at"]
    beyond = await story.offer(await story.terms_after(days=36_000))
    assert refusal(beyond)[:2] == (422, "grant-exceeds-title"), beyond.text


async def test_the_provider_offers_one_at_a_time_and_each_does_its_own(in_window, as_):
    story = in_window
    terms = await story.terms_after()
    assert refusal(await story.offer(terms, "buyer")) == (403, "renewal-not-yours", "LT-CON-35")
    renewal = await story.offered(terms)
    assert refusal(await story.offer(terms)) == (409, "renewal-open", "LT-CON-35")
    path, body = f"/v1/renewals/{renewal['id']}", {"reason": "x"}
    assert refusal(await story.side("provider").post(f"{path}/acceptance"))[:2] == (403, "wrong-actor")
    assert refusal(await story.side("buyer").post(f"{path}/withdrawal", body))[:2] == (403, "wrong-actor")
    stranger = await as_("buyer", "stranger")
    for answer in (await stranger.get(path), await stranger.post(f"{path}/acceptance")):
        assert refusal(answer)[:2] == (404, "not-found")
    assert (await story.side("provider").post(f"{path}/withdrawal", body)).json()["status"] == "withdrawn"
    again = await story.offered(terms)
    declined = await story.side("buyer").post(f"/v1/renewals/{again['id']}/refusal", body)
    assert declined.json()["status"] == "declined"
    listed = (await story.side("buyer").get(f"/v1/agreements/{story.agreement_id}/renewals")).json()["items"]
    assert [one["status"] for one in listed] == ["declined", "withdrawn"]


async def test_accepting_beside_withdrawing_and_twice_is_one_thing(in_window, runtime):
    story = in_window
    path = f"/v1/renewals/{(await story.offered(await story.terms_after()))['id']}"
    answers = await asyncio.gather(
        *(story.side("buyer").post(f"{path}/acceptance") for _ in range(3)),
        story.side("provider").post(f"{path}/withdrawal", {"reason": "x"}),
    )
    assert sorted(answer.status_code < 300 for answer in answers) == [False] * 3 + [True]
    opened = await runtime.pool.fetchval('SELECT count(*) FROM "order"')
    assert opened == (1 if answers[3].status_code == 200 else 2)


def test_prices_in_two_currencies_are_never_called_lower():
    terms = deal().terms
    assert price_change(Money(10**12, "USD"), terms) == "higher"
    assert price_change(None, terms) == "higher"


@pytest.mark.parametrize("side", ["provider", "buyer"])
async def test_what_a_party_has_approved_inside_is_asked_when_it_offers_or_opts_in(in_window, side):
    story = in_window
    made = await story.side(side).post("/v1/api-keys", {"name": "ada", "roles": [side]})
    rule = {"bands": [{"approvers": 1}], "approvers": [{"key_id": made.json()["key"]["id"], "name": "ada"}]}
    assert (await story.side(side).post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    terms = await story.terms_after()
    if side == "provider":
        answer = await story.offer(terms)
    else:
        renewal = await story.offered(terms)
        answer = await story.side(side).post(f"/v1/renewals/{renewal['id']}/acceptance")
    assert refusal(answer) == (409, "approval-missing", "LT-NEG-10")


async def test_what_has_ended_is_not_renewed(in_window):
    story = in_window
    terms = await story.terms_after()
    path = f"/v1/agreements/{story.agreement_id}/termination"
    given = (await story.side("provider").post(path, {"ground": "agreed", "reason": "over"})).json()
    answer = {"answer": "agree", "reason": "fine"}
    assert (await story.side("buyer").post(f"/v1/terminations/{given['id']}/answer", answer)).status_code == 200
    assert refusal(await story.offer(terms)) == (409, "agreement-not-renewable", "LT-CON-37")
