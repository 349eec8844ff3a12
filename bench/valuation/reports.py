"""A report in all four forms: the JSON, the page, the print and the spreadsheet of an appraisal by three approaches."""

import resource
import statistics
import subprocess
import sys
import time
from typing import Any

from bench import report
from bench.valuation.appraisal import ON, QUALITY, UNTIL, cost_parts, income_parts, said
from kernel.text import Lang, Text
from valuation.appraisal import study as engine
from valuation.appraisal.engine.inputs import Study
from valuation.appraisal.policy import policies
from valuation.reports import build, claims
from valuation.reports.facts import DIMENSIONS, DimensionFacts, QualityFacts, ReportFacts
from valuation.reports.forms import file
from valuation.reports.forms.make import Form, made

ROUNDS = 7
AIM_SECONDS = 2.0
FORMS: tuple[Form, ...] = ("json", "html", "pdf", "xlsx")
LANGS: tuple[Lang, ...] = ("zh", "en")


def comparable(price: str, scale: str) -> dict[str, Any]:
    """A realised deal."""
    numbers = {"price": price, "scale": scale, "remaining_years": "3", "quality": "90", "price_index": "100",
               "supply_demand": "1", "other": "1"}  # fmt: skip
    words = {"kind": "realised", "dated": "2026-06-30", "currency": "CNY", "tax_basis": "post-tax", "right": "use",
             "mode": "one-off", "field": "retail", "region": "CN"}  # fmt: skip
    return {**words, **{name: said(number) for name, number in numbers.items()}}


def three_approaches(round_: int) -> dict[str, Any]:
    """Cost, income and market, weighed; no two rounds value the same, so that nothing is remembered."""
    market = {
        "right": "use", "mode": "one-off", "field": "retail", "region": "CN", "tax_basis": "post-tax",
        **{name: said(number) for name, number in {"scale": "1000000", "remaining_years": "3", "price_index": "103",
           "quality_exponent": "1", "capacity_exponent": "0.8"}.items()},
        "comparables": {
            f"deal_{i}": comparable(str(250_000 + 9_000 * i + round_), str(900_000 + 60_000 * i)) for i in range(8)
        },
    }  # fmt: skip
    weights = {"cost": said("0.3"), "income": said("0.4"), "market": said("0.3")}
    study = engine.appraise(
        "ast_1",
        _study({"cost": cost_parts(str(300_000 + round_)), "income": income_parts("2000000"), "market": market,
                "weighing": {"reason": "all three are supported", "weights": weights, "gap_reason": "demand"}}),
        QUALITY, base_date=ON, use_until=UNTIL, policy=policies().at(ON),
    )  # fmt: skip
    return claims.ordered(_plain(study))


def _study(parts: dict[str, Any]) -> Study:
    import msgspec

    head = {"currency": "CNY", "purpose": "质押融资价值参考", "value_type": "market-value"}
    return msgspec.convert({**head, **parts}, Study)


def _plain(study: Any) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(study))
    return found


def facts() -> ReportFacts:
    """A scorecard beside the appraisal, so that the radar is drawn."""
    dimensions = {code: DimensionFacts(Text(code, code), "92.50", "0.16") for code in DIMENSIONS}
    quality = QualityFacts("GB/T 36344-2018", "92.50", Text("良好", "good"), "2026-11-20T00:00:00Z", 1_000_000,
                           "shop 1.0.0", "quality 2026-11", dimensions, (), 40, (), 0)  # fmt: skip
    return ReportFacts(asset="ast_1", asset_name="全国零售门店订单明细数据", quality=quality)


Taken = dict[str, tuple[float, float]]
"""Seconds on the wall and of the processor, by what they were taken for."""


def once(round_: int, lang: Lang) -> Taken:
    """What the model and each form take, from the computed appraisal on."""
    appraisal, known, taken = three_approaches(round_), facts(), Taken()
    began = _now()
    whole = file.encoded(file.contents(build.build(appraisal, known), known, appraisal))
    taken["model and JSON"] = _since(began)
    for form in FORMS[1:]:
        began = _now()
        assert len(made(form, whole, lang)) > 1000
        taken[form] = _since(began)
    return taken


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> tuple[float, float]:
    wall, processor = _now()
    return wall - began[0], processor - began[1]


def cold() -> tuple[float, float]:
    """What a process takes that starts, imports, makes all four forms once, and ends."""
    code = "from bench.valuation.reports import once; once(0, 'zh')"
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run() -> None:
    """Measure."""
    steps = len(three_approaches(0)["trace"])
    print(f"a report in all four forms, appraisal by three approaches with eight comparables, {steps} steps of trace")
    whole, processor = cold()
    print(f"  a process of its own, from start to end: {whole:.2f} s on the wall, {processor:.2f} s of the processor")
    once(0, "zh")
    for lang in LANGS:
        rounds = [once(1 + i, lang) for i in range(ROUNDS)]
        wall, processor = (statistics.median(sum(each[i] for each in one.values()) for one in rounds) for i in (0, 1))
        parts = ", ".join(
            f"{name} {statistics.median(one[name][1] for one in rounds) * 1000:.0f} ms" for name in rounds[0]
        )
        print(f"  {lang}, in a process that has its fonts: median {wall:.2f} s on the wall, {processor:.2f} s of the")
        print(f"    processor ({parts}); aim < {AIM_SECONDS} s on the wall: {_verdict(wall)}")
    print()


def _verdict(seconds: float) -> str:
    return "reached" if seconds < AIM_SECONDS else "NOT reached"


if __name__ == "__main__":
    report.machine()
    run()
