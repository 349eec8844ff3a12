"""A join has what both licences have, and sets of later revisions are compared with those that were joined before."""

from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest

from channels.joint.commands import asking
from channels.joint.rules import RULES
from channels.joint.schemas import JointContent
from channels.publishing.jobs import follow
from contracts.terms.document import Delivery
from contracts.usage.scope.tree import TableScope
from tests.channels import scoping, story
from tests.channels.computing.story import bought, published
from tests.channels.computing.tables import REGIONS, lines
from tests.channels.joint.story import Joint, spending_listing
from tests.channels.joint.tables import SPENDING_OFFER, in_sqlite, spending
from tests.channels.publishing.test_scoped_orders import TWO, WAGES
from tests.conftest import NOW
from tests.makers import signing_key
from tests.market.trade import LICENCE, Trade, make_listing
from tests.refusals import refused

AGREEMENTS = "/v1/joint-agreements"
COMMON = {
    "code": "common",
    "name_zh": "各地区共同客户",
    "name_en": "Common customers by region",
    "sql": "select a_region, count(distinct key) as people, sum(b_spend::int) as spend from data"
    " group by a_region order by a_region",
    "parameters": [],
    "rows_max": 10,
    "runs_max": 9,
}


@pytest.mark.slow
async def test_both_tables_are_within_their_scopes(runtime, as_, drain):
    """Of the wages two regions are licensed, and no jobs or ages; of the purchases everything is."""
    a = await Trade.begin(runtime, as_)
    licence, tables = {**LICENCE, "environments": ["sandbox"]}, {"wages.csv": "\n".join([*lines(), ""]).encode()}
    a.listing_id = await make_listing(
        runtime, str(a.provider.party), tables, WAGES, licence=licence, delivery="computing"
    )
    a_asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", a.listing_id)
    second = await as_("provider", "second")
    b_product, b_asset = await spending_listing(a, str(second.party))
    b = Trade(runtime, as_, second, a.buyer, b_product)
    await published(a, a_asset)
    await published(b, b_asset, **SPENDING_OFFER)
    await a.keys()
    b.provider_key, b.buyer_key = await signing_key(second, b"\x33" * 32), a.buyer_key
    scope = (TableScope("wages", ("person", "region", "pay"), TWO),)
    a_order, _ = await scoping.paid(a, drain, scope, delivery=Delivery.COMPUTING)
    joint = Joint(a, b, a.buyer, (a_order, await bought(b, b_product)), (a_asset, b_asset))
    path = f"{AGREEMENTS}/{await joint.in_force(templates=[COMMON])}"
    asked = {"template": "common", "parameters": {}}
    early = await joint.buyer.post(f"{path}/runs", asked)
    refused(early, 503, "tables-in-preparation", "LT-CHN-03")
    await follow(runtime)
    await drain()
    run = await joint.buyer.post(f"{path}/runs", asked)
    assert run.status_code == 201, run.text
    count = await joint.buyer.post(f"{path}/queries", {"sql": "select count(*) as n from data where a_region <> 'x'"})
    assert count.status_code == 201, count.text
    hidden = await joint.buyer.post(f"{path}/queries", {"sql": "select a_job, count(*) as n from data group by a_job"})
    absent = await joint.buyer.post(f"{path}/queries", {"sql": "select a_joc, count(*) as n from data group by a_joc"})
    refused(hidden, 422, "query-refused", "LT-SBX-04")
    assert absent.json()["errors"] == hidden.json()["errors"]
    by_job = {"order_id": a_order, "file": "wages.csv", "key_column": "job"}
    unlicensed = f"{AGREEMENTS}/{await joint.in_force(aggregates=False, templates=[COMMON], a=by_job)}"
    told = await joint.buyer.post(f"{unlicensed}/runs", asked)
    assert refused(told, 409, "joint-key-not-licensed", "LT-JNT-02")["side"] == "a"
    await drain()
    seen = await joint.run_of(joint.b.provider, run.json()["id"])
    expected = in_sqlite(
        "SELECT region, count(DISTINCT identifier), sum(spend) FROM a JOIN b USING (identifier)"
        f" WHERE region <> '{REGIONS[0]}' GROUP BY region ORDER BY region"
    )
    assert len(expected) == 2
    assert seen["answer"]["rows"] == [[region, n, int(s)] for region, n, s in expected]
    rows = 'SELECT o.id, r.rows FROM usage_release r JOIN agreement a ON a.id = r.agreement_id JOIN "order" o ON o.id'
    counted = await runtime.pool.fetch(f"{rows} = a.order_id")
    assert {(row[0], row[1]) for row in counted} >= {(joint.orders[0], 40)}


