"""Contracts concluded elsewhere, filed over HTTP: labelled, one-sided until confirmed, and of no effect."""

import pytest

from tests.makers import make_uscc

TEXT = b"%PDF-1.7 a contract that two concluded elsewhere"


async def upload(who, content=TEXT, purpose="contract"):
    made = await who("POST", f"/v1/files?name=contract.pdf&purpose={purpose}", content=content)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def body(who, **over):
    known = {
        "filer_role": "provider",
        "subject": "气象数据年度供应",
        "concluded_on": "2026-11-01",
        "file_id": over.pop("file_id", None) or await upload(who),
        "amount": {"amount": "120000.00", "currency": "CNY"},
    }
    return {**known, **over}


def refusal(answer):
    told = answer.json()
    return answer.status_code, told["code"], told.get("rule", {}).get("id")


@pytest.fixture
async def sides(as_):
    return await as_("provider"), await as_("buyer")


async def test_a_filing_is_labelled_one_sided_and_then_confirmed(sides, as_, runtime):
    filer, other = sides
    made = await filer.post("/v1/filings", await body(filer, other=other.party))
    assert made.status_code == 201, made.text
    filing = made.json()
    assert (filing["kind"], filing["status"], filing["allowed_actions"]) == ("filed", "one_sided", ["withdraw"])
    assert "grants nothing" in filing["label"]["en"]
    path = f"/v1/filings/{filing['id']}"
    seen = (await other.get(path)).json()
    assert seen["allowed_actions"] == ["confirm", "contest"]
    assert (await other.get(f"{path}/document")).content == TEXT
    assert refusal(await filer.post(f"{path}/confirmation")) == (403, "filing-others-to-do", "LT-CON-39")
    assert refusal(await other.post(f"{path}/withdrawal", {"reason": "x"}))[1] == "filing-others-to-do"
    confirmed = (await other.post(f"{path}/confirmation")).json()
    assert (confirmed["status"], confirmed["allowed_actions"]) == ("confirmed", [])
    assert refusal(await filer.post(f"{path}/withdrawal", {"reason": "x"})) == (409, "illegal-transition", "LT-GEN-02")
    for table in ("title_grant", "agreement", '"order"', "settlement", "document"):
        assert await runtime.pool.fetchval(f"SELECT count(*) FROM {table}") == 0
    regulator = await as_("regulator")
    assert [one["id"] for one in (await regulator.get("/v1/filings")).json()["items"]] == [filing["id"]]


async def test_what_the_other_contests_is_seen_as_such_and_may_be_withdrawn_and_filed_again(sides):
    filer, other = sides
    asked = await body(filer, other=other.party)
    path = f"/v1/filings/{(await filer.post('/v1/filings', asked)).json()['id']}"
    assert refusal(await filer.post("/v1/filings", asked)) == (409, "filing-repeated", "LT-CON-39")
    contested = (await other.post(f"{path}/contest", {"reason": "未曾订立"})).json()
    assert (contested["status"], contested["end_reason"]) == ("contested", "未曾订立")
    assert (await filer.post(f"{path}/withdrawal", {"reason": "有误"})).json()["status"] == "withdrawn"
    assert (await filer.post("/v1/filings", asked)).status_code == 201


async def test_the_other_may_be_named_by_credit_code_whether_or_not_it_takes_part(sides, runtime):
    filer, other = sides
    uscc = await runtime.pool.fetchval("SELECT uscc FROM party WHERE id = $1", other.party)
    known = (await filer.post("/v1/filings", await body(filer, other_name="乙", other_uscc=uscc))).json()
    assert known["other"] == other.party
    assert (await other.get(f"/v1/filings/{known['id']}")).status_code == 200
    file_id = await upload(filer, TEXT + b"2")
    outside = await filer.post(
        "/v1/filings", await body(filer, other_name="丙公司", other_uscc=make_uscc(), file_id=file_id, amount=None)
    )
    assert (outside.status_code, outside.json()["other"], outside.json()["amount"]) == (201, None, None)
    assert outside.json()["other_name"] == "丙公司"


async def test_every_fault_is_named(sides):
    filer, other = sides
    wrong = {
        "other": other.party,
        "other_name": "乙",
        "other_uscc": "1" * 18,
        "concluded_on": "2027-01-01",
        "amount": {"amount": "-1.00", "currency": "CNY"},
        "file_id": await upload(filer, purpose="evidence"),
    }
    answer = await filer.post("/v1/filings", await body(filer, **wrong))
    assert refusal(answer) == (422, "filing-faulty", "LT-CON-38"), answer.text
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert pointers == ["/other", "/other_uscc", "/concluded_on", "/amount/amount", "/file_id"]
    own = await filer.post("/v1/filings", await body(filer, other=filer.party))
    assert [one["pointer"] for one in own.json()["errors"]] == ["/other"]


async def test_to_a_stranger_there_is_none_and_a_foreign_file_is_unknown(sides, as_):
    filer, other = sides
    filing = (await filer.post("/v1/filings", await body(filer, other=other.party))).json()
    stranger = await as_("buyer", "stranger")
    for path in ("", "/document"):
        assert refusal(await stranger.get(f"/v1/filings/{filing['id']}{path}"))[:2] == (404, "not-found")
    assert refusal(await stranger.post(f"/v1/filings/{filing['id']}/confirmation"))[:2] == (404, "not-found")
    assert (await stranger.get("/v1/filings")).json()["items"] == []
    foreign = await stranger.post("/v1/filings", await body(stranger, other=other.party, file_id=await upload(filer)))
    assert refusal(foreign)[:2] == (404, "not-found")
