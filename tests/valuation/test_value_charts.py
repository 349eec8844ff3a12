"""Charts of a value: well-formed, nothing beyond the edge, and texts of anybody stay texts."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.charts import value as charts

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script> & 一个特别特别特别特别特别特别特别特别长的参数名称 · 可比案例 · 价格'
AMOUNTS = st.decimals(-(10**12), 10**12, places=2)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


def drawn(svg: str) -> ET.Element:
    """The picture, parsed; every shape and text lies within its frame."""
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    *_, wide, high = map(float, root.attrib["viewBox"].split())
    for each in root.iter():
        assert not re.search("script", each.tag)
        for name in ("x", "x1", "x2", "cx"):
            if name in each.attrib:
                assert -1 <= float(each.attrib[name]) <= wide + 1, each.attrib
        for name in ("y", "y1", "y2", "cy"):
            if name in each.attrib:
                assert -1 <= float(each.attrib[name]) <= high + 1, each.attrib
        if each.tag == f"{SVG}rect":
            assert float(each.attrib["x"]) + float(each.attrib["width"]) <= wide + 1
    return root


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


@given(st.lists(st.tuples(WORDS, AMOUNTS), max_size=12), st.sampled_from(["zh", "en"]))
def test_a_waterfall_ends_at_the_sum(parts, lang):
    root = drawn(charts.waterfall(parts, "P", lang))
    total = sum((amount for _, amount in parts), Decimal(0))
    assert texts(root)[-1] == f"{total:,.2f}"


@given(st.lists(st.tuples(WORDS, AMOUNTS, AMOUNTS), max_size=12), AMOUNTS)
def test_a_tornado_writes_every_end(swings, middle):
    root = drawn(charts.tornado([charts.Swing(*swing) for swing in swings], middle, "en"))
    told = texts(root)
    for _, down, up in swings:
        assert {f"{down:,.2f}", f"{up:,.2f}"} <= set(told)


@given(st.lists(st.tuples(WORDS, AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=4))
def test_methods_write_every_value(bands):
    made = [charts.Band(words, *sorted(ends)) for words, *ends in bands]
    assert {f"{band.value:,.2f}" for band in made} <= set(texts(drawn(charts.methods(made, "zh"))))


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12))
def test_cash_flows_write_every_year(flows):
    years = [charts.Year(f"Year {i}", *pair) for i, pair in enumerate(flows, 1)]
    told = texts(drawn(charts.cash_flows(years, "en")))
    assert {f"{amount:,.2f}" for pair in flows for amount in pair} <= set(told)


NEAR = st.decimals(0, 1, places=4)


@given(
    st.lists(st.tuples(NEAR, AMOUNTS, AMOUNTS, st.booleans()), min_size=1, max_size=20),
    st.lists(AMOUNTS, min_size=3, max_size=3),
)
def test_comparables_lie_within_the_picture(points, ends):
    made = [charts.Point(f"deal_{i}", *point) for i, point in enumerate(points)]
    root = drawn(charts.comparables(made, charts.Band("", *sorted(ends)), "zh"))
    assert {point.words for point in made} <= set(texts(root))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_hostile_name_is_written_and_not_obeyed(lang):
    one = Decimal(1)
    for svg in (
        charts.waterfall([(HOSTILE, one)], HOSTILE, lang),
        charts.tornado([charts.Swing(HOSTILE, one, one * 2)], one, lang),
        charts.methods([charts.Band(HOSTILE, one, one, one)], lang),
        charts.cash_flows([charts.Year(HOSTILE, one, one)], lang),
        charts.comparables([charts.Point(HOSTILE, one / 2, one, one, True)], charts.Band("", one, one, one), lang),
    ):
        assert "<script" not in svg
        assert any("<script>" in text for text in texts(drawn(svg)))
