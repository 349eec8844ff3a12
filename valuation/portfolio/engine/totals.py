"""The portfolio's own value: the sum, less what assets share, with a range by the declared correlations; as a trace."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kernel.errors import FieldError
from kernel.money import EXPONENTS
from kernel.text import Text
from valuation.appraisal.engine import expression, limits
from valuation.appraisal.engine.trace import Quantity, Step, Trace, entered
from valuation.portfolio.engine import overlap, spread
from valuation.portfolio.engine.inputs import Terms
from valuation.portfolio.engine.spread import Sums
from valuation.portfolio.engine.store import Recent, Store
from valuation.portfolio.policy import PortfolioPolicy

TERMS_RULE = "LT-PTF-05"


def faults(terms: Terms, body: PortfolioPolicy) -> Iterator[FieldError]:
    """What is wrong with the terms of a run."""
    yield from limits.currency("/currency", terms.currency)
    within, between = terms.correlation.within, terms.correlation.between
    for place, parameter, usual in (
        ("/overlap", terms.overlap, body.overlap),
        ("/correlation/within", within, body.correlation),
        ("/correlation/between", between, body.correlation),
    ):
        yield from limits.out_of_range(f"{place}/value", parameter.value, usual, TERMS_RULE)
    if Decimal(between.value) > Decimal(within.value):
        text = Text("组间相关系数不得高于组内。", "The correlation between groups may not exceed that within one.")
        yield FieldError("/correlation/between/value", text, TERMS_RULE)


def trace_sources(store: Store, body: PortfolioPolicy) -> None:
    """Split every asset's value over its sources; done anew each time, from the values and the lineage alone."""
    known = Recent()
    with store.unit():
        store.db.execute("DELETE FROM part")
        store.db.execute(
            "INSERT INTO part SELECT asset, asset, value FROM result"
            " WHERE NOT EXISTS (SELECT 1 FROM upstream WHERE child = asset) ORDER BY asset"
        )
        derived = "SELECT asset, value FROM result WHERE EXISTS (SELECT 1 FROM upstream WHERE child = asset) ORDER BY 1"
        for asset, value in store.rows(derived):
            shares = overlap.sources(
                asset, store.upstream, known, sources_max=body.sources_max, depth_max=body.depth_max
            )
            parts = overlap.apportioned(value, shares).items()
            store.db.executemany("INSERT INTO part VALUES (?, ?, ?)", [(source, asset, part) for source, part in parts])


def repeated(store: Store) -> int:
    """What the assets hold of sources beyond the largest holding of each."""
    parts = store.rows("SELECT source, amount FROM part ORDER BY source")
    return sum(beyond for _, _, beyond in overlap.repeated(parts))


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the assets of a run come to, in whole minor units: all that the portfolio's value follows from."""

    value: int
    repeated: int
    down: Sums
    up: Sums


def gathered(store: Store) -> Leaves:
    """Add up what is kept of the assets."""
    down, up = (
        spread.sums(store.rows(f"SELECT grp, {column} FROM result ORDER BY grp"))  # noqa: S608 -- one of two texts
        for column in ("value - low", "high - value")
    )
    return Leaves(sum(value for (value,) in store.rows("SELECT value FROM result")), repeated(store), down, up)


def leaves_of(steps: Iterable[Step], currency: str) -> Leaves:
    """The same from a trace; raises KeyError, ValueError or InvalidOperation where it does not hold them."""
    held = {operand.source: Decimal(operand.value) for step in steps for operand in step.inputs}
    places = EXPONENTS[currency]

    def whole(source: str, digits: int) -> int:
        amount = held[source].scaleb(digits)
        if amount != amount.to_integral_value():
            raise ValueError(source)
        return int(amount)

    down, up = (
        Sums(*(whole(f"#/assets/{side}/{name}", 2 * places) for name in ("squares", "groups", "whole")))
        for side in ("down", "up")
    )
    return Leaves(whole("#/assets/value", places), whole("#/assets/repeated", places), down, up)


def compute(leaves: Leaves, terms: Terms, body: PortfolioPolicy) -> tuple[Step, ...]:
    """The steps from the assets' values to the portfolio's."""
    places = EXPONENTS[terms.currency]

    def money(minor: int, source: str) -> Quantity:
        return Quantity(Decimal(minor).scaleb(-places), source)

    trace = Trace()
    whole = trace.step("S", Text("各资产价值合计 S", "Sum of the assets' values S"), "V", body.sum,
                       V=money(leaves.value, "#/assets/value"))  # fmt: skip
    kappa = entered(terms.overlap.value, "#/terms/overlap")
    off = trace.step("D", Text("重叠折减 D = κ·R", "Overlap discount D = κ·R"), f"round(kappa * R, {places})",
                     body.discount, kappa=kappa, R=money(leaves.repeated, "#/assets/repeated"))  # fmt: skip
    value = trace.step("P", Text("组合价值 P = S − D", "Value of the portfolio P = S − D"), "S - D", body.discount,
                       S=whole, D=off)  # fmt: skip
    correlation = {
        "w": entered(terms.correlation.within.value, "#/terms/correlation/within"),
        "b": entered(terms.correlation.between.value, "#/terms/correlation/between"),
    }
    down, up = (
        _width(trace, side, sums, correlation, (value, whole), body, places)
        for side, sums in (("down", leaves.down), ("up", leaves.up))
    )
    low, high = Text("区间下限", "Lower end of the range"), Text("区间上限", "Upper end of the range")
    trace.step("low", low, f"round(P - h, {places})", body.spread, P=value, h=down)
    trace.step("high", high, f"round(P + h, {places})", body.spread, P=value, h=up)
    return tuple(trace.steps)


def _width(
    trace: Trace,
    side: str,
    found: Sums,
    correlation: dict[str, Quantity],
    totals: tuple[Quantity, Quantity],
    body: PortfolioPolicy,
    places: int,
) -> Quantity:
    """Half of the range on one side, in proportion to what the discount leaves."""
    squared = {
        name: Quantity(expression.times(Decimal(amount), Decimal(1).scaleb(-2 * places)), f"#/assets/{side}/{name}")
        for name, amount in (("squares", found.squares), ("groups", found.groups), ("whole", found.whole))
    }
    label = Text(f"离散程度（{side}）", f"Spread ({side})")
    formula = "sqrt((1 - w) * squares + (w - b) * groups + b * whole)"
    wide = trace.step(f"s_{side}", label, formula, body.spread, **correlation, **squared)
    value, whole = totals
    label = Text(f"折减后的离散程度（{side}）", f"Spread after the discount ({side})")
    if not whole.value:
        return trace.step(f"h_{side}", label, "s", body.spread, s=wide)
    return trace.step(f"h_{side}", label, "s * P / S", body.spread, s=wide, P=value, S=whole)
