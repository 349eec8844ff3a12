"""The limits that a certificate states bound its title: places, environments, purposes, resale, export."""

from datetime import date
from typing import Any

import pytest

from kernel.jobs.queue import SWEEPS
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from rights.grants import scope
from rights.grants.vocabulary import words_at
from rights.terms import Right
from rights.title.rules import root_box
from tests.conftest import As, Client, Drain
from tests.market.listings.story import LICENCE, Shelf, description
from tests.refusals import refused
from tests.rights import procedure, story

TODAY = date(2026, 11, 23)
FREE = {"region": "不限", "environment": "不限", "resale": "allowed", "export": "allowed"}


def _root(**over: Any) -> Any:
    box = root_box(list(Right), TODAY, date(2031, 11, 23), words_at(TODAY), exclusive=False)
    return scope.narrowed(box, {**FREE, **over}, TODAY)


@pytest.mark.parametrize(
    ("limits", "places"),
    [
        ({}, ("world",)),
        ({"export": "forbidden"}, ("CN",)),
        ({"export": "after-assessment"}, ("CN",)),
        ({"region": "中国境内"}, ("CN",)),
        ({"region": "中国境内和中国香港"}, ("CN", "HK")),
        ({"region": "中国境内和中国香港", "export": "forbidden"}, ("CN",)),
        ({"region": "内蒙古自治区、北京市", "export": "forbidden"}, ("CN-11", "CN-15")),
        ({"region": "任意的说明", "territory": ["CN-NM"]}, ("CN-15",)),
        ({"region": "说不清的地方"}, ("world",)),
        ({"region": "说不清的地方", "export": "forbidden"}, ("CN",)),
    ],
)
def test_region_and_export_are_the_titles_places(limits: dict[str, Any], places: tuple[str, ...]) -> None:
    assert _root(**limits).territory == places


def test_environment_purposes_and_resale_are_sides_too() -> None:
    assert _root(environment="可信数据空间、数据沙箱").environments == ("sandbox", "trusted-space")
    assert _root(environment="本单位可控环境").environments == ("open",)
    assert _root(purposes=["research"]).purposes == ("research",)
    assert _root(resale="forbidden").depth == 1
    assert _root(resale="with-consent").depth == 8
    assert scope.outward(_root(), FREE, TODAY) is None
    out = scope.outward(_root(), {**FREE, "resale": "forbidden"}, TODAY)
    assert out is not None
    assert {"use", "derive", "distribute-derived"} <= set(out.actions)
    assert not {"provide", "license", "transfer"} & set(out.actions)


@pytest.mark.parametrize(
    ("limits", "pointer"),
    [
        ({"region": "说不清的地方"}, "/scope/region"),
        ({"environment": "视情况而定"}, "/scope/environment"),
        ({"territory": ["XX"]}, "/scope/territory/0"),
        ({"environments": ["cloud"]}, "/scope/environments/0"),
        ({"purposes": ["fun"]}, "/scope/purposes/0"),
        ({"region": "中国香港", "export": "forbidden"}, "/scope/export"),
    ],
)
async def test_a_limit_that_nobody_could_be_held_to_is_refused(as_: As, limits: dict[str, Any], pointer: str) -> None:
    provider = await as_("provider")
    of = await story.asset(provider)
    body = await story.application(provider, of, scope={**story.SCOPE, **limits})
    told = await provider.post("/v1/registrations", body)
    refused(told, 422, "registration-faulty", "LT-RGT-07")
    assert [(fault["pointer"], fault["rule"]) for fault in told.json()["errors"]] == [(pointer, "LT-TTL-13")]


async def _certified(as_: As, clock: FixedClock, **limits: Any) -> tuple[Client, str]:
    provider, registrar = await as_("provider"), await as_("registrar")
    of = await story.asset(provider)
    body = await story.application(provider, of, scope={**story.SCOPE, **limits})
    made = await provider.post("/v1/registrations", body)
    assert made.status_code == 201, made.text
    await procedure.concluded(registrar, clock, made.json())
    return provider, of["id"]


