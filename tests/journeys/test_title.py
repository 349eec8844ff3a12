"""The journey of the register and the market together, over the public HTTP API alone, each role with its own key.

An objection upheld and one rejected, a pledge that blocks a sale until it is released, a derived product refused and
then allowed, a transfer, and a renewal under which the sale goes on.
"""

import base64
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from kernel.crypto import signing
from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.makers import signing_key
from tests.market.listings.story import Shelf
from tests.refusals import not_there, refused
from tests.rights import procedure, story

LICENCE = {
    "actions": ["use", "process"],
    "purposes": ["internal-analysis", "risk-control"],
    "territory": ["CN"],
    "term_days": 365,
}
Key = tuple[str, signing.Ed25519Signer]


@pytest.mark.slow
async def test_the_register_and_the_market_from_objection_to_renewal(as_: As, clock: FixedClock, drain: Drain) -> None:
    owner, rival, registrar = await as_("provider"), await as_("buyer", "rival"), await as_("registrar")
    await _an_objection_upheld(owner, rival, registrar)
    shelf = await Shelf.begin(as_, clock, drain)
    certificate = await _an_objection_rejected(shelf, rival, registrar, clock)
    listing, signed = await _a_pledge_that_blocks_a_sale(shelf, as_)
    await _a_derived_product(shelf, as_, registrar, clock)
    taker, number = await _a_transfer(shelf, as_, registrar, certificate, listing, signed)
    await _a_renewal(replace(shelf, provider=taker), as_, registrar, number)


async def _an_objection_upheld(owner: Client, rival: Client, registrar: Client) -> None:
    lost = await story.noticed(registrar, await story.submitted(owner, b"somebody else's data"))
    objection = await procedure.objected(rival, lost)
    assert (await owner.get(f"/v1/registrations/{lost['id']}")).json()["status"] == "objected"
    await procedure.conclude(registrar, objection, "uphold")
    ended = (await owner.get(f"/v1/registrations/{lost['id']}")).json()
    assert (ended["status"], ended["grounds"]) == ("refused", ["unresolved-dispute"])
    title = (await owner.get(f"/v1/assets/{lost['asset_id']}/title")).json()
    assert title["titles"] == []


