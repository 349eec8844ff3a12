"""A cursor leads on where it was given, for a while, and nowhere else."""

import base64
from datetime import timedelta

import msgspec
import pytest

from channels.querying.cursors import Place, cursor_of, place_of
from channels.querying.errors import QueryCursorExpired, QueryCursorInvalid
from kernel.storage.links import Keyring
from kernel.views import paging
from tests.conftest import NOW

RING = Keyring.parse("k1:" + "11" * 32)
PLACE = Place("agr_1", "订单_表", "sha256:aa", 3, 1200)
UNTIL = NOW + timedelta(hours=24)


def opened(cursor: str, ring: Keyring = RING, at=NOW, **over: str) -> Place:
    told = {"agreement_id": "agr_1", "table": "订单_表", "question": "sha256:aa", **over}
    return place_of(cursor, **told, keyring=ring, at=at, hours=24)


def test_a_cursor_leads_to_its_place_in_any_case_of_the_table_s_name():
    assert opened(cursor_of(PLACE, RING, UNTIL)) == PLACE
    abc = msgspec.structs.replace(PLACE, table="Abc")
    assert opened(cursor_of(abc, RING, UNTIL), table="aBC").row == 1200


@pytest.mark.parametrize("over", [{"agreement_id": "agr_2"}, {"table": "shops"}, {"question": "sha256:ab"}])
def test_elsewhere_it_is_none(over: dict[str, str]):
    with pytest.raises(QueryCursorInvalid) as refused:
        opened(cursor_of(PLACE, RING, UNTIL), **over)
    assert refused.value.rule == "LT-QRY-02"


def test_nobody_makes_or_moves_one():
    version, row, signature = paging.decode(cursor_of(PLACE, RING, UNTIL), 3) or ()
    forged = [
        paging.encode(version, "0", signature),
        paging.encode("2", row, signature),
        paging.encode(version, row, signature.replace("exp=1", "exp=9")),
        paging.encode(version, row, signature[:-1] + ("A" if signature[-1] != "A" else "B")),
        paging.encode(version, row, signature + "&to=agr_1"),
        paging.encode(version, row, "exp=1&sp=r&kid=k1&sig="),
        paging.encode(version, row, ""),
        paging.encode(version, "01200", signature),
        paging.encode(version, "-1", signature),
        paging.encode(version, row),
        base64.urlsafe_b64encode(b"[1,2,3]").decode(),
        "x",
        "",
        "é" * 10,
    ]
    for cursor in forged:
        with pytest.raises(QueryCursorInvalid):
            opened(cursor)
    with pytest.raises(QueryCursorInvalid):
        opened(cursor_of(PLACE, RING, UNTIL), ring=Keyring.parse("k1:" + "22" * 32))


def test_it_serves_until_its_moment_also_after_the_secret_was_replaced():
    cursor = cursor_of(PLACE, RING, UNTIL)
    assert opened(cursor, ring=Keyring.parse("k2:" + "22" * 32 + ",k1:" + "11" * 32), at=UNTIL - timedelta(seconds=1))
    with pytest.raises(QueryCursorExpired) as refused:
        opened(cursor, at=UNTIL)
    assert refused.value.rule == "LT-QRY-02"
