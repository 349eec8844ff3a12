"""What the registers count by month: at the border of months in China, before the first month, and as a table."""

import asyncio
import csv
import io
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.publications.statistics import queries
from centre.publications.statistics.queries import months_back
from kernel import ids
from tests.market.trade import make_listing
from tests.refusals import refused

SETTLED = (
    'INSERT INTO "order" (id, buyer, provider, listing_id, asset_id, revision_id, certificate_id, title_zh, title_en,'
    " purpose, use_case, amount_minor, currency, licence, terms, status, status_changed_at, version, payment_due_at,"
    " placed_at, settled_at) VALUES ($1, 'pty_a', 'pty_b', 'lst_x', 'ast_x', 'rev_x', 'crt_x', '数据', 'data',"
    " 'research', '', 100, 'CNY', '{}', '{}', 'settled', $2, 1, $2, $2, $2)"
)
MOMENTS = (
    "2025-11-30T15:59:59.999+00:00",
    "2025-11-30T16:00:00+00:00",
    "2026-10-31T15:59:59.999+00:00",
    "2026-10-31T16:00:00+00:00",
    "2026-11-23T01:00:00+00:00",
)
"""In China: the last moment of November 2025, the first of December, the last of October, the first of November."""


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_back_are_first_days_one_after_the_other(day, months):
    at = months_back(day, months)
    assert at.day == 1
    assert (day.year - at.year) * 12 + day.month - at.month == months


async def test_moments_are_counted_in_their_month_in_china(client, as_, runtime):
    async with runtime.pool.acquire() as connection:
        for moment in MOMENTS:
            await connection.execute(SETTLED, ids.new("ord"), datetime.fromisoformat(moment))
    provider, buyer = await as_("provider"), await as_("buyer")
    assert provider.party != buyer.party
    await make_listing(runtime, provider.party)
    view = (await client.get("/v1/statistics")).json()
    months = {each["month"]: each for each in view["months"]}
    assert list(months) == ["2025-12", *(f"2026-{n:02d}" for n in range(1, 12))]
    settled = {month: each["orders_settled"] for month, each in months.items() if each["orders_settled"]}
    assert settled == {"2025-12": 1, "2026-10": 1, "2026-11": 2}
    assert (view["total"]["orders_settled"], view["total"]["listings"], view["total"]["certificates"]) == (5, 1, 1)
    assert (months["2026-11"]["providers"], view["total"]["providers"]) == (1, 1)
    assert [each["code"] for each in view["indicators"]] == ["providers", "certificates", "listings", "orders_settled"]
    table = await client.get("/v1/statistics/table", params={"months": 2})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert b"\n" not in table.content.replace(b"\r\n", b"")
    head, *rows = csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline=""))
    assert len(head) == 5
    assert rows == [["2026-10", "0", "0", "0", "1"], ["2026-11", "1", "1", "1", "2"]]
    page = (await client.get("/en/statistics?months=2")).text
    assert ">2026-10<" in page
    assert "Orders settled" in page


async def settled(runtime, moment=MOMENTS[-1]):
    async with runtime.pool.acquire() as connection:
        await connection.execute(SETTLED, ids.new("ord"), datetime.fromisoformat(moment))


async def total(client, months=12):
    view = (await client.get("/v1/statistics", params={"months": months})).json()
    return view["counted_at"], view["total"]["orders_settled"]


async def test_strangers_have_the_registers_read_once_a_minute(client, runtime, clock, monkeypatch):
    """Whichever way they ask, and however many at once; after a minute of the centre's clock they are read again."""
    counts = []
    by_month = queries._by_month

    async def counted(*arguments):
        counts.append(arguments)
        await asyncio.sleep(0)
        return await by_month(*arguments)

    monkeypatch.setattr(queries, "_by_month", counted)
    ways = [
        *(f"/v1/statistics?months={months}" for months in range(1, 16)),
        "/v1/statistics/table",
        "/v1/statistics/table?months=60",
        "/zh/statistics",
        "/en/statistics?months=60",
    ]
    answers = await asyncio.gather(*(client.get(way) for way in ways))
    assert [each.status_code for each in answers] == [200] * len(ways)
    assert len(counts) == len(queries.INDICATORS)
    await settled(runtime)
    first = await total(client)
    assert first[1] == 0
    clock.move(timedelta(seconds=59))
    assert await total(client, 3) == first
    clock.move(timedelta(seconds=1))
    second = await total(client)
    assert second[1] == 1
    assert datetime.fromisoformat(second[0]) - datetime.fromisoformat(first[0]) == timedelta(seconds=60)
    assert len(counts) == 2 * len(queries.INDICATORS)


async def test_a_count_of_another_month_is_none_of_this(client, runtime, clock):
    """Thirty seconds before the end of November in China, and ten after."""
    clock.move(datetime.fromisoformat("2026-11-30T23:59:30+08:00") - clock.now())
    assert (await client.get("/v1/statistics")).json()["months"][-1]["month"] == "2026-11"
    await settled(runtime, "2026-12-01T00:00:05+08:00")
    clock.move(timedelta(seconds=40))
    last = (await client.get("/v1/statistics")).json()["months"][-1]
    assert (last["month"], last["orders_settled"]) == ("2026-12", 1)


async def test_who_waits_for_a_count_holds_no_connection(runtime, clock, monkeypatch):
    """As many as the pool has connections and more ask while one counts: what is left of the pool is free."""
    going_on, begun = asyncio.Event(), asyncio.Event()
    by_month = queries._by_month

    async def counted(session, *rest):
        numbers = await by_month(session, *rest)
        begun.set()
        await going_on.wait()
        return numbers

    async def ask():
        async with runtime.act() as act:
            return await queries.statistics(runtime, act, 1)

    monkeypatch.setattr(queries, "_by_month", counted)
    asked = [asyncio.ensure_future(ask()) for _ in range(30)]
    await begun.wait()
    assert runtime.engine.pool.checkedout() == 1
    going_on.set()
    assert len({view.counted_at for view in await asyncio.gather(*asked)}) == 1


@pytest.mark.slow
async def test_who_is_restored_is_admitted_once(client, as_):
    provider, operator = await as_("provider"), await as_("operator")
    for action in ("suspend", "restore"):
        body = {"action": action, "reason": "looked into"}
        assert (await operator.post(f"/v1/parties/{provider.party}/admission", body)).status_code == 200
    assert (await client.get("/v1/statistics")).json()["total"]["providers"] == 1


async def test_so_many_months_and_no_more(client):
    refused(await client.get("/v1/statistics", params={"months": 61}), 400, "invalid-input")
    refused(await client.get("/v1/statistics/table", params={"months": 0}), 400, "invalid-input")
