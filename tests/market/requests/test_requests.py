"""What is refused of requests and quotes, by code and rule; who sees what; and what time does."""

from datetime import timedelta

import pytest

from tests.market.negotiation.story import between, body, of_policy
from tests.market.requests.story import asked, opened, passed
from tests.market.trade import Trade
from tests.refusals import not_there, refused


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_a_want_names_every_fault(trade, runtime):
    nothing = {"amount": "0.00", "currency": "CNY"}
    want = {"purpose": "whim", "actions": ["steal"], "territory": ["XX"], "words": "。", "budget": nothing}
    answer = await trade.buyer.post("/v1/quotation-requests", asked(runtime, days=400, want=want))
    refused(answer, 422, "want-unclear", "LT-RFQ-01")
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers >= {
        "/want/purpose",
        "/want/actions/0",
        "/want/territory/0",
        "/want/words",
        "/want/budget/amount",
        "/closes_at",
    }


async def test_an_addressed_request_is_there_for_those_it_names_alone(trade, as_):
    path = await opened(trade, addressed=[trade.provider.party])
    other = await as_("provider", "other")
    assert (await trade.provider.get(path)).json()["addressed"] is None
    assert (await trade.buyer.get(path)).json()["addressed"] == [trade.provider.party]
    not_there(await other.get(path))
    assert (await other.get("/v1/quotation-requests")).json()["items"] == []
    assert len((await trade.provider.get("/v1/quotation-requests")).json()["items"]) == 1
    unknown = asked(trade.runtime, addressed=["pty_" + "0" * 26])
    not_there(await trade.buyer.post("/v1/quotation-requests", unknown))


async def test_a_provider_quotes_once_and_never_with_anothers_listing(trade, as_, runtime):
    path = await opened(trade)
    terms = await between(trade)
    first = await trade.provider.post(f"{path}/quotes", body(terms))
    assert first.status_code == 201, first.text
    refused(await trade.provider.post(f"{path}/quotes", body(terms)), 409, "quote-given", "LT-RFQ-05")
    other = await as_("provider", "other")
    refused(await other.post(f"{path}/quotes", body(terms)), 403, "not-your-listing", "LT-LST-10")


async def test_a_quote_answers_what_was_asked(trade):
    dollar = {"amount": "1.00", "currency": "USD"}
    path = await opened(trade, want={"actions": ["use", "process"], "delivery": "computing", "budget": dollar})
    answer = await trade.provider.post(f"{path}/quotes", body(of_policy(await between(trade), actions=("use",))))
    refused(answer, 422, "quote-unfit", "LT-RFQ-07")
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == {"/terms/policy/permissions", "/terms/delivery", "/terms/price"}


@pytest.mark.slow
async def test_only_the_buyer_opens_awards_and_answers(trade):
    path = await opened(trade, sealed=False)
    quote = (await trade.provider.post(f"{path}/quotes", body(await between(trade)))).json()
    early = await trade.buyer.post(f"/v1/quotes/{quote['id']}/award", {"terms_digest": quote["terms_digest"]})
    refused(early, 409, "quotes-sealed", "LT-RFQ-04")
    question = (await trade.provider.post(f"{path}/clarifications", {"question": "?"})).json()
    answer = f"{path}/clarifications/{question['id']}/answer"
    assert (await trade.buyer.post(answer, {"answer": "!"})).status_code == 200
    refused(await trade.buyer.post(answer, {"answer": "!!"}), 409, "clarification-answered", "LT-RFQ-10")
    developer = await trade.as_("developer", "someone")
    refused(await developer.post(f"{path}/cancellation", {"reason": "x"}), 403, "request-not-yours", "LT-RFQ-02")
    assert (await trade.provider.get(f"{path}/quotes")).json()["items"][0]["allowed_actions"] == ["revise", "withdraw"]


async def test_a_draft_is_given_up_and_a_cancelled_request_loses_its_quotes(trade, clock):
    draft = await trade.buyer.post("/v1/quotation-requests", asked(trade.runtime, days=60))
    path = f"/v1/quotation-requests/{draft.json()['id']}"
    await passed(trade, clock, days=31)
    assert (await trade.buyer.get(path)).json()["status"] == "cancelled"
    not_there(await trade.provider.get(path))
    live = await opened(trade)
    quote = (await trade.provider.post(f"{live}/quotes", body(await between(trade)))).json()
    over = await trade.buyer.post(f"{live}/cancellation", {"reason": "no money"})
    assert (over.status_code, over.json()["status"]) == (200, "cancelled")
    assert (await trade.provider.get(f"/v1/quotes/{quote['id']}")).json()["status"] == "lost"


async def test_versions_stay_on_file(trade, runtime):
    path = await opened(trade)
    quote = (await trade.provider.post(f"{path}/quotes", body(await between(trade, "9000.00")))).json()
    await trade.provider.post(f"/v1/quotes/{quote['id']}/revisions", body(await between(trade, "8000.00")))
    back = await trade.provider.post(f"/v1/quotes/{quote['id']}/withdrawal", {"reason": "sold"})
    assert back.json()["status"] == "withdrawn"
    query = "SELECT n, terms #>> '{price,amount,amount}' AS price FROM quote_version WHERE quote_id = $1 ORDER BY n"
    rows = await runtime.pool.fetch(query, quote["id"])
    assert [(row["n"], row["price"]) for row in rows] == [(1, "9000.00"), (2, "8000.00")]
    again = await trade.provider.post(f"{path}/quotes", body(await between(trade, "7000.00")))
    assert again.status_code == 201, again.text


async def test_a_buyers_own_rule_asks_for_approval_before_an_award(trade, clock):
    made = await trade.buyer.post("/v1/api-keys", {"name": "head", "roles": ["buyer"]})
    head = trade.buyer.with_key(made.json()["secret"], trade.buyer.party)
    rule = {"bands": [{"approvers": 1}], "approvers": [{"key_id": made.json()["key"]["id"], "name": "李雷"}]}
    assert (await trade.buyer.post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    path = await opened(trade)
    terms = body(await between(trade))
    quote = (await trade.provider.post(f"{path}/quotes", terms)).json()
    await passed(trade, clock, days=5, minutes=1)
    taking = {"terms_digest": quote["terms_digest"]}
    refused(await trade.buyer.post(f"/v1/quotes/{quote['id']}/award", taking), 409, "approval-missing", "LT-NEG-10")
    assert (await head.post("/v1/approvals", {"terms": terms["terms"]})).status_code == 201
    assert (await trade.buyer.post(f"/v1/quotes/{quote['id']}/award", taking)).status_code == 201


async def test_the_closing_is_read_under_the_lock(trade, clock):
    path = await opened(trade, days=1)
    clock.move(timedelta(days=1))
    answer = await trade.provider.post(f"{path}/quotes", body(await between(trade)))
    refused(answer, 409, "request-not-open", "LT-RFQ-03")


@pytest.mark.slow
async def test_nobody_asks_without_end_and_decides_nothing(trade):
    for _ in range(50):
        assert (await trade.buyer.post("/v1/quotation-requests", asked(trade.runtime))).status_code == 201
    over = await trade.buyer.post("/v1/quotation-requests", asked(trade.runtime))
    refused(over, 409, "quotes-too-many", "LT-RFQ-05")
    (one, *_) = (await trade.buyer.get("/v1/quotation-requests?limit=1")).json()["items"]
    ended = await trade.buyer.post(f"/v1/quotation-requests/{one['id']}/cancellation", {"reason": "不再需要"})
    assert ended.status_code == 200, ended.text
    assert (await trade.buyer.post("/v1/quotation-requests", asked(trade.runtime))).status_code == 201
