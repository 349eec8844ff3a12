"""The protocol's refusals, metering and ends, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from channels.publishing.jobs import follow
from kernel import ids
from market.delivery.queries import was_used
from market.delivery_plans.models import DeliveryPart, DeliveryPlan
from market.delivery_plans.states import PartState, PlanState
from market.orders.models import Order
from tests.channels import story
from tests.channels.story import Reader, denied
from tests.conftest import As
from tests.market.trade import make_listing

pytestmark = pytest.mark.slow
DENIED, MISSING, INVALID = "PERMISSION_DENIED", "RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"


async def begin(runtime, as_: As, drain) -> tuple[story.Trade, str, Reader, str]:
    trade = await story.begin(runtime, as_)
    order, key = await story.shared(trade, drain)
    reader = Reader(trade.buyer, key["profile"])
    return trade, order, reader, f"/shares/{key['key']['agreement_id']}/schemas/data/tables"


async def test_what_is_asked_wrongly_is_told_in_the_protocols_shape(runtime, as_: As, drain):
    _, _, reader, tables = await begin(runtime, as_, drain)
    orders = f"{tables}/订单_表"
    share = tables.split("/")[2]
    denied(await reader("GET", "/shares/other"), 404, MISSING, "shared-thing-missing")
    denied(await reader("GET", f"/shares/{share}/schemas/x/tables"), 404, MISSING, "shared-thing-missing")
    denied(await reader("GET", f"{tables}/nothing/version"), 404, MISSING, "shared-thing-missing")
    denied(await reader("GET", f"{orders}/metadata?version=7"), 404, MISSING, "version-missing")
    denied(await reader("GET", f"{orders}/metadata?wrong=1"), 400, INVALID, "invalid-input")
    denied(await reader("GET", f"{orders}/changes"), 400, INVALID, "share-request-unreadable")
    denied(await reader("GET", f"{tables}/shops/changes?startingVersion=0"), 400, INVALID, "changes-unavailable")
    denied(await reader("POST", f"{orders}/query", content=b"{"), 400, INVALID, "share-request-unreadable")
    denied(await reader("POST", f"{orders}/query", json={"limitHint": -1}), 400, INVALID, "share-request-unreadable")
    denied(
        await reader("POST", f"{orders}/query", json={"startingVersion": 0}), 400, INVALID, "share-request-unreadable"
    )
    denied(await reader("GET", f"{orders}/version?startingTimestamp=2026"), 400, INVALID, "invalid-input")
    only = {"delta-sharing-capabilities": "responseformat=avro"}
    denied(await reader("GET", f"{orders}/metadata", headers=only), 400, INVALID, "share-request-unreadable")
    hashed = {"fileidhash": "delta"}
    denied(await reader("POST", f"{orders}/query", json={}, headers=hashed), 400, INVALID, "share-request-unreadable")
    assert (await reader("HEAD", orders)).headers["delta-table-version"] == "0"


async def test_a_query_is_metered_once_and_hints_leave_files_out(runtime, as_: As, drain):
    _, _, reader, tables = await begin(runtime, as_, drain)
    orders = f"{tables}/订单_表/query"
    ended = {"delta-sharing-capabilities": "responseformat=parquet;includeEndStreamAction=true"}
    for _ in range(3):
        lines = await reader.lines("POST", orders, json={"idempotencyKey": "one"}, headers=ended)
        assert [next(iter(line)) for line in lines] == ["protocol", "metaData", "file", "endStreamAction"]
    assert await runtime.pool.fetchval("SELECT calls FROM usage_meter") == 1
    away = await reader("POST", orders, json={"predicateHints": ["`编号` > 4", "f(编号) = 1"]})
    assert len(away.text.splitlines()) == 2
    assert away.headers["liutong-hints-unread"] == "1"
    assert len(await reader.lines("POST", orders, json={"limitHint": 0})) == 2
    assert [row["rows"] for row in await runtime.pool.fetch("SELECT rows FROM share_query ORDER BY at, rows")] == [
        0,
        0,
        4,
    ]


async def test_a_key_is_dead_at_the_next_request_when_what_it_rests_on_is(runtime, as_: As, drain, clock):
    trade, order, reader, tables = await begin(runtime, as_, drain)
    url = (await reader.lines("POST", f"{tables}/shops/query", json={}))[2]["file"]["url"]
    agreement = tables.split("/")[2]
    for table, ended, restored in (
        ("agreement", "suspended", "in_force"),
        ("agreement", "terminated", "in_force"),
        ("order", "refunded", "paid"),
    ):
        row = agreement if table == "agreement" else order
        await runtime.pool.execute(f'UPDATE "{table}" SET status = $1 WHERE id = $2', ended, row)
        denied(await reader("POST", f"{tables}/shops/query", json={}), 403, DENIED, "channel-closed")
        ranged = await reader.http.get(url, headers={"range": "bytes=0-3"})
        denied(ranged, 403, DENIED, "channel-closed")
        await runtime.pool.execute(f'UPDATE "{table}" SET status = $1 WHERE id = $2', restored, row)
    assert (await reader.http.get(url, headers={"range": "bytes=0-3"})).status_code == 206
    uses = await runtime.pool.fetch("SELECT http_status FROM channel_use WHERE operation = 'query' ORDER BY id")
    assert [use["http_status"] for use in uses] == [200, 403, 403, 403]
    clock.move(timedelta(days=91))
    denied(await reader("GET", "/shares"), 401, "TOKEN_EXPIRED", "channel-key-expired")
    denied(await reader.http.get(url), 403, DENIED, "link-expired")
    reader.bearer = trade.buyer.key or ""
    denied(await reader("GET", "/shares"), 401, "UNAUTHENTICATED", "channel-key-unknown")


async def test_a_link_opens_one_file_by_one_key(runtime, as_: As, drain):
    trade, order, reader, tables = await begin(runtime, as_, drain)
    url = (await reader.lines("POST", f"{tables}/shops/query", json={}))[2]["file"]["url"]
    other = (await reader.lines("POST", f"{tables}/订单_表/query", json={}))[2]["file"]["id"]
    second = (await story.take_key(trade, order))["key"]["id"]
    file, key = url.split("/files/")[1].split("?")[0], url.split("&key=")[1]
    for altered in (url.replace(file, other), url.replace(key, second), url.replace("exp=1", "exp=2")):
        denied(await reader.http.get(altered), 403, DENIED, "link-invalid")


async def test_what_is_not_as_registered_is_never_delivered(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order = await trade.paid()
    stored = await runtime.pool.fetchval("SELECT files->0->>'storage_key' FROM asset_revision")
    path = runtime.settings.data_dir / "storage" / stored
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)
    key = await story.take_key(trade, order)
    await drain()
    (publication,) = (await trade.buyer.get(f"/v1/orders/{order}/share")).json()["publications"]
    assert (publication["status"], publication["problem"]["code"]) == ("failed", "not-as-registered")
    reader = Reader(trade.buyer, key["profile"])
    answer = await reader("GET", f"/shares/{key['key']['agreement_id']}/all-tables")
    denied(answer, 403, DENIED, "publication-failed")
    assert await runtime.pool.fetchval("SELECT count(*) FROM published_file") == 0


async def test_a_share_that_was_read_counts_as_fetched(runtime, as_: As, drain):
    _, order, reader, tables = await begin(runtime, as_, drain)
    async with runtime.act() as act:
        assert not await was_used(act.session, order)
    await reader.lines("POST", f"{tables}/shops/query", json={})
    async with runtime.act() as act:
        assert await was_used(act.session, order)


async def test_an_order_of_another_key_is_not_there(runtime, as_: As, drain):
    trade, _, reader, tables = await begin(runtime, as_, drain)
    other = await story.take_key(trade, await second_order(trade))
    away = Reader(trade.buyer, other["profile"])
    denied(await away("GET", f"{tables}/shops/version"), 404, MISSING, "shared-thing-missing")
    assert (await reader("GET", f"{tables}/shops/version")).status_code == 200


async def second_order(trade: story.Trade) -> str:
    """Another order of the same buyer's, with an agreement of its own."""
    assert trade.provider.party is not None
    trade.listing_id = await make_listing(trade.runtime, trade.provider.party, licence=story.LICENCE)
    return await trade.paid()


