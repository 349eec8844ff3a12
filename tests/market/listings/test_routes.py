"""Listing through HTTP: what keeps a product off the shelf, who may do what, and what is shown of it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.market.listings.story import CONTRACT, LICENCE, Shelf, description
from tests.refusals import not_there, refused
from tests.valuation.makers import engage

REVIEW = {"decision": "approve", "reason": "材料齐全"}


@pytest.fixture
async def shelf(as_: As, clock: FixedClock, drain: Drain) -> Shelf:
    return await Shelf.begin(as_, clock, drain)


async def _rows(runtime: Runtime) -> list[str]:
    rows = await runtime.pool.fetch("SELECT row_to_json(t)::text AS row FROM listing t ORDER BY id")
    entries = await runtime.pool.fetchval("SELECT count(*) FROM log_entry")
    return [*(row["row"] for row in rows), str(entries)]


async def test_from_draft_to_shelf(shelf: Shelf, client: Client) -> None:
    await shelf.certify()
    card_id = await shelf.score()
    draft = await shelf.draft()
    assert (draft["status"], draft["allowed_actions"], draft["gates"]) == ("draft", ["submit"], None)
    hidden = await client.get(f"/v1/listings/{draft['id']}")
    assert (hidden.status_code, hidden.json()["rule"]["id"]) == (404, "LT-LST-12")
    sent = await shelf.provider.post(f"/v1/listings/{draft['id']}/submission")
    assert sent.json()["status"] == "submitted"
    reviewer = await shelf.as_("reviewer")
    assert (await reviewer.get(f"/v1/listings/{draft['id']}")).json()["allowed_actions"] == ["approve", "reject"]
    approved = await reviewer.post(f"/v1/listings/{draft['id']}/review", REVIEW)
    assert approved.status_code == 200, approved.text
    shown = (await client.get(f"/v1/listings/{draft['id']}")).json()
    assert (shown["status"], shown["scorecard_id"]) == ("listed", card_id)
    assert shown["provider"]["id"] == shelf.provider.party
    assert shown["price"] == {"amount": "12500.00", "currency": "CNY"}
    assert {a["rule"]: a["outcome"] for a in shown["gates"]["answers"]} == {
        **{f"LT-LST-0{n}": "passed" for n in (2, 4, 5, 7, 9)},
        **{f"LT-TTL-0{n}": "passed" for n in (2, 3, 4, 5, 8)},
        "LT-LST-08": "not_assessed",
        **{f"LT-CLS-{n:02d}": "passed" for n in range(1, 16)},
        "LT-CLS-12": "noted",  # Nobody has ordered it yet.
    }
    assert shown["gates"]["policy"]["version"] == "2026-11"


@pytest.mark.slow
async def test_everything_shown_of_the_data_is_the_scorecards(shelf: Shelf, client: Client) -> None:
    await shelf.certify()
    card = (await shelf.provider.get(f"/v1/scorecards/{await shelf.score()}")).json()
    shown = (await client.get(f"/v1/listings/{(await shelf.listed())['id']}")).json()
    assert shown["row_count"] == card["scorecard"]["rows"] == 6
    assert shown["quality"]["score"] == card["scorecard"]["score"]
    assert shown["quality"]["grade"] == card["scorecard"]["grade"]["code"]
    document = (await shelf.provider.get(f"/v1/documents/{card['document_id']}")).json()["document"]
    assert shown["sample_rows"] == document["credentialSubject"]["scorecard"]["sample_rows"]
    assert shown["masked_columns"] == {"orders": ["price", "shop"], "shops": ["id"]}
    assert shown["sample_rows"]["orders"][0]["id"] == 1
    assert shown["sample_rows"]["orders"][0]["price"] == "*"
    assert shown["size_bytes"] == sum(file["size_bytes"] for file in shelf.revision["files"])


async def test_volume_and_period_are_computed_and_what_was_declared_stands_beside(
    shelf: Shelf, runtime: Runtime
) -> None:
    """A listing showed what was typed of its data, and not what had been counted."""
    draft = await shelf.draft()
    await runtime.pool.execute(
        "INSERT INTO revision_measure (revision_id, record_count, field_count, earliest, latest, created_at)"
        " VALUES ($1, 6, 4, '2026-01-01', '2026-09-30', now()) ON CONFLICT (revision_id) DO UPDATE"
        " SET record_count = 6, field_count = 4, earliest = '2026-01-01', latest = '2026-09-30'",
        draft["revision_id"],
    )
    path = f"/v1/listings/{draft['id']}"
    figures = (await shelf.provider.get(path)).json()["figures"]
    told = {
        name: (each["computed"], each["declared"], each["basis"], each["differs"]) for name, each in figures.items()
    }
    assert told == {
        "records": (6, 4, "computed", True),
        "fields": (4, None, "computed", False),
        "covers_from": ("2026-01-01", "2026-01-01", "computed", False),
        "covers_until": ("2026-09-30", "2026-10-31", "computed", True),
    }
    assert figures["records"]["words"]["en"] == "What was computed differs from what is declared"
    await runtime.pool.execute("DELETE FROM revision_measure")
    unknown = (await shelf.provider.get(path)).json()["figures"]
    assert (unknown["records"]["basis"], unknown["fields"]["basis"]) == ("declared", "unknown")


@pytest.mark.parametrize("field", ["row_count", "sample_rows", "quality_score", "freshness_at", "status"])
async def test_nothing_of_it_can_be_typed(shelf: Shelf, field: str) -> None:
    refused = await shelf.provider.post("/v1/listings", description(shelf.asset_id, **{field: 1}))
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid-input")


async def _refused(shelf: Shelf, runtime: Runtime, code: str, rules: list[str], **over: Any) -> None:
    draft = await shelf.draft(**over)
    before = await _rows(runtime)
    answer = await shelf.provider.post(f"/v1/listings/{draft['id']}/submission")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["rule"]["id"]) == (422, code, rules[0])
    assert [fault["rule"] for fault in problem["errors"]] == rules
    assert await _rows(runtime) == before


@pytest.mark.slow
async def test_refused_without_certificate_score_and_price(shelf: Shelf, runtime: Runtime) -> None:
    missing = ["LT-LST-02", "LT-LST-05", "LT-LST-07"]
    await _refused(shelf, runtime, "certificate-missing", missing, price=None)
    await shelf.certify()
    await _refused(shelf, runtime, "scorecard-missing", missing[1:], price=None)
    await shelf.score()
    await _refused(shelf, runtime, "price-missing", missing[2:], price=None)


@pytest.mark.slow
async def test_refused_without_the_right_to_operate(shelf: Shelf, runtime: Runtime) -> None:
    await shelf.certify(("HOLD", "USE"))
    await shelf.score()
    # A title without the right to operate grants nothing either: its depth and its exclusivity are no use.
    await _refused(shelf, runtime, "operate-right-missing", ["LT-CLS-04", "LT-TTL-02"])


@pytest.mark.slow
async def test_a_pledge_and_the_negative_list_block_a_sale(shelf: Shelf, runtime: Runtime) -> None:
    await shelf.certify()
    await shelf.score()
    registrar, lender = await shelf.as_("registrar"), await shelf.as_("lender")
    body = {"kind": "pledge", "basis": "动产融资登记 1 号", "beneficiary_id": lender.party}
    pledge = (await registrar.post(f"/v1/assets/{shelf.asset_id}/remarks", body)).json()
    await _refused(shelf, runtime, "encumbered-data", ["LT-CLS-15", "LT-TTL-04"])
    await registrar.post(f"/v1/remarks/{pledge['id']}/release", {"basis": "解除质押"})
    await shelf.classify(categories=["trade-secret-of-others"])
    await _refused(shelf, runtime, "on-negative-list", ["LT-CLS-07"])


@pytest.mark.slow
async def test_refused_when_the_content_has_changed_since(shelf: Shelf, runtime: Runtime) -> None:
    from tests.valuation.makers import add_revision, parquet, pl

    await shelf.certify()
    await shelf.score()
    shops = parquet(pl.DataFrame({"id": [1, 2, 3]}))
    await add_revision(
        shelf.provider,
        shelf.asset_id,
        orders=parquet(pl.DataFrame({"id": [9], "price": [1.0], "shop": [3]})),
        shops=shops,
    )
    await _refused(shelf, runtime, "certificate-of-other-content", ["LT-LST-04", "LT-LST-05"])


@pytest.mark.slow
async def test_somebody_elses_scorecard_proves_and_shows_nothing(shelf: Shelf, runtime: Runtime) -> None:
    await shelf.certify()
    card = await shelf.score()
    other = await Shelf.begin(shelf.as_, shelf.clock, shelf.drain, "other")
    await other.certify()
    before = await _rows(runtime)
    refused = await other.provider.post("/v1/listings", description(other.asset_id, scorecard_id=card))
    assert (refused.status_code, refused.json()["code"], refused.json()["kind"]) == (404, "not-found", "scorecard")
    assert await _rows(runtime) == before


@pytest.mark.slow
async def test_a_certificate_that_ended_while_the_product_waited(shelf: Shelf, runtime: Runtime) -> None:
    await shelf.certify()
    await shelf.score()
    sent = await shelf.submitted()
    shelf.clock.move(timedelta(days=6 * 365))
    await runtime.pool.execute("UPDATE api_key SET expires_at = expires_at + interval '10 years'")
    reviewer = await shelf.as_("reviewer")
    before = await _rows(runtime)
    answer = await reviewer.post(f"/v1/listings/{sent['id']}/review", REVIEW)
    assert (answer.status_code, answer.json()["code"]) == (422, "certificate-missing")
    assert {fault["rule"] for fault in answer.json()["errors"]} == {"LT-LST-02", "LT-CLS-11", "LT-CON-08"}
    assert await _rows(runtime) == before


@pytest.mark.slow
async def test_who_may_do_what(shelf: Shelf, client: Client, runtime: Runtime) -> None:
    await shelf.certify()
    await shelf.score()
    sent = await shelf.submitted()
    other = await shelf.as_("provider", "other")
    buyer, reviewer = await shelf.as_("buyer"), await shelf.as_("reviewer")
    path, reason = f"/v1/listings/{sent['id']}", {"reason": "x"}
    before = await _rows(runtime)
    for sender, step, body, status, code in (
        (client, "review", REVIEW, 401, "unauthenticated"),
        (buyer, "review", REVIEW, 403, "forbidden"),
        (shelf.provider, "review", REVIEW, 403, "forbidden"),
        (other, "submission", None, 404, "listing-unavailable"),
        (other, "delisting", reason, 404, "listing-unavailable"),
        (reviewer, "submission", None, 403, "forbidden"),
        (shelf.provider, "submission", None, 409, "illegal-transition"),
        (shelf.provider, "delisting", reason, 409, "illegal-transition"),
        (shelf.provider, "supervision", {"action": "suspend", "reason": "x"}, 403, "forbidden"),
    ):
        answer = await sender.post(f"{path}/{step}", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (step, answer.text)
    not_there(await other.get(path), "listing-unavailable", "LT-LST-12")
    assert (await shelf.provider.get(path)).status_code == 200
    assert await _rows(runtime) == before
    assert (await reviewer.post(f"{path}/review", REVIEW)).status_code == 200
    # On the shelf everybody sees it, and is told whose it is.
    refusal = await other.post(f"{path}/delisting", reason)
    told = refusal.json()
    assert (refusal.status_code, told["code"], told["rule"]["id"]) == (403, "not-your-listing", "LT-LST-10")


@pytest.mark.slow
async def test_rejected_is_the_end(shelf: Shelf, client: Client) -> None:
    await shelf.certify()
    await shelf.score()
    sent = await shelf.submitted()
    reviewer = await shelf.as_("reviewer")
    body = {"decision": "reject", "reason": "摘要夸大"}
    rejected = (await reviewer.post(f"/v1/listings/{sent['id']}/review", body)).json()
    assert (rejected["status"], rejected["decision_reason"], rejected["listed_at"]) == ("rejected", "摘要夸大", None)
    refused(await reviewer.post(f"/v1/listings/{sent['id']}/review", REVIEW), 409, "illegal-transition", "LT-GEN-02")
    assert (await client.get("/v1/listings")).json()["items"] == []


@pytest.mark.slow
async def test_suspended_resumed_delisted(shelf: Shelf, client: Client) -> None:
    await shelf.certify()
    await shelf.score()
    listing = await shelf.listed()
    path = f"/v1/listings/{listing['id']}"
    operator = await shelf.as_("operator")
    for action, status, seen in (("suspend", "suspended", 404), ("resume", "listed", 200)):
        answer = await operator.post(f"{path}/supervision", {"action": action, "reason": "投诉核查"})
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert (await client.get(path)).status_code == seen
    gone = await shelf.provider.post(f"{path}/delisting", {"reason": "不再提供"})
    assert gone.json()["status"] == "delisted"
    not_there(await client.get(path), "listing-unavailable", "LT-LST-12")


async def test_a_licence_outside_the_vocabulary(shelf: Shelf) -> None:
    licence = {"actions": ["use"], "purposes": ["anything"], "territory": ["CN"], "term_days": 30}
    refused = await shelf.provider.post("/v1/listings", description(shelf.asset_id, licence=licence))
    assert (refused.status_code, refused.json()["code"]) == (422, "term-inexpressible")


@pytest.mark.slow
async def test_a_licence_of_fewer_rows_than_one_delivery_hands_out_is_not_offered(shelf: Shelf) -> None:
    await shelf.certify()
    await shelf.score()
    listing = await shelf.draft()
    enough = await shelf.draft(licence={**LICENCE, "rows_max": listing["row_count"]})
    fewer = await shelf.draft(licence={**LICENCE, "rows_max": listing["row_count"] - 1})
    assert (await shelf.provider.post(f"/v1/listings/{enough['id']}/submission")).status_code == 200
    refused = await shelf.provider.post(f"/v1/listings/{fewer['id']}/submission")
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["rule"]["id"]) == (422, "volume-below-data", "LT-CON-11")


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001", "x"])
async def test_a_price_is_above_zero(shelf: Shelf, amount: str) -> None:
    price = {"amount": amount, "currency": "CNY"}
    refusal = await shelf.provider.post("/v1/listings", description(shelf.asset_id, price=price))
    refused(refusal, 400, "invalid-input")
    assert refusal.json()["errors"][0]["pointer"] == "/price/amount"


async def test_somebody_elses_asset(shelf: Shelf) -> None:
    refusal = await (await shelf.as_("provider", "other")).post("/v1/listings", description(shelf.asset_id))
    not_there(refusal)


async def test_the_same_request_twice_is_one_listing(shelf: Shelf, runtime: Runtime) -> None:
    body = description(shelf.asset_id)
    first = await shelf.provider.post("/v1/listings", body, idempotency="k-1")
    again = await shelf.provider.post("/v1/listings", body, idempotency="k-1")
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    assert await runtime.pool.fetchval("SELECT count(*) FROM listing") == 1


@pytest.mark.slow
async def test_an_appraisal_far_from_the_price_is_noted(shelf: Shelf) -> None:
    from tests.valuation.appraisal.test_appraisals import inputs

    await shelf.certify()
    card = await shelf.score()
    valuer = await shelf.as_("valuer")
    await engage(valuer, shelf.asset_id)
    day = (shelf.clock.now() + timedelta(hours=8)).date().isoformat()
    body = {"scorecard_id": card, "base_date": day, "inputs": inputs()}
    await engage(valuer, shelf.asset_id)
    made = await valuer.post(f"/v1/assets/{shelf.asset_id}/appraisals", body)
    assert made.status_code == 201, made.text
    value = Decimal(made.json()["value"]["amount"])
    sent = await shelf.submitted(price={"amount": f"{value * 3:.2f}", "currency": "CNY"})
    answer = next(a for a in sent["gates"]["answers"] if a["rule"] == "LT-LST-08")
    assert (answer["outcome"], "3.00" in answer["en"]) == ("noted", True)


@pytest.mark.parametrize("listing_id", ["x", "lst_x", "lst_01m811n2pweacrsg0642m3bgsj", "lst_" + "0" * 26])
async def test_unknown_listings(client: Client, listing_id: str) -> None:
    answer = await client.get(f"/v1/listings/{listing_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "listing-unavailable")


@pytest.mark.slow
async def test_a_product_shows_its_promise_and_its_third_party_tests(shelf: Shelf, client: Client) -> None:
    from tests.makers import signing_key
    from tests.valuation.testing.test_story import GOOD, signature

    await shelf.certify()
    await shelf.score()
    await shelf.provider("PUT", f"/v1/assets/{shelf.asset_id}/quality-watch", {"minimum_score": "60"})
    listed = await shelf.listed()
    shown = (await client.get(f"/v1/listings/{listed['id']}")).json()
    assert (shown["quality_watch"]["standing"], shown["third_party_tests"]) == ("kept", [])
    assert len(shown["provider"]["uscc"]) == 18
    tester = await shelf.as_("tester")
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "listing", "samples": 1}
    made = await shelf.provider.post(f"/v1/assets/{shelf.asset_id}/third-party-tests", body)
    path = f"/v1/third-party-tests/{made.json()['id']}"
    await tester.post(f"{path}/acceptance", GOOD)
    await tester.post(f"{path}/measurement")
    await shelf.drain()
    view = (await tester.get(path)).json()
    key_id, key = await signing_key(tester, b"\x07" * 32)
    await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    (badge,) = (await client.get(f"/v1/listings/{listed['id']}")).json()["third_party_tests"]
    assert (badge["conclusion"], badge["tester"]) == ("passed", tester.party)


@pytest.mark.slow
async def test_nothing_is_offered_beyond_the_title(shelf: Shelf, runtime: Runtime) -> None:
    """The refusal names the edge and each side, in the reader's language, and nothing changed."""
    await shelf.certify()
    await shelf.score()
    licence = {"actions": ["use"], "purposes": ["research"], "territory": ["CN"], "term_days": 1800}
    draft = await shelf.draft(licence=licence)
    before = await _rows(runtime)
    path = f"/v1/listings/{draft['id']}/submission"
    told = (await shelf.provider.post(path)).json()
    assert (told["status"], told["code"], told["rule"]["id"]) == (422, "grant-exceeds-title", "LT-TTL-02")
    assert (told["edge"], told["dimensions"]) == (1, ["term"])
    assert told["errors"][0]["pointer"] == "/licence/term"
    assert told["errors"][0]["detail"].startswith("term: wanted 2026-12-01, 2032-01-05, held 2026-12-01, ")
    chinese = (await shelf.provider.post(path, headers={"accept-language": "zh"})).json()
    assert chinese["errors"][0]["detail"].startswith("期限：申请 ")
    assert chinese["detail"] == "权利链第 1 环不成立：term。"
    assert await _rows(runtime) == before


@pytest.mark.slow
async def test_a_price_beside_a_kind_without_one_is_refused_and_free_goes_on_the_shelf(
    shelf: Shelf, client: Client
) -> None:
    await shelf.certify()
    await shelf.score()
    body = description(shelf.asset_id)
    for kind in ("free", "on-request"):
        refused = await shelf.provider.post("/v1/listings", {**body, "price_kind": kind})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid-input"), refused.text
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/price"]
    listed = await shelf.listed(price=None, price_kind="free")
    shown = (await client.get(f"/v1/listings/{listed['id']}")).json()
    assert (shown["status"], shown["price"], shown["price_kind"]) == ("listed", None, "free")
    terms = (await client.get(f"/v1/listings/{listed['id']}/terms")).json()["terms"]
    assert (terms["price"], terms["policy"].get("duties", [])) == ({"kind": "free"}, [])
