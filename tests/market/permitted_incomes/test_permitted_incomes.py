"""What public data earned against what was permitted: case 28 of the references by hand, duties, and the cycle."""

from datetime import date, timedelta

import pytest

from market.permitted_incomes import rules
from market.permitted_incomes.jobs import duties, years
from tests.market.trade import Trade
from tests.refusals import outcome, refused
from tests.valuation.appraisal.makers import said
from tests.valuation.makers import make_asset

TABLE = rules.POLICY.versions[-1].body


def decided(trade, asset, **over):
    """C = 1,000,000, ρ = 1.8 % + 6 points, T = 60,000: R_max = 1,000,000 + 78,000 + 60,000 = 1,138,000."""
    inputs = {
        "currency": "CNY",
        "use": "industry",
        "costs": {"operation": said("1000000")},
        "subsidies": said("0"),
        "margin": said("0.078"),
        "treasury_yield": said("0.018"),
        "taxes": said("60000"),
        "cycle_years": said("1"),
    }
    known = {
        "party_id": trade.provider.party,
        "assets": [asset],
        "decision": "核定〔2026〕1号",
        "begins_on": "2026-11-23",
    }
    return known | {"inputs": inputs | over.pop("inputs", {})} | over


@pytest.mark.parametrize(
    ("checked", "due"),
    [
        (date(2027, 1, 1), date(2027, 3, 31)),
        (date(2027, 3, 15), date(2027, 4, 14)),  # Less than thirty days to the report.
        (date(2027, 3, 31), date(2027, 4, 30)),
        (date(2027, 4, 1), date(2028, 3, 31)),
    ],
)
def test_an_answer_is_due_with_the_report_of_the_year_and_not_within_thirty_days(checked, due):
    assert rules.answer_due_on(checked, TABLE) == due


def test_a_cycle_is_compared_as_a_whole():
    assert rules.cycle_excess(113_800_000, 3, 113_800_000 * 3 - 1) == 0
    assert rules.cycle_excess(113_800_000, 3, 350_000_000) == 8_600_000  # 3,500,000 − 3,414,000
    assert rules.anniversary(date(2028, 2, 29), 1) == date(2029, 2, 28)


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def shared_out(trade, order, minor, at):
    """Money of an order that was shared out at a moment; sharing has tests of its own."""
    await trade.runtime.pool.execute(
        "INSERT INTO distribution (id, subject, order_id, agreement_id, account, gross_minor, tax_minor, fee_minor,"
        " currency, lines, policies, tree_sha256, ledger_entry_id, created_at) SELECT $1, $1, id, agreement_id, 'x',"
        " $2, 0, 0, 'CNY', '[]', '{}', 'x', 'x', $3 FROM \"order\" WHERE id = $4",
        f"bil_{minor}",
        minor,
        at,
        order,
    )


async def public(trade, order):
    """The asset of an order, as public data."""
    query = 'UPDATE asset SET public_data = true WHERE id = (SELECT asset_id FROM "order" WHERE id = $1) RETURNING id'
    return await trade.runtime.pool.fetchval(query, order)


async def test_case_28_adjusts_the_prices_and_lowers_the_next_cycle(trade, runtime, as_, clock):
    order, officer = await trade.paid(), await as_("operator")
    asset = await public(trade, order)
    made = await officer.post("/v1/permitted-incomes", decided(trade, asset))
    assert (made.status_code, made.json()["allowed"]["amount"]) == (201, "1138000.00"), made.text
    assert (made.json()["ends_on"], made.json()["next_check_at"]) == ("2027-11-22", "2027-11-22T16:00:00Z")
    income = made.json()["id"]
    twice = await officer.post("/v1/permitted-incomes", decided(trade, asset))
    refused(twice, 409, "cycle-running", "LT-CAP-01")
    now = clock.now()
    await shared_out(trade, order, 125_000_000, now + timedelta(days=30))
    await shared_out(trade, order, 77, now + timedelta(days=400))  # Of the year after.
    clock.move(timedelta(days=366))
    for _ in range(2):
        await years(runtime)
    found = (await trade.provider.get("/v1/income-checks")).json()["items"]
    whole, year = found
    assert (year["actual"]["amount"], year["gap"], year["adjusts"]) == ("1250000.00", "0.098418", "prices")
    assert (year["excess"]["amount"], year["owner"], year["status"]) == ("112000.00", trade.provider.party, "open")
    assert year["due_at"] == "2028-03-31T16:00:00Z"  # The report of the year, to the end of the day.
    assert (whole["year"], whole["adjusts"], whole["excess"]["amount"]) == (0, "next-cycle", "112000.00")

    clock.move(timedelta(days=140))
    await duties(runtime)
    checks = f"/v1/income-checks/{year['id']}"
    assert (await trade.provider.get(checks)).json()["status"] == "overdue"
    refused(await officer.post(f"{checks}/acceptance", {"reason": "好"}), 409, "illegal-transition", "LT-GEN-02")
    said_so = await trade.provider.post(f"{checks}/answer", {"text": "自 2028-05-01 起下调价格"})
    assert (said_so.status_code, said_so.json()["owner"]) == (200, "operator"), said_so.text
    back = await officer.post(f"{checks}/return", {"reason": "请附新价目"})
    assert (back.json()["status"], back.json()["owner"]) == ("open", trade.provider.party)
    await trade.provider.post(f"{checks}/answer", {"text": "附新价目"})
    done = await officer.post(f"{checks}/acceptance", {"reason": "可以"})
    assert (done.json()["status"], done.json()["due_at"]) == ("closed", None)

    after = decided(trade, asset, begins_on="2027-11-23")
    refused(await officer.post("/v1/permitted-incomes", after), 422, "excess-not-deducted", "LT-CAP-03")
    after["inputs"]["excess_of_last_cycle"] = said("112000")
    again = await officer.post("/v1/permitted-incomes", after)
    assert (again.status_code, again.json()["allowed"]["amount"]) == (201, "1026000.00"), again.text
    assert (await trade.provider.get(f"/v1/income-checks/{whole['id']}")).json()["status"] == "closed"
    assert (await officer.get(f"/v1/permitted-incomes/{income}")).json()["cycle_excess"]["amount"] == "112000.00"


