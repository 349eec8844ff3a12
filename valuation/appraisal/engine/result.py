"""The result of an appraisal, put together in one place for every approach."""

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from kernel.money import EXPONENTS, MoneyView
from kernel.rules.policy import PolicyRef
from kernel.text import Text
from valuation.appraisal.engine import expression
from valuation.appraisal.engine.inputs import QualityBasis, Stated
from valuation.appraisal.engine.trace import Quantity, Step, Trace
from valuation.appraisal.policy import AppraisalRules


class Appraisal(Struct, frozen=True):
    """The result; `trace` is the computation itself, and recomputing the document gives the same bytes.

    `inputs_sha256` binds what no step computes with: the asset, the dates, the provenance of every parameter.
    """

    approach: str
    asset: str
    base_date: date
    use_until: date
    inputs: Struct
    quality: QualityBasis
    inputs_sha256: str
    rule_set: PolicyRef
    value: MoneyView
    low: MoneyView
    high: MoneyView
    trace: tuple[Step, ...]
    notes: tuple[Text, ...]
    label: Text
    status: Text
    limits: tuple[Text, ...]


def concluded(
    approach: str,
    asset: str,
    study: Stated,
    quality: QualityBasis,
    dates: tuple[date, date],
    policy: AppraisalRules,
    band: tuple[Quantity, Quantity, Quantity],
    trace: Trace,
    notes: Iterable[Text],
) -> Appraisal:
    """The appraisal of (base date, use until) with its value, low and high."""
    base_date, use_until = dates
    value, low, high = (money(amount, study.currency) for amount in band)
    use = policy.body.use
    label, status = _texts((use.label_zh, use.status_zh), (use.label_en, use.status_en))
    limits = _texts(use.limits_zh, use.limits_en)
    return Appraisal(
        approach=approach,
        asset=asset,
        base_date=base_date,
        use_until=use_until,
        inputs=study,
        quality=quality,
        inputs_sha256=digest([asset, base_date, use_until, study, quality]),
        rule_set=policy.ref,
        value=value,
        low=low,
        high=high,
        trace=tuple(trace.steps),
        notes=tuple(notes),
        label=label,
        status=status,
        limits=limits,
    )


@lru_cache(maxsize=64)
def _texts(zh: tuple[str, ...], en: tuple[str, ...]) -> tuple[Text, ...]:
    """The sentences of a rule set, which every appraisal under it repeats."""
    return tuple(map(Text, zh, en))


def money(amount: Quantity, currency: str) -> MoneyView:
    """The amount that a step gave, as money."""
    return MoneyView(expression.fixed(amount.value, EXPONENTS[currency]), currency)


def digest(value: Any) -> str:
    """The digest of the canonical form: inputs hold strings under ASCII names only, where sorted JSON is RFC 8785."""
    return "sha256:" + hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
