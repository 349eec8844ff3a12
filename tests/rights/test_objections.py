"""Objections through HTTP: in notice, by the centre, and after registration up to the court."""

from datetime import timedelta

import pytest

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import Sessions, locked, unit
from kernel.time.clock import FixedClock
from rights.objections.commands.raising import object_for_centre
from rights.objections.schemas import Finding
from rights.registrations.models import Registration
from tests.conftest import ISSUER, As, Client
from tests.refusals import refused
from tests.rights import procedure, story
from tests.rights.refusals import Refusals


@pytest.mark.slow
async def test_an_objection_needs_evidence_and_another_party(as_: As, refused: Refusals) -> None:
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    submitted = await story.submitted(provider)
    path = f"/v1/registrations/{submitted['id']}/objections"
    proof = await story.upload(rival, b"proof", "proof.pdf", "evidence")
    data = await story.upload(rival, b"data", "data.csv")
    body = {"statement": "该数据属于本单位", "evidence": [proof["id"]]}
    # What was not published yet is nobody's business.
    await refused(rival.post(path, body), 404, "not-found", None)
    await story.noticed(registrar, submitted)
    await refused(rival.post(path, {**body, "evidence": []}), 422, "objection-faulty", "LT-RGT-20")
    faulty = {**body, "evidence": [data["id"], "fil_x"]}
    problem = await refused(rival.post(path, faulty), 422, "objection-faulty", "LT-RGT-20")
    assert [error["pointer"] for error in problem["errors"]] == ["/evidence/0", "/evidence/1"]
    own = await story.upload(provider, b"own", "own.pdf", "evidence")
    await refused(provider.post(path, {**body, "evidence": [own["id"]]}), 403, "own-registration", "LT-RGT-20")
    made = (await rival.post(path, body)).json()
    assert [piece["retention_until"] for piece in made["evidence"]] == ["2046-11-23"]
    for reader in (rival, provider, registrar):
        assert (await reader.get(f"/v1/objections/{made['id']}")).status_code == 200
        read = await reader.get(f"/v1/objections/{made['id']}/evidence/{made['evidence'][0]['id']}")
        assert read.content == b"proof"
    await refused((await as_("provider", "other")).get(f"/v1/objections/{made['id']}"), 404, "not-found", None)


async def test_an_objection_after_the_notice_is_too_late(as_: As, clock: FixedClock, refused: Refusals) -> None:
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(provider))
    story.stand_after(clock, "2026-11-30")
    file = await story.upload(rival, b"proof", "proof.pdf", "evidence")
    body = {"statement": "属于本单位", "evidence": [file["id"]]}
    path = f"/v1/registrations/{case['id']}/objections"
    problem = await refused(rival.post(path, body), 409, "objection-too-late", "LT-RGT-20")
    assert problem["notice_until"] == "2026-11-30"
    clock.move(-timedelta(seconds=1))
    assert (await rival.post(path, body)).status_code == 201


@pytest.mark.slow
async def test_a_case_waits_for_its_last_objection(as_: As, clock: FixedClock, refused: Refusals) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    first, second = await as_("buyer"), await as_("valuer")
    case = await story.noticed(registrar, await story.submitted(provider))
    one, two = await procedure.objected(first, case), await procedure.objected(second, case)
    path = f"/v1/registrations/{case['id']}"
    await refused(registrar.post(f"{path}/certificate"), 409, "illegal-transition", "LT-GEN-02")
    assert (await registrar.get(path)).json()["open_objections"] == [one["id"], two["id"]]
    procedure.stand_on(clock, "2026-11-25")
    await procedure.conclude(registrar, one, "dismiss")
    assert (await registrar.get(path)).json()["status"] == "objected"
    procedure.stand_on(clock, "2026-11-27")
    reason = {"reason": "双方已和解"}
    await refused(first.post(f"/v1/objections/{two['id']}/withdrawal", reason), 404, "not-found", None)
    assert (await second.post(f"/v1/objections/{two['id']}/withdrawal", reason)).json()["status"] == "withdrawn"
    view = (await registrar.get(path)).json()
    assert (view["status"], view["notice_until"]["on"]) == ("noticed", "2026-12-04")
    assert [(stop["since"], stop["until"]) for stop in view["stops"]] == [("2026-11-23", "2026-11-27")]
    remedy = {"decision": "dismiss", "conclusion": "x", "remedy": "cancel"}
    await refused(
        registrar.post(f"/v1/objections/{one['id']}/conclusion", remedy), 409, "illegal-transition", "LT-GEN-02"
    )


