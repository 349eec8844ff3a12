"""The one-file verifier and ten thousand recomputations: other processes, other locales, any flipped bit."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kernel.crypto import canonical
from tests.valuation.appraisal.makers import (
    BASE,
    RULES,
    build_up,
    comparable,
    cost,
    guide,
    income,
    market,
    said,
    study,
    value,
    weighing,
)
from tests.valuation.appraisal.test_calculations import cap, pool
from tests.valuation.appraisal.test_cost import appraise as cost_only
from valuation.appraisal.calculations.calculation import KINDS, calculate
from valuation.appraisal.document import appraisal_in
from valuation.appraisal.recompute import recompute
from valuation.appraisal.standalone import build
from valuation.appraisal.standalone.check import main

WEIGHTS = {"cost": said("0.3"), "income": said("0.5"), "market": said("0.2")}
JUDGED = [
    {"first": "income", "second": "cost", "scale": "3", "reason": "demand is known"},
    {"first": "market", "second": "cost", "scale": "5", "reason": "deals are recent"},
    {"first": "market", "second": "income", "scale": "2", "reason": "deals are recent"},
]


def calculated(kind: str, **inputs: Any) -> msgspec.Struct:
    return calculate(kind, msgspec.convert(inputs, KINDS[kind].inputs), base_date=BASE, policy=RULES)


def documents() -> dict[str, bytes]:
    """One stored result by every way of computing."""
    everything = {"cost": cost(), "income": income(half_life_years=said("2")), "market": market()}
    option = {"underlying": "42", "exercise": "40", "rate": "0.03", "volatility": "0.2", "years": "0.5"}
    wara = {
        "by": "wara",
        "wacc": {
            "by": "wacc",
            "equity": {
                "by": "capm", "risk_free": said("0.02"), "beta": said("1.2"), "equity_premium": said("0.06"),
                "specific": said("0.03"),
            },
            "equity_weight": said("0.7"), "debt_weight": said("0.3"), "cost_of_debt": said("0.05"),
            "tax_rate": said("0.25"),
        },
        "assets": {"fixed": {"weight": said("0.7"), "rate": said("0.06")}},
        "data_weight": said("0.3"),
    }  # fmt: skip
    made = {
        "cost": cost_only(),
        "guide": value(study(guide=guide())),
        "income": value(study(income=income(perpetual_growth=said("0.02")))),
        "wara": value(study(income=income(discount=wara))),
        "excess": value(
            study(income=income(method="excess", charges={"plant": {"value": said("500000"), "rate": said("0.1")}}))
        ),
        "market": value(study(market=market(comparables=market()["comparables"] | {"d": comparable("7", right="x")}))),
        "weighed": value(study(**everything, weighing=weighing(weights=WEIGHTS, gap_reason="依据不同"))),
        "judged": value(study(**everything, weighing={"reason": "x", "judgements": JUDGED, "gap_reason": "y"})),
        "price-cap": calculated("price-cap", **cap(actual_income=said("1254002"))),
        "gartner": calculated(
            "gartner", measure="mvi", parameters={n: said("3") for n in ("exclusive_price", "partners", "premium")}
        ),
        "option": calculated("real-option", currency="USD", **{name: said(text) for name, text in option.items()}),
        "shapley": calculated(
            "shapley", currency="CNY", parties=["a", "b"], coalitions={"a": "1", "b": "2.50", "a+b": "7"},
            source="model", evidence="fil_1",
        ),
        "pool": calculated("shapley-pool", **pool(samples="500")),
    }  # fmt: skip
    return {name: canonical.dumps(each) for name, each in made.items()}


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("verifier") / "verifier.py"
    build.write(path)
    return path


def verify(verifier: Path, *files: Path) -> tuple[int, str]:
    """Run it isolated: no site packages, no environment, no working directory on the path, an odd locale and zone."""
    environment = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), *map(str, files)],
        capture_output=True,
        check=False,
        cwd=verifier.parent,
        env=environment,
    )
    return ran.returncode, ran.stdout.decode() + ran.stderr.decode()


def test_one_file_on_the_standard_library_recomputes_every_way_of_computing(verifier: Path, tmp_path: Path) -> None:
    files = []
    for name, stored in documents().items():
        (tmp_path / f"{name}.json").write_bytes(stored)
        files.append(tmp_path / f"{name}.json")
    code, said_ = verify(verifier, *files)
    assert (code, said_.count("✓")) == (0, len(files)), said_
    assert "import msgspec" not in verifier.read_text().partition("MODULES = ")[0]


def leaves(node: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, below in items:
        if isinstance(below, dict | list):
            yield from leaves(below, f"{path}/{key}")
        else:
            yield node, key, f"{path}/{key}"


def flipped(text: str, rng: random.Random) -> str:
    """One bit of one ASCII character, kept printable so that the file stays JSON."""
    for _ in range(1000):
        place = rng.randrange(len(text))
        other = chr(ord(text[place]) ^ (1 << rng.randrange(7)))
        if other.isprintable():
            return text[:place] + other + text[place + 1 :]
    raise AssertionError(text)


@pytest.mark.slow
def test_any_flipped_bit_is_caught_by_the_one_file_and_its_place_named(verifier: Path, tmp_path: Path) -> None:
    rng, files, places = random.Random(5), [], []
    for name, stored in documents().items():
        count = sum(1 for holder, key, _ in leaves(json.loads(stored)) if isinstance(holder[key], str) and holder[key])
        for i in rng.sample(range(count), 12):
            document = json.loads(stored)
            texts = [each for each in leaves(document) if isinstance(each[0][each[1]], str) and each[0][each[1]]]
            holder, key, place = texts[i]
            holder[key] = flipped(holder[key], rng)
            file = tmp_path / f"{name}-{i}.json"
            file.write_text(json.dumps(document))
            files.append(file)
            places.append(place)
    code, said_ = verify(verifier, *files)
    lines = said_.splitlines()
    assert code == 1, said_
    assert [line[0] for line in lines] == ["✗"] * len(files), said_
    for line, place, file in zip(lines, places, files, strict=True):
        library = recompute(json.loads(file.read_bytes()))
        assert not library.same
        assert f"first difference {library.place}: " in line, "the one file and the library name the same place"
        if place.startswith("/trace/"):
            assert "difference /trace" in line, (line, place)


def test_a_changed_rule_set_is_named(tmp_path: Path) -> None:
    text = build.verifier()
    assert text.count('uncertainty = "0.20"') == 1
    altered, report = tmp_path / "altered.py", tmp_path / "report.json"
    altered.write_text(text.replace('uncertainty = "0.20"', 'uncertainty = "0.30"'))
    report.write_bytes(documents()["income"])
    code, said_ = verify(altered, report)
    assert (code, "/rule_set" in said_) == (1, True), said_


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"appraisal": 5}', b'{"trace": [], "rule_set": 5}', b"[" * 100_000]
)
def test_what_is_no_report_is_said_to_be_none(verifier: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    code, said_ = verify(verifier, file)
    assert code in (1, 2)
    assert "Traceback" not in said_
    assert "✓" not in said_


def test_it_finds_the_report_inside_a_credential(tmp_path: Path) -> None:
    stored = json.loads(documents()["judged"])
    wrapped = {"document": {"credentialSubject": {"appraisal": stored}}, "log": None}
    assert appraisal_in(wrapped) == stored
    (tmp_path / "x.json").write_text(json.dumps(wrapped))
    assert main([str(tmp_path / "x.json")]) == 0
    assert main([]) == 2
    assert main([str(tmp_path / "missing.json")]) == 2


CHILD = """
import decimal, json, locale, sys, time
decimal.setcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP))
time.tzset()
for name in ("tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8"):
    try:
        locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        continue
