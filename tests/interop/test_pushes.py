"""A push before programs that others wrote: moto's server takes it, boto3 reads it, botocore signs the same."""

import asyncio
import hashlib
import json
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from channels.pushes.jobs import tend
from channels.pushes.store.bucket import Bucket
from channels.pushes.store.signing import Credential, signed
from channels.pushes.uploading import run
from kernel.settings import Secret
from tests.channels.pushes import story
from tests.channels.pushes.story import begun, push_of
from tests.doubles.bucket import KEY, SECRET
from tests.interop.stand import HERE, interpreter
from tests.market.trade import Trade, make_listing

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("interop")]

MIB = 1024 * 1024
FILES = {"flights.bin": Random(1).randbytes(20 * MIB), "notes.csv": b"id\n1\n"}


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An interpreter with moto and boto3; skips where they cannot be had."""
    packages = ("moto[server,s3]==5.2.5", "boto3==1.44.8")
    return interpreter("LIUTONG_PUSH_STORE", tmp_path_factory.mktemp("moto"), *packages)


def told(python, url, step):
    done = subprocess.run([python, HERE / "push_check.py", url, step], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def url(python):
    """Where moto's server listens, with an empty bucket."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([python, HERE / "push_check.py", address, "serve"], **silent)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        told(python, address, "make")
        yield address
    finally:
        server.kill()
        server.wait()


def test_botocore_signs_the_same(python):
    sent = signed(
        Credential(KEY, Secret(SECRET), "cn-hangzhou"),
        "PUT",
        "/liutong-in/%E6%95%B0%E6%8D%AE/a%20b.csv",
        [("partNumber", "2"), ("uploadId", "a+/=")],
        {"host": "store.example", "if-none-match": "*", "x-amz-checksum-sha256": "x"},
        hashlib.sha256(b"body").hexdigest(),
        datetime(2026, 11, 23, 2, tzinfo=UTC),
    )
    assert told(python, "", "sign")["authorization"].replace(", ", ",") == sent["authorization"]


async def test_twenty_mib_cut_off_after_two_parts_arrive_whole(runtime, as_, drain, clock, python, url, monkeypatch):
    trade = await Trade.begin(runtime, as_)
    trade.listing_id = await make_listing(runtime, str(trade.provider.party), FILES)
    order = await trade.paid()
    store = type("Address", (), {"url": url})
    target = await story.target(trade, store, order, drain, region="us-east-1")
    assert (target["status"], target["problem"]) == ("ready", None)
    push = await begun(trade, target)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    sent: list[tuple[str, int]] = []
    send_part = Bucket.send_part

    async def dying(self, key, upload_id, number, *part):
        if len(sent) == 2:
            raise KilledHere
        sent.append((key, number))
        return await send_part(self, key, upload_id, number, *part)

    monkeypatch.setattr(Bucket, "send_part", dying)
    with pytest.raises(KilledHere):
        await run(runtime, push["id"])
    assert (await asyncio.to_thread(told, python, url, "read"))["uploads"] == 1

    async def counted(self, key, upload_id, number, *part):
        sent.append((key, number))
        return await send_part(self, key, upload_id, number, *part)

    monkeypatch.setattr(Bucket, "send_part", counted)
    clock.move(timedelta(minutes=2))
    await tend(runtime)
    await drain()
    done = await push_of(trade, push)
    assert (done["status"], done["problem"]) == ("done", None)
    assert [number for _, number in sent] == [1, 2, 3, 4, 1]
    seen = await asyncio.to_thread(told, python, url, "read")
    assert seen["uploads"] == 0
    manifest = seen["objects"].pop(done["manifest_key"])
    assert manifest["sha256"] == done["manifest_sha256"]
    assert {key.rpartition("/")[2]: each["sha256"] for key, each in seen["objects"].items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
    }
    assert all(each["written"] <= manifest["written"] for each in seen["objects"].values())
    again = await begun(trade, target)
    await drain()
    failed = await push_of(trade, again)
    assert (failed["status"], failed["problem"]["code"]) == ("failed", "push-object-exists")
    after = await asyncio.to_thread(told, python, url, "read")
    assert (after["uploads"], after["objects"].keys()) == (0, {*seen["objects"], done["manifest_key"]})


class KilledHere(BaseException):
    """The worker ended between two parts."""
