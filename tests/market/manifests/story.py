"""A provider that keeps its products by manifests."""

from dataclasses import dataclass
from typing import Any

from kernel.runtime import Runtime
from market.listings.models import Listing
from tests.beginnings import beginning
from tests.conftest import As, Client
from tests.market.trade import LICENCE, make_listing


def manifest(asset: str, name: str = "flights", set_name: str | None = "shop", **over: Any) -> dict[str, Any]:
    """A faultless manifest."""
    metadata = {"name": name} if set_name is None else {"name": name, "set": set_name}
    spec = {
        "asset": asset,
        "title": {"zh": "航班准点数据", "en": "Flights on time"},
        "summary": {"zh": "各航司逐日准点率与延误分钟数。", "en": "Delays of every carrier, day by day."},
        "theme": "交通运输",
        "keywords": ["航班", "准点"],
        "licence": LICENCE,
        "price": {"amount": "188.00", "currency": "CNY"},
        **over,
    }
    spec = {field: value for field, value in spec.items() if value is not ...}
    return {"apiVersion": "liutong/v1", "kind": "Listing", "metadata": metadata, "spec": spec}


@dataclass
class Shop:
    """A provider with an asset that may be listed."""

    runtime: Runtime
    as_: As
    provider: Client
    asset: str

    @staticmethod
    @beginning
    async def begin(runtime: Runtime, as_: As, name: str = "") -> "Shop":
        """The asset is registered, scored and classified; a product of it was taken off before."""
        provider = await as_("provider", name)
        listing = await make_listing(runtime, str(provider.party), status="delisted")
        async with runtime.act() as act:
            row = await act.session.get_one(Listing, listing)
        return Shop(runtime, as_, provider, row.asset_id)

    async def plan(self, *manifests: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What would be done."""
        made = await self.provider.post("/v1/manifests/plan", {"manifests": list(manifests), **more})
        assert made.status_code == 200, made.text
        return dict(made.json())

    async def send(self, *manifests: dict[str, Any], **more: Any) -> Any:
        """Plan and apply, whatever comes of it."""
        asked = {"manifests": list(manifests), **more}
        plan = await self.plan(*manifests, **more)
        return await self.provider.post("/v1/manifests/applications", {"plan": plan["digest"], "asked": asked})

    async def apply(self, *manifests: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Plan and apply."""
        made = await self.send(*manifests, **more)
        assert made.status_code == 201, made.text
        return list(made.json()["lines"])

    async def review(self, listing: str, decision: str = "approve") -> None:
        """The reviewer decides."""
        body = {"decision": decision, "reason": "审核意见"}
        made = await (await self.as_("reviewer")).post(f"/v1/listings/{listing}/review", body)
        assert made.status_code == 200, made.text

    async def status(self, listing: str) -> str:
        """Where a product stands."""
        return str((await self.provider.get(f"/v1/listings/{listing}")).json()["status"])

    async def rows(self) -> list[str]:
        """Everything that an application may write, as text."""
        tables = ("listing", "log_entry", "applied_manifest", "pgqueuer")
        said = []
        for table in tables:
            rows = await self.runtime.pool.fetch(f'SELECT row_to_json(t)::text AS row FROM "{table}" t ORDER BY 1')
            said += [row["row"] for row in rows]
        return said
