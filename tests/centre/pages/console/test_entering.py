"""What is filled in becomes the body that the API takes, value by value; what is left out is not sent."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.pages.console import entering
from centre.pages.console.shapes import Shapes
from kernel.errors import InvalidInput
from tests.described import COMMITTED

SHAPES = Shapes(msgspec.json.decode(COMMITTED.read_bytes())["components"]["schemas"])


def shape(name):
    return SHAPES.of({"$ref": f"#/components/schemas/{name}"})


OF_ALL_KINDS = SHAPES.of(
    {
        "type": "object",
        "required": ["name", "terms"],
        "properties": {
            "name": {"type": "string", "description": "名称 · the name"},
            "price": {"oneOf": [{"$ref": "#/components/schemas/MoneyView"}, {"type": "null"}]},
            "count": {"type": "integer"},
            "ratio": {"type": "number"},
            "open": {"type": "boolean"},
            "at": {"type": "string", "format": "date-time"},
            "uses": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
            "lines": {"type": "array", "items": {"type": "string"}},
            "rows": {
                "type": "array",
                "items": {"type": "object", "properties": {"n": {"type": "integer"}, "text": {"type": "string"}}},
            },
            "free": {"type": "object", "additionalProperties": {"type": "string"}},
            "terms": {"type": "object", "properties": {"days": {"type": "integer", "default": 30}}},
            "extra": {"type": "object", "properties": {"days": {"type": "integer", "default": 30}}},
        },
    }
)


def test_every_value_is_of_the_type_that_is_wanted():
    values = {
        "name": "气象",
        "price/amount": "12.50",
        "price/currency": "CNY",
        "count": "7",
        "ratio": "0.25",
        "open": "false",
        "at": "2026-12-01T09:30",
        "uses": ["b"],
        "lines": "one\n\n two ",
        "rows/0/n": "1",
        "rows/0/text": "x",
        "rows/3/n": "4",
        "free": '{"k": "v"}',
        "terms/days": "30",
    }
    assert entering.body(OF_ALL_KINDS, values) == {
        "name": "气象",
        "price": {"amount": "12.50", "currency": "CNY"},
        "count": 7,
        "ratio": 0.25,
        "open": False,
        "at": "2026-12-01T09:30:00+08:00",
        "uses": ["b"],
        "lines": ["one", "two"],
        "rows": [{"n": 1, "text": "x"}, {"n": 4}],
        "free": {"k": "v"},
        "terms": {"days": 30},
    }


def test_what_is_left_empty_is_not_sent_and_what_cannot_be_read_is_sent_as_it_is():
    values = {"name": "", "price/amount": "", "price/currency": "CNY", "uses": [], "count": "many", "at": "soon"}
    assert entering.body(OF_ALL_KINDS, values) == {"count": "many", "at": "soon"}


def test_what_is_no_json_is_told_at_its_field():
    with pytest.raises(InvalidInput) as refused:
        entering.body(OF_ALL_KINDS, {"free": "{no"})
    assert [each.pointer for each in refused.value.errors] == ["/free"]


def test_a_group_that_may_be_left_out_holds_nothing_at_first():
    assert entering.defaults(OF_ALL_KINDS) == {"price/currency": "CNY", "terms/days": "30"}
    assert entering.body(OF_ALL_KINDS, entering.defaults(OF_ALL_KINDS)) == {"terms": {"days": 30}}


@given(st.fixed_dictionaries({"zh": st.text(min_size=1, max_size=20), "n": st.integers(-(10**12), 10**12)}))
def test_what_stands_is_entered_and_sent_as_it_was(drawn):
    kind = SHAPES.of(
        {"type": "object", "properties": {"zh": {"type": "string"}, "n": {"type": "integer"}}, "required": ["zh"]}
    )
    assert entering.body(kind, entering.entered(kind, drawn)) == drawn


FORMS = ["CreateListing", "PlaceOrder", "ApplyForRegistration", "FileComplaint", "CreateAsset"]


@pytest.mark.parametrize("name", FORMS)
def test_the_fields_of_a_form_are_bounded_and_named_once(name):
    names = entering.fields(entering.entries(shape(name))).names
    assert len(names) == len(set(names)) <= 300
