"""Dated files: the version of a day, and faulty files that stop the process with their name."""

import itertools
import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from kernel.rules import policy, rulebook
from kernel.rules.bases import basis_text
from tests.makers import application

_numbers = itertools.count()

HEAD = """kind = "fees"
version = "{version}"
effective_from = {day}
why = "A test."
basis = "none"
confidence = "house"
"""


class Fees(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rate: Decimal


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Make a package with policy files; gives its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(**files):
        name = f"policies_of_a_test_{next(_numbers)}"
        folder = tmp_path / name / "policies"
        folder.mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("")
        for file, text in files.items():
            (folder / (file.replace("_", "-") + ".toml")).write_text(text, encoding="utf-8")
        return name

    return make


def fees(version="2026-11", day="2026-11-01", rate='"0.05"'):
    return HEAD.format(version=version, day=day) + f"rate = {rate}\n"


def test_the_version_in_force_on_a_day_and_the_past_stays(package):
    made = policy.load(
        "fees",
        Fees,
        package(
            fees_2027_01=fees("2027-01", "2027-01-15", '"0.04"'),
            fees_2026_11=fees(),
            other_2026_11="not read",
        ),
    )
    assert made.at(date(2026, 11, 1)).body.rate == Decimal("0.05")
    assert made.at(date(2027, 1, 14)).meta.version == "2026-11"
    assert made.at(date(2027, 1, 15)).body.rate == Decimal("0.04")
    assert made.version("2026-11").body.rate == Decimal("0.05")
    with pytest.raises(policy.PolicyMissing, match="no version in force on 2026-10-31"):
        made.at(date(2026, 10, 31))
    with pytest.raises(policy.PolicyMissing, match="no version 2030-01"):
        made.version("2030-01")
    ref = made.at(date(2026, 11, 1)).ref
    assert (ref.kind, ref.version, len(ref.sha256)) == ("fees", "2026-11", 64)
    assert ref.sha256 != made.at(date(2027, 2, 1)).ref.sha256


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (fees() + "colour = 1\n", "colour"),
        (fees(rate="0.05"), "decimal as a string"),
        (HEAD.format(version="2026-11", day="2026-11-01"), "rate"),
        (fees().replace('why = "A test."\n', ""), "why"),
        (fees().replace('"house"', '"sure"'), "sure"),
        (fees().replace('kind = "fees"', 'kind = "levies"'), "kind-version"),
        (fees("2026-12"), "kind-version"),
        (fees("november"), "version"),
        (fees(day='"soon"'), "effective_from"),
        (fees() + "rate =", "Invalid value"),
        ("= broken", "at line"),
    ],
)
def test_a_faulty_file_stops_the_process_and_is_named(package, text, why):
    with pytest.raises(ValueError, match=r"fees-2026-11\.toml: .*" + f"({why})"):
        policy.load("fees", Fees, package(fees_2026_11=text))


def test_a_package_without_the_policy_is_told_so(package):
    with pytest.raises(ValueError, match=r"no fees-\*\.toml"):
        policy.load("fees", Fees, package(other_2026_11="x"))


def test_two_versions_from_the_same_day_are_a_fault(package):
    twice = package(fees_2026_11=fees(), fees_2026_12=fees("2026-12", "2026-11-01"))
    with pytest.raises(ValueError, match="2026-11-01"):
        policy.load("fees", Fees, twice)


RULE = """
[[rule]]
id = "{id}"
zh = "规则"
en = "A rule."
basis = "house rule"
confidence = "house"
"""


def book(*ids, version="2026-11", day="2026-11-01"):
    head = HEAD.format(version=version, day=day).replace('"fees"', '"rulebook"')
    return head + "".join(RULE.format(id=each) for each in ids)


