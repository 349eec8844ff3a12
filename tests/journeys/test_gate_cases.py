"""The published cases of the gate (1 to 7, 9, 10) through HTTP, on an agreement with their policy."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from contracts.terms.document import Delivery, Terms
from contracts.usage.tree import Prohibition
from tests.market.negotiation.story import between, body, of_policy
from tests.market.trade import Trade
from tests.refusals import refused

PERMITTED = (True, "licence", None)
END = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""The end of the year 2026 in China."""


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def published(trade: Trade) -> Terms:
    """The base policy: use in the sandbox until the end of the year, a thousand times, ten thousand rows."""
    terms = of_policy(
        await between(trade),
        id="licence",
        actions=("use", "process"),
        purposes=("risk-control", "research"),
        territory=("CN",),
        environments=("sandbox",),
        ends=END,
        calls_max=1_000,
        rows_max=10_000,
    )
    onward = (Prohibition(id="no-onward", actions=("provide",)),)
    policy = msgspec.structs.replace(terms.policy, prohibitions=onward)
    return msgspec.structs.replace(terms, policy=policy, delivery=Delivery.COMPUTING)


async def agreed(trade: Trade, terms: Terms) -> dict[str, Any]:
    """Negotiated and signed by both; nothing is paid yet."""
    opened = await trade.buyer.post("/v1/negotiations", body(terms))
    assert opened.status_code == 201, opened.text
    standing = {"terms_digest": opened.json()["rounds"][-1]["terms_digest"]}
    accepted = await trade.provider.post(f"/v1/negotiations/{opened.json()['id']}/acceptance", standing)
    assert accepted.status_code == 201, accepted.text
    order = (await trade.buyer.get(f"/v1/orders/{accepted.json()['order_id']}")).json()
    agreement = (await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
    await trade.sign(agreement, "provider")
    return dict(await trade.sign(agreement, "buyer"))


async def test_the_published_cases_come_out_as_they_are_published(trade, clock, as_):
    signed = await agreed(trade, await published(trade))

    async def asked(**access: Any) -> tuple[bool, str | None, str | None]:
        wanted = {"purpose": "risk-control", "place": "CN-15", "environment": "sandbox", "rows": 1, **access}
        said = await trade.buyer.post(f"/v1/orders/{signed['order_id']}/decisions", wanted)
        assert said.status_code == 200, said.text
        return (said.json()["permit"], said.json()["rule"], said.json()["factor"])

    async def used(**meters: int) -> None:
        # A thousand real uses prove nothing more about the limit than the meter that they leave.
        row = {"calls": 0, "rows": 0, **meters}
        await trade.runtime.pool.execute(
            "INSERT INTO usage_meter (agreement_id, calls, rows, seconds) VALUES ($1, $2, $3, 0)"
            " ON CONFLICT (agreement_id) DO UPDATE SET calls = $2, rows = $3",
            signed["id"], row["calls"], row["rows"],
        )  # fmt: skip

    assert await asked() == (False, None, "duty")  # Case 9: the price is not paid,
    await trade.pay(signed["order_id"])
    assert await asked() == PERMITTED  # and once it is nothing else has changed.
    await used(calls=999)
    assert await asked() == PERMITTED  # Case 1.
    await used(calls=1_000)
    assert await asked() == (False, None, "count")  # Case 2, with what was used, wanted and allowed:
    said = (
        await trade.buyer.post(f"/v1/orders/{signed['order_id']}/decisions", {"environment": "sandbox", "rows": 1})
    ).json()
    assert said["failed"][0]["pointer"] == "/policy/permissions/0/calls_max"
    assert said["failed"][0]["detail"]["en"].endswith("(used 1000, wanted 1, at most 1000)")
    await used(rows=9_990)
    assert await asked(rows=10) == PERMITTED  # Case 3.
    assert await asked(rows=11) == (False, None, "volume")
    assert await asked(action="provide") == (False, "no-onward", "prohibited")  # Case 5.
    assert await asked(environment="open") == (False, None, "environment")  # Case 6, elsewhere than the sandbox.
    assert await asked(purpose="marketing!") == (False, None, "unknown")  # Case 7.
    assert await asked(place="DE") == (False, None, "place")
    regulator = await as_("regulator", "watch")
    path = f"/v1/agreements/{signed['id']}"
    assert (await regulator.post(f"{path}/suspension", {"reason": "x", "days": 5})).json()["status"] == "suspended"
    assert await asked() == (False, None, "state")  # Case 10: in the very moment of the suspension.
    resumed = await regulator.post(f"{path}/resumption", {"reason": "x"})
    assert resumed.json()["status"] == "in_force"
    clock.move(END - clock.now() - (END - END.replace(hour=15, minute=59, second=59)))
    assert await asked() == PERMITTED  # Case 4: the last second of the year in China,
    clock.move(END - clock.now())
    assert await asked() == (False, None, "time")  # and the first of the next.


async def test_a_word_that_nobody_published_is_refused_with_its_place(trade):
    """Case 7, where a policy with it is offered."""
    wrong = body(await published(trade))
    wrong["terms"]["policy"]["permissions"][0]["purposes"] = ["marketing!"]
    answer = await trade.buyer.post("/v1/negotiations", wrong)
    refused(answer, 422, "policy-inexpressible", "LT-CON-09")
    assert answer.json()["errors"][0]["pointer"].startswith("/terms/policy/permissions/0/purposes")
