"""A joint agreement binds who consented to it, to its last day: not whoever an agreement has passed to."""

from datetime import timedelta

import pytest

from channels.joint.jobs import compute, time_over
from tests.channels.joint.story import QUERY, Joint
from tests.refusals import refused

AGREEMENTS = "/v1/joint-agreements"


@pytest.fixture
async def joint(runtime, as_):
    return await Joint.begin(runtime, as_)


@pytest.mark.slow
async def test_whoever_an_agreement_has_passed_to_has_consented_to_nothing(joint, runtime, drain, as_):
    """The provider of before keeps neither say nor sight, and the new one is asked anew."""
    path = f"{AGREEMENTS}/{await joint.in_force()}"
    asks = {"template": "reach", "parameters": {"least_age": 20}}
    held = (await joint.buyer.post(f"{path}/runs", asks)).json()["id"]
    await drain()
    await joint.a.provider.post(f"/v1/joint-runs/{held}/approve", {"reason": "x"})
    queued = (await joint.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": 30}})).json()["id"]
    taker = await as_("provider", "taker")
    await runtime.pool.execute("UPDATE agreement SET provider = $1 WHERE order_id = $2", taker.party, joint.orders[1])
    refused(await joint.buyer.post(f"{path}/queries", {"sql": QUERY}), 409, "joint-not-in-force", "LT-JNT-01")
    late = await joint.b.provider.post(f"/v1/joint-runs/{held}/approve", {"reason": "x"})
    refused(late, 409, "joint-not-in-force", "LT-JNT-01")
    await compute(runtime, {"run": queued})
    assert (await joint.run_of(joint.buyer, queued))["status"] == "stopped"
    await time_over(runtime)
    over = (await joint.buyer.get(path)).json()
    assert (over["status"], over["reason"]) == ("expired", "an agreement has passed to another provider")
    assert (await joint.run_of(joint.b.provider, held))["answer"] is None
    assert (await joint.proposed())["b"]["provider"] == taker.party


@pytest.mark.slow
async def test_the_last_day_counts_whether_or_not_a_sweep_has_come(joint, clock):
    path = f"{AGREEMENTS}/{await joint.in_force(term_days=1)}"
    clock.move(timedelta(days=1))
    refused(await joint.buyer.post(f"{path}/queries", {"sql": QUERY}), 409, "joint-not-in-force", "LT-JNT-01")
