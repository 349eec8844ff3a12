"""What the registers count by month: at the border of months in China, before the first month, and as a table."""

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
