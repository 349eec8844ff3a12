"""Files treated by a plan: the same form, the same bytes each time, and a report without a value of the data."""

import json
from datetime import date

import msgspec
import polars as pl
import pytest

from kernel.crypto import canonical
from kernel.errors import DomainError
from tests.conftest import NOW
from valuation.quality.contract.reader import read as read_contract
from valuation.quality.desensitisation import plan as plans
from valuation.quality.desensitisation.treatment.apply import desensitise
from valuation.quality.policy import policies

SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋"
ROWS = 3000
PEOPLE = pl.DataFrame(
    {
        "name": [SURNAMES[i % 10] + GIVEN[i // 10 % 10] + GIVEN[i // 100 % 10] for i in range(ROWS)],
        "phone": [f"138{i * 7919 % 10**8:08d}" for i in range(ROWS)],
        "born": [date(1940 + i % 60, 1 + i % 12, 1 + i % 28) for i in range(ROWS)],
        "district": [f"1501{i % 9:02d}" for i in range(ROWS)],
        "income": [3000.0 + i for i in range(ROWS)],
        "note": [f"secret remark {i}" for i in range(ROWS)],
    }
)
PLAN = {
    "kind": "DesensitisationPlan",
    "id": "people",
    "seed": "2026-11",
    "objects": {
        "people": {
            "others": "suppress",
            "columns": {
                "name": {"operator": "mask", "keep_first": 1},
                "phone": {"operator": "hash"},
                "born": {"operator": "generalise", "to": "decade"},
                "district": {"operator": "generalise", "keep_first": 4},
                "income": {"operator": "perturb", "scale": 200},
            },
            "quasi_identifiers": ["born", "district"],
            "sensitive": ["income"],
            "minimum_group": 5,
        }
    },
}
CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "people",
    "version": "1.0.0",
    "schema": [
        {
            "name": "people",
            "properties": [
                {"name": "phone", "logicalType": "string", "logicalTypeOptions": {"pattern": "^1[3-9][0-9]{9}$"}},
                {"name": "income", "logicalType": "number", "required": True},
                {"name": "note", "logicalType": "string"},
            ],
        }
    ],
}


def treated(tmp_path, frame=PEOPLE, name="people.parquet", plan=PLAN, out="out", key=b"k" * 32, contract=None):
    """Write a table, treat it, and give the report and the folder."""
    path = tmp_path / name
    kinds = {"parquet": frame.write_parquet, "csv": frame.write_csv, "jsonl": frame.write_ndjson}
    kinds[name.rpartition(".")[2]](path)
    policy = policies().versions[-1]
    found = desensitise(
        plans.read(plan), {name: path}, tmp_path / out, key=key, as_of=NOW, policy=policy, contract=contract
    )
    return found, tmp_path / out


def untold():
    """The plan without what keeps persons apart: no pseudonym, and every column that stays is measured."""
    plan = json.loads(json.dumps(PLAN))
    plan["objects"]["people"]["columns"] |= {"name": {"operator": "suppress"}, "phone": {"operator": "suppress"}}
    return plan


UNTOLD = untold()


def test_what_stays_is_measured_and_nothing_tells_persons_apart(tmp_path):
    report, _ = treated(tmp_path, plan=UNTOLD)
    assert (report.verdict.personal, report.verdict.reasons) == ("candidate", ())


def test_without_quasi_identifiers_every_column_that_stays_is_measured(tmp_path):
    plan = json.loads(json.dumps(PLAN))
    plan["objects"]["people"] = {
        "others": "keep",
        "columns": {"name": {"operator": "mask"}, "phone": {"operator": "hash"}},
    }
    report, _ = treated(tmp_path, plan=plan)
    stays = ("name", "born", "district", "income", "note")
    assert [side.privacy["people"].quasi_identifiers for side in (report.before, report.after)] == [stays, stays]
    assert report.verdict.personal == "identified"
    told = " ".join(reason.en for reason in report.verdict.reasons)
    assert all(name in told for name in ("people.phone", "people.note", "people.income", "smallest group"))


READ = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_files_keep_their_form_and_nothing_of_a_person_is_left(tmp_path, kind):
    report, out = treated(tmp_path, name=f"people.{kind}")
    after = READ[kind](out / f"people.{kind}")
    assert after.columns == ["name", "phone", "born", "district", "income"]
    assert set(after["name"].str.slice(1)) == {"**"}
    assert set(after["district"]) == {"1501**"}
    assert after["born"].cast(pl.String).str.slice(4).unique().to_list() == ["-01-01"]
    assert after["phone"].n_unique() == PEOPLE["phone"].n_unique()
    assert {f.category for f in report.before.personal["people"] if f.confidence == "high"} == {
        "mobile_number",
        "person_name",
    }
    assert [f for f in report.after.personal["people"] if f.confidence == "high"] == []
    assert report.verdict.personal == "identified"
    assert [reason.en.split(" ")[0] for reason in report.verdict.reasons] == ["people.phone", "columns"]
    assert report.before.privacy["people"].anonymity < 5 <= report.after.privacy["people"].anonymity


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_the_same_run_gives_the_same_bytes_and_another_key_gives_others(tmp_path, kind):
    runs = [treated(tmp_path, name=f"people.{kind}", out=f"out{i}") for i in range(2)]
    assert canonical.dumps(runs[0][0]) == canonical.dumps(runs[1][0])
    assert (runs[0][1] / f"people.{kind}").read_bytes() == (runs[1][1] / f"people.{kind}").read_bytes()
    other, _ = treated(tmp_path, name=f"people.{kind}", out="other", key=b"x" * 32)
    assert other.files[0].sha256_after != runs[0][0].files[0].sha256_after
    assert other.key != runs[0][0].key


def test_no_value_of_the_data_is_in_the_report(tmp_path):
    plan = json.loads(json.dumps(PLAN))
    plan["objects"]["people"]["columns"]["note"] = {
        "operator": "generalise",
        "values": {"secret remark 1": "a", "secret remark 2": "b"},
        "other": "rest",
    }
    contract = read_contract(CONTRACT)
    report, _ = treated(tmp_path, plan=plan, contract=contract)
    text = canonical.dumps(report).decode()
    for column in ("name", "phone", "note"):
        assert not [value for value in PEOPLE[column].to_list() if value in text]
    assert not [f"{value:.1f}" for value in PEOPLE["income"].to_list() if f"{value:.1f}" in text]
    assert report.score_before.score > report.score_after.score  # Pseudonyms keep no telephone's pattern.
    assert [cause.check for cause in report.comparison.causes] == ["people.phone:pattern"]


def test_rows_of_small_groups_are_suppressed(tmp_path):
    rare = PEOPLE.with_columns(
        district=pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("990000")).otherwise(pl.col("district"))
    )
    report, out = treated(tmp_path, frame=rare)
    assert (report.files[0].rows_suppressed, report.files[0].rows_after) == (3, ROWS - 3)
    assert "9900**" not in set(pl.read_parquet(out / "people.parquet")["district"])


