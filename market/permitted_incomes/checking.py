"""Checking the years of permitted incomes against the books: the clock does it, and opens what has to be adjusted."""

from datetime import date

import msgspec
from sqlalchemy import func, select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.money import Money
from kernel.rules.policy import PolicyRef
from kernel.time.clock import end_of_day_in_china, start_of_day_in_china
from market.permitted_incomes import queries, rules
from market.permitted_incomes.models import IncomeCheck, PermittedIncome
from market.permitted_incomes.states import CHECK, CheckState
from valuation.appraisal.calculations.calculation import calculate
from valuation.appraisal.calculations.price_cap import adjusts
from valuation.appraisal.engine.inputs import Parameter
from valuation.appraisal.policy import policies


async def check_year(act: Act, income_id: str) -> bool:
    """Check the next year of a permitted income that is over, and the cycle with its last; says whether one was."""
    row = await locked(act.session, PermittedIncome, income_id)
    if row.next_check_at is None or row.next_check_at > act.at:
        return False
    year = row.checked_years + 1
    since, until = rules.anniversary(row.begins_on, year - 1), rules.anniversary(row.begins_on, year)
    actual = await queries.earned(act.session, row, since, until)
    await _begin(act, row, year, (since, until), actual, *_compared(row, actual))
    if year == row.cycle_years:
        await _end_cycle(act, row, until)
    else:
        row.next_check_at = start_of_day_in_china(rules.anniversary(row.begins_on, year + 1))
        row.checked_years = year
    await act.session.flush()
    return True


def _compared(row: PermittedIncome, actual: Money) -> tuple[str, int, str]:
    """The gap, the excess in minor units, and what has to be adjusted, by the calculation of valuations."""
    policy = policies().version(msgspec.convert(row.rule_set, PolicyRef).version)
    said = Parameter(actual.view().amount, "market.permitted_incomes", "distribution", "high")
    inputs = msgspec.structs.replace(queries.inputs_of(row), actual_income=said)
    made = calculate("price-cap", inputs, base_date=row.begins_on, policy=policy)
    excess = max(0, actual.minor - row.allowed_minor)
    return made.results["gap"], excess, adjusts(made.results["gap"], policy.body)


async def _begin(
    act: Act, row: PermittedIncome, year: int, days: tuple[date, date], actual: Money, gap: str | None, excess: int,
    what: str,
) -> None:  # fmt: skip
    system, nothing = act.by(SYSTEM), what == "nothing"
    due_on = rules.answer_due_on(act.today, rules.POLICY.at(act.today).body)
    check = IncomeCheck(
        id=ids.new("ick"),
        permitted_income_id=row.id,
        party_id=row.party_id,
        year=year,
        since=days[0],
        until=days[1],
        actual_minor=actual.minor,
        allowed_minor=row.allowed_minor * (1 if year else row.cycle_years),
        excess_minor=excess,
        currency=row.currency,
        gap=gap,
        adjusts=what,
        answer=None,
        decision_reason=None,
        decided_by=None,
        due_at=None if nothing else end_of_day_in_china(due_on),
        created_at=act.at,
    )
    state = CheckState.CLOSED if nothing else CheckState.OPEN
    facts = {"year": str(year), "actual": str(actual), "allowed": str(row.allowed), "gap": gap, "adjusts": what}
    rule = rules.YEARLY if year else rules.CYCLE
    await lifecycle.begin_in(system, check, CHECK, state, parties=[row.party_id], rule=rule, **facts)


async def _end_cycle(act: Act, row: PermittedIncome, until: date) -> None:
    """The cycle is over: what all its years earned above all that was permitted is deducted from the next."""
    total = select(func.sum(IncomeCheck.actual_minor)).where(IncomeCheck.permitted_income_id == row.id)
    actual = Money(int(await act.session.scalar(total) or 0), row.currency)
    excess = rules.cycle_excess(row.allowed_minor, row.cycle_years, actual.minor)
    row.checked_years, row.next_check_at, row.cycle_excess_minor = row.cycle_years, None, excess
    what = "next-cycle" if excess else "nothing"
    await _begin(act, row, 0, (row.begins_on, until), actual, None, excess, what)
