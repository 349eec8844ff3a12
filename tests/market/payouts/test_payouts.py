"""What is owed leaves the centre: by rule, to proved details, by the word of two officers; and comes back."""

from datetime import timedelta

import pytest

from tests.market.banking.papers import Line
from tests.market.banking.story import Bank, balances
from tests.market.payouts.story import ACCOUNT, Story
from tests.refusals import not_there, refused


@pytest.fixture
async def story(runtime, as_, drain, clock):
    return await Story.begin(runtime, as_, drain, clock)


@pytest.fixture
async def owing(story):
    """11,875.00 are owed, and the details are active."""
    await story.settled()
    await story.verified()
    return story


async def test_details_are_in_the_partys_own_name_and_possible(story):
    provider = story.trade.provider
    name = await story.name(provider.party)
    refused(
        await provider.post("/v1/payee-accounts", {"holder": "张三", **ACCOUNT}), 422, "payee-name-differs", "LT-PYO-01"
    )
    iban = {"holder": name, "number": "DE89370400440532013001", "bank_code": "COBADEFFXXX", "currency": "EUR"}
    refused(await provider.post("/v1/payee-accounts", iban), 400, "account-number-faulty", "LT-PYO-01")
    made = await provider.post("/v1/payee-accounts", iban | {"number": "DE89 3704 0044 0532 0130 00"})
    assert (made.status_code, made.json()["number"]) == (201, "DE89370400440532013000")
    without = {"holder": name, "number": "6222021234567890", "currency": "CNY"}
    refused(await provider.post("/v1/payee-accounts", without), 400, "account-number-faulty", "LT-PYO-01")


async def test_details_need_the_second_channel_and_the_days_of_cooling_off(story):
    provider, officer = story.trade.provider, story.officers[0]
    account = (await story.declared())["id"]
    path = f"/v1/payee-accounts/{account}"
    refused(
        await provider.post("/v1/payee-accounts", {"holder": await story.name(provider.party), **ACCOUNT}),
        409,
        "payee-pending",
        "LT-PYO-02",
    )
    refused(await provider.post(f"{path}/code"), 403, "forbidden", None)
    guess = {"code": "0000-0000-0000"}
    refused(await provider.post(f"{path}/confirmation", guess), 422, "code-wrong", "LT-PYO-02")
    first = (await officer.post(f"{path}/code", idempotency="code")).json()
    assert first["party_name"] == await story.name(provider.party)
    assert (await officer.post(f"{path}/code", idempotency="code")).json()["code"] is None
    second = (await officer.post(f"{path}/code")).json()
    refused(await provider.post(f"{path}/confirmation", {"code": first["code"]}), 422, "code-wrong", "LT-PYO-02")
    not_there(await story.trade.buyer.post(f"{path}/confirmation", {"code": second["code"]}))
    done = await provider.post(f"{path}/confirmation", {"code": second["code"].lower()})
    assert done.json()["status"] == "confirmed"
    await story.wait(timedelta(days=2))
    assert (await provider.get(path)).json()["status"] == "confirmed"
    await story.wait(timedelta(days=1))
    assert (await provider.get(path)).json()["status"] == "active"
    not_there(await story.trade.buyer.get(path))


async def test_what_nobody_confirms_lapses(story):
    account = (await story.declared())["id"]
    await story.wait(timedelta(days=14))
    assert (await story.trade.provider.get(f"/v1/payee-accounts/{account}")).json()["status"] == "lapsed"


@pytest.mark.slow
async def test_a_change_pauses_payouts_until_it_is_active_or_withdrawn(owing):
    provider = owing.trade.provider
    (payout,) = await owing.due()
    assert payout["amount"]["amount"] == "11875.00"
    change = (await owing.declared(number="6222029999999999"))["id"]
    answer = await owing.officers[0].post("/v1/payout-batches", {"bank_account_id": owing.bank.account})
    refused(answer, 409, "payee-not-verified", "LT-PYO-02")
    standing = (await provider.get("/v1/payouts/standing")).json()
    assert "account-changing" in standing["blocks"]
    assert (await provider.post(f"/v1/payee-accounts/{change}/withdrawal")).json()["status"] == "withdrawn"
    batch = await owing.proposed()
    change = (await owing.declared(number="6222029999999999"))["id"]
    for officer in owing.officers[1:2]:
        body = {"digest": batch["digest"]}
        assert (await officer.post(f"/v1/payout-batches/{batch['id']}/approval", body)).status_code == 200
    last = await owing.officers[2].post(f"/v1/payout-batches/{batch['id']}/approval", body)
    refused(last, 409, "payee-not-verified", "LT-PYO-02")