from valuation.appraisal.recompute import appraised, policies, recompute
import msgspec
differing = count = 0
for line in sys.stdin.buffer:
    stored = line.rstrip(b"\\n")
    document = json.loads(stored)
    if "calculation" in document:
        differing += not recompute(document).same
        count += 1
        continue
    again = appraised(document, policies().version(document["rule_set"]["version"]))
    differing += msgspec.json.encode(again, order="sorted") != stored
    count += 1
print(count, differing)
"""


@pytest.mark.slow
def test_ten_thousand_appraisals_recompute_to_the_same_bytes_elsewhere() -> None:
    rng, stored = random.Random(20261123), list(documents().values())
    for i in range(10_000 - len(stored)):
        rate = build_up(data=f"0.{rng.randrange(1000):05}", industry=f"0.{rng.randrange(500):04}")
        parts = {
            "cost": cost() | {"return_on_cost": said(f"0.{rng.randrange(5, 30):02}")},
            "income": income(
                income=[said(str(rng.randrange(1, 10**9)))],
                discount=rate,
                half_life_years=said(str(rng.randrange(1, 20))),
                life={"years": said(str(rng.randrange(1, 10)))},
            ),
        }
        chosen = parts if i % 3 == 0 else dict([list(parts.items())[i % 3 - 1]])
        weighed = {"weighing": weighing(gap_reason="x")} if len(chosen) > 1 else {}
        stored.append(
            canonical.dumps(value(study(**chosen, **weighed), f"{rng.randrange(1, 100)}.{rng.randrange(100):02}"))
        )
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}
    ran = subprocess.run(
        [sys.executable, "-c", CHILD], input=b"\n".join(stored), capture_output=True, check=False, env=environment
    )
    assert ran.stdout.split() == [b"10000", b"0"], ran.stderr.decode()
