"""The catalogue on the wire, what a connector reads before it speaks, and the sandbox's fixture."""

import dataclasses

import pytest

from kernel.settings import Mode
from tests.conftest import serving
from tests.market.dataspace.connector import message
from tests.market.trade import make_listing

USE = [{"action": "use"}]


async def pages(peer, **asked):
    """Every page of the catalogue, by its Link."""
    path, found, links = "catalog/request", [], 0
    while path:
        answer = await peer.say(path, message("CatalogRequestMessage", **asked))
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        link = answer.headers.get("link", "")
        assert links < 50
        links += 1
        path = link.partition(">")[0].partition("/2025-1/")[2] if link else ""
    return found


@pytest.mark.slow
async def test_every_data_set_is_met_once_over_the_pages(peer, runtime):
    names = [f"urn:ds:{n:03}" for n in range(30)]
    loaded = await peer.do("fixture", {"datasets": [{"id": name} for name in names]})
    assert loaded == {"datasets_added": 30, "agreements_added": 0, "unchanged": 0}
    listings = [await make_listing(runtime, peer.us.party) for _ in range(4)]
    wanted = {*names, "urn:ds:1", *(f"urn:liutong:{one}" for one in listings)}
    for limit in (1, 7, 31, 34, 35, 100):
        found = await pages(peer, filter=[{"limit": limit}])
        met = [one["@id"] for page in found for one in page.get("dataset", [])]
        assert sorted(met) == sorted(wanted), limit
        assert all(len(page.get("dataset", [])) <= limit for page in found)
    first = (await pages(peer))[0]
    assert first["@type"] == "Catalog"
    assert first["participantId"].endswith(f":dsp:{peer.us.party}")
    dataset = next(one for one in first["dataset"] if one["@id"].startswith("urn:liutong"))
    assert "target" not in dataset["hasPolicy"][0]
    assert dataset["distribution"][0]["format"] == "HttpData-PULL"
    skipped = await pages(peer, filter=[{"offset": 32, "limit": 100}])
    assert len(skipped[0]["dataset"]) == 3
    wanted_one = {"operandLeft": "https://w3id.org/edc/v0.0.1/ns/id", "operator": "=", "operandRight": "urn:ds:005"}
    one = await pages(peer, filter=[{"filterExpression": [wanted_one]}])
    assert [each["@id"] for each in one[0]["dataset"]] == ["urn:ds:005"]


async def test_an_empty_catalogue_leaves_the_list_out(as_, connector, client):
    us = await as_("developer")
    made = await us.post("/v1/dataspace/counterparties", {"did": "did:web:x", "address": connector.address})
    answer = await client.http.post(
        f"/dsp/{us.party}/2025-1/catalog/request",
        json=message("CatalogRequestMessage"),
        headers={"authorization": made.json()["token_in"]},
    )
    assert answer.status_code == 200
    assert "dataset" not in answer.json()


async def test_a_data_set_that_is_not_there_is_told_in_the_protocols_shape(peer, as_, runtime):
    other = await make_listing(runtime, (await as_("provider", "other")).party)
    for name in ("urn:none", "lst_x", other, f"urn:liutong:{other}"):
        answer = await peer.ask(f"catalog/datasets/{name}")
        assert answer.status_code == 404
        assert answer.json()["@type"] == "CatalogError"
        assert answer.json()["@context"]
    refused = await peer.say("catalog/request", message("CatalogRequestMessage", filter=[
        {"filterExpression": [{"operandLeft": "price", "operator": "<", "operandRight": 5}]}]))  # fmt: skip
    assert (refused.status_code, refused.json()["@type"]) == (400, "CatalogError")
    assert (await peer.say("catalog/request?continuationToken=x", message("CatalogRequestMessage"))).status_code == 400
    assert (await peer.say("catalog/request", message("CatalogRequestMessage"), "no")).status_code == 401


async def test_a_connector_finds_its_way(peer):
    root = f"/dsp/{peer.us.party}"
    versions = (await peer.anonymous.http.get(f"{root}/.well-known/dspace-version")).json()["protocolVersions"]
    assert [(one["version"], one["path"], one["binding"]) for one in versions] == [("2025-1", "/2025-1", "HTTPS")]
    known = await peer.anonymous.http.get(f"{root}/.well-known/dspace-version", headers={"authorization": "Bearer any"})
    assert known.status_code == 200  # Anybody may read it, so a token that comes with the question is not looked at.
    document = (await peer.anonymous.http.get(f"{root}/did.json")).json()
    me = await peer.see("participant")
    assert document["id"] == me["did"]
    assert {one["type"] for one in document["service"]} == {"CatalogService", "DataService"}
    assert (await peer.anonymous.http.get("/dsp/pty_none/.well-known/dspace-version")).status_code == 404
    assert (await peer.anonymous.http.get("/dsp/pty_none/did.json")).status_code == 404


async def test_a_fixture_is_loaded_once_under_its_own_names_and_in_the_sandbox_only(peer, drain, runtime):
    fixture = {
        "datasets": [{"id": "ACN0101", "offers": [{"@id": "CD123:ACN0101:456", "permission": USE}]}],
        "agreements": [{"id": "ATP0101", "counterparty_id": peer.counterparty, "dataset_id": "ATP0101"}],
    }
    assert (await peer.do("fixture", fixture))["agreements_added"] == 1
    assert await peer.do("fixture", fixture) == {"datasets_added": 0, "agreements_added": 0, "unchanged": 2}
    shown = (await peer.ask("catalog/datasets/ACN0101")).json()
    assert shown["hasPolicy"][0]["@id"] == "CD123:ACN0101:456"
    sent = message(
        "TransferRequestMessage",
        consumerPid="urn:uuid:t",
        callbackAddress=peer.connector.address,
        agreementId="ATP0101",
        format="HttpData-PULL",
    )
    assert (await peer.say("transfers/request", sent)).status_code == 201
    agreements = (await peer.see("agreements"))["items"]
    assert {one["kind"] for one in agreements[0]["evidence"]} == {"sandbox-fixture"}
    unreadable = {"datasets": [{"id": "x", "offers": [{"permission": [{"action": "odrl:sell"}]}]}]}
    assert (await peer.us.post("/v1/dataspace/fixture", unreadable)).json()["code"] == "policy-inexpressible"
    production = dataclasses.replace(runtime, settings=dataclasses.replace(runtime.settings, mode=Mode.PRODUCTION))
    async with serving(production) as there:
        refused = await there.with_key(peer.us.key, peer.us.party).post("/v1/dataspace/fixture", fixture)
        assert (refused.status_code, refused.json()["code"]) == (403, "fixture-in-sandbox-only")
        assert refused.json()["rule"]["id"] == "LT-DSP-07"
