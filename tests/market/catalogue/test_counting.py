"""The counts of a choice against a plain count of the same rows, by property; the bytes of a set and back."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from market.catalogue.facets.counting.sets import CHUNK, FEW_MAX, packed, places_in
from market.catalogue.facets.counting.shelf import ALL, Row, Shelf, count
from market.listings.finding.facets import FACETS

_VALUES = {facet: [f"{facet}{at}" for at in range(3)] for facet in FACETS}
_SEVERAL = ("territory", "tested")

values = st.fixed_dictionaries(
    {
        facet: st.lists(
            st.sampled_from(words),
            min_size=0 if facet in _SEVERAL else 1,
            max_size=2 if facet in _SEVERAL else 1,
            unique=True,
        )
        for facet, words in _VALUES.items()
    }
)
places = st.integers(0, 200) | st.integers(CHUNK - 50, CHUNK + 50)
shelves = st.dictionaries(places, values, max_size=40)
choices = st.dictionaries(
    st.sampled_from(FACETS), st.lists(st.sampled_from(range(4)), min_size=1, max_size=2, unique=True), max_size=3
)


def stored(rows: dict[int, Any]) -> Shelf:
    """The sets of rows, each made by the bytes that the table holds."""
    members: dict[tuple[str, str, int], list[int]] = {}
    for place, facets in sorted(rows.items()):
        chunk = place // CHUNK
        for key in [(ALL, "", chunk), *((f, v, chunk) for f, each in facets.items() for v in each)]:
            members.setdefault(key, []).append(place % CHUNK)
    return Shelf().following("e", 1, [(*key, packed(np.array(each))) for key, each in members.items()])


@given(rows=shelves, drawn=choices, data=st.data())
def test_counts_are_those_of_a_plain_count(
    rows: dict[int, Any], drawn: dict[str, list[int]], data: st.DataObject
) -> None:
    """Some rows have changed since the sets were made, some are new, some are gone; words leave some places."""
    chosen = {facet: [f"{facet}{at}" for at in each] for facet, each in drawn.items()}
    changed = data.draw(st.dictionaries(places, st.none() | values, max_size=8))
    among = data.draw(st.none() | st.sets(places, max_size=60))
    now = {**rows, **changed}
    total, counts = count(
        stored(rows),
        chosen,
        among=None if among is None else np.array(sorted(among), np.int64),
        aside=list(changed),
        rows=[Row(place, each) for place, each in changed.items() if each is not None],
    )
    there = [each for place, each in now.items() if each is not None and (among is None or place in among)]
    fits = lambda each, but: all(set(v) & set(each[f]) for f, v in chosen.items() if f != but)  # noqa: E731
    assert total == sum(fits(each, None) for each in there)
    for facet, words in _VALUES.items():
        plain = {word: sum(fits(each, facet) and word in each[facet] for each in there) for word in words}
        assert {word: counts[facet].get(word, 0) for word in words} == plain, facet


@given(st.sets(st.integers(0, CHUNK - 1), max_size=50))
def test_a_set_and_back(members: set[int]) -> None:
    assert places_in(packed(np.array(sorted(members), np.int64))).tolist() == sorted(members)


def test_a_large_set_is_bits() -> None:
    few, many = np.arange(FEW_MAX), np.arange(0, CHUNK, 7)
    assert (len(packed(few)), len(packed(many))) == (2 * FEW_MAX, 8_192)
    assert np.array_equal(places_in(packed(few)), few)
    assert np.array_equal(places_in(packed(many)), many)
