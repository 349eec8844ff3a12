"""Infringement notices over HTTP: the measure, the counter-statement, the fifteen days, and buyers who keep theirs."""

from datetime import timedelta

import pytest

from kernel.jobs.queue import SWEEPS
from tests.market.negotiation.story import upload
from tests.market.trade import Trade
from tests.refusals import not_there, refused

PATH = "/v1/infringement-notices"


def refusal(answer):
    told = answer.json()
    return answer.status_code, told["code"], told.get("rule", {}).get("id")


class Story:
    """A listing with a buyer, a right-holder and an officer."""

    def __init__(self, trade, holder, operator):
        self.trade, self.holder, self.operator = trade, holder, operator

    async def body(self, who, **more):
        return {
            "right_kind": "copyright",
            "right_proof": "作品登记证书，附后",
            "statement": "该商品复制了本方数据集的结构与内容",
            "evidence": [await upload(who, b"proof of " + str(who.party).encode())],
            **more,
        }

    async def given(self, who=None, **more):
        who = who or self.holder
        return await who.post(
            f"/v1/listings/{self.trade.listing_id}/infringement-notices", await self.body(who, **more)
        )

    async def notified(self, who=None, **more):
        made = await self.given(who, **more)
        assert made.status_code == 201, made.text
        return made.json()["id"]

    async def measured(self, who=None, **more):
        return await self.taken(await self.notified(who, **more))

    async def taken(self, notice):
        taken = await self.operator.post(
            f"{PATH}/{notice}/examination", {"decision": "measure", "reason": "初步证据成立"}
        )
        assert (taken.status_code, taken.json()["status"]) == (200, "measure"), taken.text
        return notice

    async def counter(self, notice):
        body = {"statement": "数据为本方自行采集，见证据", "evidence": [await upload(self.trade.provider, b"own")]}
        return await self.trade.provider.post(f"{PATH}/{notice}/counter-statement", body)

    async def suit(self, notice, who=None):
        who = who or self.holder
        body = {"kind": "suit", "body": "上海知识产权法院", "reference": "(2026)沪73民初1号"}
        return await who.post(f"{PATH}/{notice}/suit", {**body, "evidence": [await upload(who, b"writ")]})

    async def listing(self):
        return (await self.trade.provider.get(f"/v1/listings/{self.trade.listing_id}")).json()

    async def read(self, notice, who=None):
        return (await (who or self.operator).get(f"{PATH}/{notice}")).json()


