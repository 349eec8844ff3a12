"""What permitted incomes say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.permitted_incomes.states import CheckState
from valuation.appraisal.calculations.inputs import PriceCapInputs

Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class RecordPermittedIncome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Record what the authorising body decided for products of public data, and the costs that it goes by."""

    party_id: Annotated[
        str, Meta(pattern="^pty_", max_length=40, description="公共数据的授权运营方 · the operator of the data")
    ]
    assets: Annotated[
        list[Annotated[str, Meta(pattern="^ast_", max_length=40)]],
        Meta(min_length=1, max_length=500, description="所涉数据资产 · the assets that it covers"),
    ]
    decision: Annotated[
        str, Meta(min_length=2, max_length=200, description="核定文件的名称与文号 · name and number of the decision")
    ]
    begins_on: Annotated[date, Meta(description="评估周期首日 · first day of the cycle")]
    inputs: Annotated[
        PriceCapInputs, Meta(description="成本、利润率与税金 · costs, margin and taxes, for use in industry")
    ]


class AnswerCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say how prices or caps were adjusted after a check, from when, and by which decision."""

    text: Reason


class DecideCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take an answer, or give it back with what is missing."""

    reason: Reason


class PermittedIncomeView(msgspec.Struct, frozen=True):
    """A permitted income and how far its years are checked."""

    id: str
    party_id: str
    assets: Annotated[list[str], Meta(description="所涉数据资产 · the assets that it covers")]
    decision: str
    inputs: PriceCapInputs
    rule_set: Annotated[PolicyRef, Meta(description="计算所依规则集 · the rule set that it was computed by")]
    allowed: Annotated[MoneyView, Meta(description="每年准许收入 · what may be earned in a year")]
    begins_on: Annotated[date, Meta(description="评估周期首日 · first day of the cycle")]
    ends_on: Annotated[date, Meta(description="评估周期末日 · last day of the cycle")]
    checked_years: Annotated[int, Meta(description="已检查的年数 · how many years are checked")]
    next_check_at: Annotated[datetime | None, Meta(description="下次检查时间 · when the next year is checked")]
    cycle_excess: Annotated[
        MoneyView | None, Meta(description="周期超额收入，在下一周期扣减 · what the cycle earned too much")
    ]
    created_at: datetime


class IncomeCheckView(msgspec.Struct, frozen=True):
    """A check: what was earned against what was permitted, what follows, and whose move it is."""

    id: str
    permitted_income_id: Annotated[str, Meta(description="准许收入编号 · id of the permitted income")]
    party_id: str
    year: Annotated[int, Meta(description="周期内第几年；0 为整个周期 · which year of the cycle; 0 is all of it")]
    since: date
    until: date
    actual: Annotated[MoneyView, Meta(description="实际收入 · what was earned")]
    allowed: Annotated[MoneyView, Meta(description="准许收入 · what was permitted")]
    excess: Annotated[MoneyView, Meta(description="超额收入 · what was earned above it")]
    gap: Annotated[str | None, Meta(description="偏离度 · the difference as a part of what was permitted")]
    adjusts: Annotated[
        Literal["nothing", "prices", "caps", "next-cycle"],
        Meta(description="应调整的对象 · what has to be adjusted"),
    ]
    owner: Annotated[str | None, Meta(description="应由谁办理 · who has to act")]
    answer: Annotated[str | None, Meta(description="运营方的答复 · what was answered")]
    decision_reason: str | None
    due_at: datetime | None
    status: CheckState
    allowed_actions: list[str]
    created_at: datetime
