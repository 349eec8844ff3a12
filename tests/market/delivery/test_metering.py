"""Every opening of a delivery is decided by the agreement's policy and counted in the same transaction."""

import asyncio
from typing import Any

import pytest

from contracts.usage.odrl_reading import from_odrl
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.beginnings import beginning
from tests.conftest import As, Client, Drain
from tests.contracts.usage.parsing import tree_of
from tests.market.listings.story import LICENCE, Shelf
from tests.market.trade import Trade
from tests.refusals import not_there, outcomes

CALLS_MAX = 3


@pytest.fixture
@beginning
async def trade(as_: As, clock: FixedClock, drain: Drain, runtime: Runtime) -> Trade:
    """A product of which three uses are licensed, in China."""
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    terms = {**LICENCE, "purposes": ["internal-analysis"], "calls_max": CALLS_MAX}
    listing = await shelf.listed(licence=terms)
    return Trade(runtime, as_, shelf.provider, await as_("buyer"), listing["id"])


async def agreement_of(trade: Trade, order: str) -> str:
    return str((await trade.buyer.post(f"/v1/orders/{order}/agreement")).json()["id"])


@pytest.mark.slow
async def test_uses_are_counted_to_the_limit_and_then_refused(trade: Trade) -> None:
    order = await trade.paid()
    agreement = await agreement_of(trade, order)
    for _ in range(CALLS_MAX):
        opened = await trade.buyer.post(f"/v1/orders/{order}/links")
        assert opened.status_code == 200, opened.text
    refused = await trade.buyer.post(f"/v1/orders/{order}/links")
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["rule"]["id"]) == (403, "access-refused", "LT-CON-10")
    (fault,) = problem["errors"]
    assert fault["pointer"] == "/policy/permissions/0/calls_max"
    assert "used 3, wanted 1, at most 3" in str(fault)
    shown = (await trade.buyer.get(f"/v1/agreements/{agreement}/policy")).json()
    assert shown["meters"]["calls"] == CALLS_MAX
    releases = (await trade.provider.get(f"/v1/agreements/{agreement}/releases")).json()["items"]
    assert [one["calls"] for one in releases] == [1] * CALLS_MAX
    assert {one["rule"] for one in releases} == {"licence"}


@pytest.mark.slow
async def test_what_was_opened_may_still_be_fetched(trade: Trade, client: Client) -> None:
    """A link is the use that was counted: ranges and second tries take nothing more."""
    order = await trade.paid()
    for _ in range(CALLS_MAX):
        opened = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()
    url = opened["files"][0]["url"].removeprefix(trade.runtime.settings.public_url)
    for _ in range(2):
        assert (await trade.buyer.get(url)).status_code == 200


@pytest.mark.slow
async def test_uses_at_one_time_never_exceed_the_limit(trade: Trade) -> None:
    order = await trade.paid()
    answers = await asyncio.gather(*(trade.buyer.post(f"/v1/orders/{order}/links") for _ in range(8)))
    assert outcomes(answers) == {200: CALLS_MAX, (403, "access-refused", "LT-CON-10"): 8 - CALLS_MAX}


@pytest.mark.slow
async def test_a_place_outside_is_refused_with_what_is_permitted(trade: Trade) -> None:
    order = await trade.paid()
    refused = await trade.buyer.post(f"/v1/orders/{order}/links?place=DE")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (403, "access-refused")
    assert problem["errors"][0]["pointer"] == "/policy/permissions/0/territory"
    assert (await trade.buyer.post(f"/v1/orders/{order}/links?place=CN-11")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("access", "factor", "rule"),
    [
        ({}, None, "licence"),
        ({"action": "provide"}, "prohibited", "withheld"),
        ({"purpose": "risk-control"}, "purpose", None),
        ({"environment": "moon"}, "unknown", None),
        ({"calls": CALLS_MAX + 1}, "count", None),
    ],
)
async def test_the_gate_may_be_asked_without_using_anything(
    trade: Trade, access: dict[str, Any], factor: str | None, rule: str | None
) -> None:
    order = await trade.paid()
    answer = await trade.buyer.post(f"/v1/orders/{order}/decisions", access)
    said = answer.json()
    assert (answer.status_code, said["factor"], said["rule"], said["permit"]) == (200, factor, rule, factor is None)
    agreement = await agreement_of(trade, order)
    assert (await trade.buyer.get(f"/v1/agreements/{agreement}/policy")).json()["meters"]["calls"] == 0


@pytest.mark.slow
async def test_before_the_price_is_paid_the_gate_names_the_duty(trade: Trade) -> None:
    order = await trade.agreed()
    said = (await trade.buyer.post(f"/v1/orders/{order}/decisions", {})).json()
    assert (said["permit"], said["factor"]) == (False, "duty")
    assert said["failed"][0]["detail"]["en"] == "a duty is not fulfilled (the price is paid)"


async def test_policies_meters_and_decisions_are_the_parties_own(trade: Trade, as_: As) -> None:
    order = await trade.paid()
    agreement = await agreement_of(trade, order)
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/agreements/{agreement}/policy"))
    not_there(await stranger.get(f"/v1/agreements/{agreement}/releases"))
    not_there(await stranger.post(f"/v1/orders/{order}/decisions", {}), "delivery-missing")


async def test_the_policy_is_shown_as_tree_odrl_and_sentences(trade: Trade) -> None:
    order = await trade.paid()
    agreement = await agreement_of(trade, order)
    shown = (await trade.buyer.get(f"/v1/agreements/{agreement}/policy")).json()
    said = tree_of((one["id"], tuple(one["values"])) for one in shown["sentences"])
    assert from_odrl(shown["odrl"]) == said
    assert said.permissions[0].calls_max == CALLS_MAX == shown["policy"]["permissions"][0]["calls_max"]
