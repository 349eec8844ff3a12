"""Charging a mandate for an order, and giving back: single statements, so that orders at once never go beyond it."""

from datetime import datetime

from sqlalchemy import select, update

from kernel.act import Act
from kernel.db import find_locked
from kernel.errors import DomainError
from kernel.money import Money
from market.mandates.errors import NOT_IN_FORCE, MandateBudgetSpent, MandateCountReached, MandateNotInForce
from market.mandates.models import Mandate, MandateOrder
from market.mandates.states import MandateState


async def charge(act: Act, mandate_id: str, amount: Money) -> None:
    """Take an amount and one order from what a mandate has left; whoever comes at once waits for its turn here.

    Raises MandateNotInForce, MandateBudgetSpent and MandateCountReached. What it asks of the clock is the act's own
    moment: who was in time when it came is not late because of others.
    """
    took = (
        update(Mandate)
        .where(
            Mandate.id == mandate_id,
            Mandate.status == MandateState.IN_FORCE,
            Mandate.not_before <= act.at,
            Mandate.not_after > act.at,
            Mandate.per_order_minor >= amount.minor,
            Mandate.orders_count < Mandate.count_max,
            Mandate.spent_minor + amount.minor <= Mandate.budget_minor,
        )
        .values(spent_minor=Mandate.spent_minor + amount.minor, orders_count=Mandate.orders_count + 1)
        .returning(Mandate.id)
        .execution_options(synchronize_session=False)
    )
    if await act.session.scalar(took) is None:
        current = select(Mandate).where(Mandate.id == mandate_id)
        row = (await act.session.scalars(current.execution_options(populate_existing=True))).one()
        raise _unmet(row, amount, act.at)


def require_in_force(row: Mandate, at: datetime) -> None:
    """Raise MandateNotInForce unless a mandate stands at a moment of its term."""
    why = _why_not(row, at)
    if why is not None:
        raise MandateNotInForce(mandate=row.id, why=NOT_IN_FORCE[why])


def _why_not(row: Mandate, at: datetime) -> str | None:
    if row.status in (MandateState.DRAFTED, MandateState.REVOKED):
        return str(row.status)
    if row.status is MandateState.EXPIRED or row.not_after <= at:
        return "late"
    return "early" if at < row.not_before else None


def _unmet(row: Mandate, amount: Money, at: datetime) -> DomainError:
    """Which condition a mandate did not meet; the amount of one order was looked at before."""
    why, left = _why_not(row, at), row.budget_minor - row.spent_minor
    if why is not None:
        return MandateNotInForce(mandate=row.id, why=NOT_IN_FORCE[why])
    if amount.minor > left:
        budget, rest = str(row.money(row.budget_minor)), str(row.money(left))
        return MandateBudgetSpent(mandate=row.id, budget=budget, left=rest, amount=str(amount))
    return MandateCountReached(mandate=row.id, limit=row.count_max)


async def free(act: Act, row: MandateOrder) -> None:
    """Give back the amount and the order that were reserved for what nobody approved."""
    back = (
        update(Mandate)
        .where(Mandate.id == row.mandate_id)
        .values(spent_minor=Mandate.spent_minor - row.amount_minor, orders_count=Mandate.orders_count - 1)
        .execution_options(synchronize_session=False)
    )
    await act.session.execute(back)


async def recredit(act: Act, order_id: str, amount: Money) -> None:
    """Let what goes back of an order, or was never paid of one that ended, be ordered for again where it may be.

    The mandate says whether it may. The caller holds the order. Together it is at most what the order cost; an order
    that no agent asked for is none of this.
    """
    row = await find_locked(act.session, select(MandateOrder).where(MandateOrder.order_id == order_id))
    if row is None or row.currency != amount.currency:
        return
    minor = min(amount.minor, row.amount_minor - row.recredited_minor)
    back = (
        update(Mandate)
        .where(Mandate.id == row.mandate_id, Mandate.refund_recredits)
        .values(spent_minor=Mandate.spent_minor - minor)
        .returning(Mandate.id)
        .execution_options(synchronize_session=False)
    )
    if minor and await act.session.scalar(back) is not None:
        row.recredited_minor += minor
