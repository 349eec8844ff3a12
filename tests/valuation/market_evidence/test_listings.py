"""Reading asking prices: what is kept, why the rest is not, and that no file is half read."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.market_evidence.listings import PRICED, AskingPrice, FileFaulty, listing, read

ON = date(2024, 8, 31)
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "listings"
ROW = {
    "title": "企业工商信息查询",
    "description": "按名称查询企业基本信息",
    "price": "0.5",
    "price_mode": "usage-based",
    "platform": "Beijing International Data Exchange",
    "currency": "RMB",
    "category_aws": "Telecommunications Data",
    "coverage": "CN",
    "url": "https://example.cn/1",
}


def test_a_listing_with_a_price_is_kept():
    found = listing(ROW, ON, 240)
    assert isinstance(found, AskingPrice)
    assert (found.price, found.currency, found.mode, found.dated) == (Decimal("0.5"), "CNY", "usage-based", ON)
    assert found.words == "企业工商信息查询 按名称查询企业基本信息"


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"price": "0.0"}, "no-price"),
        ({"price": ""}, "no-price"),
        ({"price": "面议"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "1e40"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price_mode": "negotiation"}, "no-mode"),
        ({"currency": "BTC"}, "currency"),
        ({"title": " "}, "no-title"),
        ({"platform": None}, "no-title"),
    ],
)
def test_what_is_no_asking_price_is_told_as_such(over, why):
    assert listing({**ROW, **over}, ON, 240) == why


def test_a_listing_is_known_again_and_a_new_price_is_another():
    first, again = listing(ROW, ON, 240), listing({**ROW, "description": "another text"}, date(2025, 1, 1), 240)
    other = listing({**ROW, "price": "0.6"}, ON, 240)
    assert isinstance(first, AskingPrice)
    assert isinstance(again, AskingPrice)
    assert isinstance(other, AskingPrice)
    assert first.reference == again.reference != other.reference
    assert first.row_sha256 != again.row_sha256


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=40) | st.none()))
def test_nothing_that_a_row_may_hold_breaks_it(over):
    found = listing({**ROW, **over}, ON, 240)
    if isinstance(found, AskingPrice):
        assert found.price > 0
        assert found.mode in PRICED
        assert "\x00" not in found.title + found.words + found.field + found.region


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"title,price\nx,1\n", "lacks price_mode, platform, currency"),
        (b"title,price,price_mode,platform,currency\nx,1,one-off,p,CNY,more\n", "line 2"),
        (b"title,price,price_mode,platform,currency\n\xff\xfe,1,one-off,p,CNY\n", "line"),
        (b'title,price,price_mode,platform,currency\n"x"y,1,one-off,p,CNY\n', "line"),
        (b"", "lacks"),
    ],
)
def test_a_faulty_file_is_told_by_its_line(tmp_path, content, told):
    path = tmp_path / "listings.csv"
    path.write_bytes(content)
    with pytest.raises(FileFaulty, match=told):
        list(read(path, ON, 240))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real listings are not at hand")
def test_the_real_listings_are_read():
    found = [each for path in sorted(REAL.glob("*.csv")) for each in read(path, ON, 240)]
    kept = [each for each in found if isinstance(each, AskingPrice)]
    assert len(found) == 2175
    assert len(kept) > 250
    assert {each.currency for each in kept} == {"CNY"}
