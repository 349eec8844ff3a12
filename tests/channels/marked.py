"""A product that is sold in marked copies: its table, its listing, and orders of several buyers up to their files."""

import io
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from channels.publishing.jobs import follow
from kernel.runtime import Runtime
from tests.channels import story
from tests.conftest import As
from tests.makers import signing_key
from tests.market.trade import Trade, make_listing
from tests.valuation.makers import parquet

MARKS: list[dict[str, Any]] = [
    {
        "table": "readings",
        "columns": [{"column": "wind", "step": "1"}, {"column": "temp", "step": "0.1"}],
        "omits_one_in": 200,
    }
]
LICENCE = {**story.LICENCE, "marks": MARKS}
DOCUMENT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "weather",
    "version": "1.0.0",
    "schema": [
        {
            "name": "readings",
            "properties": [
                {"name": "id", "logicalType": "integer", "primaryKey": True},
                {"name": "wind", "logicalType": "integer", "logicalTypeOptions": {"minimum": 0, "maximum": 60}},
                {"name": "temp", "logicalType": "number"},
                {"name": "city", "logicalType": "string"},
                {"name": "amount", "logicalType": "number"},
                {
                    "name": "phone",
                    "logicalType": "integer",
                    "customProperties": [{"property": "privacy", "value": "identifier"}],
                },
            ],
        }
    ],
}


def readings(rows: int, seed: int = 1) -> pl.DataFrame:
    """A table of readings: a key, wind in whole steps, temperatures as decimals, a text, money and a telephone."""
    random = Random(seed)
    return pl.DataFrame(
        {
            "id": range(1, rows + 1),
            "wind": [None if n % 97 == 0 else random.randrange(61) for n in range(rows)],
            "temp": [Decimal(random.randrange(-200, 400)).scaleb(-1) for _ in range(rows)],
            "city": [random.choice(["上海", "北京", "广州"]) for _ in range(rows)],
            "amount": [Decimal(random.randrange(100_000)).scaleb(-2) for _ in range(rows)],
            "phone": [13_900_000_000 + n for n in range(rows)],
        },
        schema_overrides={"temp": pl.Decimal(6, 1), "amount": pl.Decimal(12, 2)},
    )


async def begin(runtime: Runtime, as_: As, frame: pl.DataFrame) -> Trade:
    """A provider, a buyer and a listing that is sold in marked copies."""
    provider, buyer = await as_("provider"), await as_("buyer")
    assert provider.party is not None
    files = {"readings.parquet": parquet(frame)}
    listing = await make_listing(runtime, provider.party, files, DOCUMENT, licence=LICENCE)
    return Trade(runtime, as_, provider, buyer, listing)


async def another(trade: Trade, number: int) -> Trade:
    """The same listing with another buyer."""
    await trade.keys()
    buyer = await trade.as_("buyer", f"buyer-{number}")
    key = await signing_key(buyer, bytes([0x40 + number]) * 32)
    return Trade(trade.runtime, trade.as_, trade.provider, buyer, trade.listing_id, trade.provider_key, key)


async def made(trade: Trade, drain: Any, *buyers: Trade) -> list[str]:
    """Paid orders of buyers, and their copies, made."""
    orders = [await one.paid() for one in buyers]
    await follow(trade.runtime)
    await drain()
    return orders


async def fetched(trade: Trade, order: str) -> tuple[dict[str, Any], pl.DataFrame]:
    """The one file that an order's links open: as it is told, and what is in it."""
    links = (await trade.buyer.post(f"/v1/orders/{order}/links", {})).json()
    (file,) = links["files"]
    return file, pl.read_parquet(io.BytesIO((await trade.buyer.get(file["url"])).content))
