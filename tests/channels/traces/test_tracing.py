"""What a file cannot do that was made up to accuse somebody."""

import csv
from contextlib import asynccontextmanager
from types import SimpleNamespace

import polars as pl
import pytest

from channels.marking.keys import delivery_key
from channels.traces import commands, jobs
from channels.traces.policy import TRACES
from channels.traces.tracing import Candidate, Outcome, TracedFile, Tracing
from contracts.policy.marks import MarkedColumn, TableMarks
from tests.channels.story import DOCUMENT
from tests.conftest import NOW
from valuation.quality.policy import policies

MARKS = TableMarks("t", (MarkedColumn("v", "1"),))


def traced(frame: pl.DataFrame, key: tuple[str, ...], deliveries: int = 40) -> Outcome:
    """A frame tried against deliveries that it does not come of."""
    keys = [delivery_key(bytes(32), f"agr_{n}") for n in range(deliveries)]
    candidates = tuple(Candidate(f"agr_{n}", one, MARKS, key) for n, one in enumerate(keys))
    alpha, rows_max = TRACES.version("2026-11").body.alpha, frame.height
    file = TracedFile("found.csv", "", "")
    task = Tracing({}, "", file, "t", {}, candidates, deliveries, alpha, rows_max)
    return task._scored(frame, lambda _: None)


def test_one_row_spelled_in_many_ways_counts_once():
    """A separator within a text of the key: of one such row, whose one mark agrees by chance, hundreds would."""
    signs = [("\x1f" * n, "\x1f" * (600 - n)) for n in range(601)]
    frame = pl.DataFrame({"a": [a for a, _ in signs], "b": [b for _, b in signs], "v": [7] * len(signs)})
    outcome = traced(frame, ("a", "b"))
    assert not any(score.accused for score in outcome.scores)
    # Each is a row of its own, told apart from the others.
    assert (outcome.rows_read, outcome.rows_told) == (601, 601)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_file_that_was_saved_with_another_separator_is_read_as_it_is(tmp_path, delimiter, encoding):
    """Texts with every separator in them, between quotes, are the texts that they were."""
    texts = ["上海;浦东", "北京,海淀", "a|b\tc", 'ein "Wort"; noch eins', ""]
    path = tmp_path / "found.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["编号", "城市", "day; 日期"])
        writer.writerows([number, text, "x"] for number, text in enumerate(texts, 1))
    (tmp_path / "work").mkdir()
    types = {"编号": "long", "城市": "string", "金额": "decimal(10,2)"}
    file = TracedFile("found.csv", str(path), str(tmp_path / "work"))
    version = policies().at(NOW.date()).meta.version
    task = Tracing(DOCUMENT, version, file, "订单 表", types, (), 1, TRACES.version("2026-11").body.alpha, 100)
    read = task._read()
    assert read["编号"].to_list() == [1, 2, 3, 4, 5]
    assert read["城市"].fill_null("").to_list() == texts


async def test_progress_stays_while_its_process_says_nothing(monkeypatch):
    said, told = [("step", 20, 40, "agr_1"), None, ("end", Outcome())], []

    async def next_message(seconds):
        return said.pop(0)

    async def note_progress(act, trace_id, done, total):
        told.append((done, total))
        return True

    @asynccontextmanager
    async def working(*_):
        yield SimpleNamespace(next=next_message)

    @asynccontextmanager
    async def act():
        yield None

    monkeypatch.setattr(jobs, "working", working)
    monkeypatch.setattr(commands, "note_progress", note_progress)
    task, numbers = SimpleNamespace(candidates=[None] * 40), TRACES.version("2026-11").body
    assert await jobs._outcome(SimpleNamespace(act=act), "trc_1", task, numbers) == Outcome()
    assert told == [(20, 40), (20, 40)]
