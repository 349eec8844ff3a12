"""Reading permitted incomes and their checks, and what was earned in a year."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.money import Money
from kernel.rules.policy import PolicyRef
from kernel.states import Role
from kernel.time.clock import start_of_day_in_china
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.billing.models import Bill
from market.earnings.sellers import given_back, sales, seller
from market.permitted_incomes.models import IncomeCheck, PermittedIncome
from market.permitted_incomes.schemas import IncomeCheckView, PermittedIncomeView
from market.permitted_incomes.states import CHECK, CheckState
from market.splits.models import Distribution, LegCredit, LegRefund
from valuation.appraisal.calculations.inputs import PriceCapInputs

_OFFICES: Final = (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR)
AUDIENCE: Final = Audience("permitted_income", _OFFICES)
CHECKS: Final = Audience("income_check", _OFFICES)
"""Who may see a permitted income, and its checks, besides the operator of the data."""


def inputs_of(row: PermittedIncome) -> PriceCapInputs:
    """What was decided, as it was recorded."""
    return msgspec.convert(row.inputs, PriceCapInputs)


def view(row: PermittedIncome) -> PermittedIncomeView:
    """A permitted income for the wire."""
    excess = row.cycle_excess_minor
    return shown(
        row,
        PermittedIncomeView,
        assets=row.asset_ids,
        inputs=inputs_of(row),
        rule_set=msgspec.convert(row.rule_set, PolicyRef),
        allowed=row.allowed.view(),
        cycle_excess=None if excess is None else Money(excess, row.currency).view(),
    )


def check_view(row: IncomeCheck, actor: Actor) -> IncomeCheckView:
    """A check with what the actor may do about it."""
    role = CHECKS.role(actor, provider=row.party_id)
    money = {
        name: Money(getattr(row, f"{name}_minor"), row.currency).view() for name in ("actual", "allowed", "excess")
    }
    return shown(
        row,
        IncomeCheckView,
        **money,
        owner=_owner(row),
        allowed_actions=[str(action) for action in CHECK.actions(row.status, role)] if role else [],
    )


def _owner(row: IncomeCheck) -> str | None:
    """Whose move it is: the operator of the data adjusts, the centre looks at what it answered."""
    if row.status is CheckState.CLOSED:
        return None
    return str(Role.OPERATOR) if row.status is CheckState.ANSWERED else row.party_id


async def permitted_income(act: Act, income_id: str) -> PermittedIncomeView:
    """One permitted income; raises NotFound."""
    row = await one(act.session, PermittedIncome, income_id)
    AUDIENCE.require(act.actor, row.id, row.party_id)
    return view(row)


async def permitted_incomes(act: Act, limit: int, cursor: str | None) -> Page[PermittedIncomeView]:
    """Those that the actor may see, newest first."""
    query = select(PermittedIncome).where(AUDIENCE.among(act.actor, PermittedIncome.party_id))
    rows = await fetch(act.session, query, PermittedIncome.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(view)


async def check(act: Act, check_id: str) -> IncomeCheckView:
    """One check; raises NotFound."""
    row = await one(act.session, IncomeCheck, check_id)
    CHECKS.require(act.actor, row.id, row.party_id)
    return check_view(row, act.actor)


async def checks(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[IncomeCheckView]:
    """The checks that the actor may see, newest first."""
    query = select(IncomeCheck).where(CHECKS.among(act.actor, IncomeCheck.party_id))
    if status is not None:
        query = query.where(IncomeCheck.status == CheckState(status))
    rows = await fetch(act.session, query, IncomeCheck.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: check_view(row, act.actor))


async def earned(session: AsyncSession, row: PermittedIncome, since: date, until: date) -> Money:
    """What the assets of a permitted income earned from a day to the day before another, taxes included.

    It is all that was shared out of orders and bills of its party's in that time, less what refunds and service credits
    gave back in it; below nothing is nothing. The cost of an audit that is paid back is no income.
    """
    begin, end = start_of_day_in_china(since), start_of_day_in_china(until)

    def within(column: Any) -> Sequence[Any]:
        of = (Agreement.asset_id.in_(row.asset_ids), seller() == row.party_id)
        no_cost = Bill.kind.is_distinct_from("audit-cost")
        return (*of, no_cost, Distribution.currency == row.currency, column >= begin, column < end)

    shared = sales(select(func.coalesce(func.sum(Distribution.gross_minor), 0)))
    minor = int(await session.scalar(shared.where(*within(Distribution.created_at))) or 0)
    for taken in (LegRefund, LegCredit):
        minor -= int(await session.scalar(given_back(taken).where(*within(taken.created_at))) or 0)
    return Money(max(0, minor), row.currency)
