"""Service levels through HTTP: promised in the terms, measured by the platform, credited to the cent and once."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import msgspec
import pytest

from contracts.terms.document import ServiceLevels
from contracts.terms.prices import Seller
from contracts.terms.service_levels import CreditLevel, MeasureWindow, ServiceMeasure, ServiceObjective
from kernel.jobs.queue import SWEEPS
from kernel.money import Money
from market.earnings.sellers import seller
from market.ledger import queries as books
from market.papers.statements.monthly import settled
from market.papers.statements.rules import period
from market.papers.vat import output_vat
from tests.market.agreed import opened, received, signed, terms_of
from tests.market.papers.story import details
from tests.market.plans import MONTHLY, bills_of, paid, plan, ticked
from tests.market.trade import Trade
from tests.refusals import not_there, refused

TABLE = (CreditLevel("99.99", "0.10"), CreditLevel("99.0", "0.30"), CreditLevel("95.0", "1"))
SERVED = ServiceObjective(id="served", measure=ServiceMeasure.AVAILABILITY, window=MeasureWindow.MONTH, levels=TABLE)
FAST = ServiceObjective(
    id="fast", measure=ServiceMeasure.RESPONSE, window=MeasureWindow.MONTH, levels=TABLE, millis_max=500
)
FRESH = ServiceObjective(
    id="fresh",
    measure=ServiceMeasure.FRESHNESS,
    window=MeasureWindow.MONTH,
    levels=(CreditLevel("100", "0.05"),),
    due_days=7,
)


class Story:
    """An agreement with service levels that is settled, and the figures that stand in the books."""

    def __init__(self, trade, runtime, clock):
        self.trade, self.runtime, self.clock = trade, runtime, clock

    async def begin(self, drain, *objectives, plan=None, **more):
        terms = await terms_of(self.trade, price=Money(1_250_000, "CNY"))
        terms = msgspec.structs.replace(terms, service=ServiceLevels(objectives=objectives, **more))
        terms = msgspec.structs.replace(terms, price=plan or terms.price)
        order = await opened(self.trade, terms)
        self.agreement = (await signed(self.trade, order))["id"]
        await self.trade.pay(order.id)
        await received(self.trade, order)
        await drain()
        read = (await self.trade.buyer.get(f"/v1/agreements/{self.agreement}")).json()
        self.last = date.fromisoformat(read["licence_ends_on"])
        self.order = order.id
        return self

    async def windows(self):
        answer = await self.trade.buyer.get(f"/v1/agreements/{self.agreement}/service-levels")
        assert answer.status_code == 200, answer.text
        return {(each["objective"], each["starts_on"]): each for each in answer.json()["items"]}

    async def seen(self, good, total, *, millis=100, since="2026-12-01T00:00:00+08:00", ours=0):
        """Accesses a second apart, the first of them not served."""
        await self.runtime.pool.execute(
            "INSERT INTO service_access (agreement_id, event_id, good, ours, millis, at)"
            " SELECT $1, $2 || n, n > $3, n <= $4, $5, $6::timestamptz + n * interval '1 second'"
            " FROM generate_series(1, $7) AS n",
            self.agreement,
            since,
            total - good,
            ours,
            millis,
            datetime.fromisoformat(since),
            total,
        )

    async def swept(self, on):
        """The clock at noon of a day, and the sweep as often as it has something to do."""
        self.clock.move(datetime.fromisoformat(f"{on}T12:00:00+08:00") - self.clock.now())
        for _ in range(3):
            await SWEEPS["market.service-levels.close"][1](self.runtime)

    async def paid_out(self, minor):
        """So much of what the provider is owed is gone."""
        await self.runtime.pool.execute(
            "WITH e AS (INSERT INTO ledger_entry (id, reference, kind, subject, posted_at, booked_on)"
            " VALUES ('lgr_t', 'payout:t', 'paid_out', 't', now(), '2026-11-23') RETURNING id)"
            " INSERT INTO posting (id, entry_id, debit, credit, amount_minor, currency)"
            " SELECT 'pst_t', id, $1, 'world:bank', $2, 'CNY' FROM e",
            f"payable:party:{self.trade.provider.party}",
            minor,
        )

    async def invoiced(self, seller=None):
        """The order's invoice, asked for by the buyer and drawn by whoever sold."""
        seller = seller or self.trade.provider
        for who in (seller, self.trade.buyer):
            await details(self.runtime, who)
        asked = (await self.trade.buyer.post("/v1/invoices", {"subjects": [self.order]})).json()
        drawn = await seller.post(f"/v1/invoices/{asked['id']}/issue", {"drawer": "李四"})
        assert drawn.status_code == 201, drawn.text
        return drawn.json()

    async def balance(self, account):
        async with self.runtime.sessions() as session:
            return (await books.balance(session, account, "CNY")).minor

    def fee(self, begin, end):
        """A window's part of the price, in exact fractions, with Python's own rounding half to even."""
        first = date(2026, 11, 23)
        days = (self.last - first).days + 1

        def until(day):
            return round(Fraction(1_250_000 * (date.fromisoformat(day) - first).days, days))

        return until(end) - until(begin)