async def test_the_centre_objects_where_it_finds_an_earlier_claim(
    as_: As, clock: FixedClock, sessions: Sessions, refused: Refusals
) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.accept(registrar, await story.submitted(provider))
    async with unit(sessions) as session:
        row = await locked(session, Registration, case["id"])
        made = await object_for_centre(
            Act(session, SYSTEM, clock.now(), ISSUER),
            row,
            earlier_claim="SJ1512026110001",
            statement="与在先登记高度相似",
            finding=Finding(row.asset_id, "near-duplicate", "0.9", 4, "近似", "near"),
        )
    await story.sketched(registrar, case["revision_id"])
    path = f"/v1/registrations/{case['id']}"
    approval = {"decision": "approve", "checklist": story.PASSED, "reason": "x"}
    await refused(registrar.post(f"{path}/review", approval), 409, "objection-open", "LT-RGT-21")
    seen = (await provider.get(f"/v1/objections/{made.id}")).json()
    assert (seen["stage"], seen["earlier_claim"], seen["objector_id"]) == ("examination", "SJ1512026110001", None)
    procedure.stand_on(clock, "2026-11-26")
    await procedure.conclude(registrar, seen, "dismiss")
    view = (await registrar.get(path)).json()
    assert (view["status"], view["case_due"]["on"]) == ("accepted", "2026-12-10")
    assert (await registrar.post(f"{path}/review", approval)).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("contested", [True, False])
async def test_an_objection_after_registration(
    as_: As, client: Client, clock: FixedClock, refused: Refusals, contested: bool
) -> None:
    done = await story.certified(as_, clock)  # The clock stands on 1 December.
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    late = await procedure.objected(rival, done)
    assert (late["status"], late["stage"], late["due_on"]) == ("raised", "registered", "2026-12-08")
    path = f"/v1/objections/{late['id']}"
    uphold = {"decision": "uphold", "conclusion": "异议成立", "remedy": "cancel"}
    await refused(registrar.post(f"{path}/conclusion", uphold), 409, "illegal-transition", "LT-GEN-02")
    transfer = await procedure.ask(provider, done["certificate_number"], "cancellation", ground="right-given-up")
    assert (transfer.status_code, transfer.json()["code"]) == (409, "rights-encumbered")
    told = (await registrar.post(f"{path}/telling")).json()
    assert (told["status"], told["told_on"]) == ("told", "2026-12-01")
    answer = {"decision": "contest" if contested else "concede", "answer": "说明如下"}
    await refused(rival.post(f"{path}/answer", answer), 403, "forbidden", None)
    assert (await provider.post(f"{path}/answer", answer)).status_code == 200
    await refused(registrar.post(f"{path}/conclusion", {**uphold, "remedy": None}), 422, "remedy-missing", "LT-RGT-23")
    if not contested:
        await procedure.conclude(registrar, late, "uphold", remedy="cancel")
        assert (await procedure.certificate(client, done["certificate_number"]))["status"] == "cancelled"
        return
    dismissed = await procedure.conclude(registrar, late, "dismiss")
    assert (dismissed["status"], dismissed["due_on"]) == ("dismissed", None)
    referral = {"forum": "court", "reference": "（2026）内01民初9号"}
    assert (await registrar.post(f"{path}/referral", referral)).json()["status"] == "referred"
    blocked = await procedure.ask(provider, done["certificate_number"], "cancellation", ground="right-given-up")
    assert blocked.json()["code"] == "rights-encumbered"
    settled = (await registrar.post(f"{path}/settlement", {"outcome": "驳回原告诉讼请求"})).json()
    assert (settled["status"], settled["forum"], settled["outcome"]) == ("settled", "court", "驳回原告诉讼请求")
    await procedure.asked(provider, done["certificate_number"], "cancellation", ground="right-given-up")


