"""What a file cannot do that was made up to accuse somebody."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import polars as pl

from channels.marking.keys import delivery_key
from channels.traces import commands, jobs
from channels.traces.policy import TRACES
from channels.traces.tracing import Candidate, Outcome, TracedFile, Tracing
from contracts.policy.marks import MarkedColumn, TableMarks

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