async def in_parts(runtime: Any, order_id: str) -> str:
    """An order delivered in two parts, of which the shops are handed over and the orders are not; gives their part."""
    async with runtime.act() as act:
        order = await act.session.get_one(Order, order_id)
        order.in_parts = True
        both = {"status_changed_at": act.at, "version": 1}
        plan = DeliveryPlan(
            id=ids.new("dpl"),
            order_id=order.id,
            agreement_id=order.agreement_id,
            proposed_by=order.provider,
            reason="分批",
            answer=None,
            parts=[],
            policy={},
            status=PlanState.AGREED,
            due_at=None,
            created_at=act.at,
            **both,
        )
        act.session.add(plan)
        await act.session.flush()
        for n, (file, status) in enumerate(
            (("shops.parquet", PartState.RELEASED), ("orders.parquet", PartState.PLANNED)), start=1
        ):
            part = DeliveryPart(
                id=ids.new("dpp"),
                plan_id=plan.id,
                order_id=order.id,
                n=n,
                files=[file],
                amount_minor=1,
                currency=order.currency,
                available_at=act.at + timedelta(days=30),
                status=status,
                collect_due_at=act.at + timedelta(days=40) if status is PartState.RELEASED else None,
                inspection_due_at=None,
                receipt_id=None,
                statement_id=None,
                complaint_id=None,
                disputed_minor=None,
                received_at=None,
                accepted_at=None,
                **both,
            )
            act.session.add(part)
    return part.id


