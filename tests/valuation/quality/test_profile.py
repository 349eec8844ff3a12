"""What a table gives away beside its checks: distribution, personal data nobody declared, and k, l and t by hand."""

import base64
import random
import uuid
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from kernel.crypto import canonical
from kernel.identity.uscc import check_character
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.policy import policies
from valuation.quality.profile.personal import id_card, luhn
from valuation.quality.scoring import outside
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def scored(folder: Path, frame: pl.DataFrame, properties: list[dict]):
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "c",
        "version": "1",
        "schema": [{"name": "t", "properties": properties}],
    }
    contract = read(document)
    assert isinstance(contract, Contract), contract
    frame.write_parquet(folder / "t.parquet")
    return score(contract, {"t.parquet": folder / "t.parquet"}, as_of=AS_OF, policy=policies().at(AS_OF.date()))


def identity(number: int) -> str:
    body = f"110105{1950 + number % 50}{number % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    return next(body + c for c in "0123456789X" if id_card(body + c))


def card(number: int) -> str:
    body = f"622202{number:012d}"
    return next(body + str(c) for c in range(10) if luhn(body + str(c)))


def company(number: int) -> str:
    body = f"91110105MA{number:07d}"
    return body + check_character(body)


def test_personal_data_is_found_by_value_and_by_name(tmp_path):
    n, chance = 300, random.Random(1)
    frame = pl.DataFrame(
        {
            "a": [identity(i) for i in range(n)],
            "b": [13800000000 + i for i in range(n)],
            "c": [card(i) for i in range(n)],
            "d": [company(i) for i in range(n)],
            "e": [f"联系 someone{i}@example.com 即可" if i % 10 == 0 else "无" + str(i) for i in range(n)],
            "客户姓名": ["甲"] * n,
            "order_no": [str(chance.randrange(10**17, 10**18)) for _ in range(n)],
            "amount": [i * 7 for i in range(n)],
            "手机": [None] * n,
        }
    )
    result = scored(
        tmp_path,
        frame,
        [{"name": "a", "logicalType": "string", "customProperties": [{"property": "privacy", "value": "identifier"}]}],
    )
    found = {f.column: (f.category, f.confidence, f.declared) for f in result.personal_data["t"]}
    assert found == {
        "a": ("id_card", "high", True),
        "b": ("mobile_number", "medium", False),
        "c": ("bank_card", "high", False),
        "d": ("credit_code", "high", False),
        "e": ("email", "medium", False),
        "客户姓名": ("person_name", "medium", False),
        "手机": ("mobile_number", "low", False),
    }


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("110105187912310023", False),
    ],
)
def test_the_check_character_of_an_identity_number(text, valid):
    assert id_card(text) is valid


def test_k_l_and_t_are_those_computed_by_hand(tmp_path):
    frame = pl.DataFrame(
        {
            "zip": ["1", "1", "1", "2", "2", None, None],
            "age": [30, 30, 30, 40, 40, 50, 50],
            "ill": ["flu", "flu", "cold", "flu", "flu", "cold", None],
        }
    )
    mark = {"zip": "quasi-identifier", "age": "quasi-identifier", "ill": "sensitive"}
    types = {"zip": "string", "age": "integer", "ill": "string"}
    properties = [
        {"name": c, "logicalType": types[c], "customProperties": [{"property": "privacy", "value": m}]}
        for c, m in mark.items()
    ]
    found = scored(tmp_path, frame, properties).privacy["t"]
    assert (found.groups, found.anonymity, found.rows_in_small_groups) == (3, 2, 7)
    # flu 4/7, cold 2/7, none 1/7; the group (2, 40) is all flu: (3/7 + 2/7 + 1/7) / 2 = 3/7;
    # the group (NULL, 50) is half cold, half none: (3/14 + 5/14 + 4/7) / 2 = 4/7.
    assert [(s.column, s.diversity, s.closeness) for s in found.sensitive] == [("ill", 1, "0.5714")]


WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
IDS = [identity(i) for i in range(300)]
MOBILES = [str(13800000000 + i * 7919) for i in range(300)]
NAMES = ["王" + "伟芳娜敏静强磊洋艳勇"[i % 10] + "杰娟涛明超霞平刚华丽"[i // 10 % 10] for i in range(300)]
HIDDEN = {
    "mobile as float": ("mobile_number", pl.Series([float(each) for each in MOBILES])),
    "mobile as decimal": ("mobile_number", pl.Series(MOBILES).cast(pl.Decimal(20, 0))),
    "mobile with dashes": ("mobile_number", pl.Series([f"{m[:3]}-{m[3:7]}-{m[7:]}" for m in MOBILES])),
    "mobile of China": ("mobile_number", pl.Series([f"+86{each}" for each in MOBILES])),
    "mobile of China as a number": ("mobile_number", pl.Series([int(f"86{each}") for each in MOBILES])),
    "category": ("id_card", pl.Series(IDS).cast(pl.Categorical)),
    "bytes": ("id_card", pl.Series([each.encode() for each in IDS])),
    "list": ("id_card", pl.Series([[each] for each in IDS])),
    "record": ("id_card", pl.Series([{"a": each} for each in IDS])),
    "wide digits": ("id_card", pl.Series([each.translate(WIDE) for each in IDS])),
    "spaces": ("id_card", pl.Series([f"{each[:6]} {each[6:14]} {each[14:]}" for each in IDS])),
    "a letter before": ("id_card", pl.Series([f"u{each}" for each in IDS])),
    "Base64": ("id_card", pl.Series([base64.b64encode(each.encode()).decode() for each in IDS])),
    "hexadecimal": ("id_card", pl.Series([each.encode().hex() for each in IDS])),
    "at the end of long texts": ("id_card", pl.Series(["备注" * 1500 + each for each in IDS])),
    "behind 3,000 others": ("id_card", pl.Series([f"n{i}" for i in range(3000)] + IDS)),
    "a name with spaces": ("person_name", pl.Series([" ".join(each) for each in NAMES])),
    "an address with a wide sign": ("email", pl.Series([f"user{i}＠mail.example.cn" for i in range(300)])),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_personal_data_is_found_behind_its_type_and_its_spelling(tmp_path, how):
    category, values = HIDDEN[how]
    frame = pl.DataFrame({"row": range(len(values)), "v": values})
    result = scored(tmp_path, frame, [{"name": "row", "logicalType": "integer"}])
    found = [(f.column, f.category, f.basis) for f in result.personal_data["t"]]
    assert found == [("v", category, "values")]


def test_columns_of_numbers_dates_and_codes_hold_no_personal_data(tmp_path):
    chance = random.Random(7)
    frame = pl.DataFrame(
        {
            "hash": [f"{chance.getrandbits(128):032x}" for _ in range(400)],
            "uuid": [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(400)],
            "amount": [chance.uniform(0, 1e6) for _ in range(400)],
            "whole": [float(chance.randrange(10**6)) for _ in range(400)],
            "at": [f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d} {i % 24:02d}:{i % 60:02d}:00" for i in range(400)],
            "address": [".".join(str(chance.randrange(256)) for _ in range(4)) for _ in range(400)],
            "cells": [[i, i + 1] for i in range(400)],
            "code": [f"{i:04d}-{chance.randrange(10**4):04d}-{chance.randrange(10**4):04d}" for i in range(400)],
            "words": [chance.choice(["abcdefgh", "datasets", "quality1", "scorecard234"]) for _ in range(400)],
        }
    ).rename({"address": "place"})
    result = scored(tmp_path, frame, [{"name": "hash", "logicalType": "string"}])
    assert result.personal_data["t"] == ()


def test_the_profile_of_a_public_column_and_of_another(tmp_path):
    frame = pl.DataFrame(
        {"x": [*range(100), None, float("inf")], "s": ["a"] * 60 + ["b"] * 40 + ["c", "d"]}, strict=False
    )
    properties = [
        {"name": "x", "logicalType": "number", "classification": "public"},
        {"name": "s", "logicalType": "string"},
    ]
    card = scored(tmp_path, frame, properties)
    x, s = outside.of_card(card, lambda _object, column: column == "x").profile["t"]
    assert x.quantiles == {"0.05": 5.0, "0.25": 25.0, "0.5": 50.0, "0.75": 74.0, "0.95": 94.0}
    assert [b.count for b in x.histogram] == [5] * 20
    assert (x.histogram[0].low, x.histogram[-1].high) == (0.0, 99.0)
    assert [(t.value, t.count) for t in s.top] == [("*", 60), ("*", 40)]
    assert (s.quantiles, s.histogram, s.masked) == ({}, (), True)
    assert [t.value for t in card.profile["t"][1].top] == ["a", "b"]
    assert canonical.dumps(card)


def test_no_column_has_more_distinct_values_than_values(tmp_path):
    """The estimate of 500 distinct numbers is 524 or so."""
    frame = pl.DataFrame({"n": [*range(500), None], "s": [*map(str, range(501))]})
    card = scored(tmp_path, frame, [{"name": "n", "logicalType": "integer"}, {"name": "s", "logicalType": "string"}])
    found = {column.column: column.distinct_estimate for column in card.profile["t"]}
    assert 480 <= found["n"] <= 500
    assert 480 <= found["s"] <= 501


@pytest.mark.parametrize(
    ("low", "high", "bins"), [(0.0, 5e-324, 1), (1.0, 1.0000000000000002, 1), (-0.0, 0.0, 1), (0.0, 1.0, 20)]
)
def test_values_too_close_to_be_parted_are_one_bin(tmp_path, low, high, bins):
    result = scored(tmp_path, pl.DataFrame({"x": [low, high]}), [{"name": "x", "logicalType": "number"}])
    histogram = result.profile["t"][0].histogram
    assert (len(histogram), sum(one.count for one in histogram)) == (bins, 2)


def test_bytes_that_are_no_text_are_passed_over(tmp_path):
    values = [b"\xbb", b"\xff\xfe", b"13800000000"] * 40
    result = scored(
        tmp_path, pl.DataFrame({"v": values, "row": range(120)}), [{"name": "row", "logicalType": "integer"}]
    )
    assert result.score is not None