@pytest.mark.slow
async def test_money_is_due_above_the_threshold_after_its_days_on_a_payout_day(story):
    await story.settled()
    provider = story.trade.provider
    standing = (await provider.get("/v1/payouts/standing")).json()
    assert (standing["balance"]["amount"], standing["held"]["amount"]) == ("11875.00", "11875.00")
    assert standing["blocks"] == ["no-active-account", "below-threshold"]
    assert standing["next_day"] == "2026-11-24"
    account = (await story.declared())["id"]
    await story.confirmed(account)
    await story.wait(timedelta(days=4))  # Friday: the details are active, and it is no payout day.
    assert await story.due() == []
    standing = (await provider.get("/v1/payouts/standing")).json()
    assert (standing["due"]["amount"], standing["blocks"], standing["next_day"]) == ("11875.00", [], "2026-12-01")
    await story.wait(timedelta(days=4))
    (payout,) = await story.due()
    assert payout["amount"]["amount"] == "11875.00"
    assert (await balances(story.officers[0], "payout")) == {f"payout:{payout['id']}": "11875.00"}
    not_there(await story.trade.buyer.get(f"/v1/payouts/{payout['id']}"))
    advice = (await provider.get(f"/v1/payouts/{payout['id']}/advice")).json()
    assert advice["opening_balance"]["amount"] == "0.00"
    assert [line["amount"]["amount"] for line in advice["lines"]] == ["11875.00", "-11875.00"]
    assert (advice["closing_balance"]["amount"], advice["account_number"]) == ("0.00", ACCOUNT["number"])


@pytest.mark.slow
async def test_two_others_approve_and_what_they_saw_is_what_leaves(owing):
    first, second, third = owing.officers
    batch = await owing.proposed()
    path = f"/v1/payout-batches/{batch['id']}/approval"
    body = {"digest": batch["digest"]}
    refused(await first.post(path, body), 403, "approver-not-independent", "LT-PYO-05")
    other = {"digest": "sha256:" + "0" * 64}
    refused(await second.post(path, other), 409, "batch-digest-differs", "LT-PYO-05")
    assert (await second.post(path, body)).json()["status"] == "proposed"
    refused(await second.post(path, body), 403, "approver-not-independent", "LT-PYO-05")
    own = (await second.post("/v1/api-keys", {"name": "again", "roles": ["clearing"]})).json()["secret"]
    refused(await second.with_key(own).post(path, body), 403, "approver-not-independent", "LT-PYO-05")
    not_there(await second.get(f"/v1/payout-batches/{batch['id']}/file"))
    done = (await third.post(path, body)).json()
    assert (done["status"], done["form"]) == ("approved", "pain.001.001.09")
    assert [each["status"] for each in done["payouts"]] == ["sent"]
    file = await first.get(f"/v1/payout-batches/{batch['id']}/file")
    again = await first.get(f"/v1/payout-batches/{batch['id']}/file")
    assert file.content == again.content
    assert b"11875.00" in file.content


async def test_a_refused_and_a_late_batch_give_the_money_back(owing):
    batch = await owing.proposed()
    refused(
        await owing.officers[0].post("/v1/payout-batches", {"bank_account_id": owing.bank.account}),
        409,
        "nothing-due",
        "LT-PYO-03",
    )
    taken = {"bank_account_id": owing.bank.account, "payout_ids": [batch["payouts"][0]["id"]]}
    refused(await owing.officers[0].post("/v1/payout-batches", taken), 409, "payout-not-due", "LT-PYO-03")
    done = await owing.officers[1].post(f"/v1/payout-batches/{batch['id']}/refusal", {"reason": "金额须复核"})
    assert done.json()["status"] == "refused"
    payable = f"payable:party:{owing.trade.provider.party}"
    assert (await balances(owing.officers[0], "payable"))[payable] == "11875.00"
    await owing.wait(timedelta(days=5))  # Tuesday: due anew.
    await owing.proposed()
    await owing.wait(timedelta(days=6))
    assert (await balances(owing.officers[0], "payable"))[payable] == "11875.00"


