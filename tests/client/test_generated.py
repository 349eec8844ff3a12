"""What of the client is generated is what the description and the twin for asyncio lead to, byte for byte."""

import ast
import datetime as dt
import json
import tomllib
from decimal import Decimal

import msgspec
import pytest

from liutong_client import models as m
from liutong_client import operations
from liutong_client.connection import VERSION
from release.client import annotations
from release.client.__main__ import BY_HAND, PACKAGE, generated
from tests.laws import source

SCHEMAS = json.loads((source.ROOT / "docs/openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]
OBJECTS = sorted(name for name, schema in SCHEMAS.items() if schema.get("type") == "object")


@pytest.mark.slow
def test_everything_generated_is_up_to_date():
    """`make client-code` writes it anew."""
    made = generated()
    stale = [source.name(path) for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == []
    written = {path for path in (PACKAGE / "blocking").glob("*.py") if path.name not in BY_HAND}
    assert written <= made.keys()


def test_every_object_of_the_description_has_its_members():
    for name in OBJECTS:
        model = getattr(m, name)
        members = {each.encode_name: each for each in msgspec.structs.fields(model)}
        tag = model.__struct_config__.tag_field
        described = SCHEMAS[name].get("properties", {})
        assert {*members, *([tag] if tag else [])} == described.keys(), name
        needed = {each for each, member in members.items() if member.required}
        assert needed == set(SCHEMAS[name].get("required", ())) - {tag}, name


def example(schema):
    """A value that a schema allows, from its own examples where it has them."""
    if "$ref" in schema:
        return example(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    for whole in ("allOf", "oneOf", "anyOf"):
        if whole in schema:
            return example(schema[whole][0])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        required = schema.get("required", ())
        return {name: example(part) for name, part in schema.get("properties", {}).items() if name in required}
    if kind == "array":
        return [example(part) for part in schema.get("prefixItems", [])]
    plain = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    strings = {"date": "2026-11-23", "date-time": "2026-11-23T02:00:00Z"}
    return plain[kind] if kind in plain else strings.get(schema.get("format"), "1.00")


def test_every_object_is_read_and_written_as_it_came():
    for name in OBJECTS:
        value = example(SCHEMAS[name])
        read = msgspec.json.decode(msgspec.json.encode(value), type=getattr(m, name))
        assert json.loads(msgspec.json.encode(read)) == value, name


def test_every_operation_has_types_that_can_be_read():
    for each in operations.BY_ID.values():
        if each.result not in (bytes, str):
            msgspec.json.Decoder(each.result)


def test_an_answer_may_hold_words_that_are_newer_than_the_client_and_a_request_may_not():
    run = {**example(SCHEMAS["QualityRunView"]), "status": "parked"}
    assert msgspec.json.decode(msgspec.json.encode(run), type=m.QualityRunView).status == "parked"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"listing_id": "lst_1", "purpose": "fun"}, m.PlaceOrder)


def test_money_is_exact():
    read = msgspec.json.decode(b'{"amount": "1250.10", "currency": "CNY"}', type=m.MoneyView)
    assert read.amount == Decimal("1250.10")
    assert msgspec.json.encode(read) == b'{"amount":"1250.10","currency":"CNY"}'


MIXED = {"oneOf": [{"type": "string"}, {"type": "integer"}]}


@pytest.mark.parametrize(
    ("schema", "answer", "annotation"),
    [
        ({"type": "string", "format": "date"}, True, "dt.date"),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, True, "int | None"),
        ({"type": ["null", "string"], "enum": ["a", None]}, True, "str | None"),
        ({"type": ["null", "string"], "enum": ["a", None]}, False, 'Literal["a"] | None'),
        ({"type": "array", "items": {"oneOf": [{"type": "null"}, {"type": "string"}]}}, True, "list[str | None]"),
        ({"type": "object", "additionalProperties": {}}, True, "dict[str, Any]"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, True, "dict[str, bool]"),
        ({"oneOf": [{"type": "array", "items": MIXED}, {"type": "string"}]}, True, "list[str | int] | str"),
        ({}, True, "Any"),
    ],
)
def test_a_schema_becomes_an_annotation(schema, answer, annotation):
    assert annotations.Annotations({}).of(schema, answer=answer) == annotation


def test_a_union_that_nobody_can_tell_apart_is_refused():
    plain = {"type": "object", "title": "X", "properties": {}}
    with pytest.raises(ValueError, match="no word of its own"):
        annotations.tags({"A": plain, "B": plain, "C": {"oneOf": [{"$ref": "#/A"}, {"$ref": "#/B"}]}})


GENERATED = ("models.py", "operations.py")


def test_the_client_keeps_to_the_rules_of_the_house():
    """Folders of a dozen modules, files of 300 lines, functions of 50; what is generated aside."""
    paths = [path for path in PACKAGE.rglob("*.py") if path.name not in GENERATED]
    folders = {path.parent for path in paths}
    assert all(len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) <= 12 for folder in folders)
    for path in paths:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        assert len(text.splitlines()) <= 300, path
        assert ast.get_docstring(tree), path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 50, (path, node.name)


def test_the_version_is_told_once_in_each_way():
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    assert (PACKAGE.parents[1] / "LICENSE").read_bytes() == (source.ROOT / "LICENSE").read_bytes()


def test_dates_and_times_are_those_of_python():
    view = msgspec.convert(example(SCHEMAS["RevisionView"]), m.RevisionView)
    assert view.created_at == dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
