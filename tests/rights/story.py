"""A registration as a story through HTTP, in steps that tests of other packages may also start from."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kernel.db import unit
from kernel.identity.queries import actor_of
from kernel.storage.rules import Purpose
from kernel.time.clock import FixedClock
from kernel.uploads import commands as uploads
from rights.assets.queries import revision
from rights.duplicates import commands as duplicates
from rights.duplicates import process, queries
from rights.duplicates.policy import POLICY
from rights.duplicates.sketching.sealing import open_sketch_key
from tests.beginnings import beginning
from tests.conftest import As, Client

EVIDENCE = {
    "generated": ["identity-proof", "rights-statement", "data-sample", "collection-record"],
    "agreed": ["identity-proof", "rights-statement", "data-sample", "acquisition-contract"],
    "crawled": ["identity-proof", "rights-statement", "data-sample", "crawl-compliance"],
    "derived": [
        "identity-proof",
        "rights-statement",
        "data-sample",
        "upstream-authorisation",
        "processing-description",
    ],
}
PASSED = {
    "description_accuracy": True,
    "source_compliance": True,
    "rights_clarity": True,
    "public_data_checked": True,
}
SCOPE = {
    "recipients": "依法设立的企业和科研机构",
    "qualification": "无",
    "environment": "不限",
    "region": "中国境内",
    "resale": "with-consent",
    "export": "forbidden",
}
APPLICANT = {"address": "呼和浩特市新城区成吉思汗大街 1 号", "business_state": "operating"}


async def upload(client: Client, content: bytes, name: str = "data.csv", purpose: str = "data") -> dict[str, Any]:
    """Upload a file."""
    answer = await client.post("/v1/files", content=content, params={"name": name, "purpose": purpose})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def description(**over: Any) -> dict[str, Any]:
    """A faultless description of an asset."""
    return {
        "name": "2013年纽约三大机场航班运行数据",
        "overview": "2013 年纽约三大机场离港航班的计划与实际时刻、延误、机型与航程，并附逐小时气象观测。",
        "industry": "G56",
        "theme": "民航运输",
        "update_cycle": "once",
        "region": "美国纽约",
        "region_level": "city",
        "structure": "structured",
        "records": 336776,
        "source_kind": "generated",
        "covers_from": "2013-01-01",
        "covers_until": "2013-12-31",
        **over,
    }


@beginning
async def asset(client: Client, *contents: bytes, **over: Any) -> dict[str, Any]:
    """An asset with one revision of the given contents; gives its view."""
    made = await client.post("/v1/assets", description(**over))
    assert made.status_code == 201, made.text
    files = [await upload(client, content, f"part-{at}.csv") for at, content in enumerate(contents or (b"a,b\n1,2\n",))]
    revision = await client.post(f"/v1/assets/{made.json()['id']}/revisions", {"files": [f["id"] for f in files]})
    assert revision.status_code == 201, revision.text
    view: dict[str, Any] = (await client.get(f"/v1/assets/{made.json()['id']}")).json()
    return view


async def evidence(client: Client, kinds: list[str]) -> list[dict[str, str]]:
    """Keep one file for each kind of evidence: by the commands behind the upload, in one unit of work."""
    runtime = client.runtime
    assert runtime is not None
    found = []
    async with runtime.act() as system:
        act = system.by(await actor_of(system.session, str(client.key), system.at))
        for kind in kinds:
            content = f"proof of {kind} by {client.party}".encode()
            promised = uploads.Promised(len(content), None)
            received = await uploads.receive(runtime.storage, _body(content), promised, max_bytes=len(content))
            row = await uploads.keep(act, received, f"{kind}.pdf", Purpose.EVIDENCE)
            found.append({"kind": kind, "file_id": row.id})
    return found


async def _body(content: bytes) -> AsyncIterator[bytes]:
    yield content


OUTSIDE = [{"name": "全国零售门店订单明细", "holder": "华东数据有限公司"}]


async def application(client: Client, of: dict[str, Any], **over: Any) -> dict[str, Any]:
    """A faultless application for an asset's latest revision."""
    return {
        "revision_id": of["latest_revision"]["id"],
        "title_basis": "own-operations",
        "rights": ["HOLD", "USE", "OPERATE"],
        "evidence": over.pop("evidence", None) or await evidence(client, EVIDENCE[of["source_kind"]]),
        "scope": SCOPE,
        "applicant": APPLICANT,
        **({"outside_sources": OUTSIDE} if of["source_kind"] == "derived" else {}),
        **over,
    }


@beginning
async def submitted(client: Client, *contents: bytes) -> dict[str, Any]:
    """A case just submitted."""
    of = await asset(client, *contents)
    answer = await client.post("/v1/registrations", await application(client, of))
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


@beginning
async def accept(registrar: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Accept a case."""
    body = {"decision": "accept", "reason": "材料齐全"}
    return await _ok(registrar, f"/v1/registrations/{case['id']}/acceptance", body)


async def sketched(client: Client, revision_id: str) -> None:
    """Do what the worker does with a new revision, without a process of its own."""
    runtime = client.runtime
    assert runtime is not None
    key, at = open_sketch_key(runtime.settings), runtime.clock.now()
    async with unit(runtime.sessions) as session:
        if await queries.has_sketch(session, revision_id, key):
            return
        files = (await revision(session, revision_id)).files
    async with AsyncExitStack() as stack:
        paths = {f.sha256: await stack.enter_async_context(runtime.storage.local_path(f.storage_key)) for f in files}
        version = POLICY.versions[-1].meta.version
        found = process.run({sha256: str(path) for sha256, path in paths.items()}, key.secret, version)
    async with unit(runtime.sessions) as session:
        await duplicates.keep_sketch(session, revision_id, found, key, at)


@beginning
async def approve(registrar: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Approve a case."""
    await sketched(registrar, case["revision_id"])
    body = {"decision": "approve", "checklist": PASSED, "reason": "审查通过"}
    return await _ok(registrar, f"/v1/registrations/{case['id']}/review", body)


@beginning
async def publish(registrar: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Open a case's notice."""
    return await _ok(registrar, f"/v1/registrations/{case['id']}/notice")


@beginning
async def noticed(registrar: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Take a submitted case to its notice."""
    await accept(registrar, case)
    await approve(registrar, case)
    return await publish(registrar, case)


@beginning
async def certify(registrar: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Issue a case's certificate; the notice must have ended."""
    return await _ok(registrar, f"/v1/registrations/{case['id']}/certificate")


@beginning
async def certified(as_: As, clock: FixedClock, *contents: bytes, provider: str = "") -> dict[str, Any]:
    """A certified case of the provider of that name, with everything on the way; the clock stands after the notice."""
    registrar = await as_("registrar")
    case = await noticed(registrar, await submitted(await as_("provider", provider), *contents))
    stand_after(clock, case["notice_until"]["on"])
    return await certify(registrar, case)


def stand_after(clock: FixedClock, day: str) -> None:
    """Move the clock to the first moment after a day in China."""
    following = date.fromisoformat(day) + timedelta(days=1)
    moment = datetime(following.year, following.month, following.day, tzinfo=UTC) - timedelta(hours=8)
    clock.move(moment - clock.now())


async def _ok(client: Client, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code in (200, 201), answer.text
    view: dict[str, Any] = answer.json()
    return view