async def test_a_batch_is_executed_on_a_working_day(owing):
    body = {"bank_account_id": owing.bank.account, "execution_on": "2026-11-28"}
    answer = await owing.officers[0].post("/v1/payout-batches", body)
    refused(answer, 422, "execution-day-impossible", "LT-PYO-04")
    assert answer.json()["next"] == "2026-11-26"


def report(batch, payout, status, reason=None):
    """A bank's pain.002."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId>'
        f"</GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        f"<TxInfAndSts><OrgnlEndToEndId>{payout}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}</TxInfAndSts>"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


async def reported(story, batch, raw):
    path = f"/v1/payout-batches/{batch}/status-reports"
    return await story.officers[0]("POST", path, content=raw, headers={"content-type": "application/xml"})


async def test_the_bank_says_how_far_it_is_and_what_it_rejects_is_owed_again(owing):
    payout, batch = await owing.sent()
    refused(await reported(owing, batch["id"], b"<a/>"), 400, "report-unreadable", "LT-PYO-06")
    other = report("pob_" + "0" * 26, payout["id"], "ACCP")
    refused(await reported(owing, batch["id"], other), 400, "report-unreadable", "LT-PYO-06")
    taken = await reported(owing, batch["id"], report(batch["id"], payout["id"], "ACSC"))
    assert taken.json() == {"accepted": 0, "settled": 1, "rejected": 0, "unknown": 0}
    assert (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "sent"
    strange = await reported(owing, batch["id"], report(batch["id"], "pyt_" + "0" * 26, "ACCP"))
    assert strange.json()["unknown"] == 1
    rejected = await reported(owing, batch["id"], report(batch["id"], payout["id"], "RJCT", "AC04"))
    assert rejected.json()["rejected"] == 1
    gone = (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert (gone["status"], gone["bank_status"], gone["bank_reason"]) == ("returned", "RJCT", "AC04")
    accounts = (await owing.trade.provider.get("/v1/payee-accounts")).json()["items"]
    assert [each["status"] for each in accounts] == ["closed"]
    assert (await balances(owing.officers[0], "payout")) == {}


async def test_a_debit_over_another_amount_confirms_nothing(owing):
    payout, _ = await owing.sent()
    (line,) = await owing.bank.says(Line(1_187_400, credit=False, reference="OUT1", end_to_end=payout["id"]))
    assert line["status"] == "unexplained"
    assert (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "sent"


async def test_a_whole_batch_in_one_debit_is_confirmed(owing):
    payout, batch = await owing.sent()
    (line,) = await owing.bank.says(Line(1_187_500, credit=False, reference="OUT1", text=f"代发 {batch['id']}"))
    assert (line["outcome"], line["reason"]) == ("payout", "batch-confirmed")
    paid = (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert (paid["status"], paid["confirmed_on"]) == ("confirmed", "2026-11-23")


async def test_a_debit_in_another_currency_confirms_no_batch(owing, as_):
    payout, batch = await owing.sent()
    dollars = {"currency": "USD", "opening_balance": {"amount": "0.00", "currency": "USD"}}
    other = await Bank.begin(as_, owing.drain, **dollars)
    debit = Line(1_187_500, credit=False, reference="OUT1", text=batch["id"], currency="USD")
    (line,) = await other.says(debit, currency="USD")
    assert line["status"] == "unexplained"
    assert (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "sent"


async def test_a_due_payout_that_nobody_batches_and_a_silent_bank(owing):
    (payout,) = await owing.due()
    await owing.wait(timedelta(days=5))
    late = (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert late["status"] == "cancelled"
    (payout,) = await owing.due() or [None]
    if payout is None:
        await owing.wait(timedelta(days=2))
        (payout,) = await owing.due()
    await owing.sent()
    await owing.wait(timedelta(days=6))
    silent = (await owing.trade.provider.get(f"/v1/payouts/{payout['id']}")).json()
    assert silent["status"] == "sent"
    told = await owing.trade.runtime.pool.fetchval(
        "SELECT count(*) FROM log_entry WHERE kind = 'market.payout.unconfirmed'"
    )
    assert told == 1
