"""Laws over the API description: the recommended rules of spectral:oas and of redocly, written as our own checks."""

import re
from collections import Counter

import pytest

from centre.assembly import ROUTES
from tests.described import description

REFERENCE = "#/components/schemas/"


def operations():
    return [
        (f"{method.upper()} {path}", path, operation)
        for path, item in description()["paths"].items()
        for method, operation in item.items()
    ]


def nodes(value, place=""):
    if isinstance(value, dict):
        yield place, value
        for name, each in value.items():
            yield from nodes(each, f"{place}/{name}")
    elif isinstance(value, list):
        for position, each in enumerate(value):
            yield from nodes(each, f"{place}/{position}")


def schemas():
    """Every schema, wherever it stands; what stands under properties, examples or defaults by another name is none."""
    for place, node in nodes(description()):
        above = place.rsplit("/", 2)[-2:]
        if above[-1] in ("properties", "examples", "example") or above[0] in ("examples", "default", "const"):
            continue
        if {"type", "oneOf", "anyOf", "allOf", "enum", "const", "properties"} & set(node) and "in" not in node:
            yield place, node


def test_who_it_is_about_is_said_and_its_name_makes_a_package():
    info = description()["info"]
    assert re.fullmatch(r"[A-Za-z][A-Za-z ]+", info["title"])
    for name in ("version", "summary", "description", "contact", "license"):
        assert info[name], name
    assert info["license"]["identifier"] == "Apache-2.0"
    assert description()["servers"]


def test_every_operation_has_a_name_of_its_own_a_title_a_chapter_and_an_answer():
    chapters = {tag["name"]: tag["description"] for tag in description()["tags"]}
    assert all(chapters.values())
    names = Counter(operation["operationId"] for _, _, operation in operations())
    assert [name for name, times in names.items() if times > 1 or not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)] == []
    faulty = [
        name
        for name, _, operation in operations()
        if not (operation["summary"] and operation["description"] and "· " in operation["summary"])
        or len(operation["tags"]) != 1
        or operation["tags"][0] not in chapters
        or not any(status[0] in "23" for status in operation["responses"])
    ]
    assert faulty == []
    assert set(chapters) == {tag for _, _, operation in operations() for tag in operation["tags"]}


def test_every_refusal_is_a_problem_document():
    faulty = []
    for name, _, operation in operations():
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            if status[0] not in "45" or name.startswith("HEAD ") or status == "416":
                continue
            if response["content"] != {"application/problem+json": {"schema": {"$ref": REFERENCE + "Problem"}}}:
                faulty.append((name, status))
    assert faulty == []


def test_what_any_route_of_its_kind_refuses_with_is_told():
    lacking = []
    for name, path, operation in operations():
        wanted = {"400", "401", "429", "503"}
        wanted |= {"403"} if "security" not in operation else set()
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"413"} if "requestBody" in operation else set()
        body = operation.get("requestBody", {}).get("content", {})
        wanted |= {"415"} if "application/json" in body and len(body) == 1 and "stripe" not in path else set()
        keyed = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
        wanted |= {"422"} if keyed else set()
        if missing := wanted - set(operation["responses"]):
            lacking.append((name, sorted(missing)))
    assert lacking == []


def test_open_operations_are_open_and_all_others_need_a_key():
    assert description()["security"] == [{"key": []}]
    public, channel = (
        {
            f"{method} {re.sub(r':[a-z]+}', '}', path)}"
            for route in ROUTES
            if route.opt.get("public") and bool(route.opt.get("connector")) is by_channel
            for path in route.paths
            for method in route.http_methods
        }
        for by_channel in (False, True)
    )
    names = {name for name, _, _ in operations()}
    for said, wanted in ([], public), ([{"channel": []}], channel):
        assert {name for name, _, each in operations() if each.get("security") == said} == wanted & names
    assert {name for name, _, each in operations() if "security" in each} == (public | channel) & names


