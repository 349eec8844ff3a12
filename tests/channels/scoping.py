"""An order whose licence is of certain columns and rows, agreed by negotiation up to its payment."""

from typing import Any

import msgspec

from contracts.policy.marks import Marks
from contracts.terms.document import Delivery
from contracts.usage.scope.tree import Comparator, Condition, Scope, TableScope
from tests.market.negotiation.story import between, body, later
from tests.market.trade import Trade

CITIES = Condition(col="城市", op=Comparator.IN, value=("上海", "北京"))
"""Told by a column that is not licensed itself."""
SCOPE: Scope = (TableScope(table="订单 表", columns=("编号", "金额", "day"), rows=CITIES),)
"""Of the orders three columns and the rows of two cities; nothing of the shops."""


async def agreed(
    trade: Trade, scope: Scope = SCOPE, delivery: Delivery = Delivery.FILES, marks: Marks = (), **over: Any
) -> tuple[str, dict[str, Any]]:
    """An order of a scope with its agreement, signed by both."""
    terms = await between(trade, **over)
    assert terms.policy is not None
    policy = msgspec.structs.replace(terms.policy, scope=scope, marks=marks)
    terms = msgspec.structs.replace(terms, policy=policy, delivery=delivery)
    asked = await trade.buyer.post("/v1/negotiations", body(terms, expires_at=later(trade.runtime, days=5)))
    assert asked.status_code == 201, asked.text
    digest = asked.json()["rounds"][-1]["terms_digest"]
    accepted = await trade.provider.post(f"/v1/negotiations/{asked.json()['id']}/acceptance", {"terms_digest": digest})
    assert accepted.status_code in (200, 201), accepted.text
    order = str(accepted.json()["order_id"])
    agreement_id = (await trade.buyer.get(f"/v1/orders/{order}")).json()["agreement_id"]
    agreement = (await trade.buyer.get(f"/v1/agreements/{agreement_id}")).json()
    await trade.sign(agreement, "provider")
    assert (await trade.sign(agreement, "buyer"))["status"] == "in_force"
    return order, agreement


async def paid(trade: Trade, drain: Any, scope: Scope = SCOPE, **over: Any) -> tuple[str, dict[str, Any]]:
    """The same, paid."""
    order, agreement = await agreed(trade, scope, **over)
    await trade.pay(order)
    await drain()
    return order, agreement