async def test_of_an_order_in_parts_a_share_gives_what_is_handed_over(runtime, as_: As, drain):
    _, order, reader, tables = await begin(runtime, as_, drain)
    url = (await reader.lines("POST", f"{tables}/订单_表/query", json={}))[2]["file"]["url"]
    later = await in_parts(runtime, order)
    denied(await reader("POST", f"{tables}/订单_表/query", json={}), 403, DENIED, "part-not-released")
    denied(await reader("GET", f"{tables}/订单_表/changes?startingVersion=0"), 403, DENIED, "part-not-released")
    denied(await reader.http.get(url), 403, DENIED, "part-not-released")
    listed = (await reader("GET", tables)).json()["items"]
    assert [table["name"] for table in listed] == ["shops"]
    assert len(await reader.lines("POST", f"{tables}/shops/query", json={})) == 3
    await runtime.pool.execute(
        "UPDATE delivery_part SET status = 'released', collect_due_at = available_at WHERE id = $1", later
    )
    assert len(await reader.lines("POST", f"{tables}/订单_表/query", json={})) == 3


async def test_what_is_asked_beyond_all_bounds_is_refused_or_read_and_never_fails(runtime, as_: As, drain):
    _, _, reader, tables = await begin(runtime, as_, drain)
    orders = f"{tables}/订单_表"
    assert len(await reader.lines("POST", f"{orders}/query", json={"limitHint": 2**63 - 1})) == 3
    early = "0001-01-01T00:00:00%2B14:00"
    denied(await reader("GET", f"{orders}/version?startingTimestamp={early}"), 400, INVALID, "invalid-input")
    denied(await reader("GET", f"{tables}/{'x' * 3000}/version"), 404, MISSING, "shared-thing-missing")
    assert await runtime.pool.fetchval("SELECT max(length(subject)) FROM channel_use") <= 255


async def test_a_file_that_is_refused_is_noted_too(runtime, as_: As, drain):
    _, _, reader, tables = await begin(runtime, as_, drain)
    url = (await reader.lines("POST", f"{tables}/shops/query", json={}))[2]["file"]["url"]
    await runtime.pool.execute("UPDATE agreement SET status = 'suspended'")
    denied(await reader.http.get(url), 403, DENIED, "channel-closed")
    denied(await reader.http.get(url.replace("sig=", "sig=x")), 403, DENIED, "link-invalid")
    uses = await runtime.pool.fetch("SELECT http_status FROM channel_use WHERE operation = 'fetch-file'")
    assert [use["http_status"] for use in uses] == [403]


async def test_a_table_that_a_later_version_lacks_is_read_by_its_number_only(runtime, as_: As, drain, clock):
    _trade, order, reader, tables = await begin(runtime, as_, drain)
    shops = f"{tables}/shops"
    clock.move(timedelta(hours=1))
    # The contract by which it is scored has no such table any more.
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE data_contract SET document = document #- '{schema,1}'")
    revision = await story.reach(runtime, order, {"orders.parquet": story.files()["orders.parquet"]})
    await follow(runtime)
    await drain()
    query = "SELECT status FROM publication WHERE revision_id = $1"
    assert await runtime.pool.fetchval(query, revision) == "published"
    assert (await reader("HEAD", f"{tables}/订单_表")).headers["delta-table-version"] == "1"
    for path in ("version", "metadata", "metadata?timestamp=2026-11-23T03:00:00Z"):
        denied(await reader("GET", f"{shops}/{path}"), 404, MISSING, "table-dropped")
    told = denied(await reader("POST", f"{shops}/query", json={}), 404, MISSING, "table-dropped")
    assert "the last is 0" in told
    # What was delivered stays licensed, and is told of the moment at which it stood.
    for path in ("metadata?version=0", "metadata?timestamp=2026-11-23T02:30:00Z"):
        assert (await reader("GET", f"{shops}/{path}")).headers["delta-table-version"] == "0"
    lines = await reader.lines("POST", f"{shops}/query", json={"version": 0})
    assert len(await reader.table(lines[2]["file"]["url"])) == 3
