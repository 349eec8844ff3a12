"""Data made from data: refused without an upstream grant, allowed with one, and never wider than it."""

import pytest

from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.refusals import not_there, refused
from tests.rights import story as registration
from tests.rights.title.story import check, grant, granted, remark, terms, titled

MAKING = ["use", "process", "derive", "distribute-derived"]


async def parents(client: Client, child: str, parent: str, kind: str = "derived-from"):
    """Declare a source."""
    return await client.post(f"/v1/assets/{child}/parents", {"parent_asset_id": parent, "kind": kind})


async def apply(maker: Client, asset: dict, **over):
    """Apply for the registration of a derived product."""
    body = await registration.application(maker, asset, title_basis="derived", **over)
    return await maker.post("/v1/registrations", body)


async def certify(as_: As, clock: FixedClock, maker: Client, asset: dict, **over):
    """Take a derived product through registration to the certificate's request; gives the last answer."""
    registrar = await as_("registrar")
    case = await apply(maker, asset, **over)
    assert case.status_code == 201, case.text
    noticed = await registration.noticed(registrar, case.json())
    registration.stand_after(clock, noticed["notice_until"]["on"])
    return await registrar.post(f"/v1/registrations/{noticed['id']}/certificate")


@pytest.mark.slow
async def test_a_derived_product_is_refused_and_then_allowed(as_: As, clock: FixedClock) -> None:
    source = await titled(as_, clock)
    owner, maker, buyer = await as_("provider"), await as_("provider", "maker"), await as_("buyer")
    product = await registration.asset(maker, b"derived,1\n", source_kind="derived")
    refused(await parents(maker, product["id"], source), 422, "upstream-exceeded", "LT-TTL-05")
    # A licence to derive for oneself carries holding and using, and no product for others.
    later = await granted(owner, source, maker, terms(maker.party))
    too_early = refused(await parents(maker, product["id"], source), 422, "upstream-exceeded", "LT-TTL-05")
    assert too_early["dimensions"] == ["term"]
    await granted(
        owner, source, maker, terms(maker.party, starts="2026-12-01", purposes=["any"]), under=later["parent_id"]
    )
    declared = await parents(maker, product["id"], source)
    assert declared.status_code == 201, declared.text
    problem = refused(await apply(maker, product), 422, "upstream-exceeded", "LT-TTL-05")
    assert problem["dimensions"] == ["right", "action"]
    assert (await maker.get("/v1/registrations")).json()["items"] == []
    assert (await maker.get(f"/v1/assets/{product['id']}/title")).json()["titles"] == []
    # With the action that provides derived products, the title opens as far as the licence reaches.
    wide = terms(maker.party, rights=["USE", "OPERATE"], actions=MAKING, starts="2026-12-01", territory=["CN"])
    licence = await granted(owner, source, maker, wide)
    again = await parents(maker, product["id"], source)
    assert (again.status_code, again.json()["grant_id"]) == (201, licence["id"])
    # A product that nobody registered is between its maker and the source's holder.
    made_into = {
        who.party: len((await who.get(f"/v1/assets/{source}/title")).json()["made_into"])
        for who in (owner, maker, buyer)
    }
    assert made_into == {owner.party: 2, maker.party: 2, buyer.party: 0}
    certified = await certify(as_, clock, maker, product)
    assert certified.status_code in (200, 201), certified.text
    view = (await maker.get(f"/v1/assets/{product['id']}/title")).json()
    (root,) = view["titles"]
    assert (root["terms"]["territory"], root["terms"]["ends"]) == (["CN"], "2028-01-01")
    assert len(view["made_from"]) == 2
    assert len((await owner.get(f"/v1/assets/{source}/title")).json()["made_into"]) == 2
    # What is registered by now is shown to everybody, with what it is made from.
    assert len((await buyer.get(f"/v1/assets/{source}/title")).json()["made_into"]) == 2
    assert len((await buyer.get(f"/v1/assets/{product['id']}/title")).json()["made_from"]) == 2
    # What is sold downstream stays within the licence, also where the licence ends later.
    await granted(maker, product["id"], buyer, terms(buyer.party))
    beyond = await grant(maker, product["id"], buyer, terms(buyer.party, territory=["HK"]))
    refused(beyond, 422, "grant-exceeds-title", "LT-TTL-02")
    assert (await maker.post(f"/v1/grants/{licence['id']}/end", {"reason": "解除"})).status_code == 200
    (finding, *_) = (await check(maker, product["id"], "grant", terms(buyer.party), grantee_id=buyer.party))["findings"]
    assert (finding["kind"], finding["asset_id"], finding["rule"]["id"]) == ("upstream", source, "LT-TTL-05")


@pytest.mark.slow
async def test_a_control_upstream_stops_what_is_made_downstream(as_: As, clock: FixedClock) -> None:
    source = await titled(as_, clock)
    owner = await as_("provider")
    product = await registration.asset(owner, b"product,1\n", form="product")
    assert (await parents(owner, product["id"], source, "product-of")).status_code == 201
    answer = await certify_own(as_, clock, owner, product)
    assert answer.status_code in (200, 201), answer.text
    wanted = terms(owner.party)
    assert (await check(owner, product["id"], "exercise", wanted))["permitted"]
    await remark(await as_("registrar"), source, "temporary-control")
    (finding,) = (await check(owner, product["id"], "exercise", wanted))["findings"]
    assert (finding["kind"], finding["asset_id"]) == ("upstream", source)


async def certify_own(as_: As, clock: FixedClock, maker: Client, asset: dict):
    """As `certify`, of data from one's own operations."""
    registrar = await as_("registrar")
    case = await maker.post("/v1/registrations", await registration.application(maker, asset))
    assert case.status_code == 201, case.text
    noticed = await registration.noticed(registrar, case.json())
    registration.stand_after(clock, noticed["notice_until"]["on"])
    return await registrar.post(f"/v1/registrations/{noticed['id']}/certificate")


@pytest.mark.slow
async def test_no_data_comes_from_itself(as_: As, clock: FixedClock) -> None:
    a = await titled(as_, clock, b"a")
    b = await titled(as_, clock, b"b")
    owner = await as_("provider")
    assert (await parents(owner, b, a)).status_code == 201
    for child, parent, kind in ((a, a, "derived-from"), (a, b, "derived-from"), (b, a, "derived-from"), (b, a, "kin")):
        refused(await parents(owner, child, parent, kind), 422, "lineage-faulty", "LT-TTL-06")
    stranger = await as_("provider", "stranger")
    not_there(await parents(stranger, b, a))
