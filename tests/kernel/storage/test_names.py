"""File names: whatever a user sends, what is kept is one harmless name."""

import unicodedata
from email.utils import decode_rfc2231
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.storage import names
from kernel.storage.errors import FileNameUnusable


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("flights.parquet", "flights.parquet"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\航班.csv", "航班.csv"),
        (".hidden", "hidden"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_cleaned(sent: str, kept: str) -> None:
    assert names.clean(sent) == kept


@pytest.mark.parametrize("sent", ["", "   ", "..", "a/", "\x00", "x" * 256])
def test_unusable(sent: str) -> None:
    with pytest.raises(FileNameUnusable):
        names.clean(sent)


@given(st.text(max_size=300))
def test_nothing_harmful_is_left(sent: str) -> None:
    try:
        kept = names.clean(sent)
    except FileNameUnusable:
        return
    assert 0 < len(kept) <= 255
    assert not set(kept) & {"/", "\\"}
    assert not kept.startswith(".")
    assert not any(unicodedata.category(c).startswith("Cc") for c in kept)
    assert names.clean(kept) == kept


@given(st.text(min_size=1, max_size=60).filter(lambda s: s.isprintable()))
def test_a_disposition_gives_the_name_back(name: str) -> None:
    header = names.disposition(name)
    assert header.isascii()
    charset, _, encoded = decode_rfc2231(header.partition("filename*=")[2])
    assert (charset, unquote(encoded)) == ("UTF-8", name)
    assert not {"\n", "\r", "%"} & set(header.split('"')[1])


def test_the_plain_form_tells_names_of_one_length_apart() -> None:
    """`curl -OJ` reads the plain form only: 煤炭日价 and 煤炭周价 were one file."""
    plain = [names.disposition(name).split('"')[1] for name in ("煤炭日价.csv", "煤炭周价.csv", "日价", "coal.csv")]
    assert len(set(plain)) == 4
    assert plain[0].endswith(".csv")
    assert plain[3] == "coal.csv"


def test_media_types() -> None:
    assert names.media_type("a.PARQUET") == "application/vnd.apache.parquet"
    assert names.media_type("a.exe") == names.media_type("noending") == names.OCTETS
