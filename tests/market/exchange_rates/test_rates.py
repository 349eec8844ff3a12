"""Exchange rates: the cases of the reference, two officers, corrections, and what is refused by name."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from market.exchange_rates import jobs
from market.exchange_rates.rules import Rate, converted
from tests.refusals import refused

DAY = date(2026, 11, 23)
TODAY = "2026-11-23"


def rate(base, quote, figure):
    return Rate(base, quote, Decimal(figure))


@pytest.mark.parametrize(
    ("minor", "currency", "by", "expected"),
    [
        # Case 24: 100.00 USD and 1,000.00 CNY at 7.1234, 33.33 EUR at 7.8455 (261.490515).
        (10_000, "USD", rate("USD", "CNY", "7.1234"), (71_234, "CNY")),
        (3_333, "EUR", rate("EUR", "CNY", "7.8455"), (26_149, "CNY")),
        (100_000, "CNY", rate("USD", "CNY", "7.1234"), (14_038, "USD")),
        # Yen have no places and dinars three: 1.00 CNY at 21.5 is 22 (21.5 to even), 1,000 JPY are 46.51.
        (100, "CNY", rate("CNY", "JPY", "21.5"), (22, "JPY")),
        (1_000, "JPY", rate("CNY", "JPY", "21.5"), (4_651, "CNY")),
        (1_000, "KWD", rate("KWD", "CNY", "23.1234"), (2_312, "CNY")),
        # Halves go to even: 0.01 at 0.5 and 0.03 at 0.5.
        (1, "USD", rate("USD", "CNY", "0.5"), (0, "CNY")),
        (3, "USD", rate("USD", "CNY", "0.5"), (2, "CNY")),
    ],
)
def test_conversions_by_hand(minor, currency, by, expected):
    found = converted(Money(minor, currency), by)
    assert (found.minor, found.currency) == expected


@given(st.integers(0, 10**12), st.integers(10**9, 10**12))
def test_there_and_back_differ_by_what_rounding_can(minor, scaled):
    by = rate("USD", "CNY", Decimal(scaled).scaleb(-10))
    there = converted(Money(minor, "USD"), by)
    back = converted(there, by)
    assert abs(back.minor - minor) <= 10**10 // (2 * scaled) + 1


def test_a_currency_that_is_not_of_the_pair():
    with pytest.raises(ValueError, match="not of the pair"):
        converted(Money(1, "EUR"), rate("USD", "CNY", "1"))


def entry(**over):
    told = {"base": "USD", "quote": "CNY", "rate": "7.1234", "dated": TODAY, "source": "中国外汇交易中心中间价"}
    return {**told, **over}


LOOKED = {"reason": "与公布的中间价一致"}


async def entered(officer, **over):
    made = await officer.post("/v1/exchange-rates", entry(**over))
    assert made.status_code == 201, made.text
    return made.json()


async def test_a_rate_counts_once_another_officer_has_confirmed_it(runtime, as_, client, clock):
    first, second = await as_("clearing"), await as_("clearing", "second")
    asked = "/v1/currency-conversions?amount={}&currency={}&into={}"
    made = await entered(first)
    assert (made["status"], made["rate"]) == ("proposed", "7.1234")
    nothing = refused(await client.get(asked.format("100.00", "USD", "CNY")), 422, "rate-missing", "LT-FXR-02")
    assert "USD/CNY on 2026-11-23" in nothing["detail"]
    path = f"/v1/exchange-rates/{made['id']}"
    refused(await first.post(f"{path}/confirmation", LOOKED), 403, "second-officer-needed", "LT-FXR-01")
    confirmed = await second.post(f"{path}/confirmation", LOOKED)
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed"), confirmed.text
    refused(await second.post(f"{path}/refusal", LOOKED), 409, "illegal-transition", "LT-GEN-02")

    told = (await client.get(asked.format("100.00", "USD", "CNY"))).json()
    assert (told["converted"], told["rate"]["id"]) == ({"amount": "712.34", "currency": "CNY"}, made["id"])
    back = (await client.get(asked.format("1000.00", "CNY", "USD"))).json()
    assert back["converted"] == {"amount": "140.38", "currency": "USD"}
    # Another rate of the day says which one it corrects; the earlier one stays, and the later one counts.
    other = await first.post("/v1/exchange-rates", entry(rate="7.2"))
    refused(other, 409, "rate-not-corrected", "LT-FXR-01")
    better = await entered(first, rate="7.2", corrects=made["id"])
    assert (await second.post(f"/v1/exchange-rates/{better['id']}/confirmation", LOOKED)).status_code == 200
    told = (await client.get(asked.format("100.00", "USD", "CNY"))).json()
    assert (told["converted"]["amount"], told["rate"]["corrects"]) == ("720.00", made["id"])
    page = (await client.get("/v1/exchange-rates?base=CNY&quote=USD&status=confirmed")).json()
    assert [one["rate"] for one in page["items"]] == ["7.2", "7.1234"]

    # What is published in the other direction corrects it as well.
    inverse = await entered(first, base="CNY", quote="USD", rate="0.14", corrects=better["id"])
    assert (await second.post(f"/v1/exchange-rates/{inverse['id']}/confirmation", LOOKED)).status_code == 200
    told = (await client.get(asked.format("100.00", "CNY", "USD"))).json()
    assert (told["converted"]["amount"], told["rate"]["id"]) == ("14.00", inverse["id"])

    # Ten days later it still counts, the day after that it is too old and says so.
    for days, status in ((10, 200), (11, 422)):
        on = (DAY + timedelta(days=days)).isoformat()
        assert (await client.get(f"{asked.format('1', 'USD', 'CNY')}&on={on}")).status_code == status
    stale = await client.get(f"{asked.format('1', 'USD', 'CNY')}&on={on}")
    assert "2026-11-23" in refused(stale, 422, "rate-missing", "LT-FXR-02")["detail"]
    for on in ("2026-11-22", "0001-01-01"):
        refused(await client.get(f"{asked.format('1', 'USD', 'CNY')}&on={on}"), 422, "rate-missing", "LT-FXR-02")
    # Nobody changes what was entered, not even in the database.
    with pytest.raises(Exception, match="append-only"):
        await runtime.pool.execute("UPDATE exchange_rate SET rate = 8 WHERE id = $1", made["id"])


async def test_an_amount_of_euros(as_, client):
    first, second = await as_("clearing"), await as_("clearing", "second")
    made = await entered(first, base="EUR", rate="7.8455")
    assert (await second.post(f"/v1/exchange-rates/{made['id']}/confirmation", LOOKED)).status_code == 200
    told = await client.get("/v1/currency-conversions?amount=33.33&currency=EUR&into=CNY")
    assert told.json()["converted"] == {"amount": "261.49", "currency": "CNY"}


async def test_what_waits_for_its_officer_is_not_corrected(as_):
    officer = await as_("clearing")
    waits = await entered(officer)
    other = await officer.post("/v1/exchange-rates", entry(corrects=waits["id"]))
    told = refused(other, 422, "rate-faulty", "LT-FXR-01")
    assert [one["pointer"] for one in told["errors"]] == ["/corrects"]


async def test_what_is_no_rate_is_refused_with_every_fault(as_, client):
    officer = await as_("clearing")
    wrong = entry(base="XXX", rate="0", dated="2026-11-24", corrects="fxr_00000000000000000000000000")
    told = refused(await officer.post("/v1/exchange-rates", wrong), 422, "rate-faulty", "LT-FXR-01")
    assert [one["pointer"] for one in told["errors"]] == ["/base", "/rate", "/dated", "/corrects"]
    for over in ({"rate": "7.12345678901"}, {"rate": "-1"}, {"source": ""}):
        refused(await officer.post("/v1/exchange-rates", entry(**over)), 400, "invalid-input")
    refused(await (await as_("buyer")).post("/v1/exchange-rates", entry()), 403, "forbidden")
    for asked in (
        "amount=1&currency=USD&into=USD",
        "amount=1.001&currency=USD&into=CNY",
        "amount=1&currency=USD&into=ABC",
    ):
        refused(await client.get(f"/v1/currency-conversions?{asked}"), 400, "invalid-input")


async def test_what_nobody_confirms_in_time_is_void(runtime, as_, clock):
    officer, second = await as_("clearing"), await as_("clearing", "second")
    made = await entered(officer)
    assert made["due_at"] == "2026-11-25T16:00:00Z"
    clock.move(timedelta(days=3))
    await jobs.lapse(runtime)
    page = (await officer.get("/v1/exchange-rates")).json()
    assert [one["status"] for one in page["items"]] == ["lapsed"]
    late = await second.post(f"/v1/exchange-rates/{made['id']}/confirmation", LOOKED)
    refused(late, 409, "illegal-transition", "LT-GEN-02")