def test_the_rulebook_joins_the_packages_and_cites_by_number(package):
    first = package(
        rulebook_2026_11=book("LT-AAA-01"), rulebook_2027_01=book("LT-AAA-02", version="2027-01", day="2027-01-01")
    )
    second, silent = package(rulebook_2026_11=book("LT-BBB-01")), package(other="x")
    made = rulebook.in_force(date(2026, 11, 23), (second, silent, first))
    assert list(made.rules) == ["LT-AAA-01", "LT-BBB-01"]
    assert len(made.sources) == 2
    assert made.cite("LT-AAA-01").zh == "规则"
    assert made.cite("LT-AAA-02") is None
    assert made.cite(None) is None
    later = rulebook.in_force(date(2027, 1, 1), (second, silent, first))
    assert list(later.rules) == ["LT-AAA-02", "LT-BBB-01"]
    assert rulebook.in_force(date(2026, 10, 31), (first,)).rules == {}


def test_two_rules_of_one_number_are_refused(package):
    first, second = package(rulebook_2026_11=book("LT-AAA-01")), package(rulebook_2026_11=book("LT-AAA-01"))
    with pytest.raises(ValueError, match="LT-AAA-01"):
        rulebook.in_force(date(2026, 11, 23), (first, second))


def test_a_number_of_another_shape_is_refused(package):
    with pytest.raises(ValueError, match=r"rulebook-2026-11\.toml"):
        rulebook.in_force(date(2026, 11, 23), (package(rulebook_2026_11=book("RULE 1")),))


_FOREIGN = re.compile(
    r"GB/T|GB|DB31/T|RFC|IETF|draft-ietf[-a-z]*|Standard Webhooks|PDF/A-\d|ISO|C2SP|tlog-[a-z]+|Markowitz|Digest Fields"
    r"|LT-[A-Z]{3}|GF-|v3|W3C|ODRL"
)
"""Names that both languages write alike."""


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 11), date(2026, 12, 1)])
def test_every_basis_is_told_in_both_languages(day):
    """Bases stood in one line, half Chinese and half English, whoever read them."""
    bases = {rule.basis for rule in rulebook.in_force(day).rules.values()}
    chinese = {basis: _FOREIGN.sub("", basis_text(basis).zh) for basis in bases}
    assert {basis: zh for basis, zh in chinese.items() if re.search(r"[A-Za-z]{2}", zh)} == {}
    english = {basis: basis_text(basis).en for basis in bases}
    assert {basis: en for basis, en in english.items() if re.search(r"[\u3000-\u9fff\uff00-\uffef]", en)} == {}


def test_places_in_a_law_are_written_as_each_language_does():
    assert basis_text("GUIDE arts. 18 to 21, 28; PIPL art. 73(3)").zh == (
        "数据产权登记工作指引（试行）第18至21、28条；个人信息保护法第73条（3）"
    )
    assert basis_text("house rule; 民法典 art. 444 by analogy").en == "house rule; Civil Code art. 444 by analogy"
    assert basis_text("数据产权登记工作指引（试行）art. 21").en.endswith("(trial) art. 21")
    assert basis_text("gates 3, 4 and something new").zh == "第3、4道闸门和something new"


async def test_a_refusal_tells_the_basis_of_its_rule_in_the_readers_language(client):
    path = "/v1/problems/test-clock-off"
    rule = (await client.get(path)).json()["rule"]
    assert (rule["basis_text"]["zh"], rule["basis_text"]["en"]) == ("本中心规则", "house rule")
    applied = (await client.post("/v1/parties", application("provider"))).json()
    waiting = client.with_key(applied["secret"], applied["party"]["id"])
    for lang, words in (("zh", "数据安全法第33条"), ("en", "Data Security Law art. 33")):
        answer = await waiting.get(f"/v1/orders?lang={lang}")
        assert (answer.status_code, answer.json()["rule"]["id"]) == (403, "LT-ADM-01"), answer.text
        assert words in answer.json()["rule"]["basis"]


async def test_the_published_rulebook_is_whole(client):
    answer = await client.get("/v1/rulebook")
    rules = answer.json()["rules"]
    assert {rule["id"] for rule in rules} >= {f"LT-GEN-0{n}" for n in range(1, 7)}
    assert all(rule["zh"] and rule["en"] and rule["basis"] for rule in rules)
    problem = await client.get("/v1/problems/test-clock-off")
    assert problem.json()["rule"]["id"] == "LT-GEN-04"
    assert problem.json()["meaning"]
