"""Nobody sells more than they hold: title, remarks, gates and transfers at order and at signing, through HTTP."""

from datetime import date, timedelta

import pytest

from migrations.parts.title_trade import OPEN_OBJECTIONS
from rights.objections.states import OPEN
from rights.title.errors import ExclusiveFieldTaken
from tests.market.trade import LICENCE, Trade, make_listing, signature, snapshot
from tests.refusals import not_there, refused
from tests.rights import procedure
from tests.rights.title.story import check, granted, terms

EXCLUSIVE = {**LICENCE, "exclusivity": "exclusive"}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def asset_of(trade, listing=None):
    return await trade.runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", listing or trade.listing_id)


async def remark(trade, kind, **over):
    """Enter a remark on the asset that is sold; gives its id."""
    body = {"kind": kind, "basis": "文书 1 号", **over}
    if kind == "pledge":
        body["beneficiary_id"] = (await trade.as_("lender")).party
    path = f"/v1/assets/{await asset_of(trade)}/remarks"
    made = await (await trade.as_("registrar")).post(path, body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def release(trade, remark_id):
    answer = await (await trade.as_("registrar")).post(f"/v1/remarks/{remark_id}/release", {"basis": "解除"})
    assert answer.status_code == 200, answer.text


async def sign(trade, agreement, side):
    """Send a side's signature; gives the answer."""
    await trade.keys()
    client, key = (trade.provider, trade.provider_key) if side == "provider" else (trade.buyer, trade.buyer_key)
    return await client.post(f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *key))


async def licences(trade, client=None):
    """The licences of the asset as its holder sees them."""
    answer = await (client or trade.provider).get(f"/v1/assets/{await asset_of(trade)}/title")
    assert answer.status_code == 200, answer.text
    return answer.json()["licences"]


def test_the_statement_knows_every_open_state_of_an_objection():
    assert {str(state) for state in OPEN} == set(OPEN_OBJECTIONS)


async def test_a_licence_appears_in_the_title_when_both_have_signed(trade):
    agreement = await trade.draft(await trade.order())
    await trade.sign(agreement, "provider")
    assert await licences(trade) == []
    whole = await trade.sign(agreement, "buyer")
    (licence,) = await licences(trade)
    assert (licence["id"], licence["reference"]) == (whole["grant_id"], agreement["id"])
    assert (licence["grantor_id"], licence["grantee_id"]) == (trade.provider.party, trade.buyer.party)
    given = licence["terms"]
    assert (given["rights"], given["actions"], given["purposes"]) == (
        ["USE"],
        ["process", "use"],
        ["internal-analysis"],
    )
    # Sixty days for performing and then 365: the last day is within.
    assert (given["starts"], given["ends"], whole["licence_ends_on"]) == ("2026-11-23", "2028-01-23", "2028-01-22")
    assert (given["recipients"], given["depth"]) == ([f"party:{trade.buyer.party}"], 0)
    asset = await asset_of(trade)
    wanted = terms(trade.buyer.party, purposes=["internal-analysis"], actions=["use"])
    assert (await check(trade.buyer, asset, "exercise", wanted))["permitted"]
    beyond = await check(trade.buyer, asset, "exercise", terms(trade.buyer.party, purposes=["research"]))
    assert [v["dimension"] for v in beyond["findings"][0]["violations"]] == ["action", "purpose"]


@pytest.mark.slow
async def test_settlement_makes_the_last_day_exact(trade, drain):
    order_id = await trade.delivered()
    assert (await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")).status_code == 200
    await drain()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["status"] == "settled"
    (licence,) = await licences(trade)
    assert (licence["terms"]["starts"], licence["terms"]["ends"]) == ("2026-11-23", "2027-11-24")
    agreement = await trade.draft(order_id)
    assert (agreement["grant_id"], agreement["licence_ends_on"]) == (licence["id"], "2027-11-23")
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitled["entitled"], entitled["until"]) == (True, "2027-11-23T16:00:00Z")


@pytest.mark.parametrize("ending", ["cancellation", "expiry", "refund"])
async def test_the_licence_ends_with_its_agreement(trade, clock, ending):
    order_id = await (trade.paid if ending == "refund" else trade.agreed)()
    assert [one["status"] for one in await licences(trade)] == ["active"]
    if ending == "expiry":
        from market.endings import commands as endings

        clock.move(timedelta(days=30))
        async with trade.runtime.act() as act:
            assert await endings.expire(act, order_id)
    else:
        who = trade.buyer if ending == "cancellation" else await trade.as_("clearing")
        answer = await who.post(f"/v1/orders/{order_id}/{ending}", {"reason": "x"})
        assert answer.status_code == 200, answer.text
    assert await licences(trade) == []
    ended = await trade.runtime.pool.fetch("SELECT status FROM title_grant WHERE parent_id IS NOT NULL")
    assert [row["status"] for row in ended] == ["ended"]