def test_paths_and_their_parameters_belong_together():
    for name, path, operation in operations():
        given = [(each["in"], each["name"]) for each in operation.get("parameters", [])]
        assert len(given) == len(set(given)), name
        asked = {each for place, each in given if place == "path"}
        assert asked == set(re.findall(r"\{(\w+)\}", path)), name
        assert "?" not in path
        assert path == "/" or not path.endswith("/")
    shapes = Counter(re.sub(r"\{\w+\}", "{}", path) for path in description()["paths"])
    assert [shape for shape, times in shapes.items() if times > 1] == []


def test_uploads_have_a_body():
    for path in ("/v1/files", "/v1/verification", "/log/cosignature", "/v1/webhooks/stripe"):
        body = description()["paths"][path]["post"]["requestBody"]
        assert body["required"]
        assert body["content"]


def test_schemas_say_what_they_mean():
    faulty = []
    for place, node in schemas():
        kinds = node.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if {} in node.get("oneOf", []) or {} in node.get("anyOf", []):
            faulty.append((place, "X or anything"))
        if "array" in kinds and not ({"items", "prefixItems"} & set(node)):
            faulty.append((place, "items"))
        if re.fullmatch(r"\^\([\w|.-]+\)\$.*", str(node.get("pattern", ""))):
            faulty.append((place, "a closed list as a pattern"))
        if "enum" in node and len(set(map(str, node["enum"]))) != len(node["enum"]):
            faulty.append((place, "enum"))
        if missing := set(node.get("required", [])) - set(node.get("properties", {})):
            faulty.append((place, f"required {missing}"))
    assert faulty == []


def test_every_reference_leads_somewhere_and_nothing_lies_about_unused():
    known = description()["components"]["schemas"]
    used = {node["$ref"] for _, node in nodes(description()) if isinstance(node.get("$ref"), str)}
    assert used == {REFERENCE + name for name in known}
    assert [name for name in known if not re.fullmatch(r"[A-Za-z0-9]+", name)] == []


def members():
    for name, component in description()["components"]["schemas"].items():
        for key, each in component.get("properties", {}).items():
            yield f"{name}.{key}", each, each
    for name, _, operation in operations():
        for each in operation.get("parameters", []):
            yield f"{name} {each['name']}", each, each["schema"]


def test_every_property_and_parameter_has_words_in_both_languages():
    silent = [name for name, each, _ in members() if not each.get("description")]
    assert silent == []


@pytest.mark.parametrize("name", ["CreateAsset", "EditAsset", "CreateListing"])
def test_a_theme_is_free_text_and_says_so(name):
    """Behaviour 9: any theme was taken, and nothing said whether there is a list of them."""
    theme = description()["components"]["schemas"][name]["properties"]["theme"]
    assert "no closed list" in str(theme)


@pytest.mark.parametrize("name", ["status", "state"])
def test_states_are_closed_lists(name):
    known = description()["components"]["schemas"]
    open_ended = []
    for where, _, schema in members():
        target = known.get(schema.get("$ref", "").removeprefix(REFERENCE), schema)
        inner = [target, *target.get("oneOf", [])]
        listed = any("enum" in known.get(one.get("$ref", "").removeprefix(REFERENCE), one) for one in inner)
        if re.split(r"[. ]", where)[-1] == name and not listed and target.get("type") != "integer":
            open_ended.append(where)
    assert open_ended == []


def test_what_types_say_of_inner_values_and_of_keys_is_told():
    """The framework drops the bounds of items and of keys, and gives whole bounds as floats."""
    known = description()["components"]["schemas"]
    impacts = known["DataItem"]["properties"]["impacts"]
    assert impacts["propertyNames"]["enum"][:2] == ["national-security", "economy"]
    assert impacts["minProperties"] == 1
    territory = known["LicenceTerms"]["properties"]["territory"]
    assert "pattern" in territory["items"]
    assert known["Simulate"]["properties"]["seed"]["maximum"] == 2**63 - 1
    assert known["PlaceOrder"]["additionalProperties"] is False
