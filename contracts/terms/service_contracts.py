"""Terms of a contract on services, which license no data: what they have to say, and what they cannot; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from contracts.clauses.library import library
from contracts.terms.document import Delivery, ServiceLevels, Terms
from contracts.terms.errors import NothingLicensed
from contracts.terms.prices import Free, OneOff
from kernel.errors import FieldError
from kernel.text import Text

RULE: Final = NothingLicensed.rule
YEARS_MAX: Final = 10
FIXED_FEE: Final = "fixed-fee"
"""The clause by which the fee is the price at the head of the contract; without it the fee follows from a clause."""

_ABSENT: Final = Text(
    "服务合同不授予数据使用权，此项不填写", "A contract on services licenses no data, and goes without it"
)


def faults(terms: Terms, on: date, pointer: str) -> Iterator[FieldError]:
    """What is wrong with terms without a policy, whatever their clauses say."""
    model = library(on).models.get(terms.model)
    if model is not None and model.policy:
        text = Text(
            "该示范合同许可数据使用，须附使用控制策略", "This model contract licenses data: give its usage policy"
        )
        yield FieldError(f"{pointer}/policy", text, RULE)
        return
    if terms.consumer is None:
        text = Text("服务合同须写明委托方", "A contract on services names its client")
        yield FieldError(f"{pointer}/consumer", text, RULE)
    if not terms.use_case:
        text = Text("请写明服务所及的标的", "Say what the service is about")
        yield FieldError(f"{pointer}/use_case", text, RULE)
    yield from _period(terms, on, pointer)
    yield from _fee(terms, pointer)
    absent = {
        "listing": terms.listing is None,
        "purpose": terms.purpose is None,
        "delivery": terms.delivery is Delivery.NONE,
        "service": terms.service == ServiceLevels(),
        "commissions": not terms.commissions,
    }
    for name, is_absent in absent.items():
        if not is_absent:
            text = _ABSENT if name != "delivery" else Text("应为 none", "It is none")
            yield FieldError(f"{pointer}/{name}", text, RULE)


def _period(terms: Terms, on: date, pointer: str) -> Iterator[FieldError]:
    latest = on + timedelta(days=366 * YEARS_MAX)
    if terms.ends_on is None or not on <= terms.ends_on <= latest:
        text = Text(
            f"请写明合同的最后一日，自今日起至多 {YEARS_MAX} 年",
            f"Say its last day: not before today, and at most {YEARS_MAX} years ahead",
        )
        yield FieldError(f"{pointer}/ends_on", text, RULE)


def _fee(terms: Terms, pointer: str) -> Iterator[FieldError]:
    """A fixed fee is the price, paid once between the two; any other is said by its clause, and the price is none."""
    fixed = any(use.clause == FIXED_FEE for use in terms.clauses)
    if not isinstance(terms.price, OneOff if fixed else Free):
        text = (
            Text("固定报酬须为一次性价款", "A fixed fee is a price that is paid once")
            if fixed
            else Text("报酬由条款约定，价款填写 free", "The fee is said by its clause; the price is free")
        )
        yield FieldError(f"{pointer}/price", text, RULE)
