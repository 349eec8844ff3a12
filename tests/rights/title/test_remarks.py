"""Remarks block or narrow; pledges rank; a seizure stands in the way of a pledge."""

from datetime import timedelta

import pytest

from kernel.time.clock import FixedClock
from tests.conftest import As
from tests.refusals import not_there, refused
from tests.rights.title.story import check, grant, granted, release, remark, terms, titled


@pytest.mark.slow
async def test_a_pledge_blocks_a_sale_until_it_is_released(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, buyer, lender, registrar = (
        await as_("provider"),
        await as_("buyer"),
        await as_("lender"),
        await as_("registrar"),
    )
    pledge = await remark(registrar, asset, "pledge", beneficiary_id=lender.party)
    assert (pledge["priority"], pledge["blocks"]) == (1, ["grant", "transfer"])
    body = refused(await grant(provider, asset, buyer, terms(buyer.party)), 409, "right-remarked", "LT-TTL-04")
    assert body["against"] == [pledge["id"]]
    transfer = {"transferor_id": provider.party, "transferee_id": buyer.party, "basis": "转让合同"}
    refused(await registrar.post(f"/v1/assets/{asset}/title/transfer", transfer), 409, "right-remarked", "LT-TTL-04")
    # The holder goes on using its data.
    assert (await check(provider, asset, "exercise", terms(provider.party)))["permitted"]
    view = (await buyer.get(f"/v1/assets/{asset}/title")).json()
    assert [r["id"] for r in view["remarks"]] == [pledge["id"]]
    assert (await release(registrar, pledge["id"])).json()["status"] == "released"
    refused(await release(registrar, pledge["id"]), 409, "illegal-transition", "LT-GEN-02")
    await granted(provider, asset, buyer, terms(buyer.party))


@pytest.mark.slow
async def test_a_pledgee_may_let_licences_pass_under_a_condition(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, buyer, lender, registrar = (
        await as_("provider"),
        await as_("buyer"),
        await as_("lender"),
        await as_("registrar"),
    )
    await remark(
        registrar,
        asset,
        "pledge",
        beneficiary_id=lender.party,
        condition={"territory": ["CN-NM"], "exclusivity": "ordinary"},
    )
    body = refused(
        await grant(provider, asset, buyer, terms(buyer.party, territory=["CN"], exclusivity="sole")),
        409,
        "right-remarked",
        "LT-TTL-04",
    )
    assert body["dimensions"] == ["territory", "exclusivity"]
    await granted(provider, asset, buyer, terms(buyer.party))
    transfer = {"transferor_id": provider.party, "transferee_id": buyer.party, "basis": "转让合同"}
    refused(await registrar.post(f"/v1/assets/{asset}/title/transfer", transfer), 409, "right-remarked", "LT-TTL-04")


async def test_pledges_rank_in_order_and_a_seizure_stops_them(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    lender, registrar = await as_("lender"), await as_("registrar")
    first = await remark(registrar, asset, "pledge", beneficiary_id=lender.party)
    second = await remark(registrar, asset, "pledge", beneficiary_id=lender.party)
    assert (first["priority"], second["priority"]) == (1, 2)
    await release(registrar, first["id"])
    third = await remark(registrar, asset, "pledge", beneficiary_id=lender.party)
    assert third["priority"] == 3
    seizure = await remark(registrar, asset, "seizure", until="2027-06-01")
    body = {"kind": "pledge", "basis": "质押合同", "beneficiary_id": lender.party}
    problem = refused(await registrar.post(f"/v1/assets/{asset}/remarks", body), 409, "right-remarked", "LT-TTL-04")
    assert problem["against"] == [seizure["id"]]


async def test_a_control_stops_use_and_ends_by_its_day(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, registrar = await as_("provider"), await as_("registrar")
    await remark(registrar, asset, "temporary-control", until="2026-12-15")
    (finding,) = (await check(provider, asset, "exercise", terms(provider.party)))["findings"]
    assert (finding["kind"], finding["rule"]["id"]) == ("remark", "LT-TTL-04")
    clock.move(timedelta(days=20))
    assert (await check(provider, asset, "exercise", terms(provider.party)))["permitted"]


async def test_an_agreed_condition_narrows(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    provider, buyer, registrar = await as_("provider"), await as_("buyer"), await as_("registrar")
    await remark(
        registrar, asset, "agreed-condition", condition={"environments": ["controlled"], "purposes": ["risk-control"]}
    )
    refused(await grant(provider, asset, buyer, terms(buyer.party)), 409, "right-remarked", "LT-TTL-04")
    await granted(provider, asset, buyer, terms(buyer.party, environments=["sandbox"]))
    assert not (await check(provider, asset, "exercise", terms(provider.party)))["permitted"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"kind": "mortgage"}, ["/kind"]),
        ({"kind": "pledge", "until": "2026-12-01"}, ["/beneficiary_id", "/until"]),
        ({"kind": "seizure", "condition": {"territory": ["CN"]}}, ["/condition"]),
        ({"kind": "agreed-condition"}, ["/condition"]),
    ],
)
async def test_every_fault_of_a_remark_at_once(as_: As, clock: FixedClock, body: dict, pointers: list[str]) -> None:
    asset = await titled(as_, clock)
    registrar = await as_("registrar")
    sent = await registrar.post(f"/v1/assets/{asset}/remarks", {"basis": "文书", **body})
    problem = refused(sent, 422, "remark-faulty", "LT-TTL-09")
    assert [fault["pointer"] for fault in problem["errors"]] == pointers


async def test_only_the_registrar_enters_remarks(as_: As, clock: FixedClock) -> None:
    asset = await titled(as_, clock)
    body = {"kind": "seizure", "basis": "文书"}
    refused(await (await as_("provider")).post(f"/v1/assets/{asset}/remarks", body), 403, "forbidden")
    not_there(await (await as_("registrar")).post("/v1/assets/ast_nothing/remarks", body))