@pytest.fixture
async def story(runtime, as_, clock):
    return Story(await Trade.begin(runtime, as_), runtime, clock)


async def test_a_breach_is_credited_to_the_cent_and_not_twice(story, drain):
    await story.begin(drain, SERVED)
    buyer, provider = f"prepaid:party:{story.trade.buyer.party}", f"payable:party:{story.trade.provider.party}"
    await story.swept("2026-12-01")
    november = (await story.windows())["served", "2026-11-23"]
    assert (november["status"], november["good"], november["total"]) == ("met", 1, 1)  # The delivery itself.
    await story.seen(40_000, 43_200)
    invoice = await story.invoiced()
    before = await story.balance(provider)
    await story.swept("2027-01-01")
    window = (await story.windows())["served", "2026-12-01"]
    assert (window["status"], window["attained"], window["rate"]) == ("credited", "92.5926", "1")
    # 366 days from 23 November: f(39) − f(8) = 133,197 − 27,322 (half-even of 133196.72 and 27322.40).
    expected = story.fee("2026-12-01", "2027-01-01")
    assert expected == 105_875
    amount = {"amount": f"{expected / 100:.2f}", "currency": "CNY"}
    assert (window["fee"], window["owed"], window["credit"]) == (amount, amount, amount)
    assert await story.balance(buyer) == expected
    assert await story.balance(provider) == before - expected
    await story.swept("2027-01-02")
    assert await story.balance(buyer) == expected
    trial = await (await story.trade.as_("clearing")).get("/v1/ledger/trial-balance")
    assert trial.status_code == 200, trial.text
    # Of 12,500.00 with 707.55 of tax in it: 1,058.75 × 707.55 / 12,500.00 = 59.93.
    [note] = (await story.trade.buyer.get(f"/v1/credit-notes?invoice_id={invoice['id']}")).json()["items"]
    assert (note["gross"]["amount"], note["tax"]["amount"], note["reason"]) == ("1058.75", "59.93", "04")
    assert (note["number"], note["status"], note["service_window_id"]) == (
        "HZ2027-00000001",
        "pending_red",
        window["id"],
    )
    said = (await story.trade.buyer.get(f"/v1/papers/{note['paper_id']}/file")).json()["document"]["credentialSubject"]
    assert said["service_window"] == {
        "window_id": window["id"],
        "objective": "served",
        "since": "2026-12-01",
        "until": "2026-12-31",
    }
    assert (said["invoice"]["number"], said["lines"][0]["net"]) == (invoice["number"], "-998.82")


@pytest.mark.slow
async def test_what_is_invoiced_after_a_credit_is_invoiced_without_it(story, drain):
    await story.begin(drain, SERVED)
    await story.swept("2026-12-01")
    await story.seen(40_000, 43_200)
    await story.swept("2027-01-01")
    invoice = await story.invoiced()
    assert (invoice["gross"]["amount"], invoice["credited"]["amount"]) == ("11441.25", "0.00")
    file = (await story.trade.buyer.get(f"/v1/papers/{invoice['paper_id']}/file")).json()
    lines = file["document"]["credentialSubject"]["lines"]
    # 10,793.63 + 647.62: 11,441.25 / 1.06 = 10,793.632…; the credit is 998.82 of it by itself.
    assert [(each["name_en"], each["net"]) for each in lines][1] == ("*IT services*Service credits", "-998.82")
    assert (invoice["tax"]["amount"], (await story.trade.buyer.get("/v1/credit-notes")).json()["items"]) == (
        "647.62",
        [],
    )


