"""Public identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids
from kernel.errors import NotFound


def test_ids_name_their_kind_sort_by_time_and_never_repeat():
    made = [ids.new("ord") for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(ids.is_id("ord", each) and len(each) == 30 for each in made)
    assert not any(ids.is_id("ctr", each) for each in made[:10])


# Fixed: parameters name tests, and every worker must collect the same names.
SOME_ID = "ord_01m811n2pweacrsg0642m3bgsj"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ord_",
        "ord",
        "ord_0",
        SOME_ID.upper(),
        SOME_ID[:-1],
        SOME_ID + "0",
        SOME_ID + "\n",
        SOME_ID[:-1] + "l",
        "ord_8" + "0" * 25,
        "ord-" + "0" * 26,
    ],
)
def test_what_has_another_shape_names_nothing(text):
    assert not ids.is_id("ord", text)
    with pytest.raises(NotFound):
        ids.require("ord", text)


@given(st.text())
def test_any_text_is_an_id_or_is_not_found(text):
    try:
        assert ids.require("ord", text) == text
    except NotFound as refusal:
        told = refusal.facts["id"]
    else:
        told = ""
    assert len(told) <= 40


def test_an_id_spells_its_uuid():
    from uuid_utils.compat import uuid7

    made = ids.new("qrn")
    spelled = ids.uuid_of(made)
    later = uuid7()
    milliseconds = (later.int >> 80) - (spelled.int >> 80)  # The first 48 bits of a UUIDv7 (RFC 9562).
    assert (spelled.version, 0 <= milliseconds < 60_000) == (7, True)
    for text in ("qrn_", made[:-1], made.upper(), made + "\n"):
        with pytest.raises(ValueError, match="not an id"):
            ids.uuid_of(text)
