"""A process is given the columns that a text names, and what it says is let go if its file proves to be the registered.

What a text answers is compared with polars, which reads the whole plain file.
"""

import asyncio
import datetime as dt
import os
import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.computing.engine.answers import from_template
from channels.computing.engine.files import NotComputed, files_of
from channels.computing.engine.locked import LIMITS, columns, locked_after
from channels.computing.loading import Loading, computed
from kernel.jobs.processes import Handed
from kernel.storage.encryption import proofs
from kernel.storage.scratch import parts_of
from rights.assets.queries import RevisionFile
from tests.channels.computing.tables import DISK, wages
from tests.channels.computing.test_grammar import in_process
from tests.conftest import NOW

MIB = 1 << 20
SECRET = "the-identifier-of-"
ROWS = 3_000


def frame():
    """Plain and nested columns; secrets that no text names, between those that texts do."""
    return pl.DataFrame(
        {
            "region": [f"r{at % 31}" for at in range(ROWS)],
            "person": [f"{SECRET}{at}" for at in range(ROWS)],
            "month": [1 + at % 12 for at in range(ROWS)],
            "nested": [{"a": at, "b": [f"{SECRET}{at}", "x"]} for at in range(ROWS)],
            "amount": [(at * 7919) % 100_000 for at in range(ROWS)],
            "price": [Decimal(at) / 100 for at in range(ROWS)],
            "since": [dt.date(2026, 1, 1) + dt.timedelta(days=at % 300) for at in range(ROWS)],
        }
    )


@pytest.fixture
def table(tmp_path):
    """The frame as a file of five groups of rows."""
    path = tmp_path / "orders.parquet"
    frame().write_parquet(path, row_group_size=600, compression="uncompressed")
    return path


async def stored(storage, path, key="files/orders", sha256=None):
    """A file as it is registered."""
    there = await storage.put_stream(key, parts_of(path), path.stat().st_size)
    return RevisionFile(path.name, sha256 or there.sha256, there.size_bytes, key)


async def template(storage, file, sql, values=None, mib=64):
    with Loading(storage, mib * MIB) as loading:
        source = await loading.table([file])
        arguments = (source, sql, values or {}, None, 0, 1_000)
        return (await computed(loading, from_template, *arguments, seconds=60, limits=LIMITS)).rows


BY_REGION = (
    "select region, count(*) as n, sum(amount) as s from data where month >= $least group by region order by region"
)


def by_region(least):
    grouped = frame().filter(pl.col("month") >= least).group_by("region").agg(pl.len(), pl.sum("amount"))
    return [list(row) for row in grouped.sort("region").iter_rows()]


async def test_a_template_is_answered_out_of_encrypted_storage(storage, table):
    file = await stored(storage, table)
    assert await template(storage, file, BY_REGION, {"least": 3}) == by_region(3)
    assert len(by_region(3)) == 31


@pytest.mark.slow
async def test_an_answer_is_let_go_only_if_the_file_is_the_registered_one(storage, table):
    """The whole is compared once; after that the key of the sealing proves it, for this digest and no other."""
    file = await stored(storage, table)
    other = RevisionFile(file.name, "0" * 64, file.size_bytes, file.storage_key)
    for _ in range(2):
        with pytest.raises(NotComputed):
            await template(storage, other, BY_REGION, {"least": 3})
        assert await template(storage, file, BY_REGION, {"least": 11}) == by_region(11)


@pytest.mark.slow
async def test_an_altered_cut_or_destroyed_file_gives_nothing(storage, table):
    for at, harm in enumerate(("altered", "cut", "destroyed", "removed")):
        file = await stored(storage, table, f"files/{harm}")
        if at % 2:
            assert await template(storage, file, BY_REGION, {"least": 3}) == by_region(3)
        place = storage.objects.folder / file.storage_key
        sealed = place.read_bytes()
        if harm == "altered":
            place.write_bytes(sealed[:200] + bytes([sealed[200] ^ 1]) + sealed[201:])
        elif harm == "cut":
            place.write_bytes(sealed[:-1])
        elif harm == "destroyed":
            storage.keys.destroy(file.storage_key, "dsr_1", NOW)
        else:
            place.unlink()
        with pytest.raises(NotComputed):
            await template(storage, file, BY_REGION, {"least": 3})


