"""Previews of prices over HTTP: what a plan comes to, with every step; faults are named, and the cost is bounded."""

from typing import Any

import pytest

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
    assert answer.status_code == 422
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
    assert (await client.post("/v1/price-previews", body)).status_code == 401


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
