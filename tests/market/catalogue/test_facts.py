"""What a buyer judges a product by: its columns but for what is masked, its versions, its relatives, and others."""

from itertools import pairwise
from typing import Any

from kernel import ids
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.market.listings.story import Shelf
from tests.market.listings.test_finding import stock
from tests.market.trade import make_listing
from tests.refusals import not_there, refused


async def test_fields_versions_and_comparison_of_a_scored_product(
    as_: As, client: Client, clock: FixedClock, drain: Drain, runtime: Runtime
) -> None:
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    listing = await shelf.listed()
    page = (await client.get(f"/v1/listings/{listing['id']}/fields")).json()
    assert page["scorecard_id"] == listing["scorecard_id"]
    orders = next(each for each in page["objects"] if each["name"] == "orders")
    assert orders["rows"] == sum(f["rows"] for f in await _files(shelf, listing) if f["object"] == "orders")
    columns = {each["column"]: each for each in orders["columns"]}
    number = columns["id"]
    assert (number["description"], number["statistics"]["null_count"]) == ("order number", 0)
    for name in listing["masked_columns"].get("orders", []):
        statistics = columns[name]["statistics"]
        assert statistics["masked"] is True
        assert (statistics["quantiles"], statistics["histogram"]) == ({}, [])

    (version,) = (await client.get(f"/v1/listings/{listing['id']}/versions")).json()
    assert (version["number"], version["revision_id"], version["changes"]) == (1, listing["revision_id"], None)
    assert (version["score"], version["grade"]) == (listing["quality"]["score"], listing["quality"]["grade"])
    assert len(version["dimensions"]) == 6

    other = await make_listing(runtime, str((await as_("provider", "乙")).party), delivery="computing")
    await runtime.pool.execute("UPDATE listing SET scorecard_id = NULL WHERE id = $1", other)
    answer = await client.get("/v1/listings/comparison", params={"id": [listing["id"], other]})
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["listings"]
    assert (first["id"], second["id"]) == (listing["id"], other)
    assert first["dimensions"] == version["dimensions"]
    assert first["certificate_number"].startswith("SJ")
    assert {"provider", "delivery", "dimensions", "licence"} <= set(answer.json()["differing"])
    assert "service_record" not in answer.json()["differing"]


async def _files(shelf: Shelf, listing: dict[str, Any]) -> list[dict[str, Any]]:
    card = (await shelf.provider.get(f"/v1/scorecards/{listing['scorecard_id']}")).json()
    files: list[dict[str, Any]] = card["scorecard"]["files"]
    return files


async def test_what_cannot_be_compared(as_: As, client: Client, runtime: Runtime) -> None:
    provider = str((await as_("provider")).party)
    listed, draft = await make_listing(runtime, provider), await make_listing(runtime, provider, status="draft")
    gone = await client.get("/v1/listings/comparison", params={"id": [listed, draft, "lst_" + "0" * 26, "foo"]})
    not_there(gone, "listing-unavailable", "LT-LST-12")
    assert all(each in gone.json()["detail"] for each in (draft, "foo"))
    assert listed not in gone.json()["detail"]
    for asked in ([listed, listed], [listed, *("lst_" + f"{at:026d}" for at in range(4))]):
        refused(await client.get("/v1/listings/comparison", params={"id": asked}), 400, "invalid-input")
    for part in ("fields", "versions", "lineage"):
        not_there(await client.get(f"/v1/listings/{draft}/{part}"), "listing-unavailable", "LT-LST-12")


async def test_lineage_shows_what_is_on_the_shelf(as_: As, client: Client, runtime: Runtime) -> None:
    """a is made into b, b into c, and c into d, which is no longer on the shelf."""
    provider = (await as_("provider")).party
    made = await stock(runtime, provider, [(title, "摘要") for title in "甲乙丙丁"])
    assets = [ids.new("ast") for _ in made]
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        for listing, asset in zip(made, assets, strict=True):
            await connection.execute("UPDATE listing SET asset_id = $2 WHERE id = $1", listing, asset)
            await connection.execute(
                "UPDATE certificate SET asset_id = $2 WHERE id = (SELECT certificate_id FROM listing WHERE id = $1)",
                listing, asset,
            )  # fmt: skip
        for parent, child in pairwise(assets):
            await connection.execute(
                "INSERT INTO asset_lineage (id, child_id, parent_id, kind, basis, created_at)"
                " VALUES ($1, $2, $3, 'derived', 'x', now())",
                ids.new("lin"), child, parent,
            )  # fmt: skip
    await runtime.pool.execute("UPDATE listing SET status = 'delisted' WHERE id = $1", made[3])

    async def relatives(listing: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        body = (await client.get(f"/v1/listings/{listing}/lineage")).json()
        up, down = ([(each["listing_id"], each["steps"]) for each in body[name]] for name in ("made_from", "made_into"))
        return up, down

    assert await relatives(made[0]) == ([], [(made[1], 1), (made[2], 2)])
    assert await relatives(made[1]) == ([(made[0], 1)], [(made[2], 1)])
    assert await relatives(made[2]) == ([(made[1], 1), (made[0], 2)], [])
