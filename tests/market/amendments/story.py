"""An agreement whose order is paid, and the ways in which its two sides amend it over HTTP."""

from dataclasses import dataclass
from typing import Any

import msgspec

from tests.beginnings import beginning
from tests.market.trade import Trade, signature

Plain = dict[str, Any]


@dataclass
class Amending:
    """A trade whose agreement is in force."""

    trade: Trade
    order_id: str
    agreement_id: str

    @staticmethod
    @beginning
    async def begin(trade: Trade, *, paid: bool = True) -> "Amending":
        order = await (trade.paid() if paid else trade.agreed())
        agreement = (await trade.buyer.post(f"/v1/orders/{order}/agreement")).json()
        return Amending(trade, order, agreement["id"])

    def side(self, side: str) -> Any:
        return self.trade.provider if side == "provider" else self.trade.buyer

    async def agreement(self) -> Plain:
        return dict((await self.trade.buyer.get(f"/v1/agreements/{self.agreement_id}")).json())

    async def terms(self) -> Plain:
        """The terms that stand, to be changed."""
        return dict((await self.agreement())["terms"])

    async def limited(self, **limits: Any) -> Plain:
        """The terms that stand with other limits of their permission; None drops one."""
        terms = await self.terms()
        rule = terms["policy"]["permissions"][0]
        rule.update(limits)
        terms["policy"]["permissions"][0] = {name: value for name, value in rule.items() if value is not None}
        return terms

    async def propose(self, terms: Plain, side: str = "provider", **more: Any) -> Any:
        body = {"terms": terms, "reason": "业务调整", **more}
        return await self.side(side).post(f"/v1/agreements/{self.agreement_id}/amendments", body)

    async def proposed(self, terms: Plain, side: str = "provider", **more: Any) -> Plain:
        made = await self.propose(terms, side, **more)
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def sign(self, amendment: Plain, side: str) -> Any:
        key = self.trade.provider_key if side == "provider" else self.trade.buyer_key
        assert key is not None
        return await self.side(side).post(f"/v1/amendments/{amendment['id']}/signatures", signature(amendment, *key))

    @beginning
    async def agreed(self, terms: Plain, **more: Any) -> Plain:
        """Proposed and signed by both."""
        amendment = await self.proposed(terms, **more)
        for side in ("provider", "buyer"):
            made = await self.sign(amendment, side)
            assert made.status_code == 201, made.text
        return dict(made.json())

    async def decide(self, **access: Any) -> Plain:
        """What the gate says of an access now."""
        return dict((await self.trade.buyer.post(f"/v1/orders/{self.order_id}/decisions", access)).json())

    async def links(self) -> Any:
        return await self.trade.buyer.post(f"/v1/orders/{self.order_id}/links")

    async def grants(self) -> list[Plain]:
        """The links of the chain of title behind the agreement, the oldest first."""
        rows = await self.trade.runtime.pool.fetch(
            "SELECT id, status, replaces_id, box::text AS box FROM title_grant WHERE reference = $1 ORDER BY id",
            self.agreement_id,
        )
        return [{**row, "box": msgspec.json.decode(row["box"])} for row in rows]
