"""The form of an application: every item that is missing is named at once; and what counts as public data."""

from datetime import date

import msgspec
import pytest

from kernel import ids
from kernel.db import Sessions, one, unit
from kernel.time.clock import FixedClock
from rights.assets.models import Asset
from rights.assets.rules import public_basis
from rights.cases.applications.rules import Described, form_faults
from rights.cases.applications.schemas import ApplicantStatement, RestrictionScope
from rights.cases.public_data import settle
from rights.title.models import AssetLineage
from tests.conftest import As, Client
from tests.rights import story
from tests.rights.refusals import Refusals

PATH = "/v1/registrations"
BARE = {"region_level": None, "structure": None, "records": None, "covers_from": None, "industry": "G"}


async def test_every_missing_item_is_named_at_once(as_: As, refused: Refusals) -> None:
    provider = await as_("provider")
    of = await story.asset(provider, **BARE)
    whole = await story.application(provider, of)
    body = {**whole, "evidence": whole["evidence"][1:], "scope": {"recipients": " ", "resale": "allowed"}}
    del body["applicant"]
    problem = await refused(provider.post(PATH, body), 422, "registration-faulty", "LT-RGT-07")
    told = [(error["pointer"], error["rule"]) for error in problem["errors"]]
    assert told == [
        ("/evidence", "LT-RGT-06"),
        *[("/revision_id", "LT-RGT-33")] * 5,
        *[
            (f"/scope/{name}", "LT-RGT-33")
            for name in ("recipients", "qualification", "environment", "region", "export")
        ],
        ("/applicant/address", "LT-RGT-33"),
        ("/applicant/business_state", "LT-RGT-33"),
    ]
    only = await refused(provider.post(PATH, whole), 422, "form-incomplete", "LT-RGT-33")
    assert "the volume in records" in str(only["errors"])


async def test_the_description_is_mended_before_and_not_after(as_: As, refused: Refusals) -> None:
    provider, other = await as_("provider"), await as_("provider", "other")
    of = await story.asset(provider, **BARE)
    path = f"/v1/assets/{of['id']}"
    await refused(other("PATCH", path, {"records": 5}), 404, "not-found", None)
    await refused(provider("PATCH", path, {"name": "数" * 41}), 400, "asset-faulty", "LT-RGT-01")
    await refused(provider("PATCH", path, {"covers_from": "2014-01-01"}), 400, "asset-faulty", "LT-RGT-01")
    await refused(provider("PATCH", path, {"source_kind": "crawled"}), 400, "invalid-input", None)
    filled = {name: story.description()[name] for name in BARE}
    mended = await provider("PATCH", path, filled)
    assert mended.status_code == 200, mended.text
    assert {name: mended.json()[name] for name in BARE} == filled
    assert mended.json()["name"] == of["name"]
    made = await provider.post(PATH, await story.application(provider, of))
    assert made.status_code == 201, made.text
    problem = await refused(provider("PATCH", path, {"records": 6}), 409, "description-registered", "LT-RGT-34")
    assert problem["registration_id"] == made.json()["id"]


@pytest.mark.slow
async def test_what_the_form_says_is_in_notice_and_certificate(as_: As, client: Client, clock: FixedClock) -> None:
    done = await story.certified(as_, clock)
    assert done["applicant"] == story.APPLICANT
    certificate = (await client.get(f"/v1/certificates/{done['certificate_number']}")).json()
    assert certificate["scope"] == story.SCOPE
    document = (await client.get(f"/v1/documents/{certificate['document_id']}")).json()
    claims = document["document"]["credentialSubject"]
    assert claims["scope"] == story.SCOPE
    assert (claims["asset"]["records"], claims["asset"]["bytes"], claims["asset"]["region_level"]) == (
        336776,
        8,
        "city",
    )
    registrar = await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(await as_("provider"), b"another"))
    shown = [
        each for each in (await client.get("/v1/notices")).json()["items"] if each["registration_id"] == case["id"]
    ]
    assert shown[0]["scope"] == story.SCOPE
    assert "applicant" not in shown[0], "the applicant's address is not published"