async def test_what_is_not_named_is_not_in_the_process(storage, table):
    """What is named is there as it was stored; of the rest the least and the greatest of each group of rows alone.

    Those stand in the footer and the indexes, which are one piece for all columns, and which no text reads.
    """
    secrets = re.compile(SECRET.encode() + rb"\d+")
    assert len(set(secrets.findall(table.read_bytes()))) == ROWS
    with Loading(storage, 64 * MIB) as loading:
        source = await loading.table([await stored(storage, table)])
        caller = InProcess(loading, asyncio.get_running_loop())

        def held(*names):
            memory = []

            def loaded(engine):
                with files_of(caller, source) as files:
                    files.fill(engine, names)
                    memory.append(os.pread(files._handles[0], source.sizes[0], 0))
                    with pytest.raises(OSError, match="permitted"):
                        os.pwrite(files._handles[0], b"x", 0)
                    memory.append(engine.execute(f"SELECT sum(amount) FROM {files.reader}").fetchone()[0])

            with locked_after(loaded):
                pass
            return memory

        memory, total = await asyncio.to_thread(in_process, held, "region", "AMOUNT")
    assert total == sum(frame()["amount"])
    assert len(memory) == table.stat().st_size
    groups = [[f"{SECRET}{at}".encode() for at in range(start, start + 600)] for start in range(0, ROWS, 600)]
    assert set(secrets.findall(memory)) <= {each for group in groups for each in (min(group), max(group))}
    assert b"r30" in memory