def _grant(to: Client, **over: Any) -> dict[str, Any]:
    terms = {
        "rights": ["USE"],
        "actions": ["use"],
        "purposes": ["internal-analysis"],
        "territory": ["CN"],
        "starts": "2026-12-08",
        "ends": "2027-12-08",
        "recipients": [f"party:{to.party}"],
        "environments": ["open"],
        **over,
    }
    return {"grantee_id": to.party, "terms": terms}


@pytest.mark.slow
async def test_no_grant_reaches_beyond_the_certificates_limits(as_: As, clock: FixedClock) -> None:
    limits = {"environment": "使用方自有环境", "purposes": ["internal-analysis", "research"], "resale": "forbidden"}
    provider, asset = await _certified(as_, clock, **limits)
    buyer, path = await as_("buyer"), f"/v1/assets/{asset}/grants"
    beyond = (
        ({"territory": ["HK"]}, ["territory"]),
        ({"environments": ["any"]}, ["environment"]),
        ({"purposes": ["risk-control"]}, ["purpose"]),
        ({"rights": ["OPERATE"], "actions": ["provide"]}, ["action"]),
    )
    for over, dimensions in beyond:
        told = (await provider.post(path, _grant(buyer, **over))).json()
        assert (told["code"], told["rule"]["id"], told["edge"]) == ("grant-exceeds-title", "LT-TTL-02", 1), told
        assert told["dimensions"] == dimensions
    assert (await provider.post(path, _grant(buyer))).status_code == 201
    (root,) = (await provider.get(f"/v1/assets/{asset}/title")).json()["titles"]
    assert (root["terms"]["territory"], root["terms"]["environments"], root["terms"]["depth"]) == (["CN"], ["open"], 1)


@pytest.mark.slow
async def test_no_listing_reaches_beyond_the_certificates_limits(as_: As, clock: FixedClock, drain: Drain) -> None:
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()  # 中国境内, and not to be taken abroad.
    await shelf.score()
    body = description(shelf.asset_id, licence={**LICENCE, "territory": ["world"]})
    made = await shelf.provider.post("/v1/listings", body)
    told = (await shelf.provider.post(f"/v1/listings/{made.json()['id']}/submission")).json()
    assert (told["code"], told["rule"]["id"], told["dimensions"]) == ("grant-exceeds-title", "LT-TTL-02", ["territory"])


@pytest.mark.slow
async def test_a_title_from_before_is_narrowed_once_and_its_licences_stay_in_their_place(
    as_: As, clock: FixedClock, runtime: Runtime, drain: Drain
) -> None:
    provider, asset = await _certified(as_, clock)
    buyer = await as_("buyer")
    (root,) = (await provider.get(f"/v1/assets/{asset}/title")).json()["titles"]
    # As titles were written before their limits were read.
    await runtime.pool.execute(
        "UPDATE title_grant SET scope_policy = NULL, box = jsonb_set(box, '{territory}', '[\"world\"]') WHERE id = $1",
        root["id"],
    )
    path = f"/v1/assets/{asset}/grants"
    abroad = (await provider.post(path, _grant(buyer, territory=["HK"]))).json()
    at_home = (await provider.post(path, _grant(buyer))).json()
    for _ in range(2):
        await SWEEPS["rights.title.narrow"][1](runtime)
    await drain()
    title = (await provider.get(f"/v1/assets/{asset}/title")).json()
    (new,) = title["titles"]
    assert (new["terms"]["territory"], new["certificate_id"]) == (["CN"], root["certificate_id"])
    assert {licence["id"]: licence["parent_id"] for licence in title["licences"]} == {
        abroad["id"]: new["id"],
        at_home["id"]: new["id"],
    }
    kinds = await runtime.pool.fetch("SELECT kind, facts FROM log_entry WHERE subject = $1", root["id"])
    assert "LT-TTL-13" in str([row["facts"] for row in kinds if row["kind"] == "rights.title.ended"])
    refused(await provider.post(path, _grant(buyer, territory=["HK"])), 422, "grant-exceeds-title", "LT-TTL-02")
    wish = {"act": "exercise", "wanted": _grant(buyer, territory=["HK"])["terms"], "under": abroad["id"]}
    told = (await buyer.post(f"/v1/assets/{asset}/title/check", wish)).json()
    assert (told["permitted"], told["findings"][0]["edge"]["number"]) == (False, 1)
