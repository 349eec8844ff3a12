"""Steps of later registrations and objections through HTTP."""

from datetime import UTC, date, datetime
from typing import Any

import httpx

from kernel.time.clock import FixedClock
from tests.beginnings import beginning
from tests.conftest import Client
from tests.refusals import refused
from tests.rights import story

LATER = {
    "transfer": ["identity-proof", "transfer-contract"],
    "change": ["identity-proof", "change-description"],
    "renewal": ["identity-proof", "rights-statement"],
    "correction": ["error-proof"],
    "cancellation": ["identity-proof", "cancellation-statement"],
    "licence": ["licence-contract"],
}
PUBLIC = [
    "identity-proof", "lawful-source", "resource-description", "evidence-storage", "use-scenarios",
    "security-risk-assessment",
]  # fmt: skip


async def wanted(client: Client, kind: str, **over: Any) -> dict[str, Any]:
    """A faultless later application of a type, but for what is particular to it."""
    return {"type": kind, "reason": "业务需要", "evidence": await story.evidence(client, LATER[kind]), **over}


async def classified(client: Client, asset_id: str) -> None:
    """Declare what data holds: nothing grave and nobody's."""
    items = [{"name": "全部", "impacts": {"organisation-or-individual": "ordinary"}}]
    declared = {"items": items, "personal": "none"}
    made = await client.post(f"/v1/assets/{asset_id}/classification", declared)
    assert made.status_code == 201, made.text


async def ask(client: Client, number: str, kind: str, **over: Any) -> httpx.Response:
    """Apply for a later registration of a certificate; data is classified before it is transferred."""
    if kind == "transfer":
        asset_id = (await client.get(f"/v1/certificates/{number}")).json()["asset_id"]
        if (await client.get(f"/v1/assets/{asset_id}/classification")).status_code == 404:
            await classified(client, asset_id)
    return await client.post(f"/v1/certificates/{number}/registrations", await wanted(client, kind, **over))


@beginning
async def asked(client: Client, number: str, kind: str, **over: Any) -> dict[str, Any]:
    """Apply and expect it."""
    return _made(await ask(client, number, kind, **over))


@beginning
async def reviewed(registrar: Client, case: dict[str, Any], **over: Any) -> dict[str, Any]:
    """Accept and approve a case."""
    await story.accept(registrar, case)
    await story.sketched(registrar, case["revision_id"])
    body = {"decision": "approve", "checklist": story.PASSED, "reason": "审查通过", **over}
    return _made(await registrar.post(f"/v1/registrations/{case['id']}/review", body))


@beginning
async def concluded(registrar: Client, clock: FixedClock, case: dict[str, Any]) -> dict[str, Any]:
    """Take a submitted case to its end, through its notice where it has one."""
    case = await reviewed(registrar, case)
    if case["notice_held"]:
        case = await story.publish(registrar, case)
        story.stand_after(clock, case["notice_until"]["on"])
    if "enter" in case["allowed_actions"] or case["type"] in ("cancellation", "licence"):
        return _made(await registrar.post(f"/v1/registrations/{case['id']}/entry"))
    return await story.certify(registrar, case)


@beginning
async def transferred(
    giver: Client, taker: Client, registrar: Client, clock: FixedClock, number: str
) -> dict[str, Any]:
    """Transfer a certificate from one provider to another."""
    case = await asked(giver, number, "transfer", transferee_id=taker.party)
    answer = {"decision": "consent", "reason": "同意受让"}
    return await concluded(
        registrar, clock, _made(await taker.post(f"/v1/registrations/{case['id']}/transferee", answer))
    )


async def object_to(client: Client, case: dict[str, Any], content: bytes = b"our contract") -> httpx.Response:
    """Object to a case with one file of evidence."""
    file = await story.upload(client, content, "contract.pdf", "evidence")
    body = {"statement": "该数据由本单位采集。", "evidence": [file["id"]]}
    return await client.post(f"/v1/registrations/{case['id']}/objections", body)


@beginning
async def objected(client: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Object and expect it."""
    return _made(await object_to(client, case))


async def conclude(registrar: Client, objection: dict[str, Any], decision: str, **over: Any) -> dict[str, Any]:
    """Conclude an objection."""
    body = {"decision": decision, "conclusion": "经调查核实", **over}
    return _made(await registrar.post(f"/v1/objections/{objection['id']}/conclusion", body))


async def cleared(registrar: Client, case: dict[str, Any]) -> list[dict[str, Any]]:
    """Have a case compared with earlier claims, and dismiss what the centre objects to; gives the objections."""
    await story.sketched(registrar, case["revision_id"])
    body = {"decision": "approve", "checklist": {**story.PASSED, "rights_clarity": False}, "reason": "先行比对"}
    refused(await registrar.post(f"/v1/registrations/{case['id']}/review", body), 422, "decision-faulty", "LT-RGT-13")
    view = (await registrar.get(f"/v1/registrations/{case['id']}")).json()
    found = [(await registrar.get(f"/v1/objections/{name}")).json() for name in view["open_objections"]]
    for objection in found:
        await conclude(registrar, objection, "dismiss")
    return found


def stand_on(clock: FixedClock, day: str) -> None:
    """Move the clock to ten in the morning of a day in China."""
    on = date.fromisoformat(day)
    clock.move(datetime(on.year, on.month, on.day, 2, tzinfo=UTC) - clock.now())


async def certificate(client: Client, number: str) -> dict[str, Any]:
    """A certificate as everybody reads it."""
    found: dict[str, Any] = (await client.get(f"/v1/certificates/{number}")).json()
    return found


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    view: dict[str, Any] = answer.json()
    return view
