"""Orders of a scope beside others: whole and part of one revision, what cannot be made, and computing on a part."""

import json
from datetime import timedelta
from typing import Any

import pytest

from channels.publishing.jobs import follow
from contracts.terms.document import Delivery
from contracts.usage.scope.tree import Comparator, Condition, TableScope
from tests.channels import scoping, story
from tests.channels.computing.story import BY_RULE, published
from tests.channels.computing.story import approved as approved_template
from tests.channels.computing.tables import REGIONS, lines
from tests.channels.scoping import SCOPE
from tests.conftest import As
from tests.market.trade import LICENCE, Trade, make_listing
from tests.refusals import refused

pytestmark = pytest.mark.slow


async def test_whole_and_part_of_one_revision_do_not_meet(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    whole, _ = await story.shared(trade, drain)
    part, _ = await scoping.paid(trade, drain, updates="included")
    await follow(runtime)
    await drain()
    counts = {}
    for order in (whole, part):
        version = (await trade.buyer.get(f"/v1/orders/{order}/share/versions")).json()["items"]
        assert len(version) == 1
        counts[order] = [(table["name"], table["rows"]) for table in version[0]["tables"]]
    assert counts == {whole: [("订单_表", 4), ("shops", 3)], part: [("订单_表", 2)]}
    links = (await trade.buyer.post(f"/v1/orders/{whole}/links", {})).json()["files"]
    assert sorted(file["name"] for file in links) == ["orders.parquet", "shops.parquet"]
    # Two of one scope have one publication; what is done is not begun again.
    made = await runtime.pool.fetchval("SELECT count(*) FROM publication")
    await follow(runtime)
    await drain()
    assert (made, await runtime.pool.fetchval("SELECT count(*) FROM publication")) == (2, 2)


async def test_what_cannot_be_made_is_told_and_nothing_is_handed_out(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    scope = (TableScope("订单 表", ("编号", "没有"), SCOPE[0].rows),)
    order, _ = await scoping.paid(trade, drain, scope, updates="included")
    await follow(runtime)
    await drain()
    answer = await trade.buyer.post(f"/v1/orders/{order}/links", {})
    refused(answer, 422, "scope-not-made", "LT-CHN-06")
    assert "没有" in answer.json()["detail"]
    refused(await trade.buyer.post(f"/v1/orders/{order}/receipt", {"files": []}), 404, "delivery-missing")


async def test_what_could_not_be_made_is_tried_again_each_day_while_somebody_waits(runtime, as_: As, drain, clock):
    """The first time its process ended; of a contract that has the column by then the same is true."""
    trade = await story.begin(runtime, as_)
    order, _ = await scoping.paid(trade, drain, updates="included")
    await follow(runtime)
    failed = "UPDATE publication SET status = 'failed', problem = $1, status_changed_at = $2"
    problem = {"code": "x", "detail": {"zh": "中断", "en": "stopped"}}
    await runtime.pool.execute(failed, json.dumps(problem), clock.now())
    await follow(runtime)
    await drain()
    refused(await trade.buyer.post(f"/v1/orders/{order}/links", {}), 422, "scope-not-made", "LT-CHN-06")
    clock.move(timedelta(hours=24, seconds=1))
    await follow(runtime)
    await drain()
    assert (await trade.buyer.post(f"/v1/orders/{order}/links", {})).status_code == 200


async def test_a_scoped_order_has_no_parts(runtime, as_: As):
    trade = await story.begin(runtime, as_, licence=LICENCE)
    order, _ = await scoping.agreed(trade)
    plan = {
        "parts": [
            {"files": ["orders.parquet"], "from_day": "2026-11-23", "weight": 1},
            {"files": ["shops.parquet"], "from_day": "2026-11-24", "weight": 1},
        ],
        "reason": "先付一半",
    }
    answer = await trade.buyer.post(f"/v1/orders/{order}/delivery-plans", plan)
    refused(answer, 409, "order-indivisible", "LT-PRT-01")


WAGES: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "wages",
    "version": "1.0.0",
    "schema": [
        {
            "name": "wages",
            "properties": [
                *({"name": name, "logicalType": "string"} for name in ("person", "region", "job")),
                {"name": "age", "logicalType": "integer"},
                {"name": "member", "logicalType": "boolean"},
                {"name": "since", "logicalType": "date"},
                {"name": "pay", "logicalType": "number"},
            ],
        }
    ],
}
TWO = Condition(col="region", op=Comparator.NE, value=REGIONS[0])


async def test_computing_reads_the_part_that_is_licensed(runtime, as_: As, drain):
    trade = await Trade.begin(runtime, as_)
    licence, tables = {**LICENCE, "environments": ["sandbox"]}, {"wages.csv": "\n".join([*lines(), ""]).encode()}
    trade.listing_id = await make_listing(
        runtime, str(trade.provider.party), tables, WAGES, licence=licence, delivery="computing"
    )
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    await published(trade, asset)
    sql = "select region, count(distinct person) as units, count(*) as n from data group by region order by region"
    template = await approved_template(trade, asset, {**BY_RULE, "sql": sql, "parameters": []})
    scope = (TableScope("wages", ("person", "region", "pay"), TWO),)
    order, agreement = await scoping.paid(trade, drain, scope, delivery=Delivery.COMPUTING)
    asked = {"template_id": template, "parameters": {}}
    refused(
        await trade.buyer.post(f"/v1/orders/{order}/computing/runs", asked), 503, "tables-in-preparation", "LT-CHN-03"
    )
    await follow(runtime)
    await drain()
    run = await trade.buyer.post(f"/v1/orders/{order}/computing/runs", asked)
    assert run.status_code == 201, run.text
    await drain()
    done = (await trade.buyer.get(f"/v1/computing-runs/{run.json()['id']}")).json()
    assert done["answer"]["rows"] == sorted([region, 20, 20] for region in REGIONS[1:])
    hidden = await trade.buyer.post(
        f"/v1/orders/{order}/computing/queries", {"sql": "select job, count(*) as n from data group by job"}
    )
    absent = await trade.buyer.post(
        f"/v1/orders/{order}/computing/queries", {"sql": "select jobx, count(*) as n from data group by jobx"}
    )
    refused(hidden, 422, "query-refused", "LT-SBX-04")
    assert absent.json()["type"] == hidden.json()["type"]
    assert absent.json()["detail"].replace("jobx", "job") == hidden.json()["detail"]
    releases = (await trade.provider.get(f"/v1/agreements/{agreement['id']}/releases")).json()["items"]
    assert [made["rows"] for made in releases] == [40]
