"""Registration through HTTP: the way to a certificate, and every refusal with its rule and nothing changed."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.crypto.signing import Ed25519Signer
from kernel.documents import credential
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.makers import application
from tests.rights import procedure, story
from tests.rights.refusals import Refusals


@pytest.mark.slow
async def test_from_description_to_certificate(
    as_: As, client: Client, clock: FixedClock, signer: Ed25519Signer
) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.submitted(provider, b"first", b"second")
    assert (case["status"], case["acceptance_due"]) == (
        "submitted",
        {"on": "2026-11-26", "provisional": False, "rule": "LT-RGT-10"},
    )
    assert {piece["retention_until"] for piece in case["evidence"]} == {"2046-11-23"}
    accepted = await story.accept(registrar, case)
    assert (accepted["accepted_on"], accepted["case_due"]["on"]) == ("2026-11-23", "2026-12-07")
    assert (await story.approve(registrar, case))["checklist"] == story.PASSED
    shown = await story.publish(registrar, case)
    assert (shown["notice_from"], shown["notice_until"]["on"], shown["due_on"]) == (
        "2026-11-23", "2026-11-30", "2026-12-14",
    )  # fmt: skip
    notices = (await client.get("/v1/notices")).json()["items"]
    assert [(n["registration_id"], n["asset_name"], n["notice_until"]) for n in notices] == [
        (case["id"], "2013年纽约三大机场航班运行数据", "2026-11-30")
    ]
    story.stand_after(clock, "2026-11-30")
    assert (await client.get("/v1/notices")).json()["items"] == []
    done = await story.certify(registrar, case)
    assert (done["status"], done["certificate_number"], done["due_on"]) == ("certified", "SJ1512026120001", None)

    by_number = (await client.get("/v1/certificates/SJ1512026120001")).json()
    assert by_number == (await client.get(f"/v1/certificates/{done['certificate_id']}")).json()
    assert (by_number["status"], by_number["valid_from"], by_number["valid_until"]) == (
        "in_force", "2026-12-01", "2031-12-01",
    )  # fmt: skip
    vc = (await client.get(f"/v1/documents/{by_number['document_id']}")).json()["document"]
    assert credential.check(vc, signer.public)
    assert vc["validUntil"] == "2031-12-01T16:00:00Z"
    claims = vc["credentialSubject"]
    assert claims["content_sha256"] == case["content_sha256"]
    assert claims["rights"][2]["label"] == {"zh": "数据经营权", "en": "right to operate data"}
    assert claims["rights"][2]["label_2022"]["zh"] == "数据产品经营权"
    for lang, words in (("zh", "数据产权登记证书"), ("en", "Certificate of Registered Data Rights")):
        page = await client.get(f"/v1/documents/{by_number['document_id']}/page?lang={lang}")
        assert page.status_code == 200
        assert words in page.text
        assert "SJ1512026120001" in page.text


async def test_an_unadmitted_party_registers_nothing(client: Client, refused: Refusals) -> None:
    applied = (await client.post("/v1/parties", application("provider"))).json()
    stranger = client.with_key(applied["secret"])
    for path, body in (("/v1/assets", story.description()), ("/v1/registrations", {})):
        await refused(stranger.post(path, body), 403, "party-not-admitted", "LT-ADM-01")
    await refused(client.post("/v1/assets", story.description()), 401, "unauthenticated", None)


async def test_only_the_right_roles(as_: As, refused: Refusals) -> None:
    case = await story.submitted(await as_("provider"))
    buyer, provider = await as_("buyer"), await as_("provider")
    await refused(buyer.post("/v1/assets", story.description()), 403, "forbidden", None)
    for step in ("acceptance", "review", "notice", "certificate"):
        await refused(provider.post(f"/v1/registrations/{case['id']}/{step}", {}), 403, "forbidden", None)


@pytest.mark.parametrize(
    ("over", "pointers"),
    [
        ({"name": "数" * 41}, ["/name"]),
        ({"name": "数" * 41, "overview": "概" * 401}, ["/name", "/overview"]),
        ({"covers_until": "2012-12-31"}, ["/covers_until"]),
    ],
)
async def test_a_description_beyond_its_limits(
    as_: As, refused: Refusals, over: dict[str, Any], pointers: list[str]
) -> None:
    provider = await as_("provider")
    body = await refused(provider.post("/v1/assets", story.description(**over)), 400, "asset-faulty", "LT-RGT-01")
    assert [error["pointer"] for error in body["errors"]] == pointers


@pytest.mark.parametrize("over", [{"industry": "Z99"}, {"source_kind": "bought"}, {"colour": "red"}, {"name": 7}])
async def test_a_malformed_description(as_: As, refused: Refusals, over: dict[str, Any]) -> None:
    await refused((await as_("provider")).post("/v1/assets", story.description(**over)), 400, "invalid-input", None)


async def test_files_that_cannot_make_a_revision(as_: As, refused: Refusals, runtime: Runtime) -> None:
    provider, other = await as_("provider"), await as_("provider", "other")
    of = await story.asset(provider, b"one")
    path = f"/v1/assets/{of['id']}/revisions"
    theirs = await story.upload(other, b"theirs")
    proof = await story.upload(provider, b"proof", "proof.pdf", "evidence")
    same = [await story.upload(provider, content, name) for content, name in ((b"x", "a.csv"), (b"y", "A.csv"))]
    empty = await story.upload(provider, b"emptied", "empty.csv")
    await runtime.pool.execute("UPDATE stored_file SET size_bytes = 0 WHERE id = $1", empty["id"])  # As was taken once.
    body = await refused(
        provider.post(path, {"files": [theirs["id"], proof["id"], empty["id"], "fil_x"]}),
        422, "revision-faulty", "LT-RGT-02",
    )  # fmt: skip
    assert [error["pointer"] for error in body["errors"]] == ["/files/0", "/files/1", "/files/2", "/files/3"]
    twice = {"files": [file["id"] for file in same]}
    await refused(provider.post(path, twice), 422, "revision-faulty", "LT-RGT-02")
    unchanged = {"files": [of["latest_revision"]["files"][0]["file_id"]]}
    await refused(provider.post(path, unchanged), 409, "revision-unchanged", "LT-RGT-02")
    await refused(other.post(path, {"files": [theirs["id"]]}), 404, "not-found", None)
    await refused(other.get(f"/v1/assets/{of['id']}"), 404, "not-found", None)


async def test_every_missing_piece_of_evidence_is_named(as_: As, refused: Refusals) -> None:
    provider = await as_("provider")
    body = await story.application(provider, await story.asset(provider))
    body["evidence"] = body["evidence"][:1]
    problem = await refused(provider.post("/v1/registrations", body), 422, "evidence-missing", "LT-RGT-06")
    assert [error["detail"].split("(")[1] for error in problem["errors"]] == [
        "rights-statement)", "data-sample)", "collection-record)",
    ]  # fmt: skip
    assert {error["rule"] for error in problem["errors"]} == {"LT-RGT-06"}


async def test_rights_that_the_matrix_does_not_give(as_: As, refused: Refusals) -> None:
    provider = await as_("provider")
    of = await story.asset(provider, source_kind="crawled")
    body = await story.application(provider, of, title_basis="crawled-public")
    problem = await refused(provider.post("/v1/registrations", body), 422, "right-not-given", "LT-RGT-05")
    assert [error["pointer"] for error in problem["errors"]] == ["/rights/2"]
    mismatch = {**body, "title_basis": "own-operations"}
    await refused(provider.post("/v1/registrations", mismatch), 422, "basis-mismatch", "LT-RGT-04")
    everything = {**body, "title_basis": "entrusted-processing", "evidence": []}
    problem = await refused(provider.post("/v1/registrations", everything), 422, "registration-faulty", "LT-RGT-07")
    assert {error["rule"] for error in problem["errors"]} == {"LT-RGT-04", "LT-RGT-05", "LT-RGT-06"}
    assert problem["count"] == len(problem["errors"]) == 8


async def test_what_a_government_body_produces_is_not_registrable(client: Client, as_: As, refused: Refusals) -> None:
    applied = (await client.post("/v1/parties", application("provider", kind="government"))).json()
    operator = await as_("operator")
    await operator.post(f"/v1/parties/{applied['party']['id']}/admission", {"action": "admit", "reason": "ok"})
    office = client.with_key(applied["secret"], applied["party"]["id"])
    body = await story.application(office, await story.asset(office))
    await refused(office.post("/v1/registrations", body), 422, "not-registrable", "LT-RGT-03")


async def test_somebody_elses_asset_or_evidence(as_: As, refused: Refusals) -> None:
    provider, thief = await as_("provider"), await as_("provider", "thief")
    of = await story.asset(provider)
    body = await story.application(provider, of)
    problem = await refused(thief.post("/v1/registrations", body), 404, "not-found", None)
    assert of["id"] not in str(problem)
    own = await story.application(thief, await story.asset(thief, b"own"), evidence=body["evidence"])
    problem = await refused(thief.post("/v1/registrations", own), 422, "evidence-missing", "LT-RGT-06")
    assert len(problem["errors"]) == len(body["evidence"])


@pytest.mark.slow
async def test_the_same_content_is_not_certified_twice(as_: As, clock: FixedClock, refused: Refusals) -> None:
    """The digest covers the content only: other names and another order are the same content."""
    done = await story.certified(as_, clock, b"one", b"two")
    thief = await as_("provider", "thief")
    body = await story.application(thief, await story.asset(thief, b"two", b"one"))
    problem = await refused(thief.post("/v1/registrations", body), 409, "content-already-claimed", "LT-RGT-08")
    assert problem["certificate_number"] == done["certificate_number"]
    assert done["asset_id"] not in str(problem)
    provider = await as_("provider")
    again = await story.application(provider, await story.asset(provider, b"one", b"two"))
    problem = await refused(provider.post("/v1/registrations", again), 409, "already-registered", "LT-RGT-09")
    assert problem["registration_id"] == done["id"]


@pytest.mark.slow
async def test_a_content_in_notice_is_claimed_and_free_again_after_withdrawal(as_: As, refused: Refusals) -> None:
    provider, rival, registrar = await as_("provider"), await as_("provider", "rival"), await as_("registrar")
    early = await story.submitted(rival, b"same")
    await story.accept(registrar, early)
    await story.approve(registrar, early)
    case = await story.accept(registrar, await story.submitted(provider, b"same"))
    assert [found["earlier_claim"] for found in await procedure.cleared(registrar, case)] == [early["id"]]
    await story.approve(registrar, case)
    await story.publish(registrar, case)
    publish = f"/v1/registrations/{early['id']}/notice"
    assert (await registrar.post(publish)).json()["code"] == "objection-open"
    assert [found["earlier_claim"] for found in await procedure.cleared(registrar, early)] == [case["id"]]
    problem = await refused(registrar.post(publish), 409, "content-already-claimed", "LT-RGT-08")
    assert problem["claim"] == case["id"]
    withdrawal = {"reason": "另行申请"}
    await refused(rival.post(f"/v1/registrations/{case['id']}/withdrawal", withdrawal), 404, "not-found", None)
    taken_back = await provider.post(f"/v1/registrations/{case['id']}/withdrawal", withdrawal)
    assert (taken_back.json()["status"], taken_back.json()["due_on"]) == ("withdrawn", None)
    assert (await story.publish(registrar, early))["status"] == "noticed"


async def test_one_revision_is_registered_once(as_: As, refused: Refusals) -> None:
    provider = await as_("provider")
    of = await story.asset(provider)
    body = await story.application(provider, of)
    first = await provider.post("/v1/registrations", body, idempotency="one-and-only")
    replay = await provider.post("/v1/registrations", body, idempotency="one-and-only")
    assert (replay.status_code, replay.json()) == (201, first.json())
    assert replay.headers["idempotency-replayed"] == "true"
    await refused(provider.post("/v1/registrations", body), 409, "already-registered", "LT-RGT-09")
    other = {**body, "rights": ["HOLD"]}
    reused = provider.post("/v1/registrations", other, idempotency="one-and-only")
    await refused(reused, 422, "idempotency-key-reused", "LT-GEN-01")


@pytest.mark.slow
async def test_no_certificate_before_the_notice_has_ended(as_: As, clock: FixedClock, refused: Refusals) -> None:
    registrar = await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(await as_("provider")))
    path = f"/v1/registrations/{case['id']}/certificate"
    story.stand_after(clock, "2026-11-30")
    clock.move(-timedelta(microseconds=1))
    problem = await refused(registrar.post(path), 409, "notice-still-open", "LT-RGT-12")
    assert problem["notice_until"] == "2026-11-30"
    clock.move(timedelta(microseconds=1))
    assert (await registrar.post(path)).status_code == 201
    await refused(registrar.post(path), 409, "illegal-transition", "LT-GEN-02")


async def test_steps_out_of_order(as_: As, refused: Refusals) -> None:
    registrar = await as_("registrar")
    case = await story.submitted(await as_("provider"))
    path = f"/v1/registrations/{case['id']}"
    approval = {"decision": "approve", "checklist": story.PASSED, "reason": "x"}
    for step, body in (("review", approval), ("notice", None), ("certificate", None)):
        await refused(registrar.post(f"{path}/{step}", body), 409, "illegal-transition", "LT-GEN-02")
    await refused(registrar.post("/v1/registrations/reg_x/notice"), 404, "not-found", None)


async def test_decisions_name_published_grounds(as_: As, refused: Refusals) -> None:
    registrar = await as_("registrar")
    case = await story.submitted(await as_("provider"))
    path = f"/v1/registrations/{case['id']}"
    for grounds in ([], ["illegal-source"], ["because"]):
        body = {"decision": "reject", "reason": "x", "grounds": grounds}
        await refused(registrar.post(f"{path}/acceptance", body), 422, "decision-faulty", "LT-RGT-13")
    await story.accept(registrar, case)
    unfit = {"decision": "approve", "checklist": {**story.PASSED, "rights_clarity": False}, "reason": "x"}
    problem = await refused(registrar.post(f"{path}/review", unfit), 422, "decision-faulty", "LT-RGT-13")
    assert [error["pointer"] for error in problem["errors"]] == ["/checklist/rights_clarity"]
    refusal = {**unfit, "decision": "refuse", "grounds": ["unresolved-dispute"]}
    done = (await registrar.post(f"{path}/review", refusal)).json()
    assert (done["status"], done["grounds"], done["due_on"]) == ("refused", ["unresolved-dispute"], None)
    await refused(registrar.post(f"{path}/notice"), 409, "illegal-transition", "LT-GEN-02")


async def test_a_rejection_after_silence_is_too_late(as_: As, clock: FixedClock, refused: Refusals) -> None:
    registrar = await as_("registrar")
    case = await story.submitted(await as_("provider"))
    body = {"decision": "reject", "reason": "x", "grounds": ["materials-incomplete"]}
    path = f"/v1/registrations/{case['id']}/acceptance"
    story.stand_after(clock, "2026-11-26")
    problem = await refused(registrar.post(path, body), 409, "acceptance-deemed", "LT-RGT-10")
    assert problem["on"] == "2026-11-27"
    clock.move(-timedelta(seconds=1))
    assert (await registrar.post(path, body)).json()["status"] == "rejected"


@pytest.mark.slow
async def test_who_sees_a_case_and_its_evidence(as_: As, refused: Refusals) -> None:
    provider, other, registrar = await as_("provider"), await as_("provider", "other"), await as_("registrar")
    case = await story.submitted(provider)
    piece = case["evidence"][0]
    path = f"/v1/registrations/{case['id']}"
    for reader in (provider, registrar):
        assert (await reader.get(path)).status_code == 200
        read = await reader.get(f"{path}/evidence/{piece['id']}")
        assert (read.status_code, read.content) == (200, f"proof of {piece['kind']} by {provider.party}".encode())
    await refused(other.get(path), 404, "not-found", None)
    await refused(other.get(f"{path}/evidence/{piece['id']}"), 404, "not-found", None)
    theirs = await story.submitted(other, b"other")
    strange = f"{path}/evidence/{theirs['evidence'][0]['id']}"
    await refused(provider.get(strange), 404, "not-found", None)
    assert [item["id"] for item in (await provider.get("/v1/registrations")).json()["items"]] == [case["id"]]


@pytest.mark.slow
async def test_the_desk_shows_what_is_due_first(as_: As, clock: FixedClock) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    first = await story.submitted(provider, b"1")
    await story.accept(registrar, first)
    clock.move(timedelta(days=1))
    second = await story.submitted(provider, b"2")
    gone = await story.submitted(provider, b"3")
    await provider.post(f"/v1/registrations/{gone['id']}/withdrawal", {"reason": "x"})
    clock.move(timedelta(days=4))
    seen, cursor = [], None
    for _ in range(3):
        page = (
            await registrar.get("/v1/registrations", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [(item["id"], item["due_on"], item["overdue"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [(second["id"], "2026-11-27", True), (first["id"], "2026-12-07", False)]
    for strange in ("x", "WyJub3QtYS1kYXRlIiwieCJd"):
        for path in ("/v1/registrations", "/v1/notices"):
            answer = await registrar.get(path, params={"cursor": strange})
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input")


async def test_cancelling_a_certificate(as_: As, client: Client, clock: FixedClock, refused: Refusals) -> None:
    done = await story.certified(as_, clock)
    registrar, provider = await as_("registrar"), await as_("provider")
    path = f"/v1/certificates/{done['certificate_id']}"
    body = {"ground": "objection-upheld", "reason": "异议成立"}
    await refused(provider.post(f"{path}/cancellation", body), 403, "forbidden", None)
    unknown = {**body, "ground": "because"}
    await refused(registrar.post(f"{path}/cancellation", unknown), 422, "ground-unknown", "LT-RGT-17")
    assert (await registrar.post(f"{path}/cancellation", body)).json()["status"] == "cancelled"
    await refused(registrar.post(f"{path}/cancellation", body), 409, "illegal-transition", "LT-GEN-02")
    assert (await client.get(path)).json()["status"] == "cancelled"
    rival = await story.submitted(await as_("provider", "rival"))
    assert rival["content_sha256"] == done["content_sha256"]


@pytest.mark.parametrize(
    "name", ["SJ1512026110001", "SJ15", "crt_x", "reg_00000000000000000000000000", "SJ1512026110000"]
)
async def test_no_such_certificate(client: Client, refused: Refusals, name: str) -> None:
    await refused(client.get(f"/v1/certificates/{name}"), 404, "not-found", None)
