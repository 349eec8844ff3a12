"""Two providers' data is joined for a buyer of both: consented by both, charged to both, reviewed by both."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
import rfc8785

from channels.joint.jobs import compute, time_over
from kernel.jobs.processes import BUSY
from tests.channels.computing.story import QUERY as OF_ONE
from tests.channels.computing.tables import REGIONS
from tests.channels.joint.story import QUERY, REACH, Joint
from tests.channels.joint.tables import in_sqlite
from tests.refusals import not_there, refused

AGREEMENTS = "/v1/joint-agreements"


@pytest.fixture
async def joint(runtime, as_):
    return await Joint.begin(runtime, as_)


async def suspend(runtime, order):
    """The agreement of an order holds no more; how it comes to that has tests of its own."""
    await runtime.pool.execute("UPDATE agreement SET status = 'suspended' WHERE order_id = $1", order)


async def test_both_consent_both_are_charged_both_review_and_both_orders_have_the_use(joint, runtime, drain, as_):
    """The whole of it: a query with noise, and a template whose figures are those of SQLite."""
    made = await joint.proposed()
    path = f"{AGREEMENTS}/{made['id']}"
    assert "centre sees both tables" in made["notice"]["en"]
    assert "中心在计算时能看到双方的表" in made["notice"]["zh"]
    asked = {"sql": QUERY}
    refused(await joint.buyer.post(f"{path}/queries", asked), 409, "joint-not-in-force", "LT-JNT-01")
    other = {"sha256": "sha256:" + "0" * 64}
    refused(await joint.a.provider.post(f"{path}/consent", other), 409, "joint-content-differs", "LT-JNT-01")
    for trade, state in ((joint.a, "consented_by_one"), (joint.a, "consented_by_one"), (joint.b, "in_force")):
        done = await trade.provider.post(f"{path}/consent", {"sha256": made["sha256"]})
        assert (done.json()["status"], done.json()["allowed_actions"]) == (
            state,
            ["end"] if state == "in_force" else ["refuse"],
        )
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.get(path))
    assert (await stranger.get(AGREEMENTS)).json()["items"] == []
    not_there(await stranger.post(f"{path}/queries", asked))

    # An ad-hoc query costs each side all of it; the same once more costs nothing.
    run = (await joint.buyer.post(f"{path}/queries", asked)).json()
    assert (run["status"], run["micro_epsilon"], run["answer"]) == ("queued", 1_000_000, None)
    allowance = (await joint.b.provider.get(f"{path}/allowance")).json()
    assert [allowance[side]["micro_epsilon_spent"] for side in "ab"] == [1_000_000, 1_000_000]
    assert [allowance[side]["micro_epsilon_left"] for side in "ab"] == [2_000_000, 2_000_000]
    assert (allowance["offer"]["rows_per_unit"], allowance["offer"]["units_min"]) == (2, 10)
    await drain()
    run = await joint.run_of(joint.buyer, run["id"])
    assert run["status"] == "released"
    assert sorted(row[0] for row in run["answer"]["rows"]) == sorted(REGIONS)
    assert hashlib.sha256(rfc8785.dumps(run["answer"])).hexdigest() == run["answer_sha256"]
    same = await joint.buyer.post(f"{path}/queries", {"sql": QUERY.replace("select", "SELECT  ")})
    assert (same.json()["id"], same.json()["answer"]) == (run["id"], run["answer"])
    # Those who receive answers are the buyer and, here, the provider of a.
    assert (await joint.run_of(joint.a.provider, run["id"]))["answer"] == run["answer"]
    assert (await joint.run_of(joint.b.provider, run["id"]))["answer"] is None
    not_there(await stranger.get(f"/v1/joint-runs/{run['id']}"))

    # A template: SQLite says what comes of it, and both must let it go.
    asks = {"template": "reach", "parameters": {"least_age": 30}}
    reach = (await joint.buyer.post(f"{path}/runs", asks)).json()
    await drain()
    held = await joint.run_of(joint.buyer, reach["id"])
    assert (held["status"], held["answer"], held["micro_epsilon"]) == ("in_review", None, 0)
    expected = in_sqlite(
        "SELECT shop, count(DISTINCT identifier), avg(pay) FROM a JOIN b USING (identifier)"
        " WHERE age + 0 >= 30 GROUP BY shop ORDER BY shop"
    )
    reviewed = await joint.run_of(joint.b.provider, reach["id"])
    assert [[s, n, float(pay)] for s, n, pay in reviewed["answer"]["rows"]] == [
        [s, n, pytest.approx(pay)] for s, n, pay in expected
    ]
    runs = f"/v1/joint-runs/{reach['id']}"
    one = await joint.b.provider.post(f"{runs}/approve", {"reason": "已核对分组"})
    assert (one.json()["status"], one.json()["allowed_actions"]) == ("reviewed_by_one", ["refuse"])
    again = await joint.b.provider.post(f"{runs}/approve", {"reason": "x"})
    assert again.json()["status"] == "reviewed_by_one"
    refused(await joint.buyer.post(f"{runs}/approve", {"reason": "x"}), 403, "forbidden")
    assert (await joint.run_of(joint.buyer, reach["id"]))["answer"] is None
    done = await joint.a.provider.post(f"{runs}/approve", {"reason": "人数足够"})
    assert done.json()["status"] == "released"
    mine = await joint.run_of(joint.buyer, reach["id"])
    assert mine["answer"] == reviewed["answer"]
    assert [mine[f"{side}_review"]["reason"] for side in "ab"] == ["人数足够", "已核对分组"]
    assert [mine[f"{side}_review"]["reviewed_by"] for side in "ab"] == [None, None]
    log = (await joint.a.provider.get(f"/v1/joint-runs?joint_agreement_id={made['id']}")).json()["items"]
    assert [each["id"] for each in log] == [reach["id"], run["id"]]
    assert all(log[0][f"{side}_review"]["reviewed_by"] for side in "ab")
    assert (log[0]["parameters"], log[1]["sql"]) == ({"least_age": 30}, QUERY)

    # Each order has the use, by the digest of one answer, and is confirmed as after a run of one table.
    for order, name in zip(joint.orders, "ab", strict=True):
        use = {"id": mine[f"{name}_use_id"], "result_sha256": mine["answer_sha256"]}
        first = {"id": run[f"{name}_use_id"], "result_sha256": run["answer_sha256"]}
        receipt = await joint.buyer.post(f"/v1/orders/{order}/receipt", {"uses": [first, use]})
        assert receipt.status_code == 201, receipt.text
    releases = "SELECT count(*) FROM usage_release WHERE environment = 'sandbox' GROUP BY agreement_id"
    assert [row[0] for row in await runtime.pool.fetch(releases)] == [2, 2]


@pytest.mark.slow
async def test_what_one_side_has_spent_alone_is_spent_for_the_join_too(joint, drain):
    """Differencing through one side: both kinds of queries take from the same budget, and a failure from neither."""
    path = f"{AGREEMENTS}/{await joint.in_force()}"
    for age in (20, 21):
        sql = f"select count(*) as n from data where age > {age}"
        made = await joint.buyer.post(f"/v1/orders/{joint.orders[0]}/computing/queries", {"sql": sql})
        assert made.status_code == 201, made.text
    one = await joint.buyer.post(f"{path}/queries", {"sql": "select count(*) as n from data"})
    assert one.status_code == 201, one.text
    spent = await joint.buyer.post(f"{path}/queries", {"sql": "select count(*) as m from data where a_age > 20"})
    told = refused(spent, 409, "budget-spent", "LT-SBX-03")
    assert (told["scope"], told["left"]) == ("agreement a", 0)
    allowance = (await joint.buyer.get(f"{path}/allowance")).json()
    assert [allowance[side]["micro_epsilon_spent"] for side in "ab"] == [3_000_000, 1_000_000]
    alone = await joint.buyer.post(f"/v1/orders/{joint.orders[0]}/computing/queries", {"sql": OF_ONE})
    refused(alone, 409, "budget-spent", "LT-SBX-03")


@pytest.mark.slow
async def test_a_proposal_is_told_all_its_faults_and_a_consent_those_of_its_own_file(joint):
    wrong = joint.content(
        a={"order_id": joint.orders[0], "file": "other.csv", "key_column": "region"},
        b={"order_id": joint.orders[0], "file": "wages.csv", "key_column": "person"},
        units_min=3,
        term_days=1_000,
        recipients=["a", "a"],
        templates=[REACH, {**REACH, "sql": "drop table data", "rows_max": 2_000}],
    )
    problem = refused(await joint.buyer.post(AGREEMENTS, wrong), 422, "joint-unfit", "LT-JNT-01")
    assert {each["pointer"] for each in problem["errors"]} == {
        "/a/file",
        "/a/key_column",
        "/b/order_id",
        "/units_min",
        "/term_days",
        "/recipients",
        "/templates/1/code",
        "/templates/1/sql",
        "/templates/1/rows_max",
    }
    none = joint.content(templates=[], aggregates=False)
    problem = refused(await joint.buyer.post(AGREEMENTS, none), 422, "joint-unfit", "LT-JNT-01")
    assert [each["pointer"] for each in problem["errors"]] == ["/templates"]
    theirs = joint.content(b={**joint.content()["b"], "order_id": "ord_" + "0" * 26})
    not_there(await joint.buyer.post(AGREEMENTS, theirs), "delivery-missing")
    # Without queries of one's own any file and column may be named; whether they are there the provider alone learns.
    made = await joint.proposed(aggregates=False, a={**joint.content()["a"], "key_column": "nobody"})
    path = f"{AGREEMENTS}/{made['id']}"
    consent = await joint.a.provider.post(f"{path}/consent", {"sha256": made["sha256"]})
    problem = refused(consent, 422, "joint-unfit", "LT-JNT-01")
    assert [each["pointer"] for each in problem["errors"]] == ["/a/key_column"]
    refused(await joint.buyer.post(f"{path}/consent", {"sha256": made["sha256"]}), 403, "forbidden")
    gone = await joint.b.provider.post(f"{path}/refuse", {"reason": "用途不符"})
    assert (gone.json()["status"], gone.json()["reason"]) == ("refused", "用途不符")
    refused(await joint.buyer.post(f"{path}/withdraw"), 409, "illegal-transition", "LT-GEN-02")


@pytest.mark.slow
async def test_runs_are_bounded_named_and_told_their_faults(joint, drain):
    path = f"{AGREEMENTS}/{await joint.in_force(aggregates=False)}"
    asks = {"template": "reach", "parameters": {"least_age": 20}}
    no = await joint.buyer.post(f"{path}/queries", {"sql": QUERY})
    refused(no, 409, "joint-aggregates-not-agreed", "LT-JNT-03")
    unknown = await joint.buyer.post(f"{path}/runs", {**asks, "template": "other"})
    assert refused(unknown, 409, "joint-template-unknown", "LT-JNT-04")["templates"] == "reach"
    unfit = await joint.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": 17}})
    refused(unfit, 422, "parameters-unfit", "LT-SBX-05")
    for age in (20, 21, 22, 23):
        made = await joint.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": age}})
        assert made.status_code == 201, made.text
    more = {**asks, "parameters": {"least_age": 24}}
    refused(await joint.buyer.post(f"{path}/runs", more), 429, "joint-runs-under-way", "LT-JNT-06")
    await drain()
    refused(await joint.buyer.post(f"{path}/runs", more), 409, "joint-template-spent", "LT-JNT-04")
    allowance = (await joint.buyer.get(f"{path}/allowance")).json()
    assert (allowance["offer"], allowance["a"]["micro_epsilon_spent"]) == (None, 0)


@pytest.mark.slow
async def test_each_side_may_refuse_a_result_and_what_nobody_reviews_lapses(joint, runtime, drain, clock):
    path = f"{AGREEMENTS}/{await joint.in_force()}"
    kept, late = [
        (await joint.buyer.post(f"{path}/runs", {"template": "reach", "parameters": {"least_age": age}})).json()["id"]
        for age in (20, 30)
    ]
    await drain()
    assert (await joint.a.provider.post(f"/v1/joint-runs/{kept}/approve", {"reason": "x"})).status_code == 200
    no = await joint.b.provider.post(f"/v1/joint-runs/{kept}/refuse", {"reason": "分组过小"})
    assert (no.json()["status"], no.json()["answer"]) == ("refused", None)
    mine = await joint.run_of(joint.buyer, kept)
    assert (mine["answer"], mine["b_review"]["reason"]) == (None, "分组过小")
    await joint.a.provider.post(f"/v1/joint-runs/{late}/approve", {"reason": "x"})
    clock.move(timedelta(days=20))
    await time_over(runtime)
    assert (await joint.run_of(joint.buyer, late))["status"] == "lapsed"
    assert (await joint.run_of(joint.a.provider, late))["answer"] is None
    assert await runtime.pool.fetchval("SELECT count(*) FROM joint_run WHERE answer IS NOT NULL") == 0
    clock.move(timedelta(days=71))
    await time_over(runtime)
    assert (await joint.buyer.get(path)).json()["status"] == "expired"
    refused(await joint.buyer.post(f"{path}/queries", {"sql": QUERY}), 409, "joint-not-in-force", "LT-JNT-01")


@pytest.mark.slow
async def test_a_proposal_lapses_and_a_buyer_has_so_many(joint, runtime, clock):
    first = await joint.proposed()
    await joint.a.provider.post(f"{AGREEMENTS}/{first['id']}/consent", {"sha256": first["sha256"]})
    for _ in range(19):
        await joint.proposed()
    over = await joint.buyer.post(AGREEMENTS, joint.content())
    assert refused(over, 409, "joint-agreements-open", "LT-JNT-01")["limit"] == 20
    clock.move(timedelta(days=14))
    await time_over(runtime)
    assert {row[0] for row in await runtime.pool.fetch("SELECT DISTINCT status FROM joint_agreement")} == {"lapsed"}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["ended by b", "the agreement with a", "the agreement with b", "cancelled"])
async def test_whatever_ends_a_side_stops_what_works(joint, runtime, ending):
    """What would work for long is over within a second of its losing one of what it rests on, and its process gone."""
    endless = {**REACH, "sql": "select count(*) as n from range(100000000000) where range > $least_age"}
    path = f"{AGREEMENTS}/{await joint.in_force(templates=[endless])}"
    asks = {"template": "reach", "parameters": {"least_age": 20}}
    run, queued = [
        (await joint.buyer.post(f"{path}/runs", {**asks, "parameters": {"least_age": age}})).json()["id"]
        for age in (20, 21)
    ]
    working = asyncio.ensure_future(compute(runtime, {"run": run}))
    while not BUSY:
        assert not working.done()
        await asyncio.sleep(0.02)
    if ending == "ended by b":
        over = await joint.b.provider.post(f"{path}/end", {"reason": "不再合作"})
        assert (over.json()["status"], over.json()["reason"]) == ("ended", "不再合作")
    elif ending == "cancelled":
        assert (await joint.buyer.post(f"/v1/joint-runs/{run}/cancel")).json()["status"] == "cancelled"
    else:
        await suspend(runtime, joint.orders[0 if ending.endswith("a") else 1])
    await working
    assert not BUSY
    status = "cancelled" if ending == "cancelled" else "stopped"
    assert (await joint.run_of(joint.a.provider, run))["status"] == status
    if ending != "cancelled":
        await compute(runtime, {"run": queued})
        assert (await joint.run_of(joint.a.provider, queued))["status"] == "stopped"


@pytest.mark.slow
async def test_nothing_is_released_once_a_side_is_over(joint, runtime, drain):
    path = f"{AGREEMENTS}/{await joint.in_force()}"
    run = (await joint.buyer.post(f"{path}/runs", {"template": "reach", "parameters": {"least_age": 20}})).json()["id"]
    await drain()
    await joint.a.provider.post(f"/v1/joint-runs/{run}/approve", {"reason": "x"})
    await suspend(runtime, joint.orders[0])
    late = await joint.b.provider.post(f"/v1/joint-runs/{run}/approve", {"reason": "x"})
    refused(late, 409, "delivery-not-due", "LT-DLV-01")
    assert (await joint.run_of(joint.buyer, run))["status"] == "reviewed_by_one"
    assert await runtime.pool.fetchval("SELECT count(*) FROM computing_use") == 0
    over = await joint.a.provider.post(f"{path}/end", {"reason": "x"})
    assert over.json()["status"] == "ended"
    assert (await joint.run_of(joint.b.provider, run))["answer"] is None
    assert (await joint.run_of(joint.b.provider, run))["status"] == "stopped"
