"""The result of a run: what was valued, under which rules, and how the total follows; never changed again."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from hashlib import sha256
from heapq import nlargest
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from kernel.money import Money, MoneyView
from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.policy import policies as appraisals
from valuation.cells import safe
from valuation.portfolio.engine import overlap, totals
from valuation.portfolio.engine.change import Change
from valuation.portfolio.engine.inputs import Terms
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.work import Basis
from valuation.portfolio.policy import PortfolioRules

SHOWN: Final = 20
COLUMNS: Final = ("asset", "group", "value", "low", "high", "currency", "inputs_sha256", "document_sha256")


class SharedSource(Struct, frozen=True):
    """A source that several assets rest on: how many, and what they hold of it beyond the largest holding."""

    source: str
    assets: int
    repeated: MoneyView


class Result(Struct, frozen=True, omit_defaults=True):
    """A finished run."""

    terms: Terms
    use_until: date
    rule_sets: tuple[PolicyRef, PolicyRef]
    assets: int
    faulty: int
    value: MoneyView
    low: MoneyView
    high: MoneyView
    sum: MoneyView
    discount: MoneyView
    shared: tuple[SharedSource, ...]
    trace: tuple[Step, ...]
    results_sha256: str
    label: Text
    change: Change | None = None


def concluded(store: Store, terms: Terms, basis: Basis, rules: PortfolioRules) -> Result:
    """Compute the totals from what is kept, and keep what a later run compares itself with."""
    totals.trace_sources(store, rules.body)
    steps = totals.compute(totals.gathered(store), terms, rules.body)
    found = {step.id: _money(Decimal(step.result), terms.currency) for step in steps}
    digest = digest_of(store)
    with store.unit():
        store.tell("sha256", digest)
        store.tell("repeated", totals.repeated(store))
        store.tell("overlap", terms.overlap.value)
        store.tell("lineage_sha256", _lineage_digest(store))
    policy = appraisals().version(basis.rule_set)
    use = policy.body.use
    return Result(
        terms=terms,
        use_until=basis.use_until,
        rule_sets=(policy.ref, rules.ref),
        assets=store.count("result"),
        faulty=store.count("fault"),
        value=found["P"],
        low=found["low"],
        high=found["high"],
        sum=found["S"],
        discount=found["D"],
        shared=tuple(_shared(store, terms.currency)),
        trace=steps,
        results_sha256=digest,
        label=Text(use.label_zh, use.label_en),
    )


def _money(amount: Decimal, currency: str) -> MoneyView:
    return Money.round(amount, currency).view()


def _shared(store: Store, currency: str) -> Iterator[SharedSource]:
    parts = store.rows("SELECT source, amount FROM part ORDER BY source")
    largest = nlargest(SHOWN, overlap.repeated(parts), key=lambda each: (each[2], each[0]))
    for source, assets, beyond in largest:
        yield SharedSource(source, assets, Money(beyond, currency).view())


def digest_of(store: Store) -> str:
    """Over every asset's figures and digests, in order of the asset, so that the order of the lines does not matter."""
    digest = sha256()
    columns = "asset, grp, value, low, high, inputs_sha256, document_sha256"
    for row in store.rows(f"SELECT {columns} FROM result ORDER BY asset"):  # noqa: S608 -- fixed names
        digest.update(msgspec.json.encode(row) + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _lineage_digest(store: Store) -> str:
    digest = sha256()
    for row in store.rows("SELECT child, parent, share FROM upstream ORDER BY child, parent"):
        digest.update(msgspec.json.encode(row) + b"\n")
    return f"sha256:{digest.hexdigest()}"


def write_assets(store: Store, currency: str, path: Path) -> None:
    """Every asset's figures as CSV; a text that a spreadsheet would compute is quoted as a text."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        for asset, group, value, low, high, inputs, document in store.rows(
            "SELECT asset, grp, value, low, high, inputs_sha256, document_sha256 FROM result ORDER BY asset"
        ):
            amounts = (Money(each, currency).view().amount for each in (value, low, high))
            out.writerow([safe(asset), safe(group), *amounts, currency, inputs, document])


def write_faults(store: Store, path: Path) -> None:
    """Every line that could not be valued, with each of its faults, as JSON Lines; no file when there is none."""
    if not store.count("fault"):
        return
    with path.open("wb") as file:
        for number, asset, faults in store.rows("SELECT number, asset, faults FROM fault ORDER BY number"):
            line = {"line": number, "asset": asset, "faults": msgspec.json.decode(faults)}
            file.write(msgspec.json.encode(line) + b"\n")
