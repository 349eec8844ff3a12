"""Search text: what is written is found again, and no text of a user ever breaks PostgreSQL's syntax."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.listings import search

LISTINGS = Path(__file__).parents[3].parent / "shared" / "data" / "listings"
_ENTRY = re.compile(r"'((?:[^'\\]|''|\\\\)*)':(\d+[ABC](?:,\d+[ABC])*)")
_TERM = re.compile(r"'((?:[^'\\]|''|\\\\)*)'(:\*)?")


def _index(vector: str) -> dict[str, set[int]]:
    """Lexeme -> positions, read back from the tsvector text."""
    return {lexeme: {int(p[:-1]) for p in at.split(",")} for lexeme, at in _ENTRY.findall(vector)}


def _starts(index: dict[str, set[int]], lexeme: str, prefix: str) -> set[int]:
    if not prefix:
        return index.get(lexeme, set())
    return set().union(*(at for known, at in index.items() if known.startswith(lexeme)))


def _matches(vector: str, every: str) -> bool:
    """A second, slow reading of tsquery: every term is a phrase of pairs or a prefix."""
    index = _index(vector)
    for term in every.split(" & "):
        starts: set[int] | None = None
        for offset, (lexeme, prefix) in enumerate(_TERM.findall(term)):
            found = {at - offset for at in _starts(index, lexeme, prefix)}
            starts = found if starts is None else starts & found
        if not starts:
            return False
    return True


def test_pairs_weights_and_title_marks() -> None:
    assert search.document("气象数据", "税", "NYC 2013年") == (
        "'气象':1A '^气象':1A '象数':2A '^象数':2A '数据':3A '^数据':3A '据':4A '^据':4A "
        "'税':6B 'nyc':8C '2013':10C '年':12C"
    )


def test_full_width_and_capitals_find_each_other() -> None:
    assert search.query("ＡＰＩ接口") == search.query("api接口")


def test_words_become_phrases_and_single_characters_prefixes() -> None:
    asked = search.query("新能源 税 Weather")
    assert asked.every == "('新能' <-> '能源') & '税':* & 'weather':*"
    assert asked.every_in_title == "('^新能' <-> '^能源') & '^税':* & '^weather':*"


def test_joining_words_are_not_asked_for_unless_alone() -> None:
    assert search.query("广州的气象").every == search.query("广州 气象").every
    assert search.query("的").every == "'的':*"


def test_any_word_will_do_in_the_relaxed_query() -> None:
    assert search.query("气象 税").any == "('气象') | '税':*"
    assert not search.query("气象").can_relax
    assert search.query("中华人民共和国").can_relax


@pytest.mark.parametrize("text", ["", "   ", "!!! & | <->", "'\\':*", "\x00\x07", "\ud800"])
def test_nothing_to_search_for(text: str) -> None:
    assert search.query(text).is_empty


def test_phrases_do_not_reach_over_a_gap() -> None:
    vector = search.document("气象，数据", "", "")
    assert not _matches(vector, "('气象' <-> '象数' <-> '数据')")
    assert _matches(vector, search.query("气象数据").every)


def test_too_long_a_query_is_refused() -> None:
    with pytest.raises(ValueError, match="200"):
        search.query("税" * 201)


@given(st.text(max_size=search.QUERY_CHARS_MAX))
def test_quotes_in_a_query_are_only_ours(text: str) -> None:
    """After taking out well-formed quoted lexemes nothing but our own operators is left."""
    asked = search.query(text)
    for made in (asked.every, asked.every_in_title, asked.any, asked.any_in_title):
        assert not _TERM.sub("", made).strip(" &|()<->")
        assert "\x00" not in made


@given(title=st.text(alphabet="气象数据新能源汽车税abZ９ ，。", min_size=1, max_size=30), data=st.data())
def test_every_part_of_a_chinese_run_is_found(title: str, data: st.DataObject) -> None:
    vector = search.document(title, "", "")
    runs = re.findall(r"[气象数据新能源汽车税]+", title)
    if runs:
        run = data.draw(st.sampled_from(runs))
        start = data.draw(st.integers(0, len(run) - 1))
        end = data.draw(st.integers(start + 1, len(run)))
        assert _matches(vector, search.query(run[start:end]).every)


@pytest.mark.slow
def test_real_listings_are_found_by_their_own_titles() -> None:
    if not LISTINGS.is_dir():
        pytest.skip("the real listings of ../shared/data/listings are not beside this checkout")
    rows: list[dict[str, str]] = []
    for path in sorted(LISTINGS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    assert len(rows) > 2_000
    for row in rows:
        asked = search.query(row["title"][: search.QUERY_CHARS_MAX])
        if not asked.is_empty:
            assert _matches(search.document(row["title"], row["category"], row["description"]), asked.every), row[
                "title"
            ]
