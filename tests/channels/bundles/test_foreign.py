"""What a bundle says of itself, read by programs that others wrote, each in an environment of its own."""

import hashlib
import json
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from channels.bundles.archive import zipped
from channels.bundles.contents import Contents, described
from channels.bundles.descriptions import checksums, croissant, data_package, readme
from tests.interop.stand import Absent, environment

pytestmark = pytest.mark.slow

ORDERS = "id,价格,when\n1,10.5,2026-11-23T02:00:00Z\n2,,2026-11-24T02:00:00Z\n".encode()
CONTRACT = {
    "schema": [
        {
            "name": "orders",
            "properties": [
                {"name": "id", "logicalType": "integer", "required": True},
                {"name": "价格", "logicalType": "number", "description": "成交价"},
                {"name": "when", "logicalType": "timestamp"},
            ],
        }
    ]
}


@pytest.fixture
async def folder(tmp_path):
    """A bundle as it was unpacked."""
    file = {"name": "orders.csv", "sha256": hashlib.sha256(ORDERS).hexdigest(), "size_bytes": len(ORDERS)}
    told = Contents(
        "航班数据", "Flights", "草原数据科技有限公司", "北方风控股份有限公司", "ord_1", "agr_1", "sha256:ab",
        "https://centre.example/v1/agreements/agr_1", "rev_1", 3, datetime(2026, 11, 23, 2, tzinfo=UTC),
        described([file], CONTRACT),
    )  # fmt: skip

    async def content():
        yield ORDERS

    texts = {
        "README.md": readme(told).encode(),
        "SHA256SUMS": checksums(told).encode(),
        "datapackage.json": json.dumps(data_package(told)).encode(),
        "croissant.json": json.dumps(croissant(told)).encode(),
    }
    with (tmp_path / "bundle.zip").open("wb") as target:
        async for part in zipped(texts, [("data/orders.csv", content())], told.delivered_at):
            target.write(part)
    zipfile.ZipFile(tmp_path / "bundle.zip").extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def outside(folder, package, program):
    """What a program says that is run beside a bundle by an interpreter with one package of others."""
    try:
        python = environment(folder.parent / "env", package)
    except Absent as reason:
        pytest.skip(str(reason))
    done = subprocess.run([python, "-c", program], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_checksums_are_those_of_coreutils(folder):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "data/orders.csv: OK\n")


def test_frictionless_finds_the_package_valid_and_an_altered_file_not(folder):
    program = "import frictionless; print(frictionless.validate('datapackage.json').flatten(['type']))"
    assert outside(folder, "frictionless", program).strip() == "[]"
    (folder / "data" / "orders.csv").write_bytes(ORDERS.replace(b"10.5", b"11.5"))
    assert "hash-count" in outside(folder, "frictionless", program)


def test_mlcroissant_reads_the_records(folder):
    program = (
        "import mlcroissant, json\n"
        "data = mlcroissant.Dataset('croissant.json')\n"
        "assert not data.metadata.ctx.issues.errors and not data.metadata.ctx.issues.warnings\n"
        "print([[row['orders-records/id'], row['orders-records/价格']] for row in data.records('orders-records')])"
    )
    assert outside(folder, "mlcroissant", program).strip().splitlines()[-1] == "[[1, 10.5], [2, None]]"
