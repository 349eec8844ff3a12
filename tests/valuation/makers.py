"""Builders for valuation's stories: an asset with the shop's two tables, its contract, and a run that has ended."""

import io
from typing import Any

import polars as pl

from kernel import ids
from rights.assets.models import Asset
from tests.beginnings import beginning
from tests.conftest import Client
from valuation.engagements.models import Engagement
from valuation.engagements.states import EngagementState

ORDERS = pl.DataFrame({"id": [1, 2, 3, 4], "price": [10.5, 20.0, None, -1.0], "shop": [1, 2, 2, 1]})
SHOPS = pl.DataFrame({"id": [1, 2]})

CONTRACT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "shop",
    "version": "1.0.0",
    "schema": [
        {
            "name": "orders",
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True, "classification": "public"},
                {"name": "price", "logicalType": "number", "required": True, "logicalTypeOptions": {"minimum": 0}},
                {"name": "shop", "logicalType": "integer", "relationships": [{"to": "shops.id"}]},
            ],
        },
        {"name": "shops", "properties": [{"name": "id", "logicalType": "integer", "primaryKey": True}]},
    ],
}


def parquet(table: pl.DataFrame) -> bytes:
    """A table as Parquet."""
    out = io.BytesIO()
    table.write_parquet(out)
    return out.getvalue()


@beginning
async def make_asset(provider: Client, **files: bytes) -> dict[str, Any]:
    """An asset of the provider with one revision of these files; gives the revision."""
    made = await provider.post(
        "/v1/assets",
        {
            "name": "2026年全国零售门店订单明细数据",
            "overview": "门店订单样例",
            "industry": "F52",
            "theme": "retail",
            "update_cycle": "daily",
            "region": "全国",
            "region_level": "national",
            "structure": "structured",
            "records": 4,
            "covers_from": "2026-01-01",
            "covers_until": "2026-10-31",
            "source_kind": "generated",
        },
    )
    assert made.status_code == 201, made.text
    return await add_revision(provider, made.json()["id"], **files)


async def add_revision(provider: Client, asset: str, **files: bytes) -> dict[str, Any]:
    """Upload the files and fix them as the asset's newest revision."""
    given = files or {"orders": parquet(ORDERS), "shops": parquet(SHOPS)}
    ids = []
    for name, content in given.items():
        kept = await provider("POST", f"/v1/files?name={name}.parquet&purpose=data", content=content)
        assert kept.status_code == 201, kept.text
        ids.append(kept.json()["id"])
    fixed = await provider.post(f"/v1/assets/{asset}/revisions", {"files": ids})
    assert fixed.status_code == 201, fixed.text
    revision: dict[str, Any] = fixed.json()
    return revision


@beginning
async def score(actor: Client, asset: str, drain: Any, contract: Any = CONTRACT) -> dict[str, Any]:
    """Run the scoring of an asset to its end; gives the run."""
    started = await actor.post(f"/v1/assets/{asset}/quality-runs", {"contract": contract})
    assert started.status_code == 202, started.text
    await drain()
    run: dict[str, Any] = (await actor.get(f"/v1/quality-runs/{started.json()['id']}")).json()
    return run


async def engage(firm: Client, asset: str) -> str:
    """An accepted engagement for an asset, as far as standing goes; its steps have tests of their own."""
    runtime, made = firm.runtime, ids.new("eng")
    assert runtime is not None
    assert firm.party is not None
    async with runtime.act() as act:
        provider = (await act.session.get_one(Asset, asset)).party_id
        row = Engagement(
            id=made,
            client=provider,
            firm=firm.party,
            asset_id=asset,
            provider=provider,
            purpose="listing",
            value_type="market-value",
            base_date=act.today,
            scope="the whole",
            intended_users=[],
            statutory=False,
            fee_basis="fixed",
            fee_minor=1,
            fee_currency="CNY",
            checks=[],
            status=EngagementState.ACCEPTED,
            status_changed_at=act.at,
            version=1,
            created_at=act.at,
            consented_at=act.at,
            accepted_at=act.at,
        )
        act.session.add(row)
    return made