@pytest.mark.slow
async def test_where_the_centre_sold_the_output_tax_on_a_credit_goes_back_with_it(story, drain, runtime):
    """300.00 a month with 16.98 of tax in them; the provider gives the net amount of what the buyer is credited."""
    await story.begin(drain, SERVED, plan=plan(MONTHLY, seller=Seller.PRINCIPAL))
    provider = f"payable:party:{story.trade.provider.party}"
    invoice = await story.invoiced(seller=await story.trade.as_("clearing"))
    assert (invoice["gross"]["amount"], invoice["tax"]["amount"]) == ("300.00", "16.98")
    # Net 283.02, of which the fee of 5 % is 14.15.
    assert (await story.balance(provider), await story.balance("vat:output")) == (26_887, 1_698)
    await story.seen(40_000, 43_200, since="2026-11-24T00:00:00+08:00")
    await story.swept("2026-12-01")
    # Eight of thirty days are 80.00, of which 75.47 are net of tax.
    window = (await story.windows())["served", "2026-11-23"]
    assert (window["credit"]["amount"], await story.balance(f"prepaid:party:{story.trade.buyer.party}")) == (
        "80.00",
        8_000,
    )
    assert (await story.balance(provider), await story.balance("vat:output")) == (26_887 - 7_547, 1_698 - 453)
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", story.trade.listing_id)
    earned = (await story.trade.provider.get(f"/v1/assets/{asset}/earnings")).json()["earned"]
    assert [each["credited"]["amount"] for each in earned] == ["75.47"]
    [note] = (await story.trade.buyer.get("/v1/credit-notes")).json()["items"]
    assert (note["gross"]["amount"], note["tax"]["amount"], note["invoice_id"]) == ("80.00", "4.53", invoice["id"])
    async with runtime.sessions() as session:
        papers = await output_vat(session, "CNY", story.clock.now() + timedelta(days=1))
    assert papers.total == Money(1_698 - 453, "CNY")
    async with runtime.act() as act:
        sold, net = await settled(act, seller() == str(story.trade.provider.party), "CNY", period("2026"))
    assert (sold["gross"], sold["refunded"], net) == ("300.00", "80.00", Money(22_000, "CNY"))
    # What is left can go back, and no more.
    paths = await story.trade.as_("clearing")
    over = {"subject_id": story.order, "amount": {"amount": "220.01", "currency": "CNY"}, "reason": "x"}
    refused(await paths.post("/v1/refunds", over), 422, "refund-above-remaining", "LT-RFD-01")


@pytest.mark.slow
@pytest.mark.parametrize(("good", "attained", "share"), [(43_167, "99.9236", "1/10"), (42_750, "98.9583", "3/10")])
async def test_the_table_decides(story, drain, good, attained, share):
    await story.begin(drain, SERVED)
    await story.seen(good, 43_200)
    await story.swept("2026-12-01")
    await story.swept("2027-01-01")
    window = (await story.windows())["served", "2026-12-01"]
    fee = story.fee("2026-12-01", "2027-01-01")
    assert (window["attained"], window["credit"]["amount"]) == (attained, f"{round(Fraction(share) * fee) / 100:.2f}")


@pytest.mark.slow
async def test_the_worst_objective_is_credited_and_the_cap_holds(story, drain):
    await story.begin(drain, SERVED, FAST, credit_cap="0.50")
    await story.seen(43_167, 43_200, millis=900)
    await story.swept("2026-12-01")
    await story.swept("2027-01-01")
    found = await story.windows()
    served, fast = found["served", "2026-12-01"], found["fast", "2026-12-01"]
    assert (served["rate"], fast["rate"]) == ("0.10", "1")
    total = sum(round(float(each["credit"]["amount"]) * 100) for each in (served, fast))
    assert total == round(Fraction(story.fee("2026-12-01", "2027-01-01"), 2))


