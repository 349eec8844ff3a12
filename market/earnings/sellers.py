"""Who sold what was shared out, whoever has taken its agreement over since."""

from sqlalchemy import ColumnElement, func

from market.billing.models import Bill
from market.orders.models import Order


def seller() -> ColumnElement[str]:
    """The seller of a distribution, beside its order and, by an outer join, the bill that is its subject."""
    return func.coalesce(Bill.provider, Order.provider)
