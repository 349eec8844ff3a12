"""Data larger than the memory that scoring may take is scored within it; what cannot be is refused by name."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.counting.engines import DuckDB
from valuation.quality.errors import DataTooLarge
from valuation.quality.policy import policies
from valuation.quality.reading.opening import open_tables

ROWS, REPEATED = 5_000_000, 1_000
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
DOCUMENT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "large",
    "version": "1",
    "schema": [
        {
            "name": "t",
            "properties": [
                {
                    "name": "key",
                    "logicalType": "string",
                    "required": True,
                    "unique": True,
                    "logicalTypeOptions": {"pattern": "^[0-9a-f]{32}$"},
                },
                {"name": "a", "logicalType": "string", "logicalTypeOptions": {"minLength": 32, "maxLength": 32}},
                {"name": "b", "logicalType": "string", "required": True},
            ],
        }
    ],
}
CHILD = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.scoring.score import score

def peak():
    # What getrusage tells of a process includes the memory of the one that started it.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024

contract, as_of = read(json.loads(sys.argv[1])), datetime(2026, 11, 23, tzinfo=UTC)
before = peak()
card = score(contract, {"t.parquet": Path(sys.argv[2])}, as_of=as_of, policy=policies().at(as_of.date()))
print(json.dumps({"taken": peak() - before, "failed": {check.id: check.failed for check in card.checks}}))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of half a gigabyte, not compressed, in which a thousand keys come a second time."""
    path = tmp_path_factory.mktemp("large") / "t.parquet"
    key = f"md5((CASE WHEN i < {REPEATED} THEN {ROWS} - 1 - i ELSE i END)::VARCHAR)"
    query = f"SELECT {key} AS key, md5((i + 7)::VARCHAR) AS a, md5((i * 3)::VARCHAR) AS b FROM range({ROWS}) t(i)"
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "500MB"})
    connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION uncompressed)")
    yield path
    path.unlink()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_a_file_larger_than_the_memory_it_takes_is_scored_whole(large):
    """The least of three peaks: what was let go stays with a process for a while, and longer on a busy machine."""
    size = large.stat().st_size
    command = [sys.executable, "-c", CHILD, json.dumps(DOCUMENT), str(large)]
    for _ in range(3):
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env=os.environ | {"POLARS_MAX_THREADS": "2"}
        )
        told = json.loads(done.stdout.splitlines()[-1])
        if told["taken"] < 0.9 * size:
            break
    assert size > 480_000_000
    assert told["taken"] < 0.9 * size
    assert told["failed"]["t.key:unique"] == REPEATED
    assert told["failed"]["t.key:pattern"] == told["failed"]["t.a:length"] == told["failed"]["t.b:not_null"] == 0


@pytest.mark.slow
def test_duckdb_spills_what_its_memory_does_not_hold(large, tmp_path):
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    tables = open_tables(contract, {"t.parquet": large}, policies().at(AS_OF.date()).body.limits, tmp_path)
    (rule,) = [rule for rule in contract.objects[0].rules if rule.kind == "unique"]
    roomy = DuckDB(tables, tmp_path / "roomy", memory_mb=200)
    assert roomy.repeats(tables, rule, 5).surplus == REPEATED
    with pytest.raises(DataTooLarge, match="megabytes in memory"):
        DuckDB(tables, tmp_path / "narrow", memory_mb=16).repeats(tables, rule, 5)


def test_duckdb_keeps_to_its_bounds(tmp_path):
    contract = read(DOCUMENT)
    assert isinstance(contract, Contract)
    small = tmp_path / "t.parquet"
    duckdb.execute(f"COPY (SELECT 'x' AS key, 'y' AS a, 'z' AS b) TO '{small}'")
    tables = open_tables(contract, {"t.parquet": small}, policies().at(AS_OF.date()).body.limits, tmp_path)
    engine = DuckDB(tables, tmp_path / "spill", threads=1, memory_mb=300)
    for connection in (engine._rows, engine._keys):
        names = ("threads", "memory_limit", "temp_directory", "max_temp_directory_size", "lock_configuration")
        found = [connection.execute(f"SELECT current_setting('{name}')").fetchall()[0][0] for name in names]
        assert found == [1, "286.1 MiB", str(tmp_path / "spill"), "59.6 GiB", True]
        for name, value in (("threads", "64"), ("memory_limit", "'64GB'"), ("temp_directory", "'/tmp'")):
            with pytest.raises(duckdb.Error, match="locked"):
                connection.execute(f"SET {name} = {value}")
