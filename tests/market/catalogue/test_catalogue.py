"""The catalogue as outsiders read it: both forms are one graph to an independent RDF library, and mean DCAT-AP."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from market.catalogue.records import PREFIXES
from market.catalogue.turtle import turtle
from tests.conftest import As, Client, Drain
from tests.examples import examples
from tests.market.listings.story import Shelf
from tests.market.trade import make_listing

TURTLE = {"accept": "text/turtle"}


pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""The library's own JSON-LD reader still makes one."""


@pytest.fixture
async def shelf(as_: As, clock: FixedClock, drain: Drain) -> Shelf:
    made = await Shelf.begin(as_, clock, drain)
    await made.certify()
    await made.score()
    return made


@pytest.fixture
async def listed(shelf: Shelf) -> dict[str, Any]:
    return await shelf.listed(keywords=['引号"与\\反斜线', "订单"])


async def graph(client: Client, path: str, form: str) -> Graph:
    answer = await client.get(path, headers={"accept": form})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, form)
    return Graph().parse(data=answer.text, format={"text/turtle": "turtle", "application/ld+json": "json-ld"}[form])


@pytest.mark.slow
async def test_both_forms_are_the_same_graph(client: Client, listed: dict[str, Any]) -> None:
    for path in ("/v1/catalogue", f"/v1/catalogue/{listed['id']}"):
        as_json, as_turtle = [await graph(client, path, form) for form in ("application/ld+json", "text/turtle")]
        assert len(as_json) > 30
        assert isomorphic(as_json, as_turtle)


@pytest.mark.slow
async def test_what_dcat_ap_makes_mandatory_is_there(client: Client, listed: dict[str, Any]) -> None:
    """DCAT-AP 3.0.1: mandatory properties of catalogues, data sets, distributions, services and agents."""
    read = await graph(client, "/v1/catalogue", "text/turtle")
    mandatory = {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
        DCAT.Distribution: (DCAT.accessURL,),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
        FOAF.Agent: (FOAF.name,),
    }
    for kind, properties in mandatory.items():
        nodes = list(read.subjects(RDF.type, kind))
        assert nodes, kind
        for node in nodes:
            for name in properties:
                assert read.value(node, name, any=True) is not None, (node, name)
    for name in (DCAT.accessURL, DCAT.endpointURL, DCAT.landingPage, DCTERMS.accessRights):
        assert all(isinstance(value, URIRef) for value in read.objects(None, name)), name


@pytest.mark.slow
async def test_a_record_says_what_the_listing_says(client: Client, listed: dict[str, Any]) -> None:
    read = await graph(client, f"/v1/catalogue/{listed['id']}", "text/turtle")
    (node,) = read.subjects(RDF.type, DCAT.Dataset)
    titles = {literal.language: str(literal) for literal in read.objects(node, DCTERMS.title)}  # type: ignore[attr-defined]
    assert titles == {"zh": listed["title_zh"], "en": listed["title_en"]}
    assert '引号"与\\反斜线' in {str(word) for word in read.objects(node, DCAT.keyword)}
    price = next(read.objects(None, URIRef("https://schema.org/price")))
    assert str(price) == listed["price"]["amount"]
    odrl = "http://www.w3.org/ns/odrl/2/"
    actions = {str(action) for action in read.objects(None, URIRef(odrl + "action"))}
    assert {f"{odrl}use", "urn:liutong:action:process"} <= actions
    assert str(next(read.objects(None, URIRef(odrl + "assigner")))) == f"urn:liutong:{listed['provider']['id']}"


@pytest.mark.slow
async def test_pages_lead_to_each_other_and_each_is_whole(client: Client, shelf: Shelf, runtime: Runtime) -> None:
    made = [(await shelf.listed())["id"] for _ in range(3)]
    path, seen = "/v1/catalogue?limit=2", []
    while True:
        answer = await client.get(path)
        page = answer.json()
        seen += [record["dct:identifier"] for record in page["dcat:dataset"]]
        assert page["dct:title"]
        if "hydra:next" not in page["hydra:view"]:
            assert "link" not in answer.headers
            break
        following = page["hydra:view"]["hydra:next"]["@id"]
        assert answer.headers["link"] == f'<{following}>; rel="next"'
        path = following.removeprefix(runtime.settings.public_url)
    assert sorted(seen) == sorted(made)


@pytest.mark.slow
async def test_a_harvester_that_has_it_gets_nothing_again(client: Client, listed: dict[str, Any]) -> None:
    first = await client.get("/v1/catalogue", headers=TURTLE)
    again = await client.get("/v1/catalogue", headers={**TURTLE, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get("/v1/catalogue", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.slow
async def test_what_is_not_on_the_shelf_is_not_in_the_catalogue(client: Client, shelf: Shelf) -> None:
    draft = (await shelf.draft())["id"]
    assert (await client.get("/v1/catalogue")).json()["dcat:dataset"] == []
    for listing in (draft, "lst_x", "x"):
        refused = await client.get(f"/v1/catalogue/{listing}")
        assert (refused.status_code, refused.json()["code"]) == (404, "listing-unavailable")


@settings(max_examples=examples(200), deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_text_survives_turtle(text: str) -> None:
    document = {"@context": PREFIXES, "@id": "urn:x:1", "@type": "dcat:Dataset", "dcat:keyword": [text]}
    read = Graph().parse(data=turtle(document), format="turtle")
    assert [str(word) for word in read.objects(None, DCAT.keyword)] == [text]


@pytest.mark.parametrize("name", ["no-colon", "http://a b", "http://a>b", 'urn:"', "urn:\n"])
def test_what_is_no_iri_is_never_written(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape("not an IRI")):
        turtle({"@context": PREFIXES, "@id": "urn:x:1", "dct:relation": {"@id": name}})


async def test_each_of_the_22_provenance_fields_is_there_or_says_why_not(client, runtime, as_):
    provider = await as_("provider")
    listing = await make_listing(runtime, provider.party)
    record = (await client.get(f"/v1/catalogue/{listing}")).json()
    fields = {one["schema:propertyID"]: one for one in record["schema:additionalProperty"]}
    assert len(fields) == 22
    for code, one in fields.items():
        assert ("schema:value" in one) is not ("schema:description" in one), code
        assert [each["@language"] for each in one["schema:name"]] == ["zh", "en"]
    assert fields["title"]["schema:value"] == "Flights"
    assert fields["intended-use"]["schema:value"] == "internal-analysis, risk-control"
    assert "schema:description" in fields["confidentiality"]
