"""Sales that were shared out: who sold, whoever has taken the agreement over since, and what went back of them."""

from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select

from contracts.agreements.models import Agreement
from market.billing.models import Bill
from market.orders.models import Order
from market.splits.models import Distribution, LegCredit, LegRefund

Columns = TypeVarTuple("Columns")


def sales(query: Select[*Columns]) -> Select[*Columns]:
    """A query of distributions, beside the agreement, the order and the bill, if it is of one, of each."""
    return (
        query.join(Agreement, Agreement.id == Distribution.agreement_id)
        .join(Order, Order.id == Distribution.order_id)
        .outerjoin(Bill, Bill.id == Distribution.subject)
    )


def seller() -> ColumnElement[str]:
    """Who sold, in a query of `sales`."""
    return func.coalesce(Bill.provider, Order.provider)


def given_back(taken: type[LegRefund | LegCredit]) -> Select[int]:
    """What refunds or service credits gave back of sales, in minor units: a query of `sales`."""
    total = select(func.coalesce(func.sum(taken.amount_minor), 0))
    return sales(total.join(Distribution, Distribution.id == taken.distribution_id))
