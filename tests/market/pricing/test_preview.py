"""Previews of prices over HTTP: what a plan comes to, with every step; faults are named, and the cost is bounded."""

from typing import Any

import pytest

from tests.refusals import refused

PLAN: dict[str, Any] = {
    "kind": "plan",
    "currency": "CNY",
    "components": [
        {"kind": "recurring", "name": "fee", "amount": "300.00", "anchor_day": 1},
        {
            "kind": "metered",
            "name": "calls",
            "meter": "call",
            "tariff": {
                "kind": "volume",
                "tiers": [
                    {"unit_price": "0.10", "up_to": 1000},
                    {"unit_price": "0.05", "up_to": 10000},
                    {"unit_price": "0.01"},
                ],
            },
        },
    ],
}


async def test_a_plan_is_previewed_line_by_line_with_a_warning_of_its_cliffs(as_):
    buyer = await as_("buyer")
    body = {"price": PLAN, "begin": "2027-01-01", "number": 1, "quantities": {"calls": 1001}}
    answer = await buyer.post("/v1/price-previews", body)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert view["upfront"] == {"amount": "300.00", "currency": "CNY"}
    [period] = view["periods"]
    assert (period["start"], period["end"]) == ("2027-01-31T16:00:00Z", "2027-02-28T16:00:00Z")
    assert [(line["kind"], line["amount"]["amount"]) for line in period["lines"]] == [
        ("recurring", "300.00"),
        ("usage", "50.05"),
    ]
    assert period["total"]["amount"] == "350.05"
    assert {"step": "price", "formula": "1001 × 0.05", "value": "50.05"} in period["lines"][1]["trace"]
    assert [(one["after"], one["costs"]["amount"], one["then"]["amount"]) for one in view["cliffs"]] == [
        (1000, "100.00", "50.05"),
        (10000, "500.00", "100.01"),
    ]
    assert view["sentences"][0]["zh"].startswith("fee：每月 300.00 CNY")
    again = await buyer.post("/v1/price-previews", body)
    assert again.json() == view


async def test_a_faulty_plan_is_refused_with_every_place(as_):
    buyer = await as_("buyer")
    faulty = PLAN | {"components": [PLAN["components"][0] | {"amount": "1.001"}, {"kind": "trial", "name": "fee"}]}
    answer = await buyer.post("/v1/price-previews", {"price": faulty})
    refused(answer, 422, "terms-contradictory", "LT-CON-20")
    problem = answer.json()
    assert (problem["code"], problem["rule"]["id"]) == ("terms-contradictory", "LT-CON-20")
    assert [error["pointer"] for error in problem["errors"]] == [
        "/price/components/1/name",
        "/price/components/0/amount",
        "/price/components/1",
    ]


async def test_a_use_too_large_is_refused_by_name_and_an_unknown_caller_is_asked_who_it_is(as_, client):
    buyer = await as_("buyer")
    dear = PLAN | {"components": [PLAN["components"][1] | {"tariff": {"kind": "flat", "unit_price": "1000000"}}]}
    body = {"price": dear, "quantities": {"calls": 10**15}}
    answer = await buyer.post("/v1/price-previews", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["rule"]["id"]) == (
        422,
        "charge-too-large",
        "LT-PRC-01",
    )
    refused(await client.post("/v1/price-previews", body), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("asked", "part", "pointer"),
    [
        ({"begin": "9999-12-31"}, {}, "/begin"),
        ({"begin": "0001-01-01"}, {}, "/begin"),
        ({"number": 1200}, {"every": 60, "unit": "year"}, "/number"),
    ],
)
async def test_a_period_beyond_the_calendar_is_refused_by_its_place(as_, asked, part, pointer):
    buyer = await as_("buyer")
    fee = {"kind": "recurring", "name": "fee", "amount": "300.00", **part}
    answer = await buyer.post("/v1/price-previews", {"price": PLAN | {"components": [fee]}, **asked})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input"), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_the_furthest_period_of_an_ordinary_plan_is_previewed(as_):
    buyer = await as_("buyer")
    answer = await buyer.post("/v1/price-previews", {"price": PLAN, "begin": "2199-12-31", "number": 1200})
    assert answer.status_code == 200, answer.text


