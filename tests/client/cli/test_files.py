"""YAML that is taken as it looks, and everything else refused with its line."""

import json

import pytest
from click import UsageError
from hypothesis import given
from hypothesis import strategies as st

from liutong_client.cli import files

GOOD = """\
# a comment
name: 气象
note: "no"
amount: "188.00"
days: 365
share: -1
flag: true
nothing:
also: ~
words: [气象, 'on', "2026-11-23"]
text: |
  two
  lines
inner:
  - a: {b: 1}
---
second: 1
"""


def test_it_is_read_as_it_looks():
    first, second = files.parse(GOOD.encode(), "x.yaml")
    assert first.value == {
        "name": "气象",
        "note": "no",
        "amount": "188.00",
        "days": 365,
        "share": -1,
        "flag": True,
        "nothing": None,
        "also": None,
        "words": ["气象", "on", "2026-11-23"],
        "text": "two\nlines\n",
        "inner": [{"a": {"b": 1}}],
    }
    assert second.value == {"second": 1}
    assert first.place("/amount") == "x.yaml:4 /amount"
    assert first.place("/words/1") == "x.yaml:10 /words/1"
    assert first.place("/inner/0/a/c/d") == "x.yaml:15 /inner/0/a/c/d"
    assert second.place("/none") == "x.yaml:17 /none"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a:\n  b: 1\n  b: 1\n", 3),
        ("a: 188.0\n", 1),
        ("a: 1.5\n", 1),
        ("x: 1\na: no\n", 2),
        ("a: On\n", 1),
        ("a: True\n", 1),
        ("a: 2026-11-23\n", 1),
        ("a: 12:30\n", 1),
        ("a: 0o7\n", 1),
        ("a: 0x1F\n", 1),
        ("a: 007\n", 1),
        ("a: 1_000\n", 1),
        ("a: 1e3\n", 1),
        ("a: .inf\n", 1),
        ("a: &x 1\n", 1),
        ("a: 1\nb: *x\n", 2),
        ("a: !!str 5\n", 1),
        ("a: !!python/object:os.system x\n", 1),
        ("? [a]\n: 1\n", 1),
        ("a: [1\n", 2),
        ("a: 1\n\tb: 2\n", 2),
        ("a: \x00\n", None),
        ("a: " + "[" * 40 + "]" * 40 + "\n", 1),
        ("a:\n" + "".join(" " * n + "b:\n" for n in range(1, 30)), None),
    ],
)
def test_what_could_be_read_otherwise_is_refused(text, line):
    with pytest.raises(UsageError) as refused:
        files.parse(text.encode(), "x.yaml")
    assert refused.value.exit_code == 2
    message = refused.value.format_message()
    assert message.startswith("x.yaml:" if line is None else f"x.yaml:{line}: "), message


def test_it_has_bounds(tmp_path):
    big = tmp_path / "big.yaml"
    big.write_bytes(b"a: " + b"x" * (1 << 20))
    with pytest.raises(UsageError, match="1 MB"):
        files.read(str(big))
    with pytest.raises(UsageError, match="documents"):
        files.parse(b"---\na: 1\n" * 101, "x")
    with pytest.raises(UsageError, match="UTF-8"):
        files.parse(b"a: \xff\xfe\n", "x")
    with pytest.raises(UsageError, match="cannot be read"):
        files.read(str(tmp_path / "none.yaml"))


def test_a_folder_is_its_files_in_their_order(tmp_path):
    for name in ("b.yaml", "a.yml", "c.txt"):
        (tmp_path / name).write_text(f"n: {name[0]}\n", encoding="utf-8")
    assert [each.value["n"] for each in files.read(str(tmp_path))] == ["a", "b"]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc/~", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.property
@given(st.dictionaries(st.text("xyz", min_size=1), VALUES, max_size=4))
def test_json_is_read_as_json(value):
    """JSON is YAML: what others write as JSON means the same here."""
    [document] = files.parse(json.dumps(value, ensure_ascii=False).encode(), "x.json")
    assert document.value == value