async def test_a_decision_for_two_assets_follows_the_cycles_of_both(trade, runtime, as_, clock):
    """What the older of two cycles earned too much is deducted, though the newer earned nothing."""
    order, officer = await trade.paid(), await as_("operator")
    first = await public(trade, order)
    second = (await make_asset(trade.provider))["asset_id"]
    await runtime.pool.execute("UPDATE asset SET public_data = true WHERE id = $1", second)
    assert outcome(await officer.post("/v1/permitted-incomes", decided(trade, first))) == 201
    await shared_out(trade, order, 113_800_001, clock.now() + timedelta(days=30))
    clock.move(timedelta(days=40))
    later = decided(trade, second, begins_on=f"{clock.now():%Y-%m-%d}")
    newer = await officer.post("/v1/permitted-incomes", later)
    assert newer.status_code == 201, newer.text
    clock.move(timedelta(days=330))
    await years(runtime)
    both = decided(trade, first, begins_on=f"{clock.now():%Y-%m-%d}") | {"assets": [first, second]}
    running = await officer.post("/v1/permitted-incomes", both)
    assert newer.json()["id"] in refused(running, 409, "cycle-running", "LT-CAP-01")["detail"]
    clock.move(timedelta(days=40))
    await years(runtime)
    both["begins_on"] = f"{clock.now():%Y-%m-%d}"
    refused(await officer.post("/v1/permitted-incomes", both), 422, "excess-not-deducted", "LT-CAP-03")
    dollars = both | {"inputs": both["inputs"] | {"currency": "USD"}}
    foreign = refused(await officer.post("/v1/permitted-incomes", dollars), 422, "permitted-income-faulty", "LT-CAP-01")
    assert [(each["pointer"], each["rule"]) for each in foreign["errors"]] == [("/inputs/currency", "LT-CAP-03")]
    both["inputs"]["excess_of_last_cycle"] = said("0.01")
    assert (await officer.post("/v1/permitted-incomes", both)).json()["allowed"]["amount"] == "1137999.99"
    alone = both | {"assets": [first]}
    refused(await officer.post("/v1/permitted-incomes", alone), 409, "cycle-running", "LT-CAP-01")


async def test_a_decision_says_all_that_is_wrong_with_it(trade, as_):
    order, officer = await trade.paid(), await as_("operator")
    asset = await trade.runtime.pool.fetchval('SELECT asset_id FROM "order" WHERE id = $1', order)
    over = {"use": "public-governance", "actual_income": said("1"), "cycle_years": said("1.5")}
    wrong = await officer.post("/v1/permitted-incomes", decided(trade, asset, inputs=over))
    problem = refused(wrong, 422, "permitted-income-faulty", "LT-CAP-01")
    named = {"/assets", "/inputs/use", "/inputs/actual_income", "/inputs/cycle_years/value"}
    assert {each["pointer"] for each in problem["errors"]} == named
    asset = await public(trade, order)
    dear = await officer.post("/v1/permitted-incomes", decided(trade, asset, inputs={"margin": said("0.0781")}))
    refused(dear, 422, "inputs-faulty", "LT-APR-05")
    forbidden = await trade.provider.post("/v1/permitted-incomes", decided(trade, asset))
    refused(forbidden, 403, "forbidden")
