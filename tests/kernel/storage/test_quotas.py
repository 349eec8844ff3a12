"""What a party may store: published by role, shown with its usage, and kept also by uploads at once."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from kernel.rules.policy import Meta, Policy, PolicySet
from kernel.settings import Settings
from kernel.storage.encryption.chunks import HEADER_BYTES, TAG_BYTES
from kernel.time.clock import FixedClock
from kernel.uploads import quotas
from kernel.uploads.quotas import QUOTAS, Quota, Quotas, quota_of
from tests.conftest import As, Client
from tests.refusals import outcomes, refused

SMALL = Quota(bytes_max=1000, files_max=4, day_bytes_max=600, day_files_max=3)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers may store a thousand bytes, six hundred of them in a day."""
    first = QUOTAS.versions[0]
    meta: Meta = first.meta
    policy = Policy(meta, first.sha256, Quotas({"provider": SMALL}))
    monkeypatch.setattr(quotas, "QUOTAS", PolicySet("quotas", (policy,)))


async def _put(client: Client, size: int, name: str = "a.csv") -> Any:
    return await client.post(f"/v1/files?name={name}&purpose=data", content=name[:1].encode() * size)


def _objects(settings: Settings) -> int:
    """The bytes in plain of what lies in the store: each object there is encrypted in one chunk."""
    sizes = [path.stat().st_size for path in (settings.data_dir / "storage").rglob("*") if path.is_file()]
    return sum(size - HEADER_BYTES - TAG_BYTES for size in sizes)


@pytest.mark.usefixtures("small")
async def test_the_quota_of_a_day_and_of_all_days(as_: As, clock: FixedClock, settings: Settings) -> None:
    provider = await as_("provider")
    assert (await _put(provider, 500)).status_code == 201
    promise = f"sha-256=:{base64.b64encode(hashlib.sha256(b'a' * 500).digest()).decode()}:"
    again = await provider.post(
        "/v1/files?name=a.csv&purpose=data", content=b"a" * 500, headers={"repr-digest": promise}
    )
    assert again.status_code == 201, "whoever promises the digest of a file that is here may send it again"
    assert _objects(settings) == 500, "and leaves no spare object"
    refusal = await _put(provider, 101, "b.csv")
    assert (refusal.status_code, refusal.json()["code"]) == (422, "storage-quota-exceeded")
    assert refusal.json()["rule"]["id"] == "LT-GEN-09"
    assert "day_bytes: 500 used, 101 more wanted, 600 allowed" in refusal.json()["detail"]
    clock.move(timedelta(days=1))
    assert (await _put(provider, 400, "b.csv")).status_code == 201
    clock.move(timedelta(days=1))
    assert "bytes: 900 used" in (await _put(provider, 101, "c.csv")).json()["detail"]
    shown = (await provider.get("/v1/storage")).json()
    assert shown["bytes"] == {"used": 900, "limit": 1000, "left": 100}
    assert shown["day_files"] == {"used": 0, "limit": 3, "left": 3}
    assert shown["policy"]["kind"] == "quotas"
    regulator = await as_("regulator")
    assert (await regulator.get(f"/v1/parties/{provider.party}/storage")).json() == shown
    stranger = await as_("provider", "other")
    refused(await stranger.get(f"/v1/parties/{provider.party}/storage"), 403, "forbidden")
    assert (await stranger.get("/v1/storage")).json()["bytes"]["used"] == 0


@pytest.mark.usefixtures("small")
async def test_what_streams_without_a_length_ends_at_what_is_left(as_: As, settings: Settings) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100_000):
            yield b"x" * 65_536

    provider = await as_("provider")
    refused = await provider.post("/v1/files?name=a.csv&purpose=data", content=chunks())
    assert (refused.status_code, refused.json()["code"]) == (422, "storage-quota-exceeded")
    assert _objects(settings) == 0


@pytest.mark.usefixtures("small")
async def test_uploads_at_once_do_not_pass_the_quota_together(as_: As, settings: Settings) -> None:
    provider = await as_("provider")
    answers = await asyncio.gather(*(_put(provider, 200, f"{name}.csv") for name in "abcdef"))
    assert outcomes(answers) == {201: 3, (422, "storage-quota-exceeded", "LT-GEN-09"): 3}
    assert _objects(settings) == 600


@pytest.mark.parametrize("role", ["investor", "insurer", "lender"])
async def test_a_role_that_brings_nothing_stores_nothing(as_: As, settings: Settings, role: str) -> None:
    refused = await _put(await as_(role), 1)
    assert (refused.status_code, refused.json()["code"]) == (403, "storage-not-for-role")
    assert refused.json()["rule"]["id"] == "LT-GEN-09"
    assert _objects(settings) == 0


def test_several_roles_have_the_largest_of_each_number() -> None:
    table = Quotas({"a": Quota(1, 20, 3, 4), "b": Quota(10, 2, 3, 40)})
    assert quota_of(["a", "b", "c"], table) == Quota(10, 20, 3, 40)
    assert quota_of(["c"], table) == Quota()