def test_nothing_is_written_when_every_row_would_go(tmp_path):
    plan = json.loads(json.dumps(PLAN))
    plan["objects"]["people"]["minimum_group"] = ROWS + 1
    with pytest.raises(DomainError) as refused:
        treated(tmp_path, plan=plan)
    assert refused.value.code() == "nothing-left"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "change",
    [{"columns": {"absent": {"operator": "mask"}}}, {"quasi_identifiers": ["note"]}, {"sensitive": ["absent"]}],
    ids=["column", "left-out", "sensitive"],
)
def test_a_plan_for_other_data_is_refused(tmp_path, change):
    plan = json.loads(json.dumps(PLAN))
    plan["objects"]["people"] |= change
    with pytest.raises(DomainError) as refused:
        treated(tmp_path, plan=plan)
    assert refused.value.code() == "plan-unfit"


def test_a_file_that_the_plan_does_not_name_is_refused(tmp_path):
    with pytest.raises(DomainError) as refused:
        treated(tmp_path, name="others.parquet")
    assert refused.value.code() == "plan-unfit"
    assert "others" in str(refused.value.facts)


def test_a_keyed_operator_needs_a_key(tmp_path):
    with pytest.raises(DomainError) as refused:
        treated(tmp_path, key=None)
    assert refused.value.code() == "key-missing"


@pytest.mark.slow
def test_a_table_larger_than_a_batch_is_treated_whole(tmp_path):
    large = pl.concat([PEOPLE] * 50)
    report, out = treated(tmp_path, frame=large)
    after = pl.read_parquet(out / "people.parquet")
    assert after.height == report.files[0].rows_after == ROWS * 50
    assert msgspec.to_builtins(report)["columns"][0]["rows_changed"] == ROWS * 50


def test_wide_texts_lists_and_empty_columns_pass(tmp_path):
    odd = pl.DataFrame(
        {
            "list": [[1, 2], None, []],
            "none": pl.Series([None, None, None], dtype=pl.String),
            "text": ["=SUM(A1)", "a\x00b", "\U0001f600"],
            "flag": [True, None, False],
        }
    )
    plan = {
        "kind": "DesensitisationPlan",
        "id": "odd",
        "objects": {
            "odd": {
                "others": "keep",
                "columns": {
                    "none": {"operator": "hash"},
                    "text": {"operator": "mask", "keep_first": 1},
                    "flag": {"operator": "hash", "length": 16},
                    "list": {"operator": "suppress", "keep_column": True},
                },
            }
        },
    }
    report, out = treated(tmp_path, frame=odd, name="odd.parquet", plan=plan)
    after = pl.read_parquet(out / "odd.parquet")
    assert after["list"].to_list() == [None, None, None]
    assert after["none"].to_list() == [None, None, None]
    assert after["text"].to_list() == ["=*******", "a**", "*"]
    assert [column.rows_changed for column in report.columns] == [2, 0, 3, 2]
