"""Data that stays, sold and paid for: what the tests of controlled computing begin with."""

from typing import Any

from tests.channels.computing.tables import REGIONS, lines
from tests.market.trade import LICENCE, Trade, make_listing

OFFER: dict[str, Any] = {
    "file": "wages.csv",
    "unit": "person",
    "dimensions": [
        {"column": "region", "kind": "text", "domain": list(REGIONS)},
        {"column": "job", "kind": "text"},
        {"column": "age", "kind": "integer"},
    ],
    "measures": [{"column": "pay", "lower": 0, "upper": 200_000, "missing": 0, "decimals": 2}],
    "micro_epsilon_per_query": 1_000_000,
    "micro_epsilon_per_agreement": 3_000_000,
    "micro_epsilon_per_product": 5_000_000,
    "pico_delta_per_query": 1_000_000,
    "rows_per_unit": 1,
    "groups_per_unit": 1,
    "units_min": 5,
    "rows_max": 100,
}
TEMPLATE: dict[str, Any] = {
    "name_zh": "各地区平均工资",
    "name_en": "Average pay by region",
    "file": "wages.csv",
    "sql": "select region, count(distinct person) as units, avg(pay::double) as pay from data"
    " where age::int >= $least_age group by region order by region",
    "parameters": [{"name": "least_age", "kind": "integer", "least": 18, "most": 80}],
    "release": "review",
    "rows_max": 10,
    "runs_max": 3,
}
BY_RULE = {**TEMPLATE, "release": "rule", "units_column": "units", "units_min": 10}
QUERY = "select region, count(*) as n, avg(pay) as pay from data group by region order by region"


async def listing(trade: Trade) -> tuple[str, str]:
    """A product of wages that is licensed for a sandbox only; gives it and its asset."""
    licence = {**LICENCE, "environments": ["sandbox"]}
    tables = {"wages.csv": "\n".join([*lines(), ""]).encode()}
    made = await make_listing(
        trade.runtime, str(trade.provider.party), files=tables, licence=licence, delivery="computing"
    )
    asset = await trade.runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", made)
    return made, str(asset)


async def published(trade: Trade, asset: str, **over: Any) -> dict[str, Any]:
    """The provider's offer on the asset."""
    made = await trade.provider.post(f"/v1/assets/{asset}/computing-offers", {**OFFER, **over})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def approved(trade: Trade, asset: str, template: dict[str, Any]) -> str:
    """A template that its provider wrote and approved; gives its id."""
    written = await trade.provider.post(f"/v1/assets/{asset}/computing-templates", template)
    assert written.status_code == 201, written.text
    done = await trade.provider.post(f"/v1/computing-templates/{written.json()['id']}/approve")
    assert done.status_code == 200, done.text
    return str(done.json()["id"])


async def bought(trade: Trade, product: str) -> str:
    """A paid order of the product; gives its id."""
    order = await trade.order(listing_id=product)
    agreement = await trade.draft(order)
    await trade.sign(agreement, "provider")
    await trade.sign(agreement, "buyer")
    await trade.pay(order)
    return order
