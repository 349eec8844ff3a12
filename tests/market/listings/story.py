"""A product's way to the shelf through HTTP, in steps that tests of other slices may start from."""

import copy
from dataclasses import dataclass
from typing import Any

from kernel.time.clock import FixedClock
from tests.beginnings import beginning
from tests.conftest import As, Client, Drain
from tests.rights import story as rights
from tests.valuation import makers as valuation

LICENCE = {"actions": ["use", "process"], "purposes": ["research"], "territory": ["CN"], "term_days": 365}
CONTRACT = copy.deepcopy(valuation.CONTRACT)
CONTRACT["schema"][0]["properties"][0]["description"] = "order number"


def description(asset_id: str, **over: Any) -> dict[str, Any]:
    """A faultless description of a product."""
    return {
        "asset_id": asset_id,
        "title_zh": "全国零售门店订单数据",
        "title_en": "Retail orders of stores nationwide",
        "summary_zh": "覆盖全国门店的订单明细，含单价与门店编号，适合销量预测。",
        "summary_en": "Orders of stores in all regions with price and store number, for sales forecasts.",
        "keywords": ["零售", "订单", "sales"],
        "theme": "商贸流通",
        "licence": LICENCE,
        "price": {"amount": "12500.00", "currency": "CNY"},
        **over,
    }


@dataclass
class Shelf:
    """The people around a product and how far its asset has come."""

    as_: As
    clock: FixedClock
    drain: Drain
    provider: Client
    asset_id: str
    revision: dict[str, Any]

    @staticmethod
    @beginning
    async def begin(as_: As, clock: FixedClock, drain: Drain, provider: str = "") -> "Shelf":
        """An asset with one revision of two tables; the name also makes its content different."""
        client = await as_("provider", provider)
        orders, shops = valuation.ORDERS, valuation.SHOPS.head(2)
        if provider:
            # Other data altogether: a claim on the same would be compared, found and objected to.
            shift = sum(provider.encode())
            orders = orders.with_columns(valuation.pl.col("id") + shift, valuation.pl.col("price") * shift)
            shops = shops.with_columns(name=valuation.pl.lit(provider))
        files = {"orders": valuation.parquet(orders), "shops": valuation.parquet(shops)}
        revision = await valuation.make_asset(client, **files)
        shelf = Shelf(as_, clock, drain, client, revision["asset_id"], revision)
        await shelf.classify()
        return shelf

    async def classify(self, **over: Any) -> dict[str, Any]:
        """Declare what the data holds: nothing grave and nobody's, unless told otherwise."""
        items = [{"name": "订单", "impacts": {"organisation-or-individual": "ordinary"}}]
        declared = {"items": items, "personal": "none", **over}
        made = await self.provider.post(f"/v1/assets/{self.asset_id}/classification", declared)
        assert made.status_code == 201, made.text
        view: dict[str, Any] = made.json()
        return view

    @beginning
    async def certify(self, rights_claimed: tuple[str, ...] = ("HOLD", "USE", "OPERATE")) -> dict[str, Any]:
        """Register the revision; the clock stands after the notice."""
        asset = (await self.provider.get(f"/v1/assets/{self.asset_id}")).json()
        applied = await self.provider.post(
            "/v1/registrations", await rights.application(self.provider, asset, rights=list(rights_claimed))
        )
        assert applied.status_code == 201, applied.text
        registrar = await self.as_("registrar")
        case = await rights.noticed(registrar, applied.json())
        rights.stand_after(self.clock, case["notice_until"]["on"])
        return await rights.certify(registrar, case)

    @beginning
    async def score(self) -> str:
        """Score the newest revision; gives the scorecard's id."""
        run = await valuation.score(self.provider, self.asset_id, self.drain, CONTRACT)
        assert run["status"] == "succeeded", run
        return str(run["scorecard_id"])

    async def draft(self, **over: Any) -> dict[str, Any]:
        """A draft of the product."""
        made = await self.provider.post("/v1/listings", description(self.asset_id, **over))
        assert made.status_code == 201, made.text
        view: dict[str, Any] = made.json()
        return view

    @beginning
    async def submitted(self, **over: Any) -> dict[str, Any]:
        """A product before the reviewer."""
        draft = await self.draft(**over)
        sent = await self.provider.post(f"/v1/listings/{draft['id']}/submission")
        assert sent.status_code == 200, sent.text
        view: dict[str, Any] = sent.json()
        return view

    @beginning
    async def listed(self, **over: Any) -> dict[str, Any]:
        """A product on the shelf; certificate and scorecard must be there."""
        sent = await self.submitted(**over)
        reviewer = await self.as_("reviewer")
        body = {"decision": "approve", "reason": "材料齐全"}
        approved = await reviewer.post(f"/v1/listings/{sent['id']}/review", body)
        assert approved.status_code == 200, approved.text
        view: dict[str, Any] = approved.json()
        return view
