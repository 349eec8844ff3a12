"""An agent orders within what its principal has signed, and nothing beyond."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from kernel import ids
from kernel.crypto import signing
from tests.makers import signing_key
from tests.market.mandates.story import AGENT_JKT, AGENT_SEED, PURPOSE, Agency, canonical, cny
from tests.refusals import not_there, refused


@pytest.fixture
async def agency(runtime, as_):
    return await Agency.begin(runtime, as_)


async def test_an_agent_orders_under_a_signed_mandate_and_the_same_key_is_one_order(agency):
    draft = await agency.draft()
    quote = await agency.quote()
    agency.mandate_id = draft["id"]
    refused(await agency.order(quote, "early"), 409, "mandate-not-in-force", "LT-MND-03")

    signed = await agency.sign(draft)
    assert (signed["status"], signed["document"]["agent"]) == ("in_force", {"jkt": AGENT_JKT})
    assert signed["document"]["not_before"] == "2026-11-23T00:00:00Z"
    assert signed["signing_text"].encode() == canonical(signed["document"])

    made = await agency.order(quote, "k-1")
    assert made.status_code == 201, made.text
    placed = made.json()
    assert (placed["status"], placed["amount"], placed["due_at"]) == ("placed", cny("3.00"), None)
    order = (await agency.principal.get(f"/v1/orders/{placed['order_id']}")).json()
    assert (order["price"], order["listing_id"]) == (cny("3.00"), agency.trade.listing_id)
    assert (order["status"], order["buyer"]) == ("placed", agency.principal.party)

    again = await agency.order(quote, "k-1")
    assert (again.status_code, again.json()) == (201, placed)
    assert len((await agency.principal.get("/v1/orders")).json()["items"]) == 1
    used = await agency.usage()
    assert (used["spent"], used["left"], used["count"]) == (cny("3.00"), cny("997.00"), 1)

    revoked = await agency.principal.post(f"/v1/mandates/{agency.mandate_id}/revocation", {"reason": "over"})
    assert revoked.json()["status"] == "revoked"
    refused(await agency.order(quote, "k-2"), 409, "mandate-not-in-force", "LT-MND-03")
    assert (await agency.principal.get(f"/v1/orders/{placed['order_id']}")).json()["status"] == "placed"


async def test_a_key_alone_orders_nothing_and_neither_does_what_was_changed_after_it_was_signed(agency):
    await agency.authorise()
    quote = await agency.quote()
    path = f"/v1/mandates/{agency.mandate_id}/orders"
    other = signing.Ed25519Signer(b"\x07" * 32)
    body = agency.order_body(quote, "k")
    forged = [
        body | {"amount": cny("2.00")},
        body | {"at": "2026-11-23T02:00:01Z"},
        body | {"public_key": signing.multibase(other.public)},
        body | {"signature": base64.b64encode(bytes(64)).decode()},
        body | {"public_key": "z6Mknonsense"},
    ]
    for wrong in forged:
        refused(await agency.principal.post(path, wrong, idempotency="k"), 422, "agent-signature-invalid", "LT-MND-02")
    # The key is signed too: what was signed for one is nothing under another.
    refused(await agency.principal.post(path, body, idempotency="k2"), 422, "agent-signature-invalid", "LT-MND-02")
    unsigned = {"quote_id": quote["id"], "amount": quote["price"]}
    refused(await agency.principal.post(path, unsigned, idempotency="k"), 400, "invalid-input")
    assert (await agency.principal.get("/v1/orders")).json()["items"] == []
    assert (await agency.principal.post(path, body, idempotency="k")).status_code == 201


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("2026-11-23T02:00:59Z", None),
        ("2026-11-23T01:59:00.000001Z", None),
        ("2026-11-23T02:01:00Z", "stale"),
        ("2026-11-23T01:59:00Z", "stale"),
    ],
)
async def test_what_was_signed_a_minute_ago_or_ahead_is_not_of_now(agency, at, outcome):
    await agency.authorise()
    made = await agency.order(await agency.quote(), "k", at=at)
    if outcome is None:
        assert made.status_code == 201, made.text
    else:
        refused(made, 422, "agent-signature-stale", "LT-MND-02")


async def test_everything_in_which_an_order_goes_beyond_is_named_at_once(agency):
    await agency.authorise(sellers=[], purposes=["research"], territory=["CN-15"], per_order=_limit("2.99"))
    problem = refused(await agency.order(await agency.quote(), "k"), 422, "outside-mandate", "LT-MND-04")
    assert [(one["pointer"], one["rule"]) for one in problem["errors"]] == [
        ("/seller", "LT-MND-04"),
        ("/purpose", "LT-MND-04"),
        ("/territory", "LT-MND-04"),
        ("/amount", "LT-MND-05"),
    ]
    assert (await agency.usage())["count"] == 0


async def test_data_of_a_higher_grade_is_beyond_the_mandate(agency):
    await agency.authorise()
    quote = await agency.quote()
    await _raise_grade(agency)
    problem = refused(await agency.order(quote, "k"), 422, "outside-mandate", "LT-MND-04")
    assert [one["pointer"] for one in problem["errors"]] == ["/grade"]
    await agency.authorise(max_grade="important")
    assert (await agency.order(quote, "k2")).status_code == 201


@pytest.mark.slow
async def test_each_limit_is_refused_by_its_own_rule(agency):
    await agency.authorise(budget=_limit("6.00"), max_count=5)
    three = await agency.quote()
    await agency.reprice(301)
    dear = await agency.quote()
    refused(await agency.order(dear, "dear"), 422, "above-per-order", "LT-MND-05")
    await agency.reprice(100)
    one = await agency.quote()
    refused(await agency.order(three, "old"), 409, "order-quote-over", "LT-MND-09")
    assert (await agency.usage())["spent"] == cny("0.00")
    for key in ("a", "b", "c", "d"):
        assert (await agency.order(one, key)).status_code == 201
    await agency.reprice(300)
    refused(await agency.order(await agency.quote(), "e"), 409, "mandate-budget-spent", "LT-MND-06")
    await agency.reprice(100)
    assert (await agency.order(one, "f")).status_code == 201
    refused(await agency.order(one, "g"), 409, "mandate-count-reached", "LT-MND-07")
    assert (await agency.usage())["left"] == cny("1.00")


async def test_a_mandate_holds_from_its_first_moment_and_before_its_last(agency, clock):
    await agency.authorise(not_before="2026-11-23T02:00:00Z", not_after="2026-11-23T02:10:00Z")
    quote = await agency.quote()
    assert (await agency.order(quote, "first")).status_code == 201
    clock.move(timedelta(minutes=10) - timedelta(microseconds=1))
    assert (await agency.order(quote, "last", at="2026-11-23T02:09:59Z")).status_code == 201
    clock.move(timedelta(microseconds=1))
    refused(await agency.order(quote, "late", at="2026-11-23T02:10:00Z"), 409, "mandate-not-in-force", "LT-MND-03")


@pytest.mark.slow
async def test_above_the_line_a_person_approves_by_signature_or_nothing_is_ordered(agency, clock, runtime):
    await agency.authorise(human_above="2.50")
    quote = await agency.quote()
    waiting = (await agency.order(quote, "k")).json()
    assert (waiting["status"], waiting["order_id"]) == ("awaiting_approval", None)
    assert waiting["due_at"] == "2026-11-26T02:00:00Z"
    used = await agency.usage()
    assert (used["reserved"], used["spent"], used["count"]) == (cny("3.00"), cny("3.00"), 1)
    desk = (await agency.principal.get("/v1/desk")).json()["items"]
    assert [one["path"] for one in desk if one["kind"] == "market.mandate_order"] == [
        f"/v1/mandate-orders/{waiting['id']}"
    ]

    path = f"/v1/mandate-orders/{waiting['id']}/approval"
    by_agent = agency.by_principal(b"") | {"signature": _signed(agency.agent, waiting["signing_text"])}
    refused(await agency.principal.post(path, by_agent), 422, "signature-invalid", "LT-CON-04")
    body = agency.by_principal(waiting["signing_text"].encode())
    approved = await agency.principal.post(path, body)
    assert approved.status_code == 200, approved.text
    assert (approved.json()["status"], approved.json()["signing_text"]) == ("placed", None)
    assert (await agency.principal.get(f"/v1/orders/{approved.json()['order_id']}")).json()["price"] == cny("3.00")
    refused(await agency.principal.post(path, body), 409, "illegal-transition", "LT-GEN-02")

    # Rejected, or approved by nobody within 72 hours, it is free again; below the line nobody is asked.
    rejected = (await agency.order(quote, "no")).json()
    no = await agency.principal.post(f"/v1/mandate-orders/{rejected['id']}/rejection", {"reason": "not needed"})
    assert no.json()["status"] == "rejected"
    late = (await agency.order(quote, "late")).json()
    assert (await agency.usage())["count"] == 2
    clock.move(timedelta(hours=72))
    from market.mandates.jobs import forget_quotes, lapse

    text = agency.by_principal(late["signing_text"].encode())
    refused(
        await agency.principal.post(f"/v1/mandate-orders/{late['id']}/approval", text),
        409,
        "mandate-approval-over",
        "LT-MND-08",
    )
    await lapse(runtime)
    shown = (await agency.principal.get(f"/v1/mandate-orders/{late['id']}")).json()
    assert (shown["status"], shown["due_at"]) == ("lapsed", None)
    used = await agency.usage()
    assert (used["reserved"], used["spent"], used["count"]) == (cny("0.00"), cny("3.00"), 1)
    await forget_quotes(runtime)
    missing = await agency.order(quote, "gone", at="2026-11-26T02:00:00Z")
    not_there(missing)
    await agency.reprice(250)
    below = await agency.order(await agency.quote(), "below", at="2026-11-26T02:00:00Z")
    assert below.json()["status"] == "placed"


async def test_a_registered_key_of_the_principal_is_no_agent_s(agency):
    draft = await agency.draft()
    await signing_key(agency.principal, AGENT_SEED)
    path = f"/v1/mandates/{draft['id']}/signatures"
    body = agency.by_principal(canonical(draft["document"]))
    problem = refused(await agency.principal.post(path, body), 422, "mandate-faulty", "LT-MND-01")
    assert [(one["pointer"], one["rule"]) for one in problem["errors"]] == [("/agent/jkt", "LT-MND-01")]
    wrong = agency.terms(sellers=["acme"])
    problem = refused(await agency.principal.post("/v1/mandates", wrong), 422, "mandate-faulty", "LT-MND-01")
    assert [one["pointer"] for one in problem["errors"]] == ["/sellers/0", "/agent/jkt"]


async def test_an_agent_approves_nothing_also_where_its_key_was_registered_since(agency):
    await agency.authorise(human_above="2.50")
    waiting = (await agency.order(await agency.quote(), "k")).json()
    key_id, _ = await signing_key(agency.principal, AGENT_SEED)
    path = f"/v1/mandate-orders/{waiting['id']}/approval"
    body = {"signing_key_id": key_id, "signature": _signed(agency.agent, waiting["signing_text"])}
    refused(await agency.principal.post(path, body), 422, "approved-by-agent", "LT-MND-08")
    assert (await agency.principal.get("/v1/orders")).json()["items"] == []
    by_person = agency.by_principal(waiting["signing_text"].encode())
    assert (await agency.principal.post(path, by_person)).json()["status"] == "placed"


async def test_what_is_beyond_the_mandate_by_the_time_it_is_approved_is_not_placed(agency):
    await agency.authorise(human_above="2.50")
    quote = await agency.quote()
    waiting = (await agency.order(quote, "k")).json()
    signed = json.loads(waiting["signing_text"])
    assert (signed["listing"], signed["purpose"]) == (agency.trade.listing_id, PURPOSE)
    assert signed["terms_digest"] == quote["terms_digest"]
    await _raise_grade(agency)
    path = f"/v1/mandate-orders/{waiting['id']}/approval"
    body = agency.by_principal(waiting["signing_text"].encode())
    problem = refused(await agency.principal.post(path, body), 422, "outside-mandate", "LT-MND-04")
    assert [one["pointer"] for one in problem["errors"]] == ["/grade"]
    assert (await agency.principal.get("/v1/orders")).json()["items"] == []
    shown = (await agency.principal.get(f"/v1/mandate-orders/{waiting['id']}")).json()
    assert (shown["status"], (await agency.usage())["reserved"]) == ("awaiting_approval", cny("3.00"))


@pytest.mark.parametrize("recredits", [True, False])
async def test_what_was_never_paid_is_ordered_for_again_only_where_the_mandate_says_so(agency, recredits):
    await agency.authorise(refund_recredits=recredits, budget=_limit("3.00"))
    quote = await agency.quote()
    order = (await agency.order(quote, "k")).json()["order_id"]
    assert (await agency.principal.post(f"/v1/orders/{order}/cancellation", {"reason": "x"})).status_code == 200
    again = await agency.order(quote, "k2")
    if recredits:
        assert again.status_code == 201
        assert (await agency.usage())["count"] == 2  # An order is counted once and for all.
    else:
        refused(again, 409, "mandate-budget-spent", "LT-MND-06")


@pytest.mark.slow
@pytest.mark.parametrize("recredits", [True, False])
async def test_what_is_refunded_is_ordered_for_again_only_where_the_mandate_says_so(agency, drain, recredits):
    await agency.authorise(refund_recredits=recredits)
    trade = agency.trade
    order = (await agency.order(await agency.quote(), "k")).json()["order_id"]
    agreement = await trade.draft(order)
    for side in ("provider", "buyer"):
        await trade.sign(agreement, side)
    await trade.pay(order)
    part = {"subject_id": order, "amount": cny("1.00"), "reason": "x"}
    given = await (await trade.as_("clearing")).post("/v1/refunds", part)
    assert given.status_code == 201, given.text
    assert (await agency.usage())["spent"] == cny("2.00" if recredits else "3.00")
    clearing = await trade.as_("clearing")
    rest = await clearing.post(f"/v1/orders/{order}/refund", {"reason": "the rest"})
    assert rest.status_code == 200, rest.text
    used = await agency.usage()
    assert (used["spent"], used["count"]) == (cny("0.00" if recredits else "3.00"), 1)
    [one] = (await agency.principal.get(f"/v1/mandates/{agency.mandate_id}/orders")).json()["items"]
    assert one["recredited"] == cny("3.00" if recredits else "0.00")


async def test_a_mandate_that_says_what_it_may_not_is_refused_with_every_fault(agency):
    wrong = agency.terms(
        sellers=["acme"],
        purposes=["world-domination"],
        territory=["Atlantis"],
        per_order={"currency": "EUR", "max": "0.00"},
        budget=_limit("1.001"),
        human_above="-1",
        not_before="2026-11-23T00:00:00Z",
        not_after="2026-11-22T00:00:00Z",
    )
    problem = refused(await agency.principal.post("/v1/mandates", wrong), 422, "mandate-faulty", "LT-MND-01")
    assert [one["pointer"] for one in problem["errors"]] == [
        "/sellers/0",
        "/purposes/0",
        "/territory/0",
        "/per_order/max",
        "/budget/max",
        "/human_above",
        "/per_order/currency",
        "/not_after",
        "/not_after",
    ]


async def test_only_the_principal_s_registered_key_signs_a_mandate_and_strangers_see_none(agency, as_):
    draft = await agency.draft()
    path = f"/v1/mandates/{draft['id']}/signatures"
    text = canonical(draft["document"])
    wrong = agency.by_principal(b"") | {"signature": _signed(agency.agent, text.decode())}
    refused(await agency.principal.post(path, wrong), 422, "signature-invalid", "LT-CON-04")
    foreign = agency.by_principal(text) | {"signing_key_id": ids.new("sgk")}
    refused(await agency.principal.post(path, foreign), 422, "signing-key-foreign", "LT-CON-03")
    for who in (agency.trade.provider, await as_("buyer", "stranger"), await as_("operator")):
        not_there(await who.get(f"/v1/mandates/{draft['id']}")) if who.party != agency.principal.party else None
    stranger = await as_("buyer", "stranger")
    not_there(await stranger.post(path, agency.by_principal(text)))
    assert (await stranger.get("/v1/mandates")).json()["items"] == []


async def test_the_quote_is_the_centre_s_word_and_the_mandate_a_credential(agency):
    quote = await agency.quote()
    trust = (await agency.principal.get("/v1/trust")).json()
    did, _, key = quote["verification_method"].partition("#")
    assert key in next(one["keys"] for one in trust["issuers"] if one["id"] == did)
    assert signing.verify_text(key, quote["signature"], quote["signing_text"])

    signed = await agency.authorise()
    from market.mandates.verify import check

    document = (await agency.principal.get(f"/v1/documents/{signed['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    assert [one.holds for one in check(claims)] == [True, True]
    claims["mandate"]["budget"]["max"] = "9999.00"
    assert [one.holds for one in check(claims)] == [False, False]
    assert [one.holds for one in check({})] == [False, False]
    for lang, word in (("zh", "智能体采购委托书"), ("en", "Mandate to a software agent")):
        page = await agency.principal.get(f"/v1/documents/{signed['document_id']}/page?lang={lang}")
        assert (page.status_code, word in page.text) == (200, True)


@pytest.mark.slow
async def test_what_is_sold_by_a_plan_or_on_request_is_for_people(agency, runtime):
    query = "UPDATE listing SET price_kind = 'on-request', price_minor = NULL, currency = NULL WHERE id = $1"
    await runtime.pool.execute(query, agency.trade.listing_id)
    body = {"listing_id": agency.trade.listing_id, "purpose": "internal-analysis"}
    refused(await agency.principal.post("/v1/order-quotes", body), 422, "price-not-fixed", "LT-MND-09")


async def _raise_grade(agency: Agency) -> None:
    """Let the data be classified anew, one grade higher."""
    await agency.trade.runtime.pool.execute(
        "INSERT INTO classification SELECT (jsonb_populate_record(c, jsonb_build_object('id', $1::text,"
        " 'level', 'important'))).* FROM classification c JOIN listing l USING (asset_id) WHERE l.id = $2",
        ids.new("cls"),
        agency.trade.listing_id,
    )


def _limit(most: str) -> dict[str, Any]:
    return {"currency": "CNY", "max": most}


def _signed(key: signing.Ed25519Signer, text: str) -> str:
    return base64.b64encode(key.sign(text.encode())).decode()
