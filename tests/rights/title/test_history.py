"""The title through time: what stood then, what goes on after a renewal or a transfer, and sources found later."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kernel.db import Sessions, unit
from kernel.time.clock import FixedClock
from tests.conftest import As
from tests.refusals import refused
from tests.rights import procedure
from tests.rights import story as registration
from tests.rights.title.story import check, grant, granted, release, remark, terms, titled
from tests.rights.title.test_lineage import MAKING, certify_own, parents


@pytest.mark.slow
async def test_what_stood_at_a_moment(as_: As, clock: FixedClock) -> None:
    case = await registration.certified(as_, clock)
    asset = case["asset_id"]
    giver, taker, buyer = await as_("provider"), await as_("provider", "taker"), await as_("buyer")
    registrar = await as_("registrar")
    licence = await granted(giver, asset, buyer, terms(buyer.party))
    clock.move(timedelta(minutes=1))
    pledged = await remark(registrar, asset, "pledge", beneficiary_id=(await as_("lender")).party)
    then = clock.now()
    clock.move(timedelta(minutes=1))
    await release(registrar, pledged["id"])
    before = (await registrar.get(f"/v1/assets/{asset}/title")).json()
    applied = await procedure.asked(giver, case["certificate_number"], "transfer", transferee_id=taker.party)
    consent = {"decision": "consent", "reason": "同意受让"}
    joined = (await taker.post(f"/v1/registrations/{applied['id']}/transferee", consent)).json()
    await procedure.concluded(registrar, clock, joined)
    now = (await registrar.get(f"/v1/assets/{asset}/title")).json()
    assert [root["grantee_id"] for root in now["titles"]] == [taker.party]
    assert (now["remarks"], now["licences"][0]["parent_id"]) == ([], now["titles"][0]["id"])
    past = (await registrar.get(f"/v1/assets/{asset}/title", params={"at": then.isoformat()})).json()
    assert [root["grantee_id"] for root in past["titles"]] == [giver.party]
    assert (past["titles"][0]["status"], past["titles"][0]["id"]) == ("active", before["titles"][0]["id"])
    assert [(r["id"], r["status"]) for r in past["remarks"]] == [(pledged["id"], "entered")]
    # The licence hung on the root of then, not on that of now.
    assert [(one["id"], one["parent_id"]) for one in past["licences"]] == [(licence["id"], before["titles"][0]["id"])]
    early = (await registrar.get(f"/v1/assets/{asset}/title", params={"at": "2026-11-23T00:00:00Z"})).json()
    assert early["titles"] == early["licences"] == early["remarks"] == []
    later = await registrar.get(f"/v1/assets/{asset}/title", params={"at": "2036-01-01T00:00:00Z"})
    refused(later, 422, "moment-in-future", "LT-REG-05")


@pytest.mark.slow
async def test_a_licence_outlives_the_transfer_of_the_title(as_: As, clock: FixedClock) -> None:
    case = await registration.certified(as_, clock)
    giver, taker, buyer = await as_("provider"), await as_("provider", "taker"), await as_("buyer")
    given = terms(buyer.party, starts="2026-12-01")
    await granted(giver, case["asset_id"], buyer, given)
    applied = await procedure.asked(giver, case["certificate_number"], "transfer", transferee_id=taker.party)
    consent = {"decision": "consent", "reason": "同意受让"}
    joined = (await taker.post(f"/v1/registrations/{applied['id']}/transferee", consent)).json()
    await procedure.concluded(await as_("registrar"), clock, joined)
    answer = await check(buyer, case["asset_id"], "exercise", given)
    assert answer["permitted"], answer["findings"]


@pytest.mark.slow
async def test_a_licence_and_a_product_outlive_the_renewal(as_: As, clock: FixedClock, sessions: Sessions) -> None:
    case = await registration.certified(as_, clock)
    owner, buyer, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    given = terms(buyer.party, starts="2026-12-01", ends="2031-12-01")
    await granted(owner, case["asset_id"], buyer, given)
    product = await registration.asset(owner, b"product,1\n", form="product")
    assert (await parents(owner, product["id"], case["asset_id"], "product-of")).status_code == 201
    assert (await certify_own(as_, clock, owner, product)).status_code in (200, 201)
    async with unit(sessions) as session:
        await session.execute(text("UPDATE api_key SET expires_at = '2040-01-01'"))
    procedure.stand_on(clock, "2031-11-20")
    renewal = await procedure.asked(owner, case["certificate_number"], "renewal")
    await procedure.concluded(registrar, clock, renewal)
    assert (await check(buyer, case["asset_id"], "exercise", given))["permitted"]
    # The product rests on the same holder's title over its resource, which goes on.
    answer = await check(owner, product["id"], "exercise", terms(owner.party, starts="2031-11-21", ends="2031-12-01"))
    assert answer["permitted"], answer["findings"]


@pytest.mark.slow
async def test_a_source_found_later_stops_what_was_made_of_it(as_: As, clock: FixedClock) -> None:
    source = await titled(as_, clock)
    owner, maker, buyer = await as_("provider"), await as_("provider", "maker"), await as_("buyer")
    registrar = await as_("registrar")
    product = await titled(as_, clock, b"silently derived", "maker")
    await granted(maker, product, buyer, terms(buyer.party))
    path = f"/v1/assets/{product}/found-parents"
    body = {"parent_asset_id": source, "kind": "derived-from", "basis": "比对报告 2026-7"}
    refused(await maker.post(path, body), 403, "forbidden")
    refused(await registrar.post(path, {**body, "parent_asset_id": product}), 422, "lineage-faulty", "LT-TTL-06")
    found = await registrar.post(path, body)
    assert found.status_code == 201, found.text
    assert (found.json()["grant_id"], found.json()["basis"]) == (None, "比对报告 2026-7")
    refused(await registrar.post(path, body), 422, "lineage-faulty", "LT-TTL-06")
    # Nobody uses, licenses or sells it: neither its holder nor who was licensed before.
    for who in (maker, buyer):
        (finding,) = (await check(who, product, "exercise", terms(who.party)))["findings"]
        assert (finding["kind"], finding["asset_id"]) == ("upstream", source)
        assert finding["violations"] == [{"dimension": "status", "wanted": ["active"], "held": []}]
    refused(await grant(maker, product, buyer, terms(buyer.party)), 422, "upstream-exceeded", "LT-TTL-05")
    # Licensed, and declared under that licence, it goes on.
    wide = terms(maker.party, rights=["USE", "OPERATE"], actions=MAKING, starts="2026-12-01", territory=["CN"])
    await granted(owner, source, maker, wide)
    assert not (await check(maker, product, "exercise", terms(maker.party)))["permitted"]
    assert (await parents(maker, product, source)).status_code == 201
    assert (await check(maker, product, "exercise", terms(maker.party)))["permitted"]
    assert (await check(buyer, product, "exercise", terms(buyer.party)))["permitted"]


@pytest.mark.slow
async def test_a_source_found_under_a_licence_stops_nothing_within_it(as_: As, clock: FixedClock) -> None:
    source = await titled(as_, clock)
    owner, maker = await as_("provider"), await as_("provider", "maker")
    product = await titled(as_, clock, b"derived under licence", "maker")
    wide = terms(maker.party, rights=["USE", "OPERATE"], actions=MAKING, starts="2026-12-01", territory=["CN"])
    licence = await granted(owner, source, maker, wide)
    body = {"parent_asset_id": source, "kind": "derived-from", "basis": "比对报告 2026-8"}
    found = await (await as_("registrar")).post(f"/v1/assets/{product}/found-parents", body)
    assert found.json()["grant_id"] == licence["id"]
    assert (await check(maker, product, "exercise", terms(maker.party)))["permitted"]
    findings = (await check(maker, product, "exercise", terms(maker.party, territory=["HK"])))["findings"]
    # Its own certificate keeps it in the country, and so does the licence that it rests on.
    assert [finding["kind"] for finding in findings] == ["chain", "upstream"]
