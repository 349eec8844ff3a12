"""A journey over HTTP through the register: objections upheld and rejected, renewal, transfer, and a pledge."""

from typing import Any

import pytest
from sqlalchemy import text

from kernel.db import Sessions, unit
from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.refusals import not_there, refused
from tests.rights import procedure, story


async def test_an_objection_upheld_and_one_rejected(as_: As, clock: FixedClock) -> None:
    provider, rival, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    lost = await story.noticed(registrar, await story.submitted(provider, b"theirs"))
    upheld = await procedure.objected(rival, lost)
    assert (upheld["status"], upheld["stage"], upheld["due_on"]) == ("investigated", "notice", "2026-12-07")
    assert (await provider.get(f"/v1/registrations/{lost['id']}")).json()["status"] == "objected"
    await procedure.conclude(registrar, upheld, "uphold")
    ended = (await provider.get(f"/v1/registrations/{lost['id']}")).json()
    assert (ended["status"], ended["grounds"], ended["due_on"]) == ("refused", ["unresolved-dispute"], None)

    won = await story.noticed(registrar, await story.submitted(provider, b"ours"))
    procedure.stand_on(clock, "2026-11-25")
    dismissed = await procedure.objected(rival, won)
    procedure.stand_on(clock, "2026-12-04")
    await procedure.conclude(registrar, dismissed, "dismiss")
    noticed = (await provider.get(f"/v1/registrations/{won['id']}")).json()
    # Two days of the notice had passed; the three that were left run after 4 December, and then the case's own ten.
    assert (noticed["status"], noticed["notice_until"]["on"], noticed["case_due"]["on"]) == (
        "noticed", "2026-12-09", "2026-12-23",
    )  # fmt: skip
    assert [(stop["cause"], stop["since"], stop["until"]) for stop in noticed["stops"]] == [
        ("objection", "2026-11-25", "2026-12-04")
    ]
    story.stand_after(clock, "2026-12-09")
    done = await story.certify(registrar, noticed)
    assert done["status"] == "certified"


async def test_no_renewal_outside_its_window(as_: As, clock: FixedClock, sessions: Sessions) -> None:
    done = await story.certified(as_, clock)
    await _keys_that_last(sessions)
    provider, number = await as_("provider"), done["certificate_number"]
    for day in ("2031-05-31", "2031-12-01"):
        procedure.stand_on(clock, day)
        answer = await procedure.ask(provider, number, "renewal")
        assert (answer.status_code, answer.json()["code"], answer.json()["rule"]["id"]) == (
            409, "renewal-outside-window", "LT-RGT-26",
        )  # fmt: skip
        assert (answer.json()["opens"], answer.json()["closes"]) == ("2031-06-01", "2031-11-30")


async def test_renewed_inside_the_window(as_: As, client: Client, clock: FixedClock, sessions: Sessions) -> None:
    done = await story.certified(as_, clock)
    await _keys_that_last(sessions)
    provider, registrar = await as_("provider"), await as_("registrar")
    procedure.stand_on(clock, "2031-11-28")
    case = await procedure.asked(provider, done["certificate_number"], "renewal")
    assert case["notice_held"] is False
    renewed = await procedure.concluded(registrar, clock, case)
    new = await procedure.certificate(client, renewed["certificate_number"])
    old = await procedure.certificate(client, done["certificate_number"])
    assert (old["status"], new["replaces_id"], new["valid_from"], new["valid_until"]) == (
        "replaced", old["id"], "2031-11-28", "2036-11-28",
    )  # fmt: skip
    assert new["rights"] == old["rights"]


