"""Pages of one participant's catalogue of 100,000 offers, as a connector asks for them over the Dataspace Protocol."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import httpx

from bench import report
from bench.market.columns import columns_of
from centre.demo.context import Context
from centre.demo.run import Stage
from kernel import ids
from kernel.db import dsn_of

OFFERS: Final = 100_000
PUBLIC_EACH: Final = 10
"""One listing in so many has a public offer beside the one as it is listed."""

PAGES: Final = 60
PAGE: Final = 100
P95_MS: Final = 100.0
_REQUEST: Final = {
    "@context": ["https://w3id.org/dspace/2025/1/context.jsonld"],
    "@type": "CatalogRequestMessage",
}


async def run(set_up: Stage, context: Context) -> None:
    """Fill the shelf of the demonstration's provider and time every page, one connector."""
    began = time.monotonic()
    address, token = await asyncio.to_thread(_joined, context)
    connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
    listings = await _fill(connection, context.results["listing_id"])
    await connection.close()
    print(f"\ncatalogue: {OFFERS:,} offers of {listings:,} listings, filled in {time.monotonic() - began:.0f} s")
    for name, times in (await asyncio.to_thread(_ask, address, token, listings)).items():
        p50, p95 = report.quantile(times, 0.5), report.quantile(times, 0.95)
        met = "reached" if p95 < P95_MS else "NOT reached"
        print(
            f"  {name}, {len(times)} pages of {PAGE}: p50 {p50:.1f} ms, p95 {p95:.1f} ms; aim < {P95_MS:.0f} ms: {met}"
        )


def _joined(context: Context) -> tuple[str, str]:
    """Where the provider is spoken with, and a token for it; and a public offer of its listing, to be copied."""
    provider, listing = context.people.provider, context.results["listing_id"]
    terms = provider.get(f"/v1/listings/{listing}/terms")["terms"]
    expires_at = (datetime.now(UTC) + timedelta(days=300)).isoformat()
    offer = {"title_zh": "公开要约", "title_en": "Public offer", "terms": terms, "expires_at": expires_at}
    provider.post(f"/v1/listings/{listing}/offers", offer)
    counterparty = {"did": "did:web:bench.example", "address": "https://bench.example/dsp"}
    made = provider.post("/v1/dataspace/counterparties", counterparty)
    return provider.get("/v1/dataspace/participant")["address"], made["token_in"]


async def _fill(connection: asyncpg.Connection, template: str) -> int:
    """Copy one real row of each table under new names, so that every constraint holds; gives how many listings."""
    listed = OFFERS * PUBLIC_EACH // (PUBLIC_EACH + 1)
    await connection.execute("CREATE TEMP TABLE made (listing text, offer text)")
    rows = [(ids.new("lst"), ids.new("ofr") if at < OFFERS - listed else None) for at in range(listed)]
    await connection.copy_records_to_table("made", records=rows)
    for table, key, changed in (
        ("listing", "id", {"id": "m.listing"}),
        ("offer", "listing_id", {"id": "m.offer", "listing_id": "m.listing"}),
    ):
        columns = await columns_of(connection, table)
        values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
        copied = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM made m, {table} t "
            f"WHERE t.{key} = '{template}' AND m.{table} IS NOT NULL"
        )
        await connection.execute(copied, timeout=300)
        await connection.execute(f"VACUUM ANALYZE {table}", timeout=300)
    return listed


def _ask(address: str, token: str, listings: int) -> dict[str, list[float]]:
    """Milliseconds of pages: one after another from the first, and any page by its offset as connectors ask."""
    draw = random.Random(1)
    times: dict[str, list[float]] = {"page after page": [], "any page by its offset": []}
    with httpx.Client(timeout=30, headers={"authorization": token}) as client:
        path = f"{address}/catalog/request"
        for _ in range(PAGES):
            answer = _timed(client, path, _REQUEST, times["page after page"])
            path = answer.headers["link"].partition(">")[0].removeprefix("<")
        for _ in range(PAGES):
            asked = _REQUEST | {"filter": [{"offset": draw.randrange(listings - PAGE), "limit": PAGE}]}
            _timed(client, f"{address}/catalog/request", asked, times["any page by its offset"])
    return times


def _timed(client: httpx.Client, path: str, body: dict[str, Any], times: list[float]) -> httpx.Response:
    start = time.perf_counter()
    answer = client.post(path, json=body)
    times.append((time.perf_counter() - start) * 1000)
    answer.raise_for_status()
    assert len(answer.json()["dataset"]) == PAGE, answer.text[:300]
    return answer