@pytest.mark.slow
async def test_maintenance_and_our_own_outage_count_neither_way(story, drain, as_):
    await story.begin(drain, SERVED)
    path = f"/v1/listings/{story.trade.listing_id}/maintenance"
    late = {"starts_at": "2026-11-24T00:00:00Z", "ends_at": "2026-11-24T01:00:00Z", "reason": "升级"}
    refused = (await story.trade.provider.post(path, late)).json()
    assert (refused["code"], refused["rule"]["id"]) == ("maintenance-too-late", "LT-SLA-03")
    long = {"starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-02T09:00:00Z", "reason": "升级"}
    refused = (await story.trade.provider.post(path, long)).json()
    assert (refused["code"], refused["rule"]["id"]) == ("maintenance-too-long", "LT-SLA-03")
    announced = {"starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-02T02:00:00Z", "reason": "升级"}
    assert (await story.trade.provider.post(path, announced)).status_code == 201
    await story.seen(0, 3_600, since="2026-12-02T08:00:00+08:00")
    await story.seen(0, 600, since="2026-12-05T08:00:00+08:00")
    await story.seen(0, 10, since="2026-12-06T08:00:00+08:00", ours=10)
    await story.seen(100, 100, since="2026-12-07T08:00:00+08:00")
    await story.swept("2026-12-10")
    operator = await as_("operator")
    down = {"starts_at": "2026-12-05T00:00:00Z", "ends_at": "2026-12-05T01:00:00Z", "reason": "数据库故障"}
    assert (await operator.post("/v1/service-outages", down)).status_code == 201
    wrong = (await operator.post("/v1/service-outages", {**down, "ends_at": "2026-12-20T00:00:00Z"})).json()
    assert (wrong["code"], wrong["rule"]["id"]) == ("outage-times-wrong", "LT-SLA-04")
    await story.swept("2027-01-01")
    window = (await story.windows())["served", "2026-12-01"]
    assert (window["status"], window["good"], window["total"], window["left_out"]) == ("met", 100, 100, 4_210)
    published = (await as_("buyer", "anyone")).get("/v1/service-outages")
    assert [each["kind"] for each in (await published).json()["items"]] == ["ours", "maintenance"]


async def test_maintenance_has_its_hours_within_any_31_days_and_no_longer(story):
    path = f"/v1/listings/{story.trade.listing_id}/maintenance"

    async def announced(day):
        times = {"starts_at": f"2027-{day}T00:00:00Z", "ends_at": f"2027-{day}T08:00:00Z"}
        answer = await story.trade.provider.post(path, {**times, "reason": "升级"})
        return answer.json().get("code", "announced")

    told = [await announced(day) for day in ("01-01", "02-20", "01-26", "02-01", "03-22", "03-23")]
    # From 26 January to 20 February are 25 days, from 20 February to 22 March 30, and to 23 March 31.
    assert told == ["announced", "announced", "announced", "maintenance-too-long", "announced", "announced"]


@pytest.mark.slow
async def test_a_revision_that_does_not_come_is_a_breach_that_both_hear_of(story, drain, as_):
    await story.begin(drain, FRESH)
    await story.swept("2026-12-01")
    november = (await story.windows())["fresh", "2026-11-23"]
    assert (november["status"], november["total"], november["attained"]) == ("credited", 1, "0.0000")
    fee = story.fee("2026-11-23", "2026-12-01")
    assert november["credit"]["amount"] == f"{round(Fraction(fee, 20)) / 100:.2f}"
    for side in (story.trade.buyer, story.trade.provider):
        told = await story.runtime.pool.fetch(
            "SELECT kind FROM log_entry WHERE kind LIKE 'market.service_window.%' AND $1 = ANY(parties) ORDER BY id",
            side.party,
        )
        states = [row["kind"].rpartition(".")[2] for row in told]
        assert states == ["open", "breached", "credited", "open"]
    shown = (await (await as_("buyer", "anyone")).get(f"/v1/listings/{story.trade.listing_id}/service-levels")).json()
    assert shown["lines"] == [{"measure": "freshness", "windows": 1, "met": 0, "breached": 1, "not_assessed": 0}]
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/agreements/{story.agreement}/service-levels"))


@pytest.mark.slow
async def test_no_more_is_taken_than_the_provider_has(story, drain):
    await story.begin(drain, SERVED)
    await story.seen(0, 10)
    await story.swept("2026-12-01")
    account = f"payable:party:{story.trade.provider.party}"
    held = await story.balance(account)
    await story.paid_out(held - 500)
    await story.swept("2027-01-01")
    window = (await story.windows())["served", "2026-12-01"]
    assert (window["credit"]["amount"], window["owed"] == window["fee"]) == ("5.00", True)
    assert await story.balance(account) == 0


