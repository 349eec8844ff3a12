"""What is written in lines becomes what was meant: files, maps and documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.pages.console import entering, pairs, tables
from centre.pages.console.shapes import Shapes
from kernel.errors import InvalidInput

TEXT = {"type": "string"}
PLAN = {
    "type": "object",
    "properties": {"zone": {"type": "string", "default": "Asia/Shanghai"}, "kind": TEXT},
}
BODY = Shapes({}).of(
    {
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": {"type": "array", "items": TEXT},
            "impacts": {"type": "object", "additionalProperties": TEXT},
            "contract": {"oneOf": [{"type": "object"}, TEXT]},
            "plan": PLAN,
            "title_en": TEXT,
            "title_zh": TEXT,
        },
    }
)
NAMES = st.text(st.characters(categories=["L", "N"], include_characters="#/_-"), min_size=1, max_size=20)
VALUES = st.text(st.characters(categories=["L", "N"], include_characters=":=. "), min_size=1).filter(str.strip)


def test_a_group_that_nobody_touched_is_left_out_and_a_required_list_is_empty():
    assert entering.defaults(BODY) == {}
    assert entering.body(BODY, {"plan/zone": "", "files": []}) == {"files": []}
    touched = {"plan/zone": "Asia/Shanghai", "plan/kind": "plan"}
    assert entering.body(BODY, touched)["plan"] == {"zone": "Asia/Shanghai", "kind": "plan"}


def test_files_are_chosen_or_written_line_by_line():
    assert entering.body(BODY, {"files": ["fil_1", "fil_2"]})["files"] == ["fil_1", "fil_2"]
    assert entering.body(BODY, {"files": ["fil_1\nfil_2 \n"]})["files"] == ["fil_1", "fil_2"]


def test_a_document_is_json_or_text():
    assert entering.body(BODY, {"contract": '{"id": "a"}'})["contract"] == {"id": "a"}
    assert entering.body(BODY, {"contract": "id: a\n"})["contract"] == "id: a\n"


def test_a_map_is_written_in_lines_and_a_line_that_is_no_pair_is_refused_at_its_field():
    made = entering.body(BODY, {"impacts": "economy: serious\n\n公共利益：一般\n#/inputs/cost = 0.12"})
    assert made["impacts"] == {"economy": "serious", "公共利益": "一般", "#/inputs/cost": "0.12"}
    with pytest.raises(InvalidInput) as refusal:
        entering.body(BODY, {"impacts": "economy"})
    assert [each.pointer for each in refusal.value.errors] == ["/impacts"]


def test_a_field_in_two_languages_says_which():
    labels = {each.name: each.label.en for each in entering.entries(BODY)}
    assert (labels["title_en"], labels["title_zh"]) == ("Title in English", "Title in Chinese")


@given(st.dictionaries(NAMES, VALUES.map(str.strip).map(lambda value: value.lstrip(":= ") or "x"), max_size=5))
def test_what_is_written_is_read_again(held):
    wrong = []
    assert pairs.read(pairs.written(held), "/x", wrong) == held
    assert wrong == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", " =1", "＝1+1", "－1", "\n=1", "\t1"])
def test_no_cell_of_a_csv_is_a_formula(cell):
    shape = Shapes({}).of({"type": "object", "properties": {"name": TEXT}})
    written = tables.written(shape, [{"name": cell}], "en").decode("utf-8-sig")
    assert written.splitlines()[1].lstrip('"').startswith("'")
