"""Documents of interfaces: what is refused, what is dropped, what a caller would notice, which operation a path is."""

import copy
import hashlib
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from channels.gateway.documents.changes import changes
from channels.gateway.documents.operations import Operations, resolved
from channels.gateway.documents.reading import DocumentBounds, read, written
from tests.channels.gateway.story import DOCUMENT

BOUNDS = DocumentBounds(depth_max=64, operations_max=20)


def made(document):
    return read(json.dumps(document).encode(), BOUNDS, None)


def faults(document):
    return [fault.pointer for fault in made(document).faults]


def changed(edit):
    after = copy.deepcopy(DOCUMENT)
    edit(after)
    before, now = made(DOCUMENT), made(after)
    assert (before.faults, now.faults) == ([], [])
    return [(one.kind, one.operation, one.subject) for one in changes(before.document, now.document)]


def test_yaml_and_json_are_kept_alike_and_name_no_server_of_the_providers():
    document = {
        **DOCUMENT,
        "x-internal": "https://secret.example",
        "webhooks": {"a": {"post": {"responses": {}}}},
        "components": {**DOCUMENT["components"], "callbacks": {"c": {}}, "links": {"l": {"server": {"url": "x"}}}},
    }
    one, other = made(document), read(yaml.safe_dump(document, allow_unicode=True).encode(), BOUNDS, None)
    assert one.document == other.document
    assert one.sha256 == other.sha256
    assert "secret" not in json.dumps(one.document)
    assert one.document.keys() == {"openapi", "info", "paths", "components"}
    assert one.document["components"].keys() == {"schemas"}
    shown = written(one.document, "https://centre.example/gateway/agr_1")
    assert shown["servers"] == [{"url": "https://centre.example/gateway/agr_1"}]
    assert shown["security"] == [{"LiutongKey": []}]
    assert (
        one.sha256
        == "sha256:"
        + hashlib.sha256(
            json.dumps(one.document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        ).hexdigest()
    )


def test_a_name_that_looks_like_an_extension_is_kept_where_names_are():
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Company"]["properties"] = {"x-id": {"type": "string"}, "servers": {}}
    document["components"]["schemas"]["Company"]["example"] = {"x-id": "1", "servers": [2]}
    kept = made(document).document["components"]["schemas"]["Company"]
    assert kept["properties"].keys() == {"x-id", "servers"}
    assert kept["example"] == {"x-id": "1", "servers": [2]}


@pytest.mark.parametrize(
    ("edit", "pointer"),
    [
        (lambda d: d.update(openapi="2.0"), "/openapi"),
        (lambda d: d.update(info={"title": "x"}), "/info"),
        (lambda d: d.update(paths={}), "/paths"),
        (lambda d: d["paths"].update({"/a/../b": {}}), "/paths/~1a~1..~1b"),
        (lambda d: d["paths"].update({"//a": {}}), "/paths/~1~1a"),
        (lambda d: d["paths"].update({"/companies/{other}": {}}), "/paths/~1companies~1{other}"),
        (lambda d: d["paths"].update({"/a": {"$ref": "#/paths/~1events"}}), "/paths/~1a"),
        (lambda d: d["paths"].update({"/a/{b}": {"get": {"responses": {}}}}), "/paths/~1a~1{b}/get"),
        (
            lambda d: d["components"]["schemas"].update(A={"$ref": "https://other.example/a.json"}),
            "/components/schemas/A/$ref",
        ),
        (lambda d: d["components"].update(parameters={"A": {"$ref": "#/no"}}), "/components/parameters/A/$ref"),
    ],
)  # fmt: skip
def test_each_fault_is_named_where_it_is(edit, pointer):
    document = copy.deepcopy(DOCUMENT)
    edit(document)
    assert pointer in faults(document)


def test_bombs_are_refused():
    deep = {**DOCUMENT, "components": {"schemas": {}}}
    schema: dict[str, object] = deep["components"]["schemas"]
    for _ in range(70):
        schema["properties"] = {}
        schema = schema["properties"]
    assert faults(deep) == [""]
    aliases = "openapi: 3.1.0\na: &a [x, x]\nb: [*a, *a]\n"
    assert "aliases" in read(aliases.encode(), BOUNDS, None).faults[0].en
    many = {**DOCUMENT, "paths": {f"/p{n}": {"get": {"responses": {}}} for n in range(21)}}
    assert faults(many) == ["/paths"]
    assert faults({**DOCUMENT, "info": {"title": "a\x00", "version": "1"}}) == [""]


def test_what_a_caller_would_notice():
    get = ("paths", "/companies/{code}", "get")

    def at(document, *keys):
        for key in keys:
            document = document[key]
        return document

    assert changed(lambda d: d["paths"].pop("/short")) == [("removed", "GET /short", "")]
    assert changed(lambda d: d["paths"].update({"/new": {"get": {"responses": {}}}})) == []
    assert changed(lambda d: at(d, *get)["parameters"][1].update(required=True)) == [
        ("required", "GET /companies/{code}", "query:year")
    ]
    added = {"name": "m", "in": "query", "required": True, "schema": {"type": "string"}}
    assert changed(lambda d: at(d, *get)["parameters"].append(added)) == [
        ("required", "GET /companies/{code}", "query:m")
    ]
    assert changed(lambda d: at(d, *get)["parameters"][1]["schema"].update(type="string")) == [
        ("type", "GET /companies/{code}", "query:year")
    ]
    company = ("components", "schemas", "Company", "properties")
    assert changed(lambda d: at(d, *company)["name"].update(type="integer")) == [
        ("type", "GET /companies/{code}", "200.name")
    ]
    assert changed(lambda d: at(d, *company).update(more={"type": "string"})) == []
    assert changed(lambda d: at(d, *company).pop("name")) == [("type", "GET /companies/{code}", "200.name")]
    assert changed(lambda d: at(d, "paths", "/companies", "post", "requestBody").update(required=True)) == [
        ("required", "POST /companies", "body")
    ]


def test_a_schema_that_refers_to_itself_is_compared_once():
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Company"]["properties"]["parent"] = {"$ref": "#/components/schemas/Company"}
    one = made(document).document
    assert changes(one, copy.deepcopy(one)) == []


def test_a_written_path_goes_before_a_template():
    document = made({**DOCUMENT, "paths": {**DOCUMENT["paths"], "/companies/all": {"get": {"responses": {}}}}}).document
    operations = Operations.of(document)
    assert operations.find("GET", "/companies/all").path == "/companies/all"
    assert operations.find("GET", "/companies/汉").path == "/companies/{code}"
    assert operations.find("GET", "/events").streams
    for method, path in (("POST", "/companies/1"), ("GET", "/companies/1/2"), ("GET", "/companies/"), ("GET", "/x")):
        assert operations.find(method, path) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["$ref", "get", "parameters", "properties", "responses", "200", "content", "schema", "x-a",
                         "required", "type", "items", "name", "in", "/a", "servers"]) | st.text(max_size=2),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON, JSON)
