"""Pages of a query: every row on exactly one page, in the order of the key, and no cursor but our own."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, insert, select

from kernel.errors import InvalidInput
from kernel.views.paging import encode, fetch

ITEM = Table(
    "paged_item",
    MetaData(),
    Column("day", Date, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, primary_key=True),
)
DAY, NUMBER, NAME = ITEM.c
KEYS = {"all three": (DAY, NUMBER, NAME), "another order": (NAME, DAY, NUMBER), "a number first": (NUMBER, NAME, DAY)}


@pytest.fixture
async def items(session):
    """A table of thirty different rows, most of whose values occur several times."""
    chance = Random(7)
    rows: set[tuple[date, int, str]] = set()
    while len(rows) < 30:
        rows.add(
            (date(2026, 1, chance.randint(1, 3)), chance.randint(0, 12), chance.choice(["", "a", "ab", "数", "b"]))
        )
    connection = await session.connection()
    await connection.run_sync(ITEM.create)
    await connection.execute(insert(ITEM), [dict(zip(("day", "number", "name"), row, strict=True)) for row in rows])
    yield rows
    await connection.run_sync(ITEM.drop)


async def all_pages(session, query, key, limit, *, newest_first):
    items, cursor = [], None
    while True:
        page = await fetch(session, query, *key, limit=limit, cursor=cursor, newest_first=newest_first)
        assert len(page.items) <= limit
        items += page.items
        cursor = page.next
        if cursor is None:
            return items


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_every_row_is_on_one_page(session, items, key, newest_first):
    query = select(*ITEM.c)
    ordered = (await session.execute(query.order_by(*(c.desc() if newest_first else c.asc() for c in key)))).all()
    for limit in (1, 4, 7, 29, 30, 31, 100):
        paged = await all_pages(session, query, key, limit, newest_first=newest_first)
        assert Counter(paged) == Counter(items)
        assert paged == [tuple(row) for row in ordered]


async def test_one_column_gives_its_values_and_a_view_of_each(session, items):
    page = await fetch(session, select(NAME), DAY, NUMBER, NAME, limit=100, cursor=None)
    assert page.next is None
    assert Counter(page.items) == Counter(name for _, _, name in items)
    assert page.of(len).items == [len(name) for name in page.items]


@pytest.mark.parametrize(
    "cursor",
    [
        encode("2026-01-01", "1"),
        encode("2026-01-01", "1", "a", "b"),
        encode("yesterday", "1", "a"),
        encode("2026-13-01", "1", "a"),
        encode("2026-01-01", "one", "a"),
        encode("2026-01-01", "-1", "a"),
        encode("2026-01-01", "9" * 30, "a"),
        encode("2026-01-01", "1", "\x00"),
        "not ours",
    ],
)
async def test_a_foreign_cursor_is_refused(session, items, cursor):
    with pytest.raises(InvalidInput) as refused:
        await fetch(session, select(*ITEM.c), DAY, NUMBER, NAME, limit=5, cursor=cursor)
    assert [error.pointer for error in refused.value.errors] == ["/query/cursor"]
