"""A contract as text, PDF and DOCX: numbered in print order, special terms first, both languages alike."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.clauses.text import plain, printed, word
from contracts.clauses.text.blocks import Document, Heading, Table, in_language
from contracts.clauses.text.document import Facts, PartyFacts, document
from contracts.clauses.types import ModelContract
from contracts.usage.sentences import sentences
from kernel.documents.errors import GlyphMissing
from kernel.text import Lang
from tests.contracts.clauses.drafts import FILLED, LIBRARY, MODELS, POLICIES, filled, use
from tests.contracts.usage.parsing import tree_of

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
PROVISION = LIBRARY.models["provision"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FACTS = Facts(
    reference="agr_1",
    drafted_on="2026-11-23",
    provider=PartyFacts("草原数据科技有限公司", "91150100MA0N000001", "pty_1"),
    consumer=PartyFacts("北方风控股份有限公司", "91110000MA0N000002", "pty_2"),
    subject_zh="航班与天气",
    subject_en="Flights and weather",
    asset="ast_1",
    price_zh="18,800.00 CNY，一次性",
    price_en="18,800.00 CNY, once",
    ends_on="2027-11-22",
)


def contract(model: ModelContract = PROVISION) -> Document:
    uses = [*filled(model), use("special", words="直、骨、复三字按中国字形排印。")]
    return document(LIBRARY, model, uses, FACTS, POLICIES[model.id])


def test_articles_are_numbered_in_print_order_and_special_terms_stand_first() -> None:
    headings = [each for each in contract().blocks if isinstance(each, Heading)]
    assert headings[0].text.en == "Special terms"
    assert headings[0].number.zh == ""
    articles = [each for each in headings if each.number.zh.startswith("第")]
    assert [each.number.zh for each in articles] == [f"第{at}条" for at in range(1, len(articles) + 1)]
    assert [each.number.en for each in articles[:2]] == ["Article 1.", "Article 2."]
    assert [each.text.zh for each in articles[:3]] == ["定义与期间", "标的数据", "来源合法"]
    annexes = [(each.number.zh, each.text.zh) for each in headings if each.number.zh.startswith("附件")]
    assert annexes == [("附件一", "使用控制策略"), ("附件二", "责任矩阵"), ("附件三", "义务与期限")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_both_languages_say_the_same_places(model: ModelContract) -> None:
    made = contract(model)
    ids = [each.id for each in made.blocks]
    assert len(set(ids)) == len(ids)
    zh, en = plain.plain(made, "zh"), plain.plain(made, "en")
    assert zh.count("\n") == en.count("\n")
    for said in (zh, en):
        assert not re.search(r"\{[a-z_]+\}|None|待填写|to be filled", said)
    assert model.name[0] in zh
    assert model.name[1] in en
    english = re.sub(r"草原数据科技有限公司|北方风控股份有限公司|直、骨、复三字按中国字形排印。", "", en)
    for value in (value for values in FILLED.values() for value in values.values()):
        english = english.replace(str(value), "")
    assert not re.search(r"[\u4e00-\u9fff]", english), re.findall(r".*[\u4e00-\u9fff].*", english)


def test_the_annex_says_the_policy_by_identifiers() -> None:
    table = next(each for each in contract().blocks if each.id == "annex/policy/table" and isinstance(each, Table))
    policy = POLICIES["provision"]
    assert policy is not None
    said = {sentence.id: sentence for sentence in sentences(policy)}
    assert [row[0].zh for row in table.rows] == list(said)
    assert tree_of((each.id, each.values) for each in said.values()) == policy


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_pdf_holds_the_draft_and_is_the_same_each_time(model: ModelContract, lang: Lang) -> None:
    made = contract(model)
    data = printed.pdf(made, lang, b'{"model":"x"}', AT)
    assert data == printed.pdf(made, lang, b'{"model":"x"}', AT)
    root = PdfFileReader(io.BytesIO(data)).root
    name, file = root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = file.get_object()
    assert str(name) == "contract.json"
    assert json.loads(file["/EF"]["/F"].data) == {"model": "x"}
    assert b"<pdfaid:part>3</pdfaid:part>" in root["/Metadata"].data


def test_a_character_without_a_glyph_is_named() -> None:
    made = document(LIBRARY, PROVISION, filled(PROVISION), Facts(reference="\U000f0000"), None)
    with pytest.raises(GlyphMissing):
        printed.pdf(made, "zh", b"{}", AT)


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_docx_names_its_faces_and_says_everything(model: ModelContract, lang: Lang) -> None:
    made = contract(model)
    data = word.docx(made, lang, AT)
    assert data == word.docx(made, lang, AT)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        styles = etree.fromstring(parts.read("word/styles.xml"))
        body = etree.fromstring(parts.read("word/document.xml"))
    for name in ("Normal", "Title", "Heading1", "Heading2"):
        (style,) = styles.findall(f"{W}style[@{W}styleId='{name}']")
        fonts, language = style.find(f"{W}rPr/{W}rFonts"), style.find(f"{W}rPr/{W}lang")
        assert fonts.get(f"{W}eastAsia") == ("SimSun" if name == "Normal" else "SimHei")
        assert fonts.get(f"{W}ascii") == "Times New Roman"
        assert [each for each in fonts.attrib if each.endswith("Theme")] == []
        assert language.get(f"{W}eastAsia") == "zh-CN"
    text = "".join(each.text or "\n" for each in body.iter(f"{W}t", f"{W}br"))
    for block in in_language(made, lang)["blocks"]:
        cells = [cell for row in block.get("rows", []) for cell in row]
        for said in [block.get("text", ""), *cells]:
            assert said in text


MARGINS_MM = 2 * 1.9
"""What Word leaves at both sides of a cell's text."""
EM_MM = 9 * 25.4 / 72
"""The size of a table's letters."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_no_word_of_a_table_is_broken_by_its_column(model: ModelContract) -> None:
    """A letter of a wide face takes six tenths of its size; whoever lacks Times New Roman gets one."""
    for table in (each for each in contract(model).blocks if isinstance(each, Table)):
        for row in (table.head, *table.rows):
            for width, cell in zip(table.widths, row, strict=False):
                room = word.WIDTH_MM * width / sum(table.widths) - MARGINS_MM
                longest = max(re.split(r"[\s/]", cell.en), key=len)
                assert len(longest) * 0.6 * EM_MM <= room, (table.id, longest)


@pytest.mark.parametrize(("lang", "said"), [("zh", "第 1 页，共 1 页"), ("en", "Page 1 of 1")])
def test_the_docx_numbers_its_pages_by_fields(lang: Lang, said: str) -> None:
    with zipfile.ZipFile(io.BytesIO(word.docx(contract(), lang, AT))) as parts:
        footer = etree.fromstring(parts.read("word/footer1.xml"))
    assert [each.get(f"{W}instr") for each in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    assert "".join(each.text or "" for each in footer.iter(f"{W}t")) == said
