"""What the generated models say of answers is true of the application's: everything that can be read is read."""

import re
from collections import Counter

import pytest

from liutong_client import Problem, operations
from liutong_client.calls import ListOperation
from tests.client import bridge
from tests.market.trade import Trade

PEOPLE = ("operator", "registrar", "reviewer", "clearing", "regulator", "auditor", "valuer")
ANSWERED = {400, 401, 403, 404, 409, 422, 503}
"""Refusals that a reader may meet: 401 where a channel key is asked for, 503 for a proof that is not in the log yet."""


@pytest.fixture
def settings(settings):
    return bridge.local(settings)


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def ids_of(trade):
    """What there is to be read, by the name of the parameter; the scorecard of a test's trade has no figures."""
    order_id = await trade.delivered()
    order = (await trade.buyer.get(f"/v1/orders/{order_id}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    listing = (await trade.buyer.get(f"/v1/listings/{trade.listing_id}")).json()
    payment = (await trade.buyer.get("/v1/payments")).json()["items"][0]
    return {
        "order_id": order_id,
        "agreement_id": agreement["id"],
        "document_id": agreement["document_id"],
        "listing_id": trade.listing_id,
        "asset_id": listing["asset_id"],
        "certificate": listing["certificate_id"],
        "payment_id": payment["id"],
        "party_id": trade.buyer.party,
    }


def readable(ids):
    """Every reading operation whose parameters are known."""
    for each in operations.BY_ID.values():
        names = re.findall(r"\{(\w+)\}", each.path)
        if each.method == "GET" and not each.needed and all(name in ids for name in names):
            yield each, {name: ids[name] for name in names}


async def attempted(reader, operation, parameters):
    """The answer to a reading operation, or the refusal."""
    try:
        return await reader.call(operation, **parameters)
    except Problem as refusal:
        return refusal


async def read(client, somebody, ids):
    """Read everything as somebody; gives how often what came of it, and how many items there were."""
    outcomes, items = Counter(), 0
    async with bridge.asynchronous(client, somebody) as reader:
        for operation, parameters in readable(ids):
            answer = await attempted(reader, operation, parameters)
            status = answer.status if isinstance(answer, Problem) else 200
            assert status == 200 or status in ANSWERED, answer
            outcomes[status] += 1
            if status == 200:
                items += len(answer.items) if isinstance(operation, ListOperation) else 1
    return outcomes, items


async def test_everything_that_a_buyer_can_read_is_as_described(trade, client, drain):
    ids = await ids_of(trade)
    await drain()
    outcomes, items = await read(client, trade.buyer, ids)
    assert outcomes[200] > 100
    assert items > 20


@pytest.mark.slow
@pytest.mark.parametrize("role", PEOPLE)
async def test_everything_that_others_can_read_is_as_described(trade, client, drain, as_, role):
    ids = await ids_of(trade)
    await drain()
    outcomes, _ = await read(client, await as_(role), ids)
    assert outcomes[200] > 30