async def test_nothing_to_object_to_once_a_case_has_ended(as_: As, clock: FixedClock, refused: Refusals) -> None:
    done = await story.certified(as_, clock)
    rival, registrar = await as_("buyer"), await as_("registrar")
    body = {"ground": "objection-upheld", "reason": "x"}
    await registrar.post(f"/v1/certificates/{done['certificate_id']}/cancellation", body)
    file = await story.upload(rival, b"proof", "proof.pdf", "evidence")
    objection = {"statement": "x", "evidence": [file["id"]]}
    await refused(
        rival.post(f"/v1/registrations/{done['id']}/objections", objection), 409, "nothing-to-object-to", "LT-RGT-20"
    )


async def test_the_registrars_objections_by_due_date(as_: As, clock: FixedClock) -> None:
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(provider))
    one = await procedure.objected(rival, case)
    clock.move(timedelta(days=1))
    two = await procedure.objected(await as_("valuer"), case)
    procedure.stand_on(clock, "2026-12-08")
    seen, cursor = [], None
    while True:
        found = (
            await registrar.get("/v1/objections", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [(item["id"], item["due_on"], item["overdue"]) for item in found["items"]]
        if (cursor := found["next"]) is None:
            break
    assert seen == [(one["id"], "2026-12-07", True), (two["id"], "2026-12-08", False)]
    assert [item["id"] for item in (await rival.get("/v1/objections")).json()["items"]] == [one["id"]]
    assert len((await provider.get("/v1/objections")).json()["items"]) == 2
    assert (await registrar.get("/v1/registrations")).json()["items"][0]["due_on"] == "2026-12-07"
    refused(await registrar.get("/v1/objections", params={"cursor": "x"}), 400, "invalid-input")


@pytest.mark.slow
async def test_the_other_side_is_heard_with_evidence(as_: As, refused: Refusals) -> None:
    """During the investigation whoever is objected to says what it has to say; each file is kept with its side."""
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(provider))
    one = await procedure.objected(rival, case)
    path = f"/v1/objections/{one['id']}/response"
    file = await story.upload(provider, b"our own contract", "ours.pdf", "evidence")
    body = {"statement": "数据由本单位采集。", "evidence": [file["id"]]}
    await refused((await as_("provider", "other")).post(path, body), 404, "not-found", None)
    strange = {**body, "evidence": [one["evidence"][0]["id"]]}
    await refused(provider.post(path, strange), 422, "objection-faulty", "LT-RGT-20")
    seen = (await provider.get(f"/v1/objections/{one['id']}")).json()
    assert "respond" in seen["allowed_actions"]
    heard = (await provider.post(path, body)).json()
    assert (heard["status"], heard["answer"]) == ("investigated", "数据由本单位采集。")
    assert [(piece["side"], piece["name"]) for piece in heard["evidence"]] == [
        ("objector", "contract.pdf"), ("respondent", "ours.pdf"),
    ]  # fmt: skip
    assert heard["evidence"][1]["retention_until"] == "2046-11-23"
    again = (await provider.post(path, {"statement": "补充说明。"})).json()
    assert again["answer"] == "数据由本单位采集。\n\n补充说明。"
    read = await rival.get(f"/v1/objections/{one['id']}/evidence/{heard['evidence'][1]['id']}")
    assert read.content == b"our own contract"
    for _ in range(10):
        last = await provider.post(path, {"statement": "字" * 2000})
    assert (last.status_code, last.json()["code"]) == (422, "objection-faulty")
    await procedure.conclude(registrar, one, "dismiss")
    await refused(provider.post(path, body), 409, "illegal-transition", "LT-GEN-02")