class InProcess:
    """A caller in the place of a process's line: what it asks is answered on the loop."""

    def __init__(self, loading, loop):
        self._answer = lambda question: asyncio.run_coroutine_threadsafe(loading.answer(question), loop).result()

    def ask(self, question):
        return self._answer(question)

    def file(self, question):
        return os.dup(self._answer(question).file)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "select min(stats_min) as m from parquet_metadata('/proc/self/fd/{0}')",
        "select person from read_parquet('/proc/self/fd/{0}')",
        "select size from read_blob('/proc/self/fd/{0}')",
        "select content from read_text('/proc/self/environ')",
        "select content from read_text('/proc/self/cmdline')",
        "select file from glob('/proc/self/fd/*')",
        "with x as (select 1) select * from '/proc/self/fd/{0}', x",
    ],
)
def test_a_text_reads_the_table_by_its_name_and_no_file(table, sql):
    source = DISK.table("orders.parquet", table)
    for handle in range(3, 30):
        with pytest.raises(NotComputed) as met:
            in_process(from_template, DISK, source, sql.format(handle), {}, None, 0, 100)
        assert (met.value.args, met.value.__cause__) == ((), None)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/environ", "/proc/self/fd/*", "/proc/self/fd/0", "/proc/1/cmdline", "{folder}"]
)
def test_without_its_grammar_the_engine_reaches_its_memory_file_alone(tmp_path, path):
    """The second lock, which holds where a text got past the first."""
    source, other = wages(tmp_path), tmp_path / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")

    def asked(engine):
        with pytest.raises(Exception, match="disabled by config"):
            engine.execute(f"SELECT * FROM read_blob('{path.format(folder=other)}')").fetchall()
        with pytest.raises(Exception, match=r"locked|disabled"):
            engine.execute("SET allowed_paths = ['/etc/passwd']")

    def work():
        from channels.computing.engine.locked import admit

        with files_of(DISK, source) as files:

            def loading(engine):
                files.fill(engine, ["person"])
                admit(engine, files)

            with locked_after(loading) as engine:
                asked(engine)
                return engine.execute(f"SELECT count(*) FROM {files.reader}").fetchone()[0]

    assert in_process(work) == 60


async def test_a_process_has_what_it_may_ask_for_and_no_more(storage, table):
    """Whoever took a process over: other numbers, places beyond the end, files again or closed, and too much."""
    file = await stored(storage, table)
    size = file.size_bytes
    with Loading(storage, size + 10) as loading:
        assert (await loading.table([file])).sizes == (size,)
        for question in (
            ("spans", 0, [(0, 8)]),
            ("sealed", 0),
            ("file", 1),
            ("file", -1),
            ("file", "0"),
            ("key", 0),
            "file",
            None,
        ):
            with pytest.raises(NotComputed):
                await loading.answer(question)
        assert isinstance(await loading.answer(("file", 0)), Handed)
        for question in (("file", 0), ("spans", 0, [(0, size + 1)]), ("spans", 0, [(-1, 8)]), ("spans", 0, [(8, 4)])):
            with pytest.raises(NotComputed):
                await loading.answer(question)
        assert await loading.answer(("spans", 0, [(0, size)]))
        with pytest.raises(NotComputed):
            await loading.answer(("spans", 0, [(0, 100)]))
    with Loading(storage, size) as loading:
        await loading.table([file])
        await loading.answer(("file", 0))
        assert await loading.answer(("sealed", 0))
        with pytest.raises(NotComputed):
            await loading.answer(("spans", 0, [(0, 8)]))


@pytest.mark.slow
async def test_more_than_a_process_is_given_comes_to_nothing(storage, tmp_path):
    path = tmp_path / "large.parquet"
    pl.DataFrame({"a": os.urandom(2 * MIB).hex(), "n": 1}).write_parquet(path, compression="uncompressed")
    file = await stored(storage, path)
    assert await template(storage, file, "select sum(n) as n from data", mib=1) == [[1]]
    with pytest.raises(NotComputed):
        await template(storage, file, "select sum(length(a)) as n from data", mib=1)


async def test_columns_are_told_by_the_footer_alone(storage, table):
    with Loading(storage, 8_192) as loading:
        source = await loading.table([await stored(storage, table)])
        caller = InProcess(loading, asyncio.get_running_loop())
        assert await asyncio.to_thread(in_process, columns, caller, source) == frame().columns


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\xff" * 8 + b"PAR1", b"x" * 100, b"PAR1\0\0\0\0PAR1"])
async def test_what_is_no_table_is_none(storage, tmp_path, data):
    path = tmp_path / "no.parquet"
    path.write_bytes(data)
    with Loading(storage, MIB) as loading:
        source = await loading.table([await stored(storage, path)])
        caller = InProcess(loading, asyncio.get_running_loop())
        with pytest.raises(NotComputed):
            await asyncio.to_thread(in_process, columns, caller, source)


async def test_what_is_stored_plain_from_before_keys_is_sealed_first(storage, table):
    file = await stored(storage, table)
    place = storage.objects.folder / file.storage_key
    place.write_bytes(table.read_bytes())
    storage.keys.drop(file.storage_key)
    (storage.keys.folder / "complete").unlink()
    assert await template(storage, file, BY_REGION, {"least": 3}) == by_region(3)
    assert not (await storage.opened(file.storage_key)).is_plain


CELLS = st.sampled_from([None, 0, 1, 2, 5, 10**12, -3])


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, st.sampled_from([None, "", "a", "é", "x" * 50]), CELLS, CELLS), max_size=60),
    groups=st.integers(1, 70),
    compression=st.sampled_from(["uncompressed", "zstd", "snappy"]),
    named=st.lists(st.sampled_from(["i", "t", "s", "l"]), min_size=1, unique=True),
)
def test_named_columns_are_those_of_the_whole_file(tmp_path, rows, groups, compression, named):
    """Whatever the groups, the codec, and the nested columns in between; against polars on the plain file."""
    whole = pl.DataFrame(
        {
            "i": [row[0] for row in rows],
            "s": [{"x": row[2], "y": [row[3], 7]} for row in rows],
            "t": [row[1] for row in rows],
            "l": [[row[3]] * (at % 3) for at, row in enumerate(rows)],
        },
        schema={
            "i": pl.Int64(),
            "s": pl.Struct({"x": pl.Int64(), "y": pl.List(pl.Int64())}),
            "t": pl.String(),
            "l": pl.List(pl.Int64()),
        },
    )
    path = tmp_path / "t.parquet"
    whole.write_parquet(path, row_group_size=groups, compression=compression)
    told = {"i": '"i"', "s": 's.x AS "s"', "t": '"t"', "l": 'list_sum(l)::BIGINT AS "l"'}
    sql = f"select {', '.join(told[name] for name in named)} from data"
    source = DISK.table("t.parquet", path)
    rows_told = in_process(from_template, DISK, source, sql, {}, None, 0, 100).rows
    plain = {
        "i": whole["i"].to_list(),
        "s": [row["x"] for row in whole["s"]],
        "t": whole["t"].to_list(),
        "l": [None if all(each is None for each in row) else sum(each or 0 for each in row) for row in whole["l"]],
    }
    assert rows_told == [list(row) for row in zip(*(plain[name] for name in named), strict=True)]


async def test_a_proof_is_of_one_sealing_one_digest_and_one_key(storage, table):
    file = await stored(storage, table)
    opened = await storage.opened(file.storage_key)
    assert await opened.has_digest(file.sha256)
    proof = storage.keys.proof_path(file.storage_key)
    noted = proof.read_bytes()
    again = await storage.opened(file.storage_key)
    header = again._header
    assert proofs.is_proved(storage.keys, file.storage_key, header, file.sha256)
    assert not proofs.is_proved(storage.keys, file.storage_key, header, "0" * 64)
    # Another object under the same name, sealed anew: the earlier proof is none of it.
    await storage.replace(file.storage_key, b"something else")
    resealed = await storage.opened(file.storage_key)
    assert not await resealed.has_digest(file.sha256)
    assert not proofs.is_proved(storage.keys, file.storage_key, resealed._header, file.sha256)
    # A proof that somebody put in another object's place, and one of a key that is gone.
    other = await stored(storage, table, "files/other")
    storage.keys.proof_path(other.storage_key).write_bytes(noted)
    header = (await storage.opened(other.storage_key))._header
    assert not proofs.is_proved(storage.keys, other.storage_key, header, other.sha256)
    storage.keys.destroy(file.storage_key, "dsr_1", NOW)
    assert not proof.exists()
