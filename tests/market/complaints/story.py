"""A delivered order, its buyer and provider, and two officers who mediate and decide."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from kernel.jobs.queue import SWEEPS
from tests.beginnings import beginning
from tests.conftest import As, Client
from tests.market.negotiation.story import upload
from tests.market.trade import Trade

PATH = "/v1/complaints"

FINDINGS = {
    "findings": "抽查一百行，其中三十行缺失起飞时间。Of a hundred rows thirty lack the time of departure.",
    "grounds": "与协议所附质量条款不符。It is not the quality that the agreement promises.",
    "rules": ["LT-CMP-05", "LT-CMP-08"],
}


@dataclass
class Story:
    """Both sides of a case and the officers."""

    trade: Trade
    order: str
    mediator: Client
    other: Client

    @property
    def buyer(self) -> Client:
        return self.trade.buyer

    @property
    def provider(self) -> Client:
        return self.trade.provider

    @property
    def runtime(self) -> Any:
        return self.trade.runtime

    async def file(self, about: str | None = None, who: Client | None = None, **over: Any) -> httpx.Response:
        """What the buyer sends to complain, and the answer."""
        body = {
            "about": about or self.order,
            "reason": "quality",
            "asked": "refund",
            "statement": "三成记录缺失起飞时间",
            "evidence": [await upload(self.buyer, b"rows that lack a time")],
            **over,
        }
        return await (who or self.buyer).post(PATH, body)

    @beginning
    async def filed(self, about: str | None = None, **over: Any) -> str:
        made = await self.file(about, **over)
        assert made.status_code == 201, made.text
        return f"{PATH}/{made.json()['id']}"

    async def answered(self, case: str) -> None:
        body = {"stance": "contest", "statement": "交付内容与登记版本一致"}
        await done(self.provider.post(f"{case}/answer", body), "answered")

    @beginning
    async def mediating(self, **over: Any) -> str:
        """A case that an officer has taken."""
        case = await self.filed(**over)
        await self.answered(case)
        await done(self.mediator.post(f"{case}/mediation"), "mediating")
        return case

    @beginning
    async def proposed(self, remedy: str, amount: str | None = None, **over: Any) -> str:
        case = await self.mediating(**over)
        body = {"remedy": remedy, "statement": "建议按缺失比例处理", **money(amount)}
        await done(self.mediator.post(f"{case}/proposal", body), "proposed")
        return case

    @beginning
    async def deciding(self, **over: Any) -> str:
        case = await self.mediating(**over)
        await done(self.mediator.post(f"{case}/mediation-end"), "deciding")
        return case

    @beginning
    async def decided(self, remedy: str, amount: str | None = None, **over: Any) -> str:
        case = await self.deciding(**over)
        await done(self.mediator.post(f"{case}/decision", {"remedy": remedy, **FINDINGS, **money(amount)}), "decided")
        return case

    @beginning
    async def agreed(self, remedy: str, amount: str | None = None, **over: Any) -> str:
        """A case in which both have taken the mediator's proposal."""
        case = await self.proposed(remedy, amount, **over)
        for who in (self.buyer, self.provider):
            taken = await who.post(f"{case}/proposal-answer", {"accept": True})
            assert taken.status_code == 200, taken.text
        return case

    async def read(self, case: str, who: Client | None = None) -> dict[str, Any]:
        return dict((await (who or self.buyer).get(case)).json())

    async def swept(self) -> None:
        await SWEEPS["market.complaints.clock"][1](self.runtime)

    async def pass_(self, clock: Any, days: int) -> None:
        """Let days go by, and the clock of complaints do what follows."""
        clock.move(timedelta(days=days))
        await self.swept()

    async def order_view(self) -> dict[str, Any]:
        return dict((await self.buyer.get(f"/v1/orders/{self.order}")).json())

    @beginning
    async def settled(self, drain: Any) -> None:
        """The buyer accepts, and the order is settled."""
        assert (await self.buyer.post(f"/v1/orders/{self.order}/acceptance")).status_code == 200
        await drain()
        assert (await self.order_view())["status"] == "settled"

    async def balances(self) -> dict[str, int]:
        """What is in the books, by account, with the ids left out."""
        rows = await self.runtime.pool.fetch(
            "SELECT path, sum(minor) AS minor FROM (SELECT credit AS path, amount_minor AS minor FROM posting"
            " UNION ALL SELECT debit, -amount_minor FROM posting) AS each GROUP BY path HAVING sum(minor) <> 0"
        )
        told = {str(self.provider.party): "provider", str(self.buyer.party): "buyer", self.order: "order"}
        return {":".join(told.get(part, part) for part in row["path"].split(":")): int(row["minor"]) for row in rows}


def money(amount: str | None, currency: str = "CNY") -> dict[str, Any]:
    """An amount as remedies send it, or nothing."""
    return {} if amount is None else {"amount": {"amount": amount, "currency": currency}}


async def done(asked: Any, status: str) -> dict[str, Any]:
    """Expect that a step was taken and led to a state."""
    answer = await asked
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == status, answer.text
    return dict(answer.json())


@beginning
async def story(runtime: Any, as_: As) -> Story:
    """An order of 12,500.00 CNY that is paid and delivered and waits to be inspected."""
    trade = await Trade.begin(runtime, as_)
    return await with_officers(trade, await trade.delivered(), as_)


async def with_officers(trade: Trade, order: str, as_: As) -> Story:
    """A story of an order and two officers of the centre."""
    operator = await as_("operator")
    return Story(trade, order, await officer(operator, "mediator"), await officer(operator, "appeals"))


async def officer(operator: Client, name: str) -> Client:
    """Another person of the centre, by a key that the operator has made."""
    made = await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]})
    assert made.status_code == 201, made.text
    return operator.with_key(made.json()["secret"], operator.party)