TIERS = PLAN["components"][1]["tariff"]["tiers"]
FEE = {"kind": "recurring", "name": "fee", "amount": "300.00"}


def used(quantity, tariff, *, plan=None, **part):
    calls = {"kind": "metered", "name": "calls", "meter": "call", "tariff": tariff, **part}
    return {"price": PLAN | {"components": [calls], **(plan or {})}, "quantities": {"calls": quantity}}


def fee(begin, number=0, **part):
    return {"price": PLAN | {"components": [FEE | part]}, "begin": begin, "number": number}


GRADUATED, VOLUME = ({"kind": kind, "tiers": TIERS} for kind in ("graduated", "volume"))
PACKAGE = {"kind": "package", "size": 1000, "price": "1.00"}
COUPON = {"coupon": {"rate": "0.10"}, "minimum": "280"}


@pytest.mark.parametrize(
    ("asked", "amounts"),
    [
        # 300.00 for 31 January to 28 February, from 14 February.
        pytest.param([fee("2027-02-14", anchor_day=31)], ["150.00"], id="1"),
        # What is left of a month of 31 days after 17, and of one of 30 days after 10 at the price of an upgrade.
        pytest.param([fee("2027-01-18", anchor_day=1)], ["135.48"], id="2"),
        pytest.param([fee("2027-04-11", anchor_day=1, amount="250.00")], ["166.67"], id="4"),
        pytest.param([used(n, GRADUATED) for n in (1000, 1001, 15000)], ["100.00", "100.05", "600.00"], id="7"),
        pytest.param(
            [used(n, VOLUME) for n in (1000, 1001, 10000, 10001)], ["100.00", "50.05", "500.00", "100.01"], id="8"
        ),
        pytest.param([used(n, PACKAGE) for n in (0, 4000, 4500)], ["0.00", "4.00", "5.00"], id="9"),
        pytest.param([used(12345, {"kind": "flat", "unit_price": "0.0123"}, included=10000)], ["28.84"], id="10"),
        # 270.00 after the coupon, and 10.00 up to the minimum.
        pytest.param(
            [used(650, {"kind": "flat", "unit_price": "2.00"}, included=500, plan=COUPON)], ["280.00"], id="12"
        ),
    ],
)
async def test_cases_of_prices_by_hand(as_, asked, amounts):
    buyer = await as_("buyer")
    answers = [await buyer.post("/v1/price-previews", one) for one in asked]
    assert [one.status_code for one in answers] == [200] * len(asked), [one.text for one in answers]
    assert [period["total"]["amount"] for one in answers for period in one.json()["periods"]] == amounts


async def test_periods_of_the_last_day_of_months_begin_on_the_last_day_there_is(as_):
    buyer = await as_("buyer")
    starts = []
    for number in (0, 1, 2, 3, 13):
        answer = await buyer.post("/v1/price-previews", fee("2027-01-31", number, anchor_day=31))
        starts.append(answer.json()["periods"][0]["start"])
    # In China a day begins at 16:00 of the day before.
    days = ("2027-01-30", "2027-02-27", "2027-03-30", "2027-04-29", "2028-02-28")
    assert starts == [f"{day}T16:00:00Z" for day in days]


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [("1000.00", (1, 1, 1), ["333.34", "333.33", "333.33"]), ("100.01", (30, 30, 40), ["30.00", "30.00", "40.01"])],
)
async def test_instalments_make_the_price(as_, amount, weights, parts):
    buyer = await as_("buyer")
    due = [{"weight": weight, "due_days": 0} for weight in weights]
    price = PLAN | {"components": [{"kind": "instalments", "name": "price", "amount": amount, "parts": due}]}
    view = (await buyer.post("/v1/price-previews", {"price": price})).json()
    assert [line["amount"]["amount"] for line in view["opening"]] == parts
    assert view["upfront"]["amount"] == amount