@pytest.fixture
async def story(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    return Story(trade, await as_("developer", "holder"), await as_("operator"))


async def swept(runtime):
    await SWEEPS["market.notices.clock"][1](runtime)


@pytest.mark.slow
async def test_a_measure_takes_the_listing_off_sale_and_buyers_keep_what_they_bought(story):
    bought = await story.trade.delivered()
    notice = await story.notified()
    not_there(await story.trade.provider.get(f"{PATH}/{notice}"))
    await story.operator.post(f"{PATH}/{notice}/examination", {"decision": "measure", "reason": "初步证据成立"})
    listing = await story.listing()
    assert (listing["status"], listing["held_by"]) == ("suspended", "LT-INF-02")
    assert (await story.read(notice, story.trade.provider))["status"] == "measure"
    refused(await story.trade.buyer.post("/v1/orders", story.trade.body()), 409, "listing-held", "LT-ORD-08")
    assert (await story.trade.buyer.get(f"/v1/entitlements/{bought}")).json()["entitled"]
    resumed = await story.operator.post(
        f"/v1/listings/{story.trade.listing_id}/supervision", {"action": "resume", "reason": "x"}
    )
    assert refusal(resumed) == (409, "listing-under-notice", "LT-INF-02")


async def test_without_a_suit_in_fifteen_days_the_measure_ends(story, runtime, clock):
    notice = await story.measured()
    countered = await story.counter(notice)
    assert (countered.json()["status"], countered.json()["reached_on"]) == ("waiting", "2026-11-23")
    assert countered.json()["due_at"] == "2026-12-08T16:00:00Z"  # The end of 8 December in China.
    clock.move(timedelta(days=15))
    await swept(runtime)
    assert (await story.listing())["status"] == "suspended"
    clock.move(timedelta(days=1))
    late = await story.suit(notice)
    assert refusal(late) == (409, "notice-too-late", "LT-INF-04")
    await swept(runtime)
    assert (await story.read(notice))["status"] == "lifted"
    listing = await story.listing()
    assert (listing["status"], listing["held_by"]) == ("listed", None)
    assert (await story.trade.buyer.post("/v1/orders", story.trade.body())).status_code == 201


async def test_a_suit_in_time_keeps_the_measure_until_it_is_decided(story, runtime, clock):
    notice = await story.measured()
    await story.counter(notice)
    clock.move(timedelta(days=14))
    noted = await story.suit(notice)
    assert (noted.status_code, noted.json()["status"], noted.json()["suit"]["body"]) == (
        200,
        "suit_noted",
        "上海知识产权法院",
    )
    clock.move(timedelta(days=60))
    await swept(runtime)
    assert (await story.listing())["status"] == "suspended"
    decided = {"decision": "uphold", "reason": "判决认定侵权"}
    refused(await story.holder.post(f"{PATH}/{notice}/conclusion", decided), 403, "forbidden")
    ended = await story.operator.post(f"{PATH}/{notice}/conclusion", decided)
    assert (ended.json()["status"], ended.json()["outcome"]) == ("upheld", "判决认定侵权")
    assert (await story.listing())["status"] == "delisted"


async def test_silence_to_a_measure_takes_the_listing_off_the_shelf(story, runtime, clock):
    notice = await story.measured()
    clock.move(timedelta(days=31))
    late = await story.counter(notice)
    assert refusal(late) == (409, "notice-too-late", "LT-INF-04")
    await swept(runtime)
    assert (await story.read(notice))["status"] == "upheld"
    assert (await story.listing())["status"] == "delisted"


async def test_who_has_no_account_is_entered_by_an_officer_and_told_by_one(story, clock):
    faulty = await story.given(story.operator)
    assert refusal(faulty) == (422, "notice-holder-missing", "LT-INF-01")
    own = await story.given(holder_name="某公司", holder_contact="上海市…")
    assert refusal(own) == (422, "notice-holder-missing", "LT-INF-01")
    notice = await story.measured(story.operator, holder_name="某公司", holder_contact="legal@example.cn")
    assert (await story.counter(notice)).json()["status"] == "countered"
    clock.move(timedelta(days=2))
    early = await story.operator.post(f"{PATH}/{notice}/forwarding", {"reached_on": "2026-11-22"})
    assert refusal(early) == (422, "counter-statement-reached", "LT-INF-03")
    told = await story.operator.post(f"{PATH}/{notice}/forwarding", {"reached_on": "2026-11-24"})
    assert (told.json()["status"], told.json()["due_at"]) == ("waiting", "2026-12-09T16:00:00Z")


async def test_a_listing_comes_back_when_the_last_of_its_notices_ends(story, as_):
    first, second = await story.notified(), await story.notified(await as_("buyer", "another"))
    await story.taken(first)
    await story.taken(second)
    await story.holder.post(f"{PATH}/{first}/withdrawal", {"reason": "和解"})
    assert (await story.listing())["status"] == "suspended"
    withdrawn = await story.operator.post(f"{PATH}/{second}/withdrawal", {"reason": "应权利人请求"})
    assert withdrawn.json()["status"] == "withdrawn"
    assert (await story.listing())["status"] == "listed"


async def test_what_cannot_be_taken_in_is_told_why(story):
    await story.notified()
    assert refusal(await story.given()) == (409, "notice-repeated", "LT-INF-01")
    owner = story.trade.provider
    assert (await story.given(owner)).json()["code"] == "notice-of-own"
    data = await story.holder("POST", "/v1/files?name=a.txt&purpose=report", content=b"not evidence")
    assert data.status_code == 201, data.text
    faulty = await story.given(story.holder, evidence=[data.json()["id"]])
    assert refusal(faulty) == (422, "notice-evidence-faulty", "LT-INF-01")


async def test_an_officer_who_is_late_is_reminded_and_one_without_proof_rejects(story, runtime, clock):
    notice = await story.notified()
    clock.move(timedelta(days=4))
    await swept(runtime)
    kinds = await runtime.pool.fetch("SELECT kind FROM log_entry WHERE subject = $1 ORDER BY at, id", notice)
    assert [row["kind"] for row in kinds] == ["market.notice.notified", "market.notice.reminded"]
    rejected = await story.operator.post(
        f"{PATH}/{notice}/examination", {"decision": "reject", "reason": "没有初步证据"}
    )
    assert (rejected.json()["status"], (await story.listing())["status"]) == ("rejected", "listed")
    again = await story.operator.post(f"{PATH}/{notice}/examination", {"decision": "measure", "reason": "x"})
    assert refusal(again) == (409, "illegal-transition", "LT-GEN-02")


async def test_evidence_is_read_by_its_sides(story, as_):
    notice = await story.measured()
    path = f"{PATH}/{notice}/evidence/1"
    assert (await story.trade.provider.get(path)).content == b"proof of " + str(story.holder.party).encode()
    not_there(await (await as_("buyer", "stranger")).get(path))
    not_there(await story.holder.get(f"{PATH}/{notice}/evidence/2"))
