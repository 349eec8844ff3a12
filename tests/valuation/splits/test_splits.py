"""Splits over HTTP: exact, sampled with a bound, whole to the minor unit, recomputable, held by every contributor."""

import pytest

from tests.refusals import not_there, refused
from tests.valuation.engagements.firm import Work, said
from valuation.splits.verify import check


@pytest.fixture
async def work(as_, drain):
    return await Work.begin(as_, drain)


def exact(**over):
    """Three parties of whom two are worth something only together."""
    worth = {"a": "100", "b": "0", "c": "0", "a+b": "100", "a+c": "100", "b+c": "60", "a+b+c": "220"}
    inputs = {"currency": "CNY", "parties": ["a", "b", "c"], "coalitions": worth, "source": "model", "evidence": "m"}
    return {"calculation": "shapley", "base_date": "2026-11-23", "inputs": {**inputs, **over}}


def pool(count):
    """Many parties that share a source."""
    parties = {f"p{n:02}": {"own": said(str(10 + n)), "shared": said("5")} for n in range(count)}
    inputs = {"currency": "CNY", "parties": parties, "overlap": said("0.8"), "cost": said("20")}
    more = {"samples": "500", "confidence": "0.95", "seed": "2026"}
    return {"calculation": "shapley-pool", "base_date": "2026-11-23", "inputs": {**inputs, **more}}


async def appraised(work):
    """The report of an engagement."""
    return (await work.issued())["appraisal_id"]


@pytest.mark.slow
async def test_a_value_is_split_exactly_and_every_contributor_holds_the_document(work):
    appraisal, other = await appraised(work), await work.as_("developer")
    body = {
        "appraisal_id": appraisal,
        "calculation": exact(),
        "contributors": {"a": work.provider.party, "b": other.party},
    }
    made = await work.firm.post("/v1/value-splits", body)
    assert made.status_code == 201, made.text
    view = made.json()
    # By hand: a adds 100 in four of the six orders and 160 in two, so 120; b and c are alike and share the other 100.
    assert [(each["name"], float(each["shapley"])) for each in view["shares"]] == [("a", 120), ("b", 50), ("c", 50)]
    cents = [round(float(each["amount"]["amount"]) * 100) for each in view["shares"]]
    assert sum(cents) == round(float(view["value"]["amount"]) * 100)
    assert cents[0] == pytest.approx(sum(cents) * 120 / 220, abs=1)
    for who in (other, work.provider):
        held = await who.get(f"/v1/documents/{view['document_id']}")
        assert held.status_code == 200
    claims = held.json()["document"]["credentialSubject"]
    assert all(each.holds for each in check(claims))
    not_there(await (await work.as_("buyer")).get(f"/v1/documents/{view['document_id']}"))
    for lang, word in (("zh", "各方份额"), ("en", "Shares")):
        page = await other.get(f"/v1/documents/{view['document_id']}/page?lang={lang}")
        assert word in page.text
    wrong = {**claims, "shares": [{**claims["shares"][0], "shapley": "121"}, *claims["shares"][1:]]}
    assert [each.holds for each in check(wrong)] == [False, True]
    less = [{**claims["shares"][0], "amount": {"amount": "1.00", "currency": "CNY"}}, *claims["shares"][1:]]
    assert [each.holds for each in check({**claims, "shares": less})] == [True, False]


@pytest.mark.slow
async def test_many_contributors_are_sampled_with_a_bound(work):
    appraisal = await appraised(work)
    body = {"appraisal_id": appraisal, "calculation": pool(20)}
    first, second = [(await work.firm.post("/v1/value-splits", body)).json() for _ in range(2)]
    assert first["shares"] == second["shares"]
    assert len(first["shares"]) == 20
    assert float(first["bound"]) > 0
    assert first["confidence"] == "0.95"
    assert sum(round(float(each["amount"]["amount"]) * 100) for each in first["shares"]) == round(
        float(first["value"]["amount"]) * 100
    )


@pytest.mark.slow
async def test_what_cannot_be_split_is_told(work):
    appraisal = await appraised(work)

    async def fault(**over):
        answer = await work.firm.post("/v1/value-splits", {"appraisal_id": appraisal, "calculation": exact(), **over})
        return (
            answer.status_code,
            answer.json().get("code"),
            [each["pointer"] for each in answer.json().get("errors", [])],
        )

    strange = {"a": "pty_0", "z": work.provider.party}
    assert await fault(contributors=strange) == (422, "split-faulty", ["/contributors/a", "/contributors/z"])
    assert (await fault(calculation=exact(coalitions={"a": "1"})))[:2] == (422, "inputs-faulty")
    nothing = dict.fromkeys(("a", "b", "c", "a+b", "a+c", "b+c", "a+b+c"), "0")
    assert await fault(calculation=exact(coalitions=nothing)) == (422, "split-faulty", ["/calculation/inputs"])
    assert (await fault(appraisal_id="apr_00000000000000000000000000"))[:2] == (404, "not-found")
    refused(await work.client.post("/v1/value-splits", {}), 403, "forbidden")
