"""A principal with a mandate, and its agent: who signs what, through HTTP."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from kernel.crypto import signing
from tests.beginnings import beginning
from tests.conftest import As, Client
from tests.market.trade import Trade

PURPOSE = "internal-analysis"
AGENT_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
"""The private key of RFC 8037, appendix A.1, whose thumbprint stands in appendix A.3."""
AGENT_JKT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
NOW_SAID = "2026-11-23T02:00:00Z"
"""The moment of the tests' clock, as an agent writes it."""


def canonical(value: dict[str, Any]) -> bytes:
    """The RFC 8785 form of what has only ASCII names and no numbers with a fraction."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def cny(amount: str) -> dict[str, str]:
    """An amount on the wire."""
    return {"amount": amount, "currency": "CNY"}


@dataclass
class Agency:
    """A trade whose buyer is the principal of a mandate, and the agent's key."""

    trade: Trade
    mandate_id: str = ""
    agent: signing.Ed25519Signer = field(default_factory=lambda: signing.Ed25519Signer(AGENT_SEED))

    @staticmethod
    @beginning
    async def begin(runtime: Any, as_: As, price_minor: int = 300) -> "Agency":
        """A listing at a price of 3.00, both sides' signing keys, and no mandate yet."""
        trade = await Trade.begin(runtime, as_, price_minor=price_minor)
        await trade.keys()
        return Agency(trade)

    @property
    def principal(self) -> Client:
        """The buyer."""
        return self.trade.buyer

    def terms(self, **over: Any) -> dict[str, Any]:
        """What is drafted: 1,000.00 in orders of at most 3.00 from the trade's provider, as in the reference case."""
        return {
            "agent": {"jkt": AGENT_JKT},
            "sellers": [self.trade.provider.party],
            "purposes": [PURPOSE],
            "max_grade": "general",
            "territory": ["CN"],
            "per_order": {"currency": "CNY", "max": "3.00"},
            "budget": {"currency": "CNY", "max": "1000.00"},
            "max_count": 5000,
            "not_before": "2026-11-23T00:00:00Z",
            "not_after": "2026-12-23T00:00:00Z",
            **over,
        }

    async def draft(self, **over: Any) -> dict[str, Any]:
        """Draft a mandate."""
        made = await self.principal.post("/v1/mandates", self.terms(**over))
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def sign(self, mandate: dict[str, Any]) -> dict[str, Any]:
        """Sign the mandate's bytes, made from its document and not from what the centre says they are."""
        body = self.by_principal(canonical(mandate["document"]))
        made = await self.principal.post(f"/v1/mandates/{mandate['id']}/signatures", body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    @beginning
    async def authorise(self, **over: Any) -> dict[str, Any]:
        """A mandate in force, under which this agency orders from now on."""
        signed = await self.sign(await self.draft(**over))
        self.mandate_id = signed["id"]
        return signed

    def by_principal(self, text: bytes) -> dict[str, str]:
        """A signature by the principal's registered key."""
        assert self.trade.buyer_key is not None
        key_id, key = self.trade.buyer_key
        return {"signing_key_id": key_id, "signature": base64.b64encode(key.sign(text)).decode()}

    async def quote(self, **over: Any) -> dict[str, Any]:
        """What an order costs."""
        body = {"listing_id": self.trade.listing_id, "purpose": PURPOSE, **over}
        made = await self.principal.post("/v1/order-quotes", body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def order_body(self, quote: dict[str, Any], key: str, at: str = NOW_SAID, **over: Any) -> dict[str, Any]:
        """An order as the agent signs it; what is given beside is changed after it was signed."""
        content = {"mandate": self.mandate_id, "quote": quote["id"], "key": key, "amount": quote["price"], "at": at}
        signature = base64.b64encode(self.agent.sign(canonical(content))).decode()
        public = signing.multibase(self.agent.public)
        body = {"quote_id": quote["id"], "amount": quote["price"], "at": at, "public_key": public}
        return {**body, "signature": signature, **over}

    async def order(self, quote: dict[str, Any], key: str, **over: Any) -> httpx.Response:
        """Order at a quote under the mandate."""
        body = self.order_body(quote, key, **over)
        return await self.principal.post(f"/v1/mandates/{self.mandate_id}/orders", body, idempotency=key)

    async def usage(self) -> dict[str, Any]:
        """What of the mandate is used up."""
        return dict((await self.principal.get(f"/v1/mandates/{self.mandate_id}/usage")).json())

    async def reprice(self, price_minor: int) -> None:
        """Let the listing be offered at another price."""
        query = "UPDATE listing SET price_minor = $2 WHERE id = $1"
        await self.trade.runtime.pool.execute(query, self.trade.listing_id, price_minor)