@pytest.mark.parametrize(
    ("kind", "source", "declared", "basis"),
    [
        ("enterprise", "generated", False, None),
        ("enterprise", "generated", True, "declared"),
        ("government", "generated", False, "holder-duties"),
        ("institution", "generated", True, "holder-duties"),
        ("government", "agreed", False, None),
    ],
)
def test_public_data_follows_from_holder_and_source(kind: str, source: str, declared: bool, basis: str | None) -> None:
    assert public_basis(kind, source, declared) == basis


async def test_the_registrar_settles_what_is_public_data(as_: As, refused: Refusals) -> None:
    """Declared private, found public: the case cannot be approved as property; found private again, it can."""
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.accept(registrar, await story.submitted(provider))
    assert (case["public_data"], case["public_basis"]) == (False, None)
    path = f"/v1/registrations/{case['id']}"
    finding = {"public_data": True, "reason": "系受托运营的公共数据"}
    await refused(provider.post(f"{path}/public-data", finding), 403, "forbidden", None)
    settled = (await registrar.post(f"{path}/public-data", finding)).json()
    assert (settled["public_data"], settled["public_basis"]) == (True, "registrar")
    await story.sketched(registrar, case["revision_id"])
    approval = {"decision": "approve", "checklist": story.PASSED, "reason": "x"}
    await refused(registrar.post(f"{path}/review", approval), 422, "public-registration-missing", "LT-RGT-31")
    unchecked = {**approval, "checklist": {**story.PASSED, "public_data_checked": False}}
    await refused(registrar.post(f"{path}/review", unchecked), 422, "decision-faulty", "LT-RGT-13")
    again = await registrar.post(f"{path}/public-data", {"public_data": False, "reason": "经核实系自采"})
    assert again.json()["public_data"] is False
    assert (await story.approve(registrar, case))["status"] == "reviewed"
    await refused(registrar.post(f"{path}/public-data", finding), 409, "determination-too-late", "LT-RGT-35")


def test_nothing_is_missing_from_a_full_form() -> None:
    whole = Described("G56", "city", "structured", 10, date(2013, 1, 1))
    scope = msgspec.convert(story.SCOPE, RestrictionScope)
    applicant = msgspec.convert(story.APPLICANT, ApplicantStatement)
    assert form_faults(whole, scope, applicant, date(2026, 11, 23)) == []


async def test_what_is_made_from_public_data_is_public(as_: As, sessions: Sessions, clock: FixedClock) -> None:
    """Nobody declared it: the chain of sources says so, and the registrar's finding stands above that."""
    provider = await as_("provider")
    source = await story.asset(provider, b"public", public_data=True)
    made = await story.asset(provider, b"made of it", form="product", source_kind="derived")
    assert (made["public_data"], source["public_basis"]) == (False, "declared")
    async with unit(sessions) as session:
        row = AssetLineage(
            id=ids.new("lin"),
            child_id=made["id"],
            parent_id=source["id"],
            kind="processed",
            grant_id=None,
            basis="found by the registrar",
            created_at=clock.now(),
        )
        session.add(row)
    async with unit(sessions) as session:
        asset = await one(session, Asset, made["id"])
        assert await settle(session, asset)
        assert asset.public_basis == "made-from-public"
        asset.public_data, asset.public_basis = False, "registrar"
        assert not await settle(session, asset)


async def test_derived_data_names_what_it_was_made_of(as_: As, refused: Refusals) -> None:
    """Behaviour 15: without any source, any text file passed for the authorisation of whoever it was taken from."""
    provider = await as_("provider")
    made = await story.asset(provider, b"made of what", source_kind="derived")
    body = await story.application(provider, made, title_basis="derived")
    nothing = {name: value for name, value in body.items() if name != "outside_sources"}
    problem = await refused(provider.post(PATH, nothing), 422, "registration-faulty", "LT-RGT-07")
    (fault,) = problem["errors"]
    assert (fault["pointer"], fault["rule"]) == ("/outside_sources", "LT-TTL-06")
    assert "/parents" in fault["detail"]
    named = await provider.post(PATH, body)
    assert named.status_code == 201, named.text
    assert named.json()["outside_sources"] == story.OUTSIDE
