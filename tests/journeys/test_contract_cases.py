"""The published cases of drafting and of what is left out (6, 14, 15) through HTTP, where terms are negotiated."""

from typing import Any

import msgspec
import pytest

from contracts.terms.document import Terms
from contracts.usage.tree import Prohibition
from tests.contracts.clauses.drafts import use
from tests.journeys.test_gate_cases import agreed
from tests.market.negotiation.story import between, body, following
from tests.market.trade import Trade
from tests.refusals import refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def asked(trade: Trade, *more: Any) -> tuple[Terms, Any]:
    """The buyer asks for the model contract of a provision with more clauses."""
    terms = following(await between(trade), "provision")
    terms = msgspec.structs.replace(terms, clauses=(*terms.clauses, *more))
    return terms, await trade.buyer.post("/v1/negotiations", body(terms))


@pytest.mark.parametrize(("percent", "accepted"), [(25, False), ("20.5", False), (20, True), ("7.5", True)])
async def test_case_15_a_deposit_of_more_than_a_fifth_is_refused_with_its_place(trade, percent, accepted):
    terms, answer = await asked(trade, use("deposit", percent=percent))
    if accepted:
        assert answer.status_code == 201, answer.text
        return
    told = refused(answer, 422, "terms-contradictory", "LT-CON-20")
    assert [(one["pointer"], one["rule"]) for one in told["errors"]] == [
        (f"/terms/clauses/{len(terms.clauses) - 1}/values/percent", "LT-CON-17")
    ]


@pytest.mark.parametrize(
    ("more", "both"),
    [
        ((use("arbitration", institution="某仲裁委员会"),), ("court", "arbitration")),
        ((use("deposit", percent=10), use("penalty", percent=10)), ("deposit", "penalty")),
    ],
    ids=["arbitration beside court", "penalty beside deposit"],
)
async def test_case_15_what_excludes_each_other_is_refused_naming_both(trade, more, both):
    terms, answer = await asked(trade, *more)
    told = refused(answer, 422, "terms-contradictory", "LT-CON-20")
    (fault,) = told["errors"]
    assert (fault["pointer"], fault["rule"]) == (f"/terms/clauses/{len(terms.clauses) - 1}", "LT-CON-13")
    assert all(name in fault["detail"] for name in both)
    assert (await trade.buyer.get("/v1/negotiations")).json()["items"] == []


async def test_case_14_a_clause_that_moved_in_a_round_is_one_move(trade):
    terms, opened = await asked(trade)
    moved = list(terms.clauses)
    moved.insert(6, moved.pop(4))
    path = f"/v1/negotiations/{opened.json()['id']}"
    answer = await trade.provider.post(f"{path}/rounds", body(msgspec.structs.replace(terms, clauses=tuple(moved))))
    assert answer.status_code == 201, answer.text
    (change,) = (await trade.buyer.get(f"{path}/difference")).json()["changes"]
    assert (change["path"], change["op"], change["old"], change["new"]) == (
        f"/clauses/{terms.clauses[4].clause}", "move", 4, 6,
    )  # fmt: skip


async def test_case_6_an_environment_left_out_falls_under_a_prohibition_of_the_open(trade):
    terms = await between(trade)
    closed = (Prohibition(id="not-in-the-open", environments=("open",)),)
    policy = msgspec.structs.replace(terms.policy, prohibitions=closed)
    signed = await agreed(trade, msgspec.structs.replace(terms, policy=policy))
    await trade.pay(signed["order_id"])
    for access, said in (({}, (False, "not-in-the-open")), ({"environment": "sandbox"}, (True, "licence"))):
        told = (await trade.buyer.post(f"/v1/orders/{signed['order_id']}/decisions", access)).json()
        assert (told["permit"], told["rule"]) == said
