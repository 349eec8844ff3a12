"""What a file cannot do that was made up to accuse somebody."""

import polars as pl

from channels.marking.keys import delivery_key
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
