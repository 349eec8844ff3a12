"""Later registrations, supplements, extensions and public data through HTTP, each refusal with its rule."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kernel.db import Sessions, unit
from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.makers import application
from tests.rights import procedure, story
from tests.rights.refusals import Refusals


async def _supply(client: Client, case: dict[str, Any], kinds: list[str]) -> Any:
    return await client.post(
        f"/v1/registrations/{case['id']}/supplement", {"evidence": await story.evidence(client, kinds)}
    )


async def test_a_supplement_before_acceptance_starts_its_clock_anew(
    as_: As, clock: FixedClock, refused: Refusals
) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.submitted(provider)
    path = f"/v1/registrations/{case['id']}"
    asked = {"kinds": ["data-sample", "other"], "reason": "样例不清晰"}
    unknown = {**asked, "kinds": ["data-sample", "photo"]}
    await refused(registrar.post(f"{path}/supplement-request", unknown), 422, "decision-faulty", "LT-RGT-13")
    returned = (await registrar.post(f"{path}/supplement-request", asked)).json()
    assert (returned["status"], returned["due_on"], returned["allowed_actions"]) == ("returned", None, ["reject"])
    clock.move(timedelta(days=9))
    some = await story.evidence(provider, ["data-sample"])
    body = await refused(provider.post(f"{path}/supplement", {"evidence": some}), 422, "evidence-missing", "LT-RGT-06")
    assert [error["detail"] for error in body["errors"]] == ["Missing: other material (other)"]
    supplied = (await _supply(provider, case, ["data-sample", "other"])).json()
    assert (supplied["status"], supplied["submitted_on"]) == ("submitted", "2026-11-23")
    assert (supplied["acceptance_due"]["on"], supplied["due_on"]) == ("2026-12-07", "2026-12-07")
    assert len(supplied["evidence"]) == 6
    assert {piece["retention_until"] for piece in supplied["evidence"]} == {"2046-11-23", "2046-12-02"}
    await refused(provider.post(f"{path}/supplement", {"evidence": some}), 409, "illegal-transition", "LT-GEN-02")


async def test_a_supplement_in_review_stops_the_case(as_: As, clock: FixedClock, refused: Refusals) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.accept(registrar, await story.submitted(provider))
    path = f"/v1/registrations/{case['id']}"
    asked = {"kinds": ["collection-record"], "reason": "请说明采集方式"}
    waiting = (await registrar.post(f"{path}/supplement-request", asked)).json()
    assert (waiting["status"], waiting["case_due"]["on"], waiting["due_on"]) == ("supplementing", "2026-12-07", None)
    procedure.stand_on(clock, "2026-12-01")
    other = await as_("provider", "other")
    theirs = {"evidence": await story.evidence(other, ["collection-record"])}
    await refused(other.post(f"{path}/supplement", theirs), 404, "not-found", None)
    running = (await _supply(provider, case, ["collection-record"])).json()
    assert (running["status"], running["case_due"]["on"], running["due_on"]) == ("accepted", "2026-12-15", "2026-12-15")
    assert running["stops"] == [
        {
            "cause": "supplement",
            "since": "2026-11-23",
            "until": "2026-12-01",
            "items": ["collection-record"],
            "reason": "请说明采集方式",
        }
    ]


async def test_an_extension_once_and_in_time(as_: As, clock: FixedClock, refused: Refusals) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.accept(registrar, await story.submitted(provider))
    late = await story.accept(registrar, await story.submitted(provider, b"late"))
    path = f"/v1/registrations/{case['id']}/extension"
    longer = (await registrar.post(path, {"reason": "材料较多"})).json()
    assert (longer["status"], longer["case_due"]["on"], longer["extended_on"]) == (
        "accepted", "2026-12-21", "2026-11-23",
    )  # fmt: skip
    await refused(registrar.post(path, {"reason": "再延"}), 409, "already-extended", "LT-RGT-19")
    procedure.stand_on(clock, "2026-12-08")
    overdue = registrar.post(f"/v1/registrations/{late['id']}/extension", {"reason": "x"})
    await refused(overdue, 409, "extension-impossible", "LT-RGT-19")


@pytest.mark.slow
async def test_a_notice_waived_with_reason(as_: As, clock: FixedClock, refused: Refusals) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    plain = await story.accept(registrar, await story.submitted(provider, b"plain"))
    await story.sketched(registrar, plain["revision_id"])
    waive = {"decision": "approve", "checklist": story.PASSED, "reason": "通过", "waive_notice": True}
    await refused(
        registrar.post(f"/v1/registrations/{plain['id']}/review", waive), 409, "waiver-not-asked", "LT-RGT-22"
    )
    plain = await story.approve(registrar, plain)
    await refused(registrar.post(f"/v1/registrations/{plain['id']}/certificate"), 409, "notice-required", "LT-RGT-22")
    assert plain["allowed_actions"] == ["extend", "publish", "refuse"]
    body = await story.application(provider, await story.asset(provider, b"secret"), notice_waiver="涉及商业秘密")
    asked = (await provider.post("/v1/registrations", body)).json()
    case = await procedure.reviewed(registrar, asked, waive_notice=True)
    assert (case["notice_held"], case["waiver_reason"]) == (False, "涉及商业秘密")
    await refused(registrar.post(f"/v1/registrations/{case['id']}/notice"), 409, "notice-not-held", "LT-RGT-22")
    await refused(registrar.post(f"/v1/registrations/{case['id']}/entry"), 409, "concluded-otherwise", "LT-RGT-24")
    assert (await story.certify(registrar, case))["status"] == "certified"


@pytest.mark.slow
async def test_a_change_of_content_and_rights(as_: As, client: Client, clock: FixedClock, refused: Refusals) -> None:
    done = await story.certified(as_, clock)
    provider, registrar, number = await as_("provider"), await as_("registrar"), done["certificate_number"]
    path = f"/v1/certificates/{number}/registrations"
    nothing = await procedure.wanted(provider, "change")
    await refused(provider.post(path, nothing), 422, "change-faulty", "LT-RGT-27")
    other = await story.asset(provider, b"other")
    foreign = await procedure.wanted(provider, "change", revision_id=other["latest_revision"]["id"])
    body = await refused(provider.post(path, foreign), 422, "change-faulty", "LT-RGT-27")
    assert [error["pointer"] for error in body["errors"]] == ["/revision_id"]
    many = {**nothing, "evidence": [], "description": {"name": "数" * 41}}
    body = await refused(provider.post(path, many), 422, "registration-faulty", "LT-RGT-07")
    assert [error["pointer"] for error in body["errors"]] == ["/description/name", "/evidence", "/evidence"]
    stranger = await as_("provider", "stranger")
    theirs = await procedure.wanted(stranger, "change", restrictions="x")
    await refused(stranger.post(path, theirs), 403, "not-the-holder", "LT-RGT-24")
    file = await story.upload(provider, b"a,b\n3,4\n", "next.csv")
    revision = await provider.post(f"/v1/assets/{done['asset_id']}/revisions", {"files": [file["id"]]})
    case = await procedure.asked(
        provider,
        number,
        "change",
        revision_id=revision.json()["id"],
        rights=["HOLD", "USE"],
        description={"name": "航班运行数据（2014）", "covers_until": "2014-12-31"},
    )
    again = await procedure.wanted(provider, "change", revision_id=revision.json()["id"])
    await refused(provider.post(path, again), 409, "already-registered", "LT-RGT-09")
    new = await procedure.certificate(client, (await procedure.concluded(registrar, clock, case))["certificate_number"])
    assert (new["rights"], new["asset_name"], new["content_sha256"]) == (
        ["HOLD", "USE"], "航班运行数据（2014）", revision.json()["content_sha256"],
    )  # fmt: skip
    assert (await provider.get(f"/v1/assets/{done['asset_id']}")).json()["covers_until"] == "2014-12-31"
    old = await procedure.certificate(client, number)
    assert (old["status"], new["valid_until"]) == ("replaced", old["valid_until"])
    await refused(
        provider.post(path, await procedure.wanted(provider, "renewal")), 409, "certificate-not-in-force", "LT-RGT-24"
    )


async def test_a_correction_by_whoever_is_interested(
    as_: As, client: Client, clock: FixedClock, refused: Refusals
) -> None:
    done = await story.certified(as_, clock)
    reader, registrar, number = await as_("provider", "reader"), await as_("registrar"), done["certificate_number"]
    right = {"region": "美国新泽西与纽约"}
    path = f"/v1/certificates/{number}/registrations"
    unproved = {"type": "correction", "reason": "地域有误", "evidence": [], "description": right}
    await refused(reader.post(path, unproved), 422, "correction-unproved", "LT-RGT-29")
    case = await procedure.asked(reader, number, "correction", description=right)
    corrected = await procedure.concluded(registrar, clock, case)
    new = await procedure.certificate(client, corrected["certificate_number"])
    assert (new["party_id"], new["replaces_id"]) == (done["party_id"], done["certificate_id"])
    vc = (await client.get(f"/v1/documents/{new['document_id']}")).json()["document"]
    assert vc["credentialSubject"]["asset"]["region"] == right["region"]
    assert vc["credentialSubject"]["replaces"] == number


async def test_giving_a_registration_up(as_: As, client: Client, clock: FixedClock, refused: Refusals) -> None:
    done = await story.certified(as_, clock)
    provider, registrar, number = await as_("provider"), await as_("registrar"), done["certificate_number"]
    path = f"/v1/certificates/{number}/registrations"
    strange = await procedure.wanted(provider, "cancellation", ground="objection-upheld")
    body = await refused(provider.post(path, strange), 422, "ground-unknown", "LT-RGT-17")
    assert body["known"] == ["right-given-up", "data-destroyed", "holder-ended", "other-law"]
    case = await procedure.asked(provider, number, "cancellation", ground="data-destroyed")
    reviewed = await procedure.reviewed(registrar, case)
    await refused(
        registrar.post(f"/v1/registrations/{case['id']}/certificate"), 409, "concluded-otherwise", "LT-RGT-24"
    )
    ended = (await registrar.post(f"/v1/registrations/{reviewed['id']}/entry")).json()
    assert (ended["status"], ended["certificate_id"]) == ("entered", None)
    assert (await procedure.certificate(client, number))["status"] == "cancelled"
    await refused(registrar.post(f"/v1/registrations/{case['id']}/entry"), 409, "illegal-transition", "LT-GEN-02")


async def test_a_licence_is_entered_beside_the_certificate(
    as_: As, client: Client, clock: FixedClock, refused: Refusals
) -> None:
    done = await story.certified(as_, clock)
    provider, registrar, buyer = await as_("provider"), await as_("registrar"), await as_("buyer")
    path = f"/v1/certificates/{done['certificate_number']}/registrations"
    itself = await procedure.wanted(provider, "licence", licensee_id=provider.party)
    await refused(provider.post(path, itself), 422, "licence-faulty", "LT-RGT-28")
    case = await procedure.asked(provider, done["certificate_number"], "licence", licensee_id=buyer.party)
    entered = await procedure.concluded(registrar, clock, case)
    assert (entered["status"], entered["counterparty_id"]) == ("entered", buyer.party)
    assert (await procedure.certificate(client, done["certificate_number"]))["status"] == "in_force"


async def test_whom_rights_can_be_transferred_to(as_: As, clock: FixedClock, refused: Refusals) -> None:
    done = await story.certified(as_, clock)
    giver, path = await as_("provider"), f"/v1/certificates/{done['certificate_number']}/registrations"
    buyer = await as_("buyer")
    for transferee in (giver.party, buyer.party, "pty_x"):
        body = await procedure.wanted(giver, "transfer", transferee_id=transferee)
        await refused(giver.post(path, body), 422, "transfer-faulty", "LT-RGT-25")
    taker = await as_("provider", "taker")
    case = await procedure.asked(giver, done["certificate_number"], "transfer", transferee_id=taker.party)
    declined = {"decision": "decline", "reason": "价格未谈妥"}
    answered = (await taker.post(f"/v1/registrations/{case['id']}/transferee", declined)).json()
    assert (answered["status"], answered["decision_reason"]) == ("withdrawn", "价格未谈妥")


async def test_revoking_what_was_obtained_wrongly(
    as_: As, client: Client, clock: FixedClock, refused: Refusals
) -> None:
    done = await story.certified(as_, clock)
    registrar, path = await as_("registrar"), f"/v1/certificates/{done['certificate_id']}/revocation"
    body = {"ground": "data-destroyed", "reason": "x"}
    await refused(registrar.post(path, body), 422, "ground-unknown", "LT-RGT-17")
    assert (await registrar.post(path, {**body, "ground": "false-materials"})).json()["status"] == "revoked"
    await refused(registrar.post(path, {**body, "ground": "tampering"}), 409, "illegal-transition", "LT-GEN-02")


@pytest.mark.slow
async def test_a_serial_past_9999_is_refused(as_: As, clock: FixedClock, sessions: Sessions, refused: Refusals) -> None:
    registrar = await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(await as_("provider")))
    story.stand_after(clock, case["notice_until"]["on"])
    async with unit(sessions) as session:
        await session.execute(text("INSERT INTO certificate_serial VALUES ('202612', 9999)"))
    await refused(registrar.post(f"/v1/registrations/{case['id']}/certificate"), 409, "serial-exhausted", "LT-RGT-14")


async def _office(client: Client, as_: As, kind: str = "government") -> Client:
    applied = (await client.post("/v1/parties", application("provider", kind=kind))).json()
    operator = await as_("operator")
    await operator.post(f"/v1/parties/{applied['party']['id']}/admission", {"action": "admit", "reason": "ok"})
    return client.with_key(applied["secret"], applied["party"]["id"])


async def _public(client: Client, of: dict[str, Any], **over: Any) -> dict[str, Any]:
    evidence = await story.evidence(client, procedure.PUBLIC)
    return {"revision_id": of["latest_revision"]["id"], "evidence": evidence, **over}


@pytest.mark.slow
async def test_public_data_before_the_product_made_from_it(
    as_: As, client: Client, clock: FixedClock, refused: Refusals
) -> None:
    office, registrar, firm = await _office(client, as_), await as_("registrar"), await as_("provider")
    resource = await story.asset(office, b"public", public_data=True)
    product = await story.asset(firm, b"product", public_data=True, form="product", source_kind="derived")
    wanted = await story.application(firm, product, title_basis="derived")
    path = "/v1/registrations"
    await refused(firm.post(path, wanted), 422, "public-registration-missing", "LT-RGT-31")
    early = {**wanted, "public_sources": ["GG1512026120001"]}
    body = await refused(firm.post(path, early), 422, "public-registration-missing", "LT-RGT-31")
    assert [error["pointer"] for error in body["errors"]] == ["/public_sources/0"]

    made = await office.post("/v1/public-registrations", await _public(office, resource, provided_on="2026-11-20"))
    case = made.json()
    assert (made.status_code, case["regime"], case["rights"], case["filing_due"]["on"]) == (
        201, "public", [], "2026-12-18",
    )  # fmt: skip
    accepted = await procedure.reviewed(registrar, case)
    assert (accepted["acceptance_due"]["on"], accepted["case_due"]["on"]) == ("2026-11-26", "2026-12-21")
    noticed = await story.publish(registrar, case)
    assert (noticed["notice_until"]["on"], noticed["notice_until"]["rule"]) == ("2026-12-07", "LT-RGT-30")
    await refused(
        registrar.post(f"{path}/{case['id']}/extension", {"reason": "x"}), 409, "extension-impossible", "LT-RGT-19"
    )
    story.stand_after(clock, "2026-12-07")
    done = await story.certify(registrar, noticed)
    assert done["certificate_number"] == "GG1512026120001"
    coded = await procedure.certificate(client, "GG1512026120001")
    assert (coded["regime"], coded["valid_until"]) == ("public", "2029-12-08")

    made = await firm.post(path, early)
    assert made.status_code == 201, made.text
    certified = await procedure.concluded(registrar, clock, made.json())
    assert certified["certificate_number"] == "SJ1512026120002"
    assert certified["public_sources"] == ["GG1512026120001"]
    transfer = await procedure.wanted(office, "transfer", transferee_id=firm.party)
    await refused(
        office.post("/v1/certificates/GG1512026120001/registrations", transfer), 422, "type-not-offered", "LT-RGT-24"
    )


@pytest.mark.slow
async def test_who_registers_public_data(as_: As, client: Client, refused: Refusals) -> None:
    office, firm = await _office(client, as_), await as_("provider")
    path = "/v1/public-registrations"
    private = await _public(office, await story.asset(office, b"own", source_kind="agreed"))
    await refused(office.post(path, private), 422, "not-a-public-resource", "LT-RGT-30")
    resource = await story.asset(firm, b"public", public_data=True)
    body = {**await _public(firm, resource), "agreement_until": "2026-11-23", "evidence": []}
    problem = await refused(firm.post(path, body), 422, "registration-faulty", "LT-RGT-07")
    assert [(error["pointer"], error["rule"]) for error in problem["errors"]][:2] == [
        ("/revision_id", "LT-RGT-30"), ("/agreement_until", "LT-RGT-30"),
    ]  # fmt: skip
    assert len(problem["errors"]) == 8
    as_property = await story.application(firm, resource)
    await refused(firm.post("/v1/registrations", as_property), 422, "public-registration-missing", "LT-RGT-31")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["change", "correction", "cancellation"])
async def test_later_registrations_of_public_data(as_: As, client: Client, clock: FixedClock, kind: str) -> None:
    office, registrar = await _office(client, as_, "institution"), await as_("registrar")
    of = await story.asset(office, b"public", public_data=True)
    first = (await office.post("/v1/public-registrations", await _public(office, of))).json()
    number = (await procedure.concluded(registrar, clock, first))["certificate_number"]
    over: dict[str, Any] = {
        "change": {"restrictions": "仅限省内使用"},
        "correction": {"description": {"region": "内蒙古"}},
        "cancellation": {"ground": "data-destroyed"},
    }[kind]
    case = await procedure.asked(office, number, kind, **over)
    await procedure.concluded(registrar, clock, case)
    ended = "cancelled" if kind == "cancellation" else "replaced"
    assert (await procedure.certificate(client, number))["status"] == ended
