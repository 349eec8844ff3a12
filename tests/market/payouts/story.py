"""A provider that is owed money, its bank details, and three officers, as tests send them."""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from market.payouts import jobs
from tests.beginnings import beginning
from tests.conftest import Client
from tests.market.agreed import received
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank
from tests.market.trade import Trade

ACCOUNT = {"number": "6222021234567890", "bank_code": "102100099996", "bank_name": "示例银行", "currency": "CNY"}
THURSDAY = timedelta(days=3)
"""From the Monday on which stories begin, and long enough for money and details to have waited."""


@dataclass
class Story:
    """Everything a payout needs."""

    trade: Trade
    bank: Bank
    officers: list[Client]
    drain: Any
    clock: Any

    @staticmethod
    @beginning
    async def begin(runtime: Any, as_: Any, drain: Any, clock: Any, **over: Any) -> "Story":
        trade = await Trade.begin(runtime, as_)
        bank = await Bank.begin(as_, drain, **over)
        officers = [bank.officer, await as_("clearing", "second"), await as_("clearing", "third")]
        return Story(trade, bank, officers, drain, clock)

    async def name(self, party: str | None) -> str:
        return str(await self.trade.runtime.pool.fetchval("SELECT name FROM party WHERE id = $1", party))

    @beginning
    async def settled(self) -> str:
        """An order paid by transfer and statement, delivered, accepted and settled."""
        trade = self.trade
        order = await trade.agreed()
        opened = (await trade.buyer.post(f"/v1/orders/{order}/payments", {"method": "bank_transfer"})).json()
        payer = await self.name(trade.buyer.party)
        reference = opened["instructions"]["reference"]
        (line,) = await self.bank.says(
            Line(1_250_000, text=f"货款 {reference}", name=payer, account="62100100", reference=f"IN-{order[-6:]}")
        )
        assert line["status"] == "matched", line
        assert (await trade.provider.post(f"/v1/orders/{order}/delivery")).status_code == 201
        await received(trade, SimpleNamespace(id=order))
        await self.drain()
        assert (await trade.buyer.get(f"/v1/orders/{order}")).json()["status"] == "settled"
        return order

    async def declared(self, **over: Any) -> dict[str, Any]:
        """Details as the provider declares them."""
        body = {"holder": await self.name(self.trade.provider.party), **ACCOUNT, **over}
        made = await self.trade.provider.post("/v1/payee-accounts", body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def confirmed(self, account: str) -> dict[str, Any]:
        """The code goes from the officer to the party by the second channel, and back."""
        issued = await self.officers[0].post(f"/v1/payee-accounts/{account}/code")
        assert issued.status_code == 201, issued.text
        path = f"/v1/payee-accounts/{account}/confirmation"
        made = await self.trade.provider.post(path, {"code": issued.json()["code"]})
        assert made.status_code == 200, made.text
        return dict(made.json())

    @beginning
    async def verified(self) -> str:
        """Active details, on the Thursday."""
        account = (await self.declared())["id"]
        await self.confirmed(account)
        await self.wait(THURSDAY)
        return str(account)

    async def wait(self, time: timedelta) -> None:
        """Let time pass, and do what is due then."""
        self.clock.move(time)
        for sweep in (jobs.accounts, jobs.make_due, jobs.lapse, jobs.silent):
            await sweep(self.trade.runtime)

    async def due(self) -> list[dict[str, Any]]:
        return list((await self.officers[0].get("/v1/payouts?status=due")).json()["items"])

    async def proposed(self, **over: Any) -> dict[str, Any]:
        made = await self.officers[0].post("/v1/payout-batches", {"bank_account_id": self.bank.account, **over})
        assert made.status_code == 201, made.text
        return dict(made.json())

    @beginning
    async def approved(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Both other officers approve."""
        path, body = f"/v1/payout-batches/{batch['id']}/approval", {"digest": batch["digest"]}
        for officer in self.officers[1:]:
            made = await officer.post(path, body)
            assert made.status_code == 200, made.text
        return dict(made.json())

    @beginning
    async def sent(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A payout that has left for the bank, and its batch."""
        batch = await self.approved(await self.proposed())
        (payout,) = batch["payouts"]
        return payout, batch