async def test_what_the_registrar_ends_is_fetched_no_more(trade):
    order_id = await trade.paid()
    path = f"/v1/entitlements/{order_id}"
    assert (await trade.buyer.get(path)).json()["entitled"] is True
    (licence,) = await licences(trade)
    ended = await (await trade.as_("registrar")).post(f"/v1/grants/{licence['id']}/end", {"reason": "判决"})
    assert ended.status_code == 200, ended.text
    told = (await trade.buyer.get(path)).json()
    assert (told["entitled"], told["reason"], told["files"]) == (False, "licence-ended", [])
    refused(await trade.buyer.post(f"/v1/orders/{order_id}/links"), 409, "delivery-not-due", "LT-DLV-01")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pledge", "seizure", "temporary-control"])
async def test_a_remark_blocks_the_order_and_each_signature_until_it_is_released(trade, kind):
    agreement = await trade.draft(await trade.order())
    second = await trade.draft(await trade.order())
    await trade.sign(second, "provider")
    entered = await remark(trade, kind)
    before = await snapshot(trade.runtime)
    told = refused(await trade.buyer.post("/v1/orders", trade.body()), 409, "right-remarked", "LT-TTL-04")
    assert told["against"] == [f"{kind} {entered}"]
    code = ("encumbered-data", "LT-CLS-15") if kind == "pledge" else ("rights-in-dispute", "LT-CLS-05")
    refused(await sign(trade, agreement, "provider"), 422, *code)
    refused(await sign(trade, second, "buyer"), 422, *code)
    assert await snapshot(trade.runtime) == before
    await release(trade, entered)
    assert (await trade.buyer.post("/v1/orders", trade.body())).status_code == 201
    assert (await sign(trade, second, "buyer")).json()["status"] == "in_force"
    await trade.sign(agreement, "provider")


async def test_the_second_pledge_still_blocks_when_the_first_is_released(trade):
    first, second = await remark(trade, "pledge"), await remark(trade, "pledge")
    await release(trade, first)
    told = refused(await trade.buyer.post("/v1/orders", trade.body()), 409, "right-remarked", "LT-TTL-04")
    assert told["against"] == [f"pledge {second}"]
    await release(trade, second)
    await trade.order()


