"""The centre's bank account and its statements, as a test sends them."""

from dataclasses import dataclass
from typing import Any

from tests.beginnings import beginning
from tests.conftest import Client
from tests.market.banking import papers
from tests.market.banking.papers import Line

OPEN = {
    "holder": "流通中心 Liutong Centre",
    "number": papers.ACCOUNT,
    "currency": "CNY",
    "bank_name": "示例银行",
    "bank_code": "102100099996",
    "opening_balance": {"amount": "0.00", "currency": "CNY"},
}


@dataclass
class Bank:
    """One account whose statements follow each other."""

    officer: Client
    account: str
    drain: Any
    balance: int = 0
    sequence: int = 0

    @staticmethod
    @beginning
    async def begin(as_: Any, drain: Any, **over: Any) -> "Bank":
        """Register the account."""
        officer = await as_("clearing")
        made = await officer.post("/v1/bank-accounts", OPEN | over)
        assert made.status_code == 201, made.text
        return Bank(officer, made.json()["id"], drain)

    async def send(self, raw: bytes, **query: Any) -> Any:
        """Import a file as it is."""
        return await self.officer(
            "POST",
            f"/v1/bank-accounts/{self.account}/statements",
            content=raw,
            params=query,
            headers={"content-type": "application/xml"},
        )

    async def says(self, *lines: Line, **more: Any) -> list[dict[str, Any]]:
        """The next statement has these lines; gives what became of each."""
        self.sequence += 1
        raw = papers.camt(
            list(lines), opening=self.balance, number=f"ST-{self.sequence}", sequence=self.sequence, **more
        )
        made = await self.send(raw)
        assert made.status_code == 201, made.text
        self.balance += sum(line.signed for line in lines if line.status == "BOOK")
        await self.drain()
        found = await self.officer.get(f"/v1/bank-entries?statement_id={made.json()['id']}")
        return list(found.json()["items"])


async def balances(officer: Client, prefix: str = "") -> dict[str, str]:
    """Every account of the books that is not empty."""
    found = (await officer.get(f"/v1/ledger/accounts?limit=100&prefix={prefix}")).json()["items"]
    return {each["account"]: each["balance"]["amount"] for each in found if each["balance"]["amount"] != "0.00"}