@pytest.mark.slow
async def test_a_transfer_moves_everything(as_: As, client: Client, clock: FixedClock) -> None:
    done = await story.certified(as_, clock)
    giver, taker, registrar = await as_("provider"), await as_("provider", "taker"), await as_("registrar")
    licensee, number = await as_("buyer"), done["certificate_number"]
    given = await giver.post(f"/v1/assets/{done['asset_id']}/grants", _grant(licensee))
    assert given.status_code == 201, given.text
    case = await procedure.asked(giver, number, "transfer", transferee_id=taker.party)
    # Nothing runs until the transferee has joined with its own key.
    assert (case["status"], case["due_on"], case["notice_held"]) == ("pending", None, True)
    assert (await registrar.get("/v1/registrations")).json()["items"] == []
    path = f"/v1/registrations/{case['id']}"
    consent = {"decision": "consent", "reason": "同意受让"}
    not_there(await giver.post(f"{path}/transferee", consent))
    clock_day = (await taker.post(f"{path}/transferee", consent)).json()
    assert (clock_day["status"], clock_day["acceptance_due"]["on"]) == ("submitted", "2026-12-04")
    moved = await procedure.concluded(registrar, clock, clock_day)
    old = await procedure.certificate(client, number)
    new = await procedure.certificate(client, moved["certificate_number"])
    assert (old["status"], new["status"], new["party_id"], new["replaces_id"]) == (
        "replaced", "in_force", taker.party, old["id"],
    )  # fmt: skip
    assert (new["rights"], new["valid_until"]) == (old["rights"], old["valid_until"])
    # The transferor keeps nothing: neither the asset, nor a right to grant, nor a case about it.
    not_there(await giver.get(f"/v1/assets/{done['asset_id']}"))
    assert (await taker.get(f"/v1/assets/{done['asset_id']}")).status_code == 200
    again = await giver.post(f"/v1/assets/{done['asset_id']}/grants", _grant(licensee))
    refused(again, 422, "grant-exceeds-title", "LT-TTL-02")
    assert (await procedure.ask(giver, new["number"], "change", restrictions="x")).json()["code"] == "not-the-holder"
    # The licence from before stands, now out of the transferee's title.
    title = (await taker.get(f"/v1/assets/{done['asset_id']}/title")).json()
    assert [(root["grantee_id"], root["certificate_id"]) for root in title["titles"]] == [(taker.party, new["id"])]
    assert [(one["grantee_id"], one["parent_id"], one["status"]) for one in title["licences"]] == [
        (licensee.party, title["titles"][0]["id"], "active")
    ]


@pytest.mark.slow
async def test_a_pledge_blocks_a_transfer(as_: As, client: Client, clock: FixedClock) -> None:
    done = await story.certified(as_, clock)
    giver, taker, registrar = await as_("provider"), await as_("provider", "taker"), await as_("registrar")
    lender, number = await as_("lender"), done["certificate_number"]
    early = await procedure.asked(giver, number, "transfer", transferee_id=taker.party)
    body = {"kind": "pledge", "basis": "动产融资统一登记 2026-1", "beneficiary_id": lender.party}
    pledge = await registrar.post(f"/v1/assets/{done['asset_id']}/remarks", body)
    assert pledge.status_code == 201, pledge.text
    consent = {"decision": "consent", "reason": "同意受让"}
    case = (await taker.post(f"/v1/registrations/{early['id']}/transferee", consent)).json()
    case = await procedure.reviewed(registrar, case)
    case = await story.publish(registrar, case)
    story.stand_after(clock, case["notice_until"]["on"])
    # The pledge came after the application, and still the transfer cannot be concluded.
    refused = await registrar.post(f"/v1/registrations/{case['id']}/certificate")
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]["id"]) == (
        409, "rights-encumbered", "LT-RGT-25",
    )  # fmt: skip
    assert pledge.json()["id"] in refused.json()["detail"]
    for kind, over in (("transfer", {"transferee_id": taker.party}), ("cancellation", {"ground": "right-given-up"})):
        answer = await procedure.ask(giver, number, kind, **over)
        assert (answer.status_code, answer.json()["code"]) == (409, "rights-encumbered")
    assert (await procedure.certificate(client, number))["status"] == "in_force"
    await registrar.post(f"/v1/remarks/{pledge.json()['id']}/release", {"basis": "解除质押"})
    assert (await story.certify(registrar, case))["status"] == "certified"


def _grant(to: Client) -> dict[str, Any]:
    from tests.rights.title.story import terms

    return {"grantee_id": to.party, "terms": terms(to.party)}


async def _keys_that_last(sessions: Sessions) -> None:
    """The keys of the cast would lapse before the certificate."""
    async with unit(sessions) as session:
        await session.execute(text("UPDATE api_key SET expires_at = '2040-01-01'"))
