"""Views of rows."""

from dataclasses import dataclass

import msgspec
import pytest

from kernel.views.projection import shown


@dataclass
class Row:
    id: str
    status: str
    secret: str


class RowView(msgspec.Struct, frozen=True):
    id: str
    status: str
    actions: list[str]


ROW = Row("ord_1", "placed", "not for the wire")


def test_what_has_the_same_name_is_copied_and_the_rest_is_given():
    assert shown(ROW, RowView, actions=["pay"]) == RowView(id="ord_1", status="placed", actions=["pay"])


def test_what_is_given_goes_before_what_the_row_has():
    assert shown(ROW, RowView, actions=[], status="lapsed").status == "lapsed"


def test_a_field_that_nobody_fills_and_one_that_nobody_knows_are_mistakes():
    with pytest.raises(AttributeError):
        shown(ROW, RowView)
    with pytest.raises(TypeError):
        shown(ROW, RowView, actions=[], colour="red")
