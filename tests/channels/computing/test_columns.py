"""The columns of a file, which offers and templates are held against: told by little, and by a locked engine."""

import asyncio
import os

import pytest

from channels.computing.engine.files import HEAD_BYTES, NotComputed, TableFiles, whole_lines
from channels.computing.engine.locked import LIMITS, columns, ready
from channels.computing.loading import Loading
from kernel.jobs import desk, processes
from tests.channels.computing.tables import DISK
from tests.channels.computing.test_grammar import in_process
from tests.channels.computing.test_loading import MIB, InProcess, frame, stored, table

__all__ = ["table"]


async def test_columns_of_csv_are_told_by_its_first_lines_alone(storage, tmp_path):
    """One megabyte of three is deciphered; what it ends in the middle of is no line, though lines end within quotes."""
    path = tmp_path / "notes.csv"
    line = '1,"' + "said\n" * 20_000 + '",2\n'
    path.write_text("person,note,pay\n" + line * 30, encoding="utf-8")
    assert path.stat().st_size > 2 * HEAD_BYTES
    with Loading(storage, HEAD_BYTES) as loading:
        source = await loading.table([await stored(storage, path)])
        caller = InProcess(loading, asyncio.get_running_loop())
        assert await asyncio.to_thread(in_process, columns, caller, source) == ["person", "note", "pay"]


@pytest.mark.parametrize(("head", "end"), [
    (b"a,b\n1,2\n3", 8),
    (b"a,b\r\n1,2\r\n", 10),
    (b'a,b\n1,"x\ny', 4),
    (b'a,"b""\n"\n1,"2\n', 9),
    (b"a\r1\r2", 4),
])  # fmt: skip
def test_a_line_ends_outside_quotes(head, end):
    assert whole_lines(head) == end


def test_a_head_without_a_whole_line_tells_nothing():
    for head in (b"", b"a" * 100, b'"a\n1\n'):
        with pytest.raises(NotComputed):
            whole_lines(head)


async def test_columns_are_told_by_a_process_of_ones_own(storage, table):
    """Where others are answered a process stays and serves the next; what a file met serves nobody."""
    file, own, told = await stored(storage, table), desk.Own(ready, LIMITS), []
    for _ in range(2):
        with Loading(storage, MIB) as loading:
            source = await loading.table([file])
            told.append(await desk.answer(process_and_columns, source, party=None, answering=loading.answer, own=own))
    first, second = told
    assert first[1] == second[1] == frame().columns
    assert first[0] != second[0]
    assert first[0] not in [worker.process.pid for idle in processes._IDLE.values() for worker in idle]


def process_and_columns(caller, source):
    return os.getpid(), columns(caller, source)


def test_the_engine_that_tells_columns_reaches_nothing_else(monkeypatch, table):
    """Locked before it reads anything that somebody else wrote."""
    met = []
    described = TableFiles.described

    def asked(files, engine):
        for text in ("SELECT * FROM read_blob('/etc/passwd')", "SET memory_limit = '100GB'", "ATTACH '/tmp/x.db' AS x"):
            with pytest.raises(Exception, match=r"locked|disabled") as refusal:
                engine.execute(text).fetchall()
            met.append(refusal.type)
        return described(files, engine)

    monkeypatch.setattr(TableFiles, "described", asked)
    assert in_process(columns, DISK, DISK.table("orders.parquet", table)) == frame().columns
    assert len(met) == 3
