"""Pages over files one after the other: every row comes once, and a page that ends early leads on."""

from pathlib import Path

import msgspec
import polars as pl
import pytest

from channels.publishing.making.columns import spark_schema
from channels.publishing.making.tables import Cut, written
from channels.publishing.queries import FileRow
from channels.querying.errors import RowTooLarge, TooManyQueries
from channels.querying.pages import PageSpec, TablePage, read_page, under_way
from channels.querying.rules import QUERYING, Question
from channels.querying.skipping import to_be_read
from contracts.usage.scope.tree import Comparator, Condition
from kernel.storage.scratch import parts_of
from tests.conftest import NOW

RULES = QUERYING.at(NOW.date()).body
NUMBERS = list(range(11))
TABLE = pl.DataFrame({"n": NUMBERS, "city": ["甲", "乙"] * 5 + ["甲"]})


SCHEMA = spark_schema(TABLE)


async def stored(runtime, folder: Path, frame: pl.DataFrame) -> list[FileRow]:
    """A table in encrypted files of three rows."""
    files = []
    for n, made in enumerate(written(frame, Cut(3, 2), folder, "t")):
        key = f"shared/00/{n}"
        told = msgspec.json.encode(made.stats).decode()
        kept = await runtime.storage.put_stream(key, parts_of(Path(made.path)), 1 << 25)
        files.append(FileRow(f"pfl_{n}", None, n, made.rows, kept.sha256, kept.size_bytes, key, told))
    return files


async def every_page(runtime, files: list[FileRow], question: Question, limit: int, rules=RULES) -> list[TablePage]:
    pages: list[TablePage] = []
    start = 0
    while True:
        read = to_be_read(files, SCHEMA, question.filter)
        pages.append(await read_page(runtime, files, read, PageSpec(question, start, limit, "pty_1"), rules))
        if (after := pages[-1].next_row) is None:
            return pages
        assert after > start
        start = after


def numbers(pages: list[TablePage]) -> list[int]:
    return [msgspec.json.decode(row)["n"] for page in pages for row in page.rows]


@pytest.mark.slow
async def test_every_row_comes_once_whatever_page_window_and_room(runtime, tmp_path: Path):
    files = await stored(runtime, tmp_path, TABLE)
    assert len(files) == 4
    city = Condition(col="city", op=Comparator.EQ, value="甲")
    last = Condition(col="n", op=Comparator.GE, value=10)
    none = Condition(col="n", op=Comparator.GT, value=10)
    for condition, wanted in ((None, NUMBERS), (city, NUMBERS[::2]), (last, [10]), (none, [])):
        for window in (1, 4, 100):
            for limit in (1, 2, 100):
                rules = msgspec.structs.replace(RULES, window_rows=window)
                pages = await every_page(runtime, files, Question(condition, ("n",)), limit, rules)
                assert numbers(pages) == wanted
                assert all(len(page.rows) <= min(limit, window) for page in pages)
    room = msgspec.structs.replace(RULES, answer_bytes_max=2 * len('{"n":1},'))
    assert numbers(pages := await every_page(runtime, files, Question(None, ("n",)), 100, room)) == NUMBERS
    assert [len(page.rows) for page in pages] == [2, 2, 2, 2, 2, 1]


@pytest.mark.slow
async def test_a_row_without_room_is_refused_by_its_number(runtime, tmp_path: Path):
    files = await stored(runtime, tmp_path, TABLE)
    rules = msgspec.structs.replace(RULES, answer_bytes_max=len('{"n":9},'))
    with pytest.raises(RowTooLarge) as refused:
        await every_page(runtime, files, Question(None, ("n",)), 100, rules)
    assert (refused.value.facts["row"], refused.value.rule) == (10, "LT-QRY-03")


async def test_places_are_taken_and_given_back(runtime):
    rules = msgspec.structs.replace(RULES, at_once_max=1)
    with under_way(runtime, "agr_1", rules):
        with pytest.raises(TooManyQueries), under_way(runtime, "agr_1", rules):
            pass
        with under_way(runtime, "agr_2", rules):
            pass
    with pytest.raises(RuntimeError), under_way(runtime, "agr_1", rules):
        raise RuntimeError
    with under_way(runtime, "agr_1", rules):
        pass
