"""Refusals of settlement."""

from kernel.errors import NotFound
from kernel.text import Text


class NotSettled(NotFound):
    """The order has no settlement yet: it is settled when the buyer has accepted, or its inspection has passed."""

    title = Text("订单尚未结算", "The order is not settled yet")
    detail = Text(
        "订单 {order} 尚未结算；当前状态为“{state}”。",
        "The order {order} is not settled yet; it is {state}.",
    )
    rule = "LT-STL-01"
