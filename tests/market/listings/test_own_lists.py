"""Lists of one's own: whoever may open a thing finds it in the list, and nobody else does."""

from typing import Any

import pytest

from kernel.runtime import Runtime
from tests.conftest import As, Client
from tests.market.listings.test_finding import stock
from tests.market.trade import Trade, make_listing
from tests.refusals import refused

LISTS = ("assets", "listings/in-any-state", "certificates", "scorecards", "data-contracts", "agreements", "documents")


async def ids_in(client: Client, path: str, **asked: Any) -> list[str]:
    """The ids of a list, over all its pages."""
    answer = await client.get(f"/v1/{path}", params={"limit": 2, **asked})
    assert answer.status_code == 200, answer.text
    page, listed = answer.json(), list[str]()
    while True:
        listed += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return listed
        page = (await client.get(f"/v1/{path}", params={"limit": 2, **asked, "cursor": page["next"]})).json()


async def test_each_list_holds_ones_own_newest_first(as_: As, runtime: Runtime) -> None:
    trade = await Trade.begin(runtime, as_)
    order = await trade.agreed()
    provider, buyer = trade.provider, trade.buyer
    other = await as_("provider", "乙")
    theirs = await make_listing(runtime, str(other.party), status="draft")
    rows = await runtime.pool.fetch(
        "SELECT l.id AS listing, l.asset_id, l.certificate_id, l.scorecard_id, r.data_contract_id FROM listing l"
        " JOIN scorecard s ON s.id = l.scorecard_id JOIN quality_run r ON r.id = s.run_id"
    )
    made = {row["listing"]: row for row in rows}
    columns = ("asset_id", "listing", "certificate_id", "scorecard_id", "data_contract_id")
    for listing, client in ((trade.listing_id, provider), (theirs, other)):
        shown = {path: await ids_in(client, path) for path in LISTS[:5]}
        assert shown == {path: [made[listing][column]] for path, column in zip(LISTS[:5], columns, strict=True)}
    agreement = await runtime.pool.fetchval("SELECT id FROM agreement WHERE order_id = $1", order)
    assert await ids_in(provider, "agreements") == await ids_in(buyer, "agreements") == [agreement]
    assert await ids_in(other, "agreements") == []
    for path in LISTS:
        for each in await ids_in(provider, path):
            if path not in ("listings/in-any-state",):
                assert (await provider.get(f"/v1/{path}/{each}")).status_code == 200, path
    of_documents = set(await ids_in(provider, "documents"))
    named = await runtime.pool.fetch("SELECT id FROM document WHERE $1 = ANY(parties)", provider.party)
    assert of_documents == {row["id"] for row in named}
    assert of_documents.isdisjoint(await ids_in(other, "documents"))


async def test_of_one_asset_alone(as_: As, runtime: Runtime) -> None:
    provider, other = await as_("provider"), await as_("provider", "乙")
    for _ in range(2):
        await make_listing(runtime, str(provider.party))
    rows = await runtime.pool.fetch(
        "SELECT l.asset_id, l.certificate_id, l.scorecard_id, r.data_contract_id FROM listing l"
        " JOIN scorecard s ON s.id = l.scorecard_id JOIN quality_run r ON r.id = s.run_id"
    )
    assert len({row["asset_id"] for row in rows}) == 2
    columns = {"certificates": "certificate_id", "scorecards": "scorecard_id", "data-contracts": "data_contract_id"}
    for path, column in columns.items():
        for row in rows:
            assert await ids_in(provider, path, asset_id=row["asset_id"]) == [row[column]]
            assert await ids_in(other, path, asset_id=row["asset_id"]) == []
        assert await ids_in(provider, path, asset_id="ast_1") == []


async def test_offices_list_what_they_watch(as_: As, runtime: Runtime) -> None:
    made = [
        await make_listing(runtime, str((await as_("provider", name)).party), status="submitted") for name in "甲乙"
    ]
    await stock(runtime, (await as_("provider", "丙")).party, [("航班", "摘要")])
    reviewer = await as_("reviewer")
    assert await ids_in(reviewer, "listings/in-any-state", status="submitted") == made[::-1]
    line = (await reviewer.get("/v1/listings/in-any-state", params={"status": "submitted"})).json()["items"][0]
    assert line["allowed_actions"] == ["approve", "reject"]
    assert len(await ids_in(await as_("registrar"), "assets")) == 2


@pytest.mark.parametrize("path", LISTS)
async def test_nobody_lists_without_a_key(client: Client, path: str) -> None:
    refused(await client.get(f"/v1/{path}"), 401, "unauthenticated")