@pytest.mark.slow
async def test_a_revision_with_one_identifier_fewer_is_not_joined_by_a_template(runtime, as_, drain):
    joint = await Joint.begin(runtime, as_)
    path = f"{AGREEMENTS}/{await joint.in_force(templates=[COMMON])}"
    asked = {"template": "common", "parameters": {}}
    first = (await joint.buyer.post(f"{path}/runs", asked)).json()
    await drain()
    # The provider of b keeps the result back: it has seen it, so the set counts all the same.
    await joint.b.provider.post(f"/v1/joint-runs/{first['id']}/refuse", {"reason": "x"})
    near = {"spending.csv": "\n".join([*spending()[:-4], ""]).encode()}
    revision = await story.reach(runtime, joint.orders[1], near)
    answer = await joint.buyer.post(f"{path}/runs", asked)
    assert answer.status_code == 201, answer.text
    second = answer.json()
    assert second["b_revision_id"] == revision
    old = {**asked, "b_revision_id": first["b_revision_id"]}
    third = (await joint.buyer.post(f"{path}/runs", old)).json()
    await drain()
    states = [(await joint.run_of(joint.buyer, each["id"]))["status"] for each in (first, second, third)]
    assert states == ["refused", "failed", "in_review"]
    # Another joint agreement of the two assets, and another name for the sides, change nothing.
    content = joint.content(templates=[COMMON])
    turned = JointContent(**{**content, "a": content["b"], "b": content["a"]})
    sql = COMMON["sql"].replace("a_region", "b_region").replace("b_spend", "a_spend")
    again = await joint.buyer.post(
        AGREEMENTS, {**content, "a": turned.a, "b": turned.b, "templates": [{**COMMON, "sql": sql}]}
    )
    assert again.status_code == 201, again.text
    other = f"{AGREEMENTS}/{again.json()['id']}"
    for trade in (joint.a, joint.b):
        done = await trade.provider.post(f"{other}/consent", {"sha256": again.json()["sha256"]})
        assert done.status_code == 200, done.text
    run = (await joint.buyer.post(f"{other}/runs", asked)).json()
    await drain()
    assert (await joint.run_of(joint.buyer, run["id"]))["status"] == "failed"
    # Noise protects what sets do not: the query is answered on the newer revision.
    count = (await joint.buyer.post(f"{path}/queries", {"sql": "select count(*) as n from data"})).json()
    await drain()
    assert (await joint.run_of(joint.buyer, count["id"]))["status"] == "released"


@pytest.mark.slow
async def test_every_month_of_a_year_is_joined_and_compared_with_all_before(runtime, as_, drain, clock):
    """So many earlier sets are compared in several processes; one that is near to any of them gives nothing."""
    joint = await Joint.begin(runtime, as_)
    path = f"{AGREEMENTS}/{await joint.in_force(templates=[{**COMMON, 'runs_max': 20}])}"
    asked, states = {"template": "common", "parameters": {}}, []

    async def joined(cards):
        clock.move(timedelta(minutes=1))
        await story.reach(runtime, joint.orders[1], {"spending.csv": "\n".join([*cards, ""]).encode()})
        made = await joint.buyer.post(f"{path}/runs", asked)
        assert made.status_code == 201, made.text
        await drain()
        states.append((await joint.run_of(joint.buyer, made.json()["id"]))["status"])

    months = [[*spending(), *(f"m{month}-{at},书店,1" for at in range(10))] for month in range(6)]
    for cards in months:
        await joined(cards)
    assert states == ["in_review"] * 6
    for near in (months[0][:-1], months[4][:-1]):
        await joined(near)
    assert states[6:] == ["failed"] * 2
    await joined([*spending(), *(f"n{at},书店,1" for at in range(10))])
    assert states[8] == "in_review"
    # As many as are compared with at the most are refused by name, and a query with noise is not.
    fewer = msgspec.structs.replace(RULES.at(NOW.date()).body, earlier_sets_max=7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "RULES", SimpleNamespace(at=lambda _: SimpleNamespace(body=fewer)))
        await story.reach(runtime, joint.orders[1], {"spending.csv": "\n".join([*spending()[:-22], ""]).encode()})
        full = await joint.buyer.post(f"{path}/runs", asked)
        assert refused(full, 409, "joint-sets-too-many", "LT-JNT-05")["limit"] == 7
        count = await joint.buyer.post(f"{path}/queries", {"sql": "select count(*) as n from data"})
        assert count.status_code == 201, count.text


@pytest.mark.slow
async def test_what_no_process_can_hold_costs_nothing(runtime, as_):
    joint = await Joint.begin(runtime, as_, rows_per_unit=10)
    path = f"{AGREEMENTS}/{await joint.in_force()}"
    measured = (
        "INSERT INTO revision_measure (revision_id, record_count, created_at)"
        " SELECT id, $2, now() FROM asset_revision WHERE asset_id = $1"
        " ON CONFLICT (revision_id) DO UPDATE SET record_count = excluded.record_count"
    )
    sql = {"sql": "select count(*) as n from data"}
    await runtime.pool.execute(measured, joint.assets[1], 500_001)
    told = refused(await joint.buyer.post(f"{path}/queries", sql), 409, "joint-table-too-large", "LT-JNT-06")
    assert (told["side"], told["rows"], told["limit"]) == ("b", 500_001, 500_000)
    # Ten rows of each identifier of a, beside those of b: more than a join may have, whichever side is taken.
    for asset, rows in zip(joint.assets, (200_000, 100_001), strict=True):
        await runtime.pool.execute(measured, asset, rows)
    told = refused(await joint.buyer.post(f"{path}/queries", sql), 409, "joint-join-too-large", "LT-JNT-06")
    assert (told["rows"], told["limit"]) == (1_000_010, 1_000_000)
    allowance = (await joint.buyer.get(f"{path}/allowance")).json()
    assert [allowance[side]["micro_epsilon_spent"] for side in "ab"] == [0, 0]
