"""A buyer of two providers' data that stays, and what all three have let it join."""

from dataclasses import dataclass
from typing import Any

from tests.beginnings import beginning
from tests.channels.computing.story import bought, listing, published
from tests.channels.joint.tables import SPENDING_OFFER, spending
from tests.conftest import As, Client
from tests.makers import signing_key
from tests.market.trade import LICENCE, Trade, make_listing

REACH: dict[str, Any] = {
    "code": "reach",
    "name_zh": "各店共同客户的平均工资",
    "name_en": "Average pay of common customers by shop",
    "sql": "select b_shop, count(distinct key) as people, avg(a_pay::double) as pay from data"
    " where a_age::int >= $least_age group by b_shop order by b_shop",
    "parameters": [{"name": "least_age", "kind": "integer", "least": 18, "most": 80}],
    "rows_max": 10,
    "runs_max": 4,
    "units_column": "people",
}
QUERY = "select a_region, count(*) as n, avg(b_spend) as spend from data group by a_region order by a_region"


async def spending_listing(trade: Trade, provider: str) -> tuple[str, str]:
    """A product of purchases that is licensed for a sandbox only; gives it and its asset."""
    licence = {**LICENCE, "environments": ["sandbox"], "updates": "included"}
    tables = {"spending.csv": "\n".join([*spending(), ""]).encode()}
    made = await make_listing(trade.runtime, provider, files=tables, licence=licence, delivery="computing")
    asset = await trade.runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", made)
    return made, str(asset)


@dataclass
class Joint:
    """Two trades of one buyer: `a` sells wages, `b` purchases, both computed on here; with the paid orders of both."""

    a: Trade
    b: Trade
    buyer: Client
    orders: tuple[str, str]
    assets: tuple[str, str]

    @staticmethod
    @beginning
    async def begin(runtime: Any, as_: As, **over: Any) -> "Joint":
        """Both listed, offered and paid for; `over` changes both offers."""
        a = await Trade.begin(runtime, as_)
        second = await as_("provider", "second")
        a_product, a_asset = await listing(a)
        b_product, b_asset = await spending_listing(a, str(second.party))
        b = Trade(runtime, as_, second, a.buyer, b_product)
        await published(a, a_asset, **over)
        await published(b, b_asset, **{**SPENDING_OFFER, **over})
        await a.keys()
        b.provider_key = await signing_key(second, b"\x33" * 32)
        b.buyer_key = a.buyer_key
        orders = (await bought(a, a_product), await bought(b, b_product))
        return Joint(a, b, a.buyer, orders, (a_asset, b_asset))

    def content(self, **over: Any) -> dict[str, Any]:
        """What the buyer proposes."""
        return {
            "a": {"order_id": self.orders[0], "file": "wages.csv", "key_column": "person"},
            "b": {"order_id": self.orders[1], "file": "spending.csv", "key_column": "card"},
            "normalisation": "caseless",
            "aggregates": True,
            "templates": [REACH],
            "units_min": 10,
            "recipients": ["a"],
            "term_days": 90,
            **over,
        }

    async def proposed(self, **over: Any) -> dict[str, Any]:
        """A proposal that nobody has consented to yet."""
        made = await self.buyer.post("/v1/joint-agreements", self.content(**over))
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def in_force(self, **over: Any) -> str:
        """A joint agreement that both have consented to; gives its id."""
        made = await self.proposed(**over)
        for trade in (self.a, self.b):
            path = f"/v1/joint-agreements/{made['id']}/consent"
            done = await trade.provider.post(path, {"sha256": made["sha256"]})
            assert done.status_code == 200, done.text
        assert done.json()["status"] == "in_force"
        return str(made["id"])

    async def run_of(self, client: Client, run_id: str) -> dict[str, Any]:
        """A run as one of the three sees it."""
        made = await client.get(f"/v1/joint-runs/{run_id}")
        assert made.status_code == 200, made.text
        return dict(made.json())
