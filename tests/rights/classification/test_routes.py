"""Classification through HTTP: declared, refused outright, graded again; and the facts of the gates."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel.db import Sessions, unit
from kernel.time.clock import FixedClock
from rights.classification.facts import facts_of
from tests.conftest import As
from tests.rights import procedure, story
from tests.rights.refusals import Refusals

HARMLESS = [{"name": "航班号", "impacts": {"organisation-or-individual": "ordinary"}}]


def said(**over: Any) -> dict[str, Any]:
    """A faultless declaration of harmless data."""
    return {"items": HARMLESS, "personal": "none", **over}


async def test_a_declaration_is_graded_and_kept(as_: As, refused: Refusals) -> None:
    provider, other, registrar = await as_("provider"), await as_("provider", "other"), await as_("registrar")
    path = f"/v1/assets/{(await story.asset(provider))['id']}/classification"
    await refused(provider.get(path), 404, "not-found", None)
    made = await provider.post(path, said())
    assert (made.status_code, made.json()["level"], made.json()["export_path"]) == (201, "general", "free")
    graver = [*HARMLESS, {"name": "机场安防", "impacts": {"economy": "ordinary", "national-security": "ordinary"}}]
    kinds = ["important-assessment", "important-contract"]
    body = await refused(provider.post(path, said(items=graver)), 422, "declaration-faulty", "LT-CLS-16")
    assert [error["detail"].split("(")[-1] for error in body["errors"]] == [f"{kind})" for kind in kinds]
    graded = (await provider.post(path, said(items=graver, evidence=await story.evidence(provider, kinds)))).json()
    assert (graded["level"], graded["important"], graded["export_path"]) == ("important", True, "security-assessment")
    assert graded["export_evidence_missing"] == ["export-assessment"]
    assert {piece["retention_until"] for piece in graded["evidence"]} == {"2046-11-23"}
    for reader in (provider, registrar):
        assert (await reader.get(path)).json() == graded
    await refused(other.get(path), 404, "not-found", None)
    await refused(other.post(path, said()), 404, "not-found", None)
    lower = await refused(provider.post(path, said()), 422, "declaration-faulty", "LT-CLS-16")
    assert [error["rule"] for error in lower["errors"]] == ["LT-CLS-17", "LT-CLS-17"]
    report = await story.evidence(provider, ["regrading-report"])
    after = (await provider.post(path, said(after="desensitisation", evidence=report))).json()
    assert (after["level"], after["important"]) == ("general", False)


@pytest.mark.parametrize(
    ("over", "code", "rule"),
    [
        ({"state_secret": True}, "state-secret-refused", "LT-CLS-01"),
        ({"items": [{"name": "x", "impacts": {"economy": "especially-serious"}}]}, "core-data-refused", "LT-CLS-02"),
    ],
)
async def test_what_is_refused_outright_leaves_nothing(
    as_: As, refused: Refusals, over: dict[str, Any], code: str, rule: str
) -> None:
    provider = await as_("provider")
    of = await story.asset(provider)
    await refused(provider.post(f"/v1/assets/{of['id']}/classification", said(**over)), 422, code, rule)


async def test_an_aggregate_is_as_grave_as_its_sources(as_: As, refused: Refusals) -> None:
    provider = await as_("provider")
    part, whole = await story.asset(provider, b"part"), await story.asset(provider, b"whole")
    path = f"/v1/assets/{whole['id']}/classification"
    report = await story.evidence(provider, ["regrading-report"])
    merged = said(after="aggregation", sources=[part["id"]], evidence=report)
    await refused(provider.post(path, merged), 404, "not-found", None)
    grave = said(
        items=[{"name": "x", "impacts": {"national-security": "ordinary"}}],
        evidence=await story.evidence(provider, ["important-assessment", "important-contract"]),
    )
    await provider.post(f"/v1/assets/{part['id']}/classification", grave)
    body = await refused(provider.post(path, merged), 422, "declaration-faulty", "LT-CLS-16")
    assert [(error["pointer"], error["rule"]) for error in body["errors"]] == [("/after", "LT-CLS-17")]


async def test_declarations_never_change(as_: As, sessions: Sessions) -> None:
    provider = await as_("provider")
    of = await story.asset(provider)
    await provider.post(f"/v1/assets/{of['id']}/classification", said())
    with pytest.raises(DBAPIError, match="append-only"):
        async with unit(sessions) as session:
            await session.execute(text("UPDATE classification SET level = level"))


@pytest.mark.slow
async def test_the_facts_of_the_register(as_: As, clock: FixedClock, sessions: Sessions) -> None:
    provider, registrar = await as_("provider"), await as_("registrar")
    done = await story.certified(as_, clock)
    await provider.post(f"/v1/assets/{done['asset_id']}/classification", said())
    late = await procedure.objected(await as_("buyer"), done)
    body = {"kind": "pledge", "basis": "动产融资登记", "beneficiary_id": (await as_("lender")).party}
    pledge = (await registrar.post(f"/v1/assets/{done['asset_id']}/remarks", body)).json()
    seizure = (
        await registrar.post(
            f"/v1/assets/{done['asset_id']}/remarks", {"kind": "seizure", "basis": "（2026）内01执1号"}
        )
    ).json()
    assert provider.party is not None
    async with unit(sessions) as session:
        found = await facts_of(session, done["asset_id"], provider.party, "listing", clock.now())
        nobody = await facts_of(session, done["asset_id"], "pty_x", "listing", clock.now())
    assert (found.source_stated, found.operate, found.disputes) == (True, True, (late["id"],))
    assert (found.freezes, found.encumbrances) == ((f"seizure {seizure['id']}",), (f"pledge {pledge['id']}",))
    assert found.declared is not None
    assert (nobody.source_stated, nobody.operate) == (None, None)


async def test_a_cap_where_there_is_none_is_refused(as_: As, refused: Refusals) -> None:
    """A cap on data that is not public was taken and bound nothing."""
    provider = await as_("provider")
    decision = await story.evidence(provider, ["price-cap-decision"])
    capped = said(price_cap={"amount": "100.00", "currency": "CNY"}, evidence=decision)
    own, public = await story.asset(provider), await story.asset(provider, b"p", public_data=True)
    told = await refused(
        provider.post(f"/v1/assets/{own['id']}/classification", capped), 422, "declaration-faulty", "LT-CLS-16"
    )
    assert [(error["pointer"], error["rule"]) for error in told["errors"]] == [("/price_cap", "LT-CLS-14")]
    assert (await provider.post(f"/v1/assets/{public['id']}/classification", capped)).status_code == 201
