"""What `liutong verify` says of the result of a portfolio run: it is no issued document, and it is computed again.

Nobody signs a run. Its totals follow from the trace; its assets are recomputed where `run.sqlite` lies beside it.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import msgspec

from kernel.crypto.canonical import sha256_hex
from kernel.documents.checks import Check, Report, Trust
from kernel.errors import DomainError
from kernel.money import Money
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from valuation.appraisal.policy import policies as appraisals
from valuation.portfolio.engine import summary, totals, work
from valuation.portfolio.engine.inputs import RunFile, Terms
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.summary import Result
from valuation.portfolio.policy import PortfolioPolicy, policies

KIND: Final = "portfolio-result"
STATE: Final = "run.sqlite"
_SIGNATURE: Final = Text("签名", "signature")
_SHAPE: Final = Text("内容", "contents")
_RULES: Final = Text("规则集", "rule sets")
_TOTALS: Final = Text("重算合计", "recomputed totals")
_ASSETS: Final = Text("重算各资产", "recomputed assets")
_MARKS: Final = frozenset({"terms", "rule_sets", "results_sha256", "trace"})


def result_in(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The result of a run, bare or as the API gives it with its run; None where the file holds none."""
    held = found.get("result", found)
    return held if isinstance(held, dict) and held.keys() >= _MARKS else None


def examined(data: bytes, found: Mapping[str, Any], name: str, trust: Trust | None) -> Report | None:
    """Check a file that holds the result of a run, as far as it tells by itself; None where it is none."""
    stated = result_in(found)
    if stated is None:
        return None
    said = Text(
        "组合估值结果不经签发，无签名可核验", "the result of a run is not issued; there is no signature to check"
    )
    checks = [Check(_SIGNATURE, None, said), *_checked(stated)]
    named = stated["terms"].get("name", "") if isinstance(stated["terms"], dict) else ""
    digest = f"sha256:{sha256_hex(data)}"
    return Report(name, KIND, str(named), digest, trust.source if trust else None, checks)


def _checked(stated: Mapping[str, Any]) -> Iterator[Check]:
    try:
        result = _read(stated)
    except msgspec.ValidationError as problem:
        yield Check(_SHAPE, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
        return
    body = _rules(result)
    if body is None:
        text = Text("不是所发布的规则集", "they are not those that were published")
        yield Check(_RULES, False, text)
        return
    yield Check(_RULES, True, Text(*[", ".join(f"{each.kind} {each.version}" for each in result.rule_sets)] * 2))
    place = _differing(result, body)
    if place is None:
        count = len(result.trace)
        yield Check(_TOTALS, True, Text(f"{count} 步逐一相同", f"all {count} steps are the same"))
    else:
        text = Text(f"首个不同之处 {place}", f"the first place that differs is {place}")
        yield Check(_TOTALS, False, text)


def _read(stated: Mapping[str, Any]) -> Result:
    """The typed result; a run from files names them in its terms. Raises ValidationError."""
    terms = stated.get("terms")
    if isinstance(terms, dict) and "assets" in terms:
        msgspec.convert(terms, RunFile)
        stated = {**stated, "terms": {name: terms[name] for name in Terms.__struct_fields__ if name in terms}}
    return msgspec.convert(stated, Result)


def _rules(result: Result) -> PortfolioPolicy | None:
    """The rules of portfolios that the result names, if it names published ones."""
    own, other = result.rule_sets[1], result.rule_sets[0]
    try:
        appraisal, portfolio = appraisals().version(other.version), policies().version(own.version)
    except PolicyMissing:
        return None
    return portfolio.body if (appraisal.ref, portfolio.ref) == result.rule_sets else None


def _differing(result: Result, body: PortfolioPolicy) -> str | None:
    """The first place of the totals that does not follow from the sums over the assets."""
    currency = result.terms.currency
    try:
        again = totals.compute(totals.leaves_of(result.trace, currency), result.terms, body)
        found = {step.id: Money.round(Decimal(step.result), currency).view() for step in again}
    except (KeyError, ValueError, ArithmeticError, InvalidOperation) as problem:
        return f"/trace ({problem})"
    for mine, theirs in zip(again, result.trace, strict=False):
        if mine != theirs:
            return f"/trace/{mine.id}"
    if len(again) != len(result.trace):
        return "/trace"
    ends = {"value": "P", "low": "low", "high": "high", "sum": "S", "discount": "D"}
    return next((f"/{name}" for name, id_ in ends.items() if getattr(result, name) != found[id_]), None)


def check_assets_file(folder: Path, found: Mapping[str, Any]) -> Check:
    """Whether the assets in the run's own file, each valued again, give what the result states of them."""
    path = folder / STATE
    if not path.is_file():
        text = Text(
            f"旁边没有 {STATE}，各资产未重算", f"there is no {STATE} beside it: the assets were not valued again"
        )
        return Check(_ASSETS, None, text)
    try:
        result = _read(result_in(found) or {})
        with closing(Store(path, read_only=True)) as kept, closing(kept.in_memory()) as store:
            place, count = _of_store(store, result), store.count("result")
    except (sqlite3.DatabaseError, msgspec.MsgspecError, DomainError, KeyError, ValueError, ArithmeticError) as problem:
        text = Text(f"{STATE} 无法重算：{problem}", f"{STATE} cannot be computed again: {str(problem)[:200]}")
        return Check(_ASSETS, False, text)
    if place is None:
        return Check(_ASSETS, True, Text(f"{count} 项逐一相同", f"all {count} assets are the same"))
    return Check(_ASSETS, False, Text(f"首个不同之处 {place}", f"the first place that differs is {place}"))


def _of_store(store: Store, result: Result) -> str | None:
    """The first thing in a run's file that is not what the result states."""
    if summary.digest_of(store) != result.results_sha256:
        return "/results_sha256"
    basis = work.stored_basis(store.told("basis"))
    terms = (basis.base_date, basis.use_until, basis.currency, basis.rule_set)
    if terms != (result.terms.base_date, result.use_until, result.terms.currency, result.rule_sets[0].version):
        return "/terms"
    for asset, line, document in store.rows("SELECT asset, line, document_sha256 FROM result ORDER BY asset"):
        if work.digest(work.stored_appraisal(line, basis)) != document:
            return f"asset {asset}"
    body = policies().version(result.rule_sets[1].version).body
    totals.trace_sources(store, body)
    again = totals.compute(totals.gathered(store), result.terms, body)
    return next((f"/trace/{step.id}" for step, told in zip(again, result.trace, strict=True) if step != told), None)
