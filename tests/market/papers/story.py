"""A trade that was settled, with everybody's invoicing details, and the steps of its invoice through HTTP."""

from dataclasses import dataclass
from typing import Any

from tests.beginnings import beginning
from tests.conftest import Client
from tests.market.trade import Trade

BLUE, RED, SLIP = "26" + "1" * 18, "26" + "2" * 18, "9" * 20


async def details(runtime: Any, who: Client, **over: Any) -> dict[str, Any]:
    """Invoicing details as the party gives them."""
    row = await runtime.pool.fetchrow("SELECT name, uscc FROM party WHERE id = $1", who.party)
    body = {
        "title": row["name"], "tax_number": row["uscc"], "taxpayer": "general", "address": "呼和浩特市新城区1号",
        "phone": "0471-1234567", "bank_name": "示例银行", "bank_account": "6222021234567890", **over,
    }  # fmt: skip
    made = await who("PUT", "/v1/invoice-details", body)
    assert made.status_code == 200, made.text
    return dict(made.json())


@dataclass
class Story:
    """A settled order of 12,500.00 CNY, and who invoices it."""

    trade: Trade
    clearing: Client
    order: str

    @staticmethod
    @beginning
    async def begin(runtime: Any, as_: Any, drain: Any, **over: Any) -> "Story":
        """Settled, and details given by provider, buyer and centre."""
        trade = await Trade.begin(runtime, as_, **over)
        order = await trade.delivered()
        assert (await trade.buyer.post(f"/v1/orders/{order}/acceptance")).status_code == 200
        await drain()
        clearing = await as_("clearing")
        for who in (trade.provider, trade.buyer, clearing):
            await details(runtime, who)
        return Story(trade, clearing, order)

    async def requested(self, who: Client | None = None, **over: Any) -> dict[str, Any]:
        """An invoice that was asked for, by the buyer if nobody is named."""
        made = await (who or self.trade.buyer).post("/v1/invoices", {"subjects": [self.order], **over})
        assert made.status_code == 201, made.text
        return dict(made.json())

    @beginning
    async def issued(self, **over: Any) -> dict[str, Any]:
        """An invoice that the provider has drawn."""
        invoice = await self.requested(**over)
        made = await self.trade.provider.post(f"/v1/invoices/{invoice['id']}/issue", {"drawer": "李四"})
        assert made.status_code == 201, made.text
        return dict(made.json())

    @beginning
    async def registered(self, **over: Any) -> dict[str, Any]:
        """An invoice with its number of the tax system."""
        invoice = await self.issued(**over)
        body = {"fapiao_number": BLUE, "registered_on": "2026-11-23"}
        made = await self.trade.provider.post(f"/v1/invoices/{invoice['id']}/registration", body)
        assert made.status_code == 200, made.text
        return dict(made.json())

    async def credited(self, invoice: dict[str, Any], amount: str, reason: str = "04") -> Any:
        """What the provider is told that credits an amount."""
        body = {"amount": {"amount": amount, "currency": invoice["gross"]["currency"]}, "reason": reason}
        return await self.trade.provider.post(f"/v1/invoices/{invoice['id']}/credit-notes", body)

    async def said(self, paper_id: str) -> dict[str, Any]:
        """What a paper says."""
        file = (await self.trade.provider.get(f"/v1/papers/{paper_id}/file")).json()
        return dict(file["document"]["credentialSubject"])
