"""Driving a run: lines are read when needed, valued in other processes and kept in order; memory stays bounded."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from kernel.errors import FieldError, InvalidInput
from kernel.jobs.processes import Pool
from kernel.text import Text
from valuation.portfolio.engine import work
from valuation.portfolio.engine.inputs import LINE_BYTES_MAX
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.work import Basis

CHUNK_LINES: Final = 200
CHUNK_BYTES: Final = 8 * 1024 * 1024
AHEAD: Final = 3
"""So many chunks a worker are read ahead of what is kept."""

T = TypeVar("T")
R = TypeVar("R")
Line = tuple[int, bytes]


def lines(path: Path, after: int = 0) -> Iterator[Line]:
    """The lines of a file that are not empty, numbered from 1; a line too long is cut, and refused for its length."""
    number = 0
    with path.open("rb") as file:
        while line := file.readline(LINE_BYTES_MAX + 2):
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LINE_BYTES_MAX)
            number += 1
            if number > after and line.strip():
                yield number, line.strip()


def measured(path: Path) -> tuple[int, str]:
    """How many lines a file has, and its digest."""
    digest, count, ended = sha256(), 0, True
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            count += block.count(b"\n")
            ended = block.endswith(b"\n")
    return count + (not ended), f"sha256:{digest.hexdigest()}"


def chunks(given: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines in lists of bounded length and size."""
    chunk: list[Line] = []
    size = 0
    for number, line in given:
        chunk.append((number, line))
        size += len(line)
        if len(chunk) == CHUNK_LINES or size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def in_order(workers: int, given: Iterable[T], submit: Callable[[T], Future[R]]) -> Iterator[R]:
    """The results of work on each item, in the order of the items, with a bounded number under way."""
    under_way: deque[Future[R]] = deque()
    for item in given:
        under_way.append(submit(item))
        if len(under_way) >= workers * AHEAD:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def value(store: Store, path: Path, basis: Basis, *, workers: int, told: Callable[[int], None]) -> None:
    """Value what is not yet done and keep it chunk by chunk; `told` hears how many more lines are done."""
    done = store.read_until()
    with Pool(workers) as processes:
        given = chunks(lines(path, done))
        for found in in_order(workers, given, lambda chunk: processes.submit(work.valued, chunk, basis)):
            store.keep(found)
            told(found[-1].number - done)
            done = found[-1].number


def link(store: Store, path: Path) -> None:
    """Read a lineage file, `child,parent,share` with that heading; raises InvalidInput naming the line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"child", "parent", "share"} <= set(rows.fieldnames or ()):
            raise _faulty("1", "首行须为 child,parent,share", "the first line must be child,parent,share")
        store.link(_links(rows))


def _links(rows: "csv.DictReader[str]") -> Iterator[tuple[str, str, str]]:
    for row in rows:
        child, parent = row["child"] or "", row["parent"] or ""
        try:
            share = Decimal(row["share"] or "")
        except InvalidOperation:
            share = Decimal(-1)
        if not child or not parent or child == parent or not share.is_finite() or not 0 <= share <= 1:
            raise _faulty(
                str(rows.line_num), "份额须在 0 至 1 之间，来源须为另一资产", "a share from 0 to 1 of another asset"
            )
        if share:
            yield child, parent, f"{share:f}"


def _faulty(line: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError(f"/lineage/{line}", Text(zh, en), "LT-PTF-02")])


def overfull(store: Store) -> str | None:
    """An asset whose upstream shares sum to more than 1, which only a lineage file can say."""
    child, total = None, Decimal(0)
    for name, share in store.rows("SELECT child, share FROM upstream ORDER BY child"):
        total = (total if name == child else Decimal(0)) + Decimal(share)
        child = name
        if total > 1:
            return str(name)
    return None