def test_no_document_is_too_odd_to_be_read_and_compared(item, other):
    def whole(value):
        return {**DOCUMENT, "paths": {"/a": {"get": {"responses": {}}, "post": value}, "/b": value}, "components": {}}

    before, after = made(whole(item)), made(whole(other))
    for one in (before, after):
        assert bool(one.faults) != bool(one.document)
        if one.document:
            Operations.of(one.document)
    if before.document and after.document:
        changes(before.document, after.document)
        assert changes(before.document, before.document) == []


@pytest.mark.parametrize(
    ("template", "path", "found"),
    [
        ("/{a}-{b}-{c}", "/1-2-3", True), ("/{a}-{b}", "/1-2-3", True), ("/{a}-{b}", "/12", False),
        ("/{a}-{b}", "/-2", False), ("/{a}{b}", "/12", True), ("/{a}{b}", "/1", False),
        ("/{a}.json", "/a.json.json", True), ("/{a}.json/{b}", "/a.json/b", True),
        ("/{a}/x-{b}-y", "/a/x-b-y", True), ("/{a}/x-{b}-y", "/a/b/y", False),
        ("/{a}x", "/xx", True),
    ],
)  # fmt: skip
def test_a_path_is_matched_by_its_template(template, path, found):
    known = Operations.of({"paths": {template: {"get": {}}}})
    assert (known.find("GET", path) is not None) is found


def test_no_template_makes_a_path_costly_to_match():
    known = Operations.of({"paths": {"/" + "{a}{b}-" * 30 + "!": {"get": {}}}})
    assert known.find("GET", "/" + "-" * 5_000) is None


def test_a_reference_with_a_giant_number_leads_nowhere():
    assert resolved({"tags": ["a"]}, "#/tags/" + "1" * 5_000) is None


def test_references_that_lead_on_too_often_are_refused():
    document = copy.deepcopy(DOCUMENT)
    chain = {f"S{n}": {"properties": {"next": {"$ref": f"#/components/schemas/S{n + 1}"}}} for n in range(3_000)}
    document["components"]["schemas"] |= chain | {"S3000": {"type": "string"}}
    answers = {
        "200": {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    }
    document["paths"]["/chain"] = {"get": {"responses": answers}}
    first = made(document)
    assert first.faults == []
    again = read(json.dumps(document).encode(), BOUNDS, first.document)
    assert [fault.en for fault in again.faults] == ["Its references lead on from one to the next too often"]