@pytest.mark.slow
async def test_a_credit_takes_what_is_kept_back_first_and_the_rest_of_it_is_released(story, drain, as_):
    await story.begin(drain, SERVED)
    clearing, provider = await as_("clearing"), story.trade.provider.party
    path, wanted = f"/v1/orders/{story.order}/withholdings", {"party_id": provider, "basis": "质量有争议"}
    (kept,) = (await clearing.post(path, wanted)).json()
    payable, withheld = f"payable:party:{provider}", f"withheld:{story.order}:{provider}"
    share = await story.balance(withheld)
    assert (kept["held"]["amount"], await story.balance(payable)) == (f"{share / 100:.2f}", 0)
    await story.seen(0, 10)
    await story.swept("2026-12-01")
    await story.swept("2027-01-01")
    credited = story.fee("2026-12-01", "2027-01-01")
    assert (await story.windows())["served", "2026-12-01"]["credit"]["amount"] == f"{credited / 100:.2f}"
    assert (await story.balance(withheld), await story.balance(payable)) == (share - credited, 0)
    decided = await clearing.post(f"/v1/withheld-shares/{kept['id']}/release", {"basis": "争议了结"})
    assert (decided.status_code, await story.balance(payable)) == (200, share - credited)
    (again,) = (await clearing.post(path, wanted)).json()
    assert again["held"]["amount"] == f"{(share - credited) / 100:.2f}"


async def test_faulty_promises_are_refused_with_their_place(story, drain):
    from tests.market.negotiation import story as negotiation

    terms = await negotiation.between(story.trade)
    faulty = msgspec.structs.replace(
        terms, service=ServiceLevels(objectives=(msgspec.structs.replace(FRESH, due_days=None),))
    )
    answer = (await story.trade.buyer.post("/v1/negotiations", negotiation.body(faulty))).json()
    assert answer["code"] == "terms-contradictory"
    assert [each["pointer"] for each in answer["errors"]] == ["/terms/service/objectives/0/due_days"]


@pytest.mark.slow
async def test_a_plan_is_credited_of_its_bills_and_what_is_short_is_taken_from_the_next(story, drain, runtime):
    await story.begin(drain, SERVED, plan=plan(MONTHLY))
    provider = f"payable:party:{story.trade.provider.party}"
    (subscription,) = (await story.trade.buyer.get("/v1/subscriptions")).json()["items"]
    await story.seen(40_000, 43_200)
    await story.swept("2026-12-01")
    # 300.00 for 23 November to 23 December: eight of thirty days, of which all was served.
    november = (await story.windows())["served", "2026-11-23"]
    assert (november["status"], november["fee"]["amount"]) == ("met", "0.00")
    await story.swept("2026-12-23")
    await ticked(runtime, drain)
    await story.swept("2027-01-01")
    assert (await story.windows())["served", "2026-12-01"]["status"] == "open"  # A part of December is not paid yet.
    (bill,) = await bills_of(story.trade, subscription)
    await paid(story.trade, bill, "2027-01-01")
    assert await story.balance(provider) == 57_000  # 95 % of twice 300.00.
    await story.paid_out(40_000)
    await story.swept("2027-01-02")
    # December: 22 of 30 days of one payment, and 9 of 31 of the other: 387.10 less 80.00.
    december = (await story.windows())["served", "2026-12-01"]
    assert (december["status"], december["fee"]["amount"], december["owed"]["amount"]) == (
        "credited",
        "307.10",
        "307.10",
    )
    assert (december["credit"]["amount"], await story.balance(provider)) == ("170.00", 0)
    await story.swept("2027-01-23")
    await ticked(runtime, drain)
    await paid(story.trade, (await bills_of(story.trade, subscription))[-1], "2027-01-23")
    await story.swept("2027-02-01")
    found = await story.windows()
    assert (found["served", "2027-01-01"]["status"], found["served", "2026-12-01"]["credit"]["amount"]) == (
        "met",
        "307.10",
    )
    assert await story.balance(provider) == 28_500 - 13_710
    assert await story.balance(f"prepaid:party:{story.trade.buyer.party}") == 30_710
    await story.swept("2027-02-02")
    assert await story.balance(provider) == 28_500 - 13_710


@pytest.mark.slow
async def test_what_was_refunded_earns_no_credit(story, drain):
    """2,500.00 of 12,500.00 go back: the credit is reckoned on 10,000.00, f(39) − f(8) = 106,557 − 21,858."""
    await story.begin(drain, SERVED)
    clearing = await story.trade.as_("clearing")
    money = {"amount": "2500.00", "currency": "CNY"}
    made = await clearing.post("/v1/refunds", {"subject_id": story.order, "amount": money, "reason": "x"})
    assert (made.status_code, made.json()["status"]) == (201, "begun"), made.text
    await story.swept("2026-12-01")
    await story.seen(40_000, 43_200)
    await story.swept("2027-01-01")
    window = (await story.windows())["served", "2026-12-01"]
    assert (window["fee"]["amount"], window["credit"]["amount"]) == ("846.99", "846.99")