async def _an_objection_rejected(shelf: Shelf, rival: Client, registrar: Client, clock: FixedClock) -> dict[str, Any]:
    """The certificate comes in spite of the objection, later by the time that it took."""
    asset = (await shelf.provider.get(f"/v1/assets/{shelf.asset_id}")).json()
    applied = _made(await shelf.provider.post("/v1/registrations", await story.application(shelf.provider, asset)))
    case = await story.noticed(registrar, applied)
    objection = await procedure.objected(rival, case)
    early = await registrar.post(f"/v1/registrations/{case['id']}/certificate")
    refused(early, 409, "illegal-transition", "LT-GEN-02")
    await procedure.conclude(registrar, objection, "dismiss")
    case = (await registrar.get(f"/v1/registrations/{case['id']}")).json()
    story.stand_after(clock, case["notice_until"]["on"])
    done = await story.certify(registrar, case)
    view = (await registrar.get(f"/v1/certificates/{done['certificate_number']}")).json()
    assert (view["status"], view["party_id"]) == ("in_force", shelf.provider.party)
    (root,) = (await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/title")).json()["titles"]
    assert root["certificate_id"] == view["id"]
    return dict(view)


async def _a_pledge_that_blocks_a_sale(shelf: Shelf, as_: As) -> tuple[dict[str, Any], dict[str, Any]]:
    """While the pledge stands nothing is listed, ordered or signed; released, everything goes on."""
    buyer, lender, registrar = await as_("buyer"), await as_("lender"), await as_("registrar")
    keys = await signing_key(shelf.provider, b"\x51" * 32), await signing_key(buyer, b"\x52" * 32)
    await shelf.score()
    listed = await shelf.listed(licence=LICENCE)
    draft = await shelf.draft(licence=LICENCE)
    order = {"listing_id": listed["id"], "purpose": "internal-analysis"}
    agreement = await _agreement(buyer, _made(await buyer.post("/v1/orders", order)))
    path = f"/v1/agreements/{agreement['id']}/signatures"
    assert _made(await shelf.provider.post(path, _signature(agreement, keys[0])))["status"] == "signed_by_one"
    body = {"kind": "pledge", "basis": "动产融资统一登记 2026-1", "beneficiary_id": lender.party}
    pledge = _made(await registrar.post(f"/v1/assets/{shelf.asset_id}/remarks", body))
    assert (pledge["priority"], pledge["blocks"]) == (1, ["grant", "transfer"])
    refusals = (
        (await shelf.provider.post(f"/v1/listings/{draft['id']}/submission"), 422, "encumbered-data", "LT-CLS-15"),
        (await buyer.post("/v1/orders", order), 409, "right-remarked", "LT-TTL-04"),
        (await buyer.post(path, _signature(agreement, keys[1])), 422, "encumbered-data", "LT-CLS-15"),
    )
    for answer, status, code, rule in refusals:
        told = refused(answer, status, code, rule)
        assert pledge["id"] in str(told), told
    await shelf.drain()
    assert (await buyer.get("/v1/listings")).json()["items"] == []
    released = await registrar.post(f"/v1/remarks/{pledge['id']}/release", {"basis": "债务清偿"})
    assert released.status_code == 200, released.text
    await shelf.drain()
    assert [item["id"] for item in (await buyer.get("/v1/listings")).json()["items"]] == [listed["id"]]
    signed = _made(await buyer.post(path, _signature(agreement, keys[1])))
    assert signed["status"] == "in_force"
    (licence,) = (await buyer.get(f"/v1/assets/{shelf.asset_id}/title")).json()["licences"]
    assert (licence["id"], licence["reference"]) == (signed["grant_id"], agreement["id"])
    assert _made(await buyer.post("/v1/orders", order))["status"] == "placed"
    return listed, signed


async def _a_derived_product(shelf: Shelf, as_: As, registrar: Client, clock: FixedClock) -> None:
    """Refused without a licence, refused under one that is for oneself, and allowed under one that permits it."""
    maker, buyer = await as_("provider", "maker"), await as_("buyer")
    product = await story.asset(
        maker, b"week,index\n1,0.7\n2,0.9\n", source_kind="derived", name="零售景气周度衍生指数"
    )
    parents = f"/v1/assets/{product['id']}/parents"
    source = {"parent_asset_id": shelf.asset_id, "kind": "derived-from"}
    told = refused(await maker.post(parents, source), 422, "upstream-exceeded", "LT-TTL-05")
    assert told["asset"] == shelf.asset_id
    grants = f"/v1/assets/{shelf.asset_id}/grants"
    own = _made(await shelf.provider.post(grants, _licence(maker, clock, ["use", "process", "derive"], ["USE"])))
    assert _made(await maker.post(parents, source))["grant_id"] == own["id"]
    application = await story.application(maker, product, title_basis="derived")
    told = refused(await maker.post("/v1/registrations", application), 422, "upstream-exceeded", "LT-TTL-05")
    assert told["dimensions"] == ["right", "action"]
    assert {fault["pointer"] for fault in told["errors"]} == {"/terms/right", "/terms/action"}
    assert (await maker.get("/v1/registrations")).json()["items"] == []
    making = ["use", "process", "derive", "distribute-derived"]
    wide = _made(await shelf.provider.post(grants, _licence(maker, clock, making, ["USE", "OPERATE"])))
    assert _made(await maker.post(parents, source))["grant_id"] == wide["id"]
    done = await procedure.concluded(registrar, clock, _made(await maker.post("/v1/registrations", application)))
    assert done["status"] == "certified"
    # Its title reaches as far as its licence: China, and not beyond.
    grants = f"/v1/assets/{product['id']}/grants"
    abroad = _licence(buyer, clock, ["use"], ["USE"], territory=["HK"])
    told = refused(await maker.post(grants, abroad), 422, "grant-exceeds-title", "LT-TTL-02")
    assert told["dimensions"] == ["territory"]
    assert _made(await maker.post(grants, _licence(buyer, clock, ["use"], ["USE"])))["status"] == "active"


async def _a_transfer(
    shelf: Shelf,
    as_: As,
    registrar: Client,
    certificate: dict[str, Any],
    listing: dict[str, Any],
    signed: dict[str, Any],
) -> tuple[Client, str]:
    """The transferor keeps nothing and sells nothing; the buyer keeps its licence under the new holder."""
    taker, buyer = await as_("provider", "taker"), await as_("buyer")
    open_order = (await buyer.get("/v1/orders", params={"status": "placed"})).json()["items"][0]
    assert open_order["agreement_id"] is None
    done = await procedure.transferred(shelf.provider, taker, registrar, shelf.clock, certificate["number"])
    order = {"listing_id": listing["id"], "purpose": "internal-analysis"}
    refused(await buyer.post("/v1/orders", order), 409, "seller-without-rights", "LT-ORD-07")
    await shelf.drain()
    shown = (await shelf.provider.get(f"/v1/listings/{listing['id']}")).json()
    assert (shown["status"], shown["allowed_actions"]) == ("delisted", [])
    assert (await buyer.get(f"/v1/orders/{open_order['id']}")).json()["status"] == "cancelled"
    not_there(await shelf.provider.get(f"/v1/assets/{shelf.asset_id}"))
    title = (await taker.get(f"/v1/assets/{shelf.asset_id}/title")).json()
    assert [root["grantee_id"] for root in title["titles"]] == [taker.party]
    kept = {one["id"]: one for one in title["licences"]}[signed["grant_id"]]
    assert (kept["status"], kept["parent_id"]) == ("active", title["titles"][0]["id"])
    # What stood before can still be read.
    then = {"at": certificate["created_at"]}
    before = (await registrar.get(f"/v1/assets/{shelf.asset_id}/title", params=then)).json()
    assert [root["grantee_id"] for root in before["titles"]] == [shelf.provider.party]
    return taker, done["certificate_number"]


async def _a_renewal(shelf: Shelf, as_: As, registrar: Client, number: str) -> None:
    """The new holder lists, renews within the window, and goes on selling after the old certificate's last day."""
    buyer, operator = await as_("buyer"), await as_("operator")
    await shelf.score()
    listing = await shelf.listed(licence=LICENCE)
    certificate = (await registrar.get(f"/v1/certificates/{number}")).json()
    last = date.fromisoformat(certificate["valid_until"])
    taker = shelf.provider
    procedure.stand_on(shelf.clock, (last - timedelta(days=20)).isoformat())
    # Keys of offices last a year; the operator makes new ones.
    made = _made(await operator.post("/v1/api-keys", {"name": "registrar", "roles": ["registrar"]}))
    registrar = operator.with_key(made["secret"], operator.party)
    renewal = await procedure.asked(taker, number, "renewal")
    done = await procedure.concluded(registrar, shelf.clock, renewal)
    renewed = (await registrar.get(f"/v1/certificates/{done['certificate_number']}")).json()
    assert (renewed["replaces_id"], renewed["party_id"]) == (certificate["id"], taker.party)
    await shelf.drain()
    story.stand_after(shelf.clock, certificate["valid_until"])
    (root,) = (await taker.get(f"/v1/assets/{shelf.asset_id}/title")).json()["titles"]
    assert root["certificate_id"] == renewed["id"]
    # The certificate is no obstacle; the score of years ago is one, at the gate that asks for it.
    shown = (await taker.get(f"/v1/listings/{listing['id']}")).json()
    assert (shown["status"], shown["held_by"]) == ("suspended", "LT-CLS-11")
    card = await replace(shelf, provider=taker).score()
    # Memberships have a term too, and are looked at anew.
    for member in (buyer, taker):
        renew = await operator.post(f"/v1/parties/{member.party}/admission", {"action": "renew", "reason": "复核通过"})
        assert renew.status_code == 200, renew.text
    again = await replace(shelf, provider=taker, as_=_cast(operator)).listed(licence=LICENCE, scorecard_id=card)
    placed = _made(await buyer.post("/v1/orders", {"listing_id": again["id"], "purpose": "risk-control"}))
    assert placed["status"] == "placed"


def _cast(operator: Client) -> As:
    """Officers with keys that have not lapsed."""

    async def act(role: str, name: str = "") -> Client:
        made = _made(await operator.post("/v1/api-keys", {"name": role + name, "roles": [role]}))
        return operator.with_key(made["secret"], operator.party)

    return act


def _day(clock: FixedClock) -> str:
    return (clock.now() + timedelta(hours=8)).date().isoformat()


async def _agreement(buyer: Client, order: dict[str, Any]) -> dict[str, Any]:
    return _made(await buyer.post(f"/v1/orders/{order['id']}/agreement"))


def _licence(to: Client, clock: FixedClock, actions: list[str], rights: list[str], **over: Any) -> dict[str, Any]:
    terms = {
        "rights": rights,
        "actions": actions,
        "purposes": ["any"] if "process" in actions else ["risk-control"],
        "territory": ["CN"],
        "starts": _day(clock),
        "ends": "2028-01-01",
        "recipients": [f"party:{to.party}"],
        "environments": ["any"],
        **over,
    }
    return {"grantee_id": to.party, "terms": terms}


def _signature(agreement: dict[str, Any], key: Key) -> dict[str, str]:
    made = key[1].sign(agreement["signing_text"].encode())
    return {"signing_key_id": key[0], "signature": base64.b64encode(made).decode()}


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    view: dict[str, Any] = answer.json()
    return view
