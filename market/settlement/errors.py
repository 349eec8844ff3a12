"""Refusals of settlement."""

from kernel.errors import Conflict, NotFound
from kernel.text import Text


class NotSettled(NotFound):
    """The order has no settlement yet: it is settled when the buyer has accepted, or its inspection has passed."""

    title = Text("订单尚未结算", "The order is not settled yet")
    detail = Text(
        "订单 {order} 尚未结算；当前状态为“{state}”。",
        "The order {order} is not settled yet; it is {state}.",
    )
    rule = "LT-STL-01"


class EscrowAboveDue(Conflict):
    """What is shared out is the price less what went back of it; money beyond that is nobody's share."""

    title = Text("托管金额超过应结算金额", "Escrow holds more than is to be settled")
    detail = Text(
        "订单 {order} 托管 {held}，应结算 {due}；请先查明差额。",
        "Escrow holds {held} for the order {order}, and {due} is to be settled; find out first whose the rest is.",
    )
    rule = "LT-STL-01"
