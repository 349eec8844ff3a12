"""`liutong score` with one faulty file of several, and `liutong desensitise`."""

import json

import polars as pl
from click.testing import CliRunner

from centre.cli.quality import desensitise, score
from kernel.crypto import signing
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS, parquet
from tests.valuation.quality.desensitisation.test_treat import PEOPLE, PLAN


def shop(folder, shops):
    """The shop's files and contract in a folder; gives the arguments."""
    (folder / "shop.json").write_text(json.dumps(CONTRACT), encoding="utf-8")
    (folder / "orders.parquet").write_bytes(parquet(ORDERS))
    (folder / "shops.parquet").write_bytes(shops)
    return [str(folder / "orders.parquet"), str(folder / "shops.parquet"), "--contract", str(folder / "shop.json")]


def test_the_sound_files_are_told_as_a_partial_result(tmp_path):
    arguments = shop(tmp_path, parquet(SHOPS)[:-20])
    found = CliRunner().invoke(score, [*arguments, "--json"])
    assert found.exit_code == 2
    told = json.loads(found.stdout)
    assert (told["partial"], told["score"], list(told["parts"])) == (True, None, ["orders"])
    assert told["objects_missing"]["shops"]["code"] == "corrupt-file"
    words = CliRunner().invoke(score, [*arguments, "--lang", "zh"])
    assert "部分结果（不构成评分）" in words.stdout
    assert "shops.parquet" in words.stderr


def test_nothing_is_partial_about_one_file_or_a_whole_result(tmp_path):
    whole = CliRunner().invoke(score, [*shop(tmp_path, parquet(SHOPS)), "--json"])
    assert (whole.exit_code, "partial" in json.loads(whole.stdout)) == (0, False)
    alone = json.loads(json.dumps(CONTRACT))
    alone["schema"] = [alone["schema"][1]]
    (tmp_path / "alone.json").write_text(json.dumps(alone), encoding="utf-8")
    (tmp_path / "shops.parquet").write_bytes(parquet(SHOPS)[:-20])
    broken = CliRunner().invoke(
        score, [str(tmp_path / "shops.parquet"), "--contract", str(tmp_path / "alone.json"), "--json"]
    )
    assert (broken.exit_code, broken.stdout) == (2, "")


def plan_files(folder, plan):
    """People and a plan in a folder; gives the arguments."""
    PEOPLE.write_csv(folder / "people.csv")
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    signing.load_or_create(folder / "k.key")
    return [str(folder / "people.csv"), "--plan", str(folder / "plan.json"), "--key-file", str(folder / "k.key")]


def test_people_are_desensitised_on_the_command_line(tmp_path):
    arguments = plan_files(tmp_path, PLAN)
    found = CliRunner().invoke(desensitise, [*arguments, "--out", str(tmp_path / "out"), "--lang", "zh"])
    assert found.exit_code == 0, found.output
    assert set(pl.read_csv(tmp_path / "out" / "people.csv")["name"].str.slice(1)) == {"**"}
    report = json.loads((tmp_path / "out" / "desensitisation-report.json").read_text(encoding="utf-8"))
    assert report["verdict"]["personal"] == "identified"
    assert "k = " in found.stdout


def test_faults_of_a_plan_are_told_with_their_places_and_nothing_is_written(tmp_path):
    faulty = json.loads(json.dumps(PLAN))
    faulty["objects"]["people"]["columns"]["name"] = {"operator": "encrypt"}
    faulty["objects"]["people"]["others"] = "drop"
    found = CliRunner().invoke(desensitise, [*plan_files(tmp_path, faulty), "--out", str(tmp_path / "out")])
    assert found.exit_code == 2
    assert "/objects/people/columns/name" in found.stderr
    assert "/objects/people/others" in found.stderr
    assert not (tmp_path / "out").exists()
    same = CliRunner().invoke(desensitise, [*plan_files(tmp_path, PLAN), "--out", str(tmp_path)])
    assert same.exit_code == 2  # What came would be overwritten.