@pytest.mark.slow
async def test_a_condition_narrows_what_is_signed(trade, drain):
    """The pledgee agreed to licences for internal analysis: that is sold, and risk control is not."""
    kept = await trade.draft(await trade.order())
    broken = await trade.draft(await trade.order(purpose="risk-control"))
    entered = await remark(trade, "pledge", condition={"purposes": ["internal-analysis"], "depth": 0})
    told = refused(await sign(trade, broken, "buyer"), 409, "right-remarked", "LT-TTL-04")
    assert [fault["pointer"] for fault in told["errors"]] == ["/terms/purpose"]
    assert told["errors"][0]["detail"] == "purpose: wanted risk-control, held internal-analysis"
    await trade.sign(kept, "provider")
    # The listing offers both purposes, so the shelf holds it until the condition is gone.
    await drain()
    held = refused(await trade.buyer.post("/v1/orders", trade.body()), 409, "listing-held", "LT-ORD-08")
    assert held["held_by"] == "LT-TTL-04"
    shown = (await trade.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (shown["status"], shown["held_by"]) == ("suspended", "LT-TTL-04")
    operator = await trade.as_("operator")
    path = f"/v1/listings/{trade.listing_id}/supervision"
    resumed = await operator.post(path, {"action": "resume", "reason": "x"})
    refused(resumed, 409, "right-remarked", "LT-TTL-04")
    await release(trade, entered)
    await drain()
    shown = (await trade.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (shown["status"], shown["held_by"]) == ("listed", None)
    await trade.order()


async def test_an_objection_after_registration_holds_the_sale(trade):
    registration = await trade.runtime.pool.fetchrow("SELECT id FROM registration")
    rival = await trade.as_("buyer", "rival")
    await procedure.objected(rival, {"id": registration["id"]})
    refused(await trade.buyer.post("/v1/orders", trade.body()), 422, "rights-in-dispute", "LT-CLS-05")


async def test_an_exclusive_licence_is_sold_once(trade, runtime, drain):
    listing = await make_listing(runtime, trade.provider.party, licence=EXCLUSIVE)
    first = await trade.draft(await trade.order(listing_id=listing))
    second = await trade.draft(await trade.order(listing_id=listing))
    for agreement in (first, second):
        await trade.sign(agreement, "provider")
    assert (await trade.sign(first, "buyer"))["status"] == "in_force"
    before = await snapshot(runtime)
    told = refused(await sign(trade, second, "buyer"), 409, "exclusive-field-taken", "LT-TTL-03")
    assert told["against"] == [(await trade.buyer.get(f"/v1/agreements/{first['id']}")).json()["grant_id"]]
    assert await snapshot(runtime) == before
    # The shelf follows: the field is taken, and free again when the order is given up.
    await drain()
    refused(await trade.buyer.post("/v1/orders", trade.body(listing_id=listing)), 409, "listing-held", "LT-ORD-08")
    given_up = await trade.buyer.post(f"/v1/orders/{first['order_id']}/cancellation", {"reason": "x"})
    assert given_up.status_code == 200
    await drain()
    assert (await trade.sign(second, "buyer"))["status"] == "in_force"


async def test_a_licence_elsewhere_stands_against_an_exclusive_sale(trade, runtime):
    """What the holder granted outside the market counts too."""
    listing = await make_listing(runtime, trade.provider.party, licence=EXCLUSIVE)
    agreement = await trade.draft(await trade.order(listing_id=listing))
    other = await trade.as_("developer")
    given = terms(other.party, starts="2026-12-01", purposes=["own-operations"])
    made = await granted(trade.provider, await asset_of(trade, listing), other, given)
    told = refused(await sign(trade, agreement, "provider"), 409, "exclusive-field-taken", "LT-TTL-03")
    assert told["against"] == [made["id"]]
    assert ExclusiveFieldTaken.rule == "LT-TTL-03"


async def test_the_gates_are_asked_again_and_every_answer_is_kept(trade, as_):
    order_id = await trade.order()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}/gates")).json() == []
    agreement = await trade.draft(order_id)
    await trade.sign(agreement, "provider")
    await trade.sign(agreement, "buyer")
    kept = (await trade.buyer.get(f"/v1/orders/{order_id}/gates")).json()
    assert [(sheet["act"], sheet["subject"]) for sheet in kept] == [
        ("order", order_id),
        ("contract", agreement["id"]),
        ("contract", agreement["id"]),
    ]
    for sheet in kept:
        assert {answer["rule"]: answer["outcome"] for answer in sheet["answers"]} == {
            f"LT-CLS-{n:02d}": "passed" for n in range(1, 16)
        }
    not_there(await (await as_("buyer", "stranger")).get(f"/v1/orders/{order_id}/gates"))
    asset = await asset_of(trade)
    mine = (await trade.provider.get(f"/v1/assets/{asset}/gate-sheets")).json()
    assert [sheet["act"] for sheet in mine["items"]] == ["contract", "contract", "order"]
    refused(await trade.buyer.get(f"/v1/assets/{asset}/gate-sheets"), 403, "forbidden")


async def test_a_graver_classification_stops_the_signature(trade):
    agreement = await trade.draft(await trade.order())
    items = [{"name": "航班", "impacts": {"organisation-or-individual": "ordinary"}}]
    path = f"/v1/assets/{await asset_of(trade)}/classification"
    graver = {"items": items, "personal": "none", "categories": ["biometric"]}
    assert (await trade.provider.post(path, graver)).status_code == 201
    refused(await sign(trade, agreement, "provider"), 422, "on-negative-list", "LT-CLS-07")


async def test_a_suspended_party_signs_nothing_and_nobody_signs_with_it(trade):
    agreement = await trade.draft(await trade.order())
    await trade.sign(agreement, "provider")
    operator = await trade.as_("operator")
    path = f"/v1/parties/{trade.provider.party}/admission"
    assert (await operator.post(path, {"action": "suspend", "reason": "x"})).status_code == 200
    refused(await sign(trade, agreement, "buyer"), 409, "party-suspended", "LT-CON-06")
    assert (await operator.post(path, {"action": "restore", "reason": "x"})).status_code == 200
    assert (await trade.sign(agreement, "buyer"))["status"] == "in_force"


async def transferred(trade, clock):
    """The asset's registered rights pass to another provider by registration; gives its client."""
    taker, registrar = await trade.as_("provider", "taker"), await trade.as_("registrar")
    number = await trade.runtime.pool.fetchval("SELECT number FROM certificate")
    case = await procedure.asked(trade.provider, number, "transfer", transferee_id=taker.party)
    consent = {"decision": "consent", "reason": "同意受让"}
    joined = await taker.post(f"/v1/registrations/{case['id']}/transferee", consent)
    assert joined.status_code == 200, joined.text
    await procedure.concluded(registrar, clock, joined.json())
    return taker


@pytest.mark.slow
async def test_after_a_transfer_the_transferor_sells_nothing_and_the_licensee_keeps_its_licence(trade, clock, drain):
    sold = await trade.paid()
    unsigned, half = await trade.order(), await trade.order()
    agreement = await trade.draft(half)
    await trade.sign(agreement, "provider")
    taker = await transferred(trade, clock)
    # At once, before any job has run:
    told = await trade.buyer.post("/v1/orders", trade.body())
    refused(told, 409, "seller-without-rights", "LT-ORD-07")
    answer = await sign(trade, agreement, "buyer")
    why = refused(answer, 409, "provider-without-rights", "LT-CON-48")["detail"]
    assert "passed to another party" in why or "已转让" in why
    assert (await trade.buyer.get("/v1/listings")).json()["items"] == []
    await drain()
    listing = (await trade.provider.get(f"/v1/listings/{trade.listing_id}")).json()
    assert (listing["status"], listing["held_by"]) == ("delisted", None)
    states = [(await trade.buyer.get(f"/v1/orders/{one}")).json()["status"] for one in (sold, unsigned, half)]
    assert states == ["paid", "cancelled", "cancelled"]
    assert (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()["status"] == "terminated"
    # What was licensed stays with the buyer, under the new holder.
    entitled = (await trade.buyer.get(f"/v1/entitlements/{sold}")).json()
    assert (entitled["entitled"], len(entitled["files"])) == (True, 2)
    (licence,) = await licences(trade, taker)
    (root,) = (await taker.get(f"/v1/assets/{await asset_of(trade)}/title")).json()["titles"]
    assert (licence["parent_id"], root["grantee_id"]) == (root["id"], taker.party)
    today = date(2026, 12, 20).isoformat()
    wanted = terms(trade.buyer.party, purposes=["internal-analysis"], actions=["use"], starts=today, ends="2027-01-01")
    assert (await check(trade.buyer, await asset_of(trade), "exercise", wanted))["permitted"]


@pytest.mark.slow
async def test_a_renewed_certificate_goes_on_selling(trade, clock, drain):
    await trade.runtime.pool.execute("UPDATE api_key SET expires_at = '2040-01-01'")
    number = await trade.runtime.pool.fetchval("SELECT number FROM certificate")
    procedure.stand_on(clock, "2031-11-10")
    await trade.runtime.pool.execute("ALTER TABLE scorecard DISABLE TRIGGER USER")
    await trade.runtime.pool.execute("UPDATE scorecard SET scored_at = '2031-11-01'")
    case = await procedure.asked(trade.provider, number, "renewal")
    await procedure.concluded(await trade.as_("registrar"), clock, case)
    await drain()
    order_id = await trade.order()
    row = await trade.runtime.pool.fetchrow(
        'SELECT c.status, c.number FROM "order" JOIN certificate c ON c.id = certificate_id'
    )
    assert (row["status"], row["number"] != number) == ("in_force", True)
    agreement = await trade.draft(order_id)
    await trade.sign(agreement, "provider")
    assert (await trade.sign(agreement, "buyer"))["status"] == "in_force"


@pytest.mark.slow
async def test_what_is_only_computed_on_is_never_handed_out(trade, runtime, drain):
    """数据不出域、可用不可见: it is sold, paid, opened, receipted and accepted without a single file leaving."""
    licence = {**LICENCE, "environments": ["sandbox"]}
    listing = await make_listing(runtime, trade.provider.party, licence=licence, delivery="computing")
    order_id = await trade.order(listing_id=listing)
    agreement = await trade.draft(order_id)
    text = agreement["content"]["text_en"]
    assert "do not leave the controlled environment" in text
    assert "Only within: a data sandbox" in text
    assert len(agreement["content"]["subject"]["files"]) == 2
    await trade.sign(agreement, "provider")
    await trade.sign(agreement, "buyer")
    opened = await trade.buyer.post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})
    paid = {"bank_reference": "BANK-C", "amount": opened.json()["amount"], "received_on": "2026-11-23"}
    confirmed = await (await trade.as_("clearing")).post(f"/v1/payments/{opened.json()['id']}/confirm", paid)
    assert confirmed.status_code == 200, confirmed.text
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order_id}")).json()
    assert (entitled["entitled"], entitled["files"]) == (True, [])
    links = await trade.buyer.post(f"/v1/orders/{order_id}/links")
    refused(links, 409, "data-stays", "LT-DLV-06")
    assert (await trade.provider.post(f"/v1/orders/{order_id}/delivery")).status_code == 201
    unshown = await trade.buyer.post(f"/v1/orders/{order_id}/receipt", {"files": []})
    refused(unshown, 422, "use-not-shown", "LT-DLV-07")
    use = {"environment": "open", "description": "延误模型训练", "result_sha256": "ab" * 32}
    use |= {"started_at": "2026-11-23T02:00:00Z", "ended_at": "2026-11-23T02:00:00Z"}
    outside = await trade.provider.post(f"/v1/orders/{order_id}/uses", use)
    refused(outside, 422, "use-outside-licence", "LT-DLV-07")
    refused(await trade.buyer.post(f"/v1/orders/{order_id}/uses", use), 403, "forbidden")
    recorded = await trade.provider.post(f"/v1/orders/{order_id}/uses", {**use, "environment": "sandbox"})
    assert recorded.status_code == 201, recorded.text
    (shown,) = recorded.json()["uses"]
    other = {"uses": [{"id": shown["id"], "result_sha256": "cd" * 32}]}
    wrong = await trade.buyer.post(f"/v1/orders/{order_id}/receipt", other)
    refused(wrong, 422, "use-not-shown", "LT-DLV-07")
    confirmed_use = {"uses": [{"id": shown["id"], "result_sha256": "ab" * 32}]}
    receipt = await trade.buyer.post(f"/v1/orders/{order_id}/receipt", confirmed_use)
    assert receipt.status_code == 201, receipt.text
    await drain()
    document = (await trade.buyer.get(f"/v1/documents/{receipt.json()['receipt_id']}")).json()
    (claimed,) = document["document"]["credentialSubject"]["uses"]
    assert (claimed["id"], claimed["environment"]) == (shown["id"], "sandbox")
    assert (await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")).status_code == 200
    await drain()
    assert (await trade.buyer.get(f"/v1/orders/{order_id}")).json()["status"] == "settled"
    other = await make_listing(runtime, trade.provider.party, licence=LICENCE)
    asset = await asset_of(trade, other)
    body = {
        "asset_id": asset,
        "title_zh": "航班",
        "title_en": "Flights",
        "summary_zh": "航班运行数据的完整说明文字",
        "summary_en": "All flights with delays",
        "keywords": [],
        "theme": "交通",
        "licence": licence,
    }
    mixed = await trade.provider.post("/v1/listings", body)
    refused(mixed, 422, "delivery-contradicts-licence", "LT-LST-13")
    assert (await trade.provider.post("/v1/listings", {**body, "delivery": "computing"})).status_code == 201


async def test_what_cannot_be_sold_is_not_found(trade, runtime):
    """Search shows what its provider may sell today, with words and without."""
    words = "航班"
    await runtime.pool.execute("UPDATE listing SET search = to_tsvector('simple', '航班 ^航班')")

    async def found():
        pages = [await trade.buyer.get("/v1/listings"), await trade.buyer.get("/v1/listings", params={"q": words})]
        return [[item["id"] for item in page.json()["items"]] for page in pages]

    assert await found() == [[trade.listing_id]] * 2
    operator = await trade.as_("operator")
    path = f"/v1/parties/{trade.provider.party}/admission"
    assert (await operator.post(path, {"action": "suspend", "reason": "x"})).status_code == 200
    assert await found() == [[], []]
    assert (await operator.post(path, {"action": "restore", "reason": "x"})).status_code == 200
    assert await found() == [[trade.listing_id]] * 2
    certificate = await runtime.pool.fetchval("SELECT certificate_id FROM listing")
    body = {"ground": "data-destroyed", "reason": "x"}
    ended = await (await trade.as_("registrar")).post(f"/v1/certificates/{certificate}/cancellation", body)
    assert ended.status_code in (200, 201), ended.text
    assert await found() == [[], []]
