"""What the register said at any moment, and the bundle that carries it away and proves itself."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from centre.verification.verify import examined, verified
from kernel.crypto.signing import Ed25519Signer
from kernel.documents.checks import FileUnreadable, Trust
from kernel.tlog import note
from rights.certificates import jobs
from rights.register import bundle
from tests.refusals import not_there, refused
from tests.rights import procedure, story


async def _said(client, asset, at=None, on=None):
    query = {name: value for name, value in (("at", at), ("on", on)) if value}
    answer = await client.get(f"/v1/assets/{asset}/register", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.slow
async def test_the_register_is_asked_about_every_moment_of_a_story(as_, clock, client, drain):
    provider, registrar = await as_("provider"), await as_("registrar")
    before = clock.now()
    clock.move(timedelta(minutes=1))
    case = await story.submitted(provider)
    await drain()
    assert (await _said(client, case["asset_id"]))["registrations"] == [], "an application is not public"
    clock.move(timedelta(minutes=1))
    case = await story.noticed(registrar, case)
    noticed = clock.now()
    story.stand_after(clock, case["notice_until"]["on"])
    case = await story.certify(registrar, case)
    certified = clock.now()
    await drain()
    clock.move(timedelta(days=30))
    body = {"ground": "objection-upheld", "reason": "异议成立"}
    assert (await registrar.post(f"/v1/certificates/{case['certificate_id']}/cancellation", body)).status_code == 200
    await drain()
    asset = case["asset_id"]

    empty = await _said(client, asset, before.isoformat())
    assert (empty["certificates"], empty["registrations"], empty["head"]) == ([], [], None)
    then = await _said(client, asset, noticed.isoformat())
    assert [each["state"] for each in then["registrations"]] == ["noticed"]
    assert then["certificates"] == []
    assert then["registrations"][0]["entries"][0]["kind"] == "rights.registration.noticed"
    in_force = await _said(client, asset, certified.isoformat())
    assert [(each["state"], each["in_force"]) for each in in_force["certificates"]] == [("in_force", True)]
    now = await _said(client, asset)
    assert [(each["state"], each["in_force"]) for each in now["certificates"]] == [("cancelled", False)]
    assert (
        in_force["certificates"][0]["entries"]
        == now["certificates"][0]["entries"][: len(in_force["certificates"][0]["entries"])]
    )
    late = in_force["certificates"][0]["valid_until"]
    assert (await _said(client, asset, certified.isoformat(), late))["certificates"][0]["in_force"]
    assert not (await _said(client, asset, certified.isoformat(), "2099-01-01"))["certificates"][0]["in_force"]
    for reference in now["certificates"][0]["entries"]:
        proof = await client.get(f"/v1/log/entries/{reference['id']}/proof")
        assert f"index {reference['index']}\n" in proof.text
    assert now["head"]["size"] > then["head"]["size"]


async def test_a_lapsed_certificate_is_out_of_force_by_its_day_before_anybody_marks_it(as_, clock, client, drain):
    case = await story.certified(as_, clock)
    await drain()
    clock.move(timedelta(days=5 * 366 + 1))
    [then] = (await _said(client, case["asset_id"]))["certificates"]
    assert (then["state"], then["in_force"]) == ("in_force", False)


async def test_what_has_not_come_and_what_is_not_there(as_, clock, client):
    await as_("registrar")
    unknown = "ast_01k000000000000000000000ab"
    refusal = await client.get(f"/v1/assets/{unknown}/register", params={"at": "2099-01-01T00:00:00Z"})
    assert (refusal.status_code, refusal.json()["rule"]["id"]) == (422, "LT-REG-05")
    assert (await _said(client, unknown))["certificates"] == []
    not_there(await client.get("/v1/assets/nonsense/register"))
    refused(await client.get(f"/v1/assets/{unknown}/register", params={"at": "yesterday"}), 400, "invalid-input")


@pytest.fixture
async def packed(as_, clock, client, runtime, drain):
    case = await story.certified(as_, clock)
    await drain()
    await jobs.publish_status_lists(runtime)
    await drain()
    provider = await as_("provider")
    answer = await provider.get(f"/v1/assets/{case['asset_id']}/evidence-bundle")
    assert answer.status_code == 200, answer.text
    trust = (await client.get("/v1/trust")).json()
    return case, answer.content, Trust.of(trust, "trust.json")


def _repacked(data: bytes, **changes: bytes | None) -> bytes:
    files = bundle.unpack(data)
    manifest = json.loads(files.pop(bundle.MANIFEST))
    for name, changed in changes.items():
        real = next(each for each in files if each.replace("/", "_").replace(".", "_").startswith(name))
        if changed is None:
            del files[real]
        else:
            files[real] = changed
    return bundle.pack(manifest["asset"], files)


@pytest.mark.slow
async def test_a_bundle_proves_itself_with_the_centres_keys(packed, tmp_path):
    case, data, trust = packed
    report = examined(data, "x.zip", trust)
    assert report.holds, report.checks
    number = case["certificate_number"]
    assert {check.name.en for check in report.checks} == {
        "contents",
        "log entries",
        "evidence",
        "log checkpoint",
        "register",
        f"certificates/{number}.json",
        f"certificates/{number}.zh.pdf",
        f"certificates/{number}.en.pdf",
    }
    (tmp_path / "x.zip").write_bytes(data)
    alone = verified(tmp_path / "x.zip")
    assert [check.name.en for check in alone.checks if check.holds is False] == ["trust anchor"], "by its own word only"
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {"README.zh.md", "README.en.md", "trust.json", "log/checkpoint", "evidence.json"} <= set(names)


@pytest.mark.slow
async def test_whatever_is_changed_in_a_bundle_is_found(packed):
    _, data, trust = packed
    files = bundle.unpack(data)
    entries = json.loads(files["log/entries.json"])
    evidence = json.loads(files["evidence.json"])
    certificate = next(name for name in files if name.endswith(".json") and name.startswith("certificates/"))
    altered = json.loads(files[certificate])
    altered["document"]["credentialSubject"]["holder"]["name"] = "他人"
    opened = next(each for each in entries["entries"] if each.get("facts", {}).get("evidence"))
    forged = json.loads(json.dumps(entries))
    next(e for e in forged["entries"] if e["entry"] == opened["entry"])["facts"]["evidence"][0]["sha256"] = "0" * 64
    swapped = json.loads(json.dumps(entries))
    swapped["entries"][0]["proof"], swapped["entries"][1]["proof"] = (
        swapped["entries"][1]["proof"],
        swapped["entries"][0]["proof"],
    )
    evidence["evidence"][0]["sha256"] = "f" * 64
    cases = {
        "certificates_": bundle.as_json(altered),
        "log_entries": bundle.as_json(forged),
        "evidence": bundle.as_json(evidence),
    }
    for name, content in cases.items():
        report = examined(_repacked(data, **{name: content}), "x.zip", trust)
        assert not report.holds, name
    assert not examined(_repacked(data, log_entries=bundle.as_json(swapped)), "x.zip", trust).holds
    assert not examined(_repacked(data, log_entries=bundle.as_json({"entries": 5})), "x.zip", trust).holds
    for missing in ("log_entries", "evidence", "trust"):
        with pytest.raises(FileUnreadable):
            examined(_repacked(data, **{missing: None}), "x.zip", None)
    loose = io.BytesIO()
    with zipfile.ZipFile(loose, "w") as target:
        for name, content in files.items():
            target.writestr(name, content if name != "register.json" else b"{}")
    assert not examined(loose.getvalue(), "x.zip", trust).holds


@pytest.mark.slow
async def test_what_the_register_is_said_to_have_said_must_follow_from_the_entries(packed):
    """Somebody rewrites register.json, and the manifest with it: every false statement is found."""
    _, data, trust = packed
    register = json.loads(bundle.unpack(data)["register.json"])

    def forged(change):
        said = json.loads(json.dumps(register))
        change(said)
        return examined(_repacked(data, register_json=bundle.as_json(said)), "x.zip", trust)

    assert forged(lambda said: None).holds
    changes = [
        lambda said: said["certificates"][0].update(state="cancelled"),
        lambda said: said["certificates"][0].update(holder="他人"),
        lambda said: said["certificates"][0].update(valid_until="2099-01-01"),
        lambda said: said["certificates"][0].update(number="SJ1512026119999"),
        lambda said: said["certificates"][0]["rights"].pop(),
        lambda said: said["certificates"][0]["entries"].pop(),
        lambda said: said["certificates"][0]["entries"][0].update(at="2020-01-01T00:00:00Z"),
        lambda said: said["certificates"][0].update(in_force=False),
        lambda said: said["registrations"][0].update(state="refused"),
        lambda said: said["registrations"][0].update(entries=[]),
        lambda said: said["titles"][0].update(holder="他人"),
        lambda said: said["titles"][0].update(rights=["HOLD"]),
        lambda said: said["titles"][0].update(certificate_id="crt_x"),
        lambda said: said["remarks"].append({"id": "rmk_1", "kind": "pledge", "state": "entered", "entries": []}),
        lambda said: said["objections"].append({"id": "obj_1", "state": "upheld", "entries": [{"id": "ent_1"}]}),
        lambda said: said.update(asset_id="ast_x"),
        lambda said: said.update(certificates=5),
        lambda said: said.update(known_at="yesterday"),
        lambda said: said.update(known_at="2026-12-01T00:00:00"),
    ]
    held = [place for place, change in enumerate(changes) if forged(change).holds]
    assert held == []
    other = note.sign("other.example/log\n1\n" + "A" * 43 + "=\n", "other.example/log", Ed25519Signer(b"\x09" * 32))
    for checkpoint in (b"", b"\xff", other.encode()):
        assert not examined(_repacked(data, log_checkpoint=checkpoint), "x.zip", trust).holds


@pytest.mark.slow
async def test_titles_remarks_and_objections_through_time(as_, clock, client, drain):
    """The time machine over everything: a title, an objection after registration, and what was supplied later."""
    registrar, rival = await as_("registrar"), await as_("buyer")
    case = await story.submitted(await as_("provider"), b"one")
    await story.accept(registrar, case)
    asked = {"kinds": ["other"], "reason": "请补充"}
    await registrar.post(f"/v1/registrations/{case['id']}/supplement-request", asked)
    provider = await as_("provider")
    more = {"evidence": await story.evidence(provider, ["other"])}
    assert (await provider.post(f"/v1/registrations/{case['id']}/supplement", more)).status_code == 200
    await story.approve(registrar, case)
    case = await story.publish(registrar, case)
    during = await procedure.objected(rival, case)
    await procedure.conclude(registrar, during, "dismiss")
    view = (await registrar.get(f"/v1/registrations/{case['id']}")).json()
    story.stand_after(clock, view["notice_until"]["on"])
    done = await story.certify(registrar, case)
    before = clock.now()
    clock.move(timedelta(hours=1))
    later = await procedure.objected(rival, done)
    await drain()
    asset = done["asset_id"]
    then, now = await _said(client, asset, before.isoformat()), await _said(client, asset)
    assert [(each["holder"], each["rights"], each["state"]) for each in then["titles"]] == [
        (done["applicant_name"], ["HOLD", "USE", "OPERATE"], "active")
    ]
    assert [(each["id"], each["stage"], each["state"]) for each in then["objections"]] == [
        (during["id"], "notice", "dismissed")
    ]
    assert [(each["id"], each["state"]) for each in now["objections"]] == [
        (during["id"], "dismissed"), (later["id"], "raised"),
    ]  # fmt: skip
    assert rival.party not in str(now), "who objected is not public"
    answer = await provider.get(f"/v1/assets/{asset}/evidence-bundle")
    trust = Trust.of((await client.get("/v1/trust")).json(), "trust.json")
    report = examined(answer.content, "x.zip", trust)
    assert report.holds, [check for check in report.checks if check.holds is False]
    evidence = json.loads(bundle.unpack(answer.content)["evidence.json"])["evidence"]
    assert [each["kind"] for each in evidence if "kind" in each].count("other") == 1, "what was supplied is in it"
    assert {each["objection_id"] for each in evidence if "objection_id" in each} == {during["id"], later["id"]}


@pytest.mark.slow
async def test_only_the_provider_and_the_registrar_take_it_away(packed, as_):
    case, _, _ = packed
    path = f"/v1/assets/{case['asset_id']}/evidence-bundle"
    registrar = await as_("registrar")
    assert (await registrar.get(path)).status_code == 200
    other = await as_("provider", "another")
    not_there(await other.get(path))
    buyer = await as_("buyer")
    refused(await buyer.get(path), 403, "forbidden")


def _zip(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


def _bomb() -> bytes:
    """A zip whose directory names one member of ten gigabytes many times over the same bytes."""
    packed = _zip(*((f"f{at}", b"0" * 1_000_000) for at in range(60)))
    return packed.replace((1_000_000).to_bytes(4, "little"), (0xFFFFFFF0).to_bytes(4, "little"))


HOSTILE = {
    "beginning": lambda: b"PK\x03\x04",
    "noise": lambda: b"PK\x03\x04" + b"x" * 5000,
    "empty": lambda: _zip(),
    "no bundle": lambda: _zip(("bundle.json", b"{}")),
    "escape": lambda: _zip(("../escape", b"x")),
    "absolute": lambda: _zip(("/etc/passwd", b"x")),
    "forty megabytes": lambda: _zip(("a", b"0" * 40_000_000)),
    "backslashes": lambda: _zip(("a\\..\\b", b"x")),
    "drive": lambda: _zip(("C:evil", b"x")),
    "ups": lambda: _zip(("a/../../b", b"x")),
    "nul": lambda: _zip(("bundle.json\x00.txt", b"x")),
    "two ends": lambda: _zip(("a", b"x")) + b"PK\x05\x06" + b"\xff" * 18,
    "bomb": _bomb,
    "nine of eight megabytes": lambda: _zip(*((f"f{at}", b"0" * 8_000_000) for at in range(9))),
    "2001 members": lambda: _zip(*((f"f{at}", b"") for at in range(2001))),
    "deep": lambda: _zip(("bundle.json", b"[" * 100_000)),
    "no files": lambda: _zip(("bundle.json", json.dumps({"kind": "evidence-bundle", "files": []}).encode())),
}


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_zips_end_cleanly(hostile):
    """Each is made when its turn comes: some are large, and every process collects all of them."""
    with pytest.raises(FileUnreadable):
        examined(hostile(), "x.zip", None)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["superseded", "cancelled", "lapsed"])
async def test_a_bundle_holds_after_its_certificate_has_ended_and_says_so(as_, clock, client, runtime, drain, end):
    case = await story.certified(as_, clock)
    provider, registrar = await as_("provider"), await as_("registrar")
    await procedure.classified(provider, case["asset_id"])
    number, by = case["certificate_number"], ""
    if end == "superseded":
        changed = await procedure.asked(provider, number, "change", restrictions="不得用于识别个人")
        by = (await procedure.concluded(registrar, clock, changed))["certificate_number"]
    elif end == "cancelled":
        body = {"ground": "objection-upheld", "reason": "异议成立"}
        path = f"/v1/certificates/{case['certificate_id']}/cancellation"
        assert (await registrar.post(path, body)).status_code == 200
    else:
        clock.move(timedelta(days=5 * 366 + 1))
        await jobs.expire(runtime)
        await runtime.pool.execute("UPDATE api_key SET expires_at = expires_at + interval '10 years'")
    await drain()
    await jobs.publish_status_lists(runtime)
    await drain()
    answer = await provider.get(f"/v1/assets/{case['asset_id']}/evidence-bundle")
    assert answer.status_code == 200, answer.text
    trust = Trust.of((await client.get("/v1/trust")).json(), "trust.json")
    report = examined(answer.content, "x.zip", trust)
    assert report.holds, report.checks
    told = next(check for check in report.checks if check.name.en == f"certificates/{number}.json")
    words = {"superseded": f"superseded by {by}", "cancelled": "has been cancelled", "lapsed": "it has lapsed"}
    assert (told.holds, words[end] in told.detail.en) == (True, True), told
    # A bundle whose register says that it stands, while the list says that it has ended, contradicts itself.
    register = json.loads(bundle.unpack(answer.content)["register.json"])
    for one in register["certificates"]:
        one["state"], one["in_force"] = "in_force", True
    forged = examined(_repacked(answer.content, register_json=bundle.as_json(register)), "x.zip", trust)
    assert not forged.holds
