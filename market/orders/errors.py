"""Refusals of orders."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class OwnListing(Unprocessable):
    """A provider cannot buy from itself: self-dealing makes prices and statistics that mean nothing."""

    title = Text("不能购买自己的商品", "You cannot buy your own listing")
    detail = Text("商品 {listing} 由贵方挂牌。", "The listing {listing} is your own.")
    rule = "LT-ORD-01"


class ListingClosed(Conflict):
    """Only a listing that is on the shelf can be ordered."""

    title = Text("商品不可订购", "The listing is closed")
    detail = Text(
        "商品 {listing} 当前不在架，无法下单。", "The listing {listing} is not on the shelf; it cannot be ordered."
    )
    rule = "LT-ORD-02"


class PurposeNotOffered(Unprocessable):
    """The purpose that the buyer declares is outside the licence that the provider offers."""

    title = Text("用途不在许可范围", "The purpose is not offered")
    detail = Text(
        "商品 {listing} 的许可不包括用途“{purpose}”，请查看该商品的许可用途。",
        "The licence of {listing} does not cover the purpose {purpose}; see the purposes that it offers.",
    )
    rule = "LT-ORD-03"


class OrderNotOpen(Conflict):
    """An agreement is drafted while the order waits for its payment, and not after."""

    title = Text("订单已不能订立协议", "The order is past its agreement")
    detail = Text("订单 {order} 的状态为“{state}”。", "The order {order} is {state}.")
    rule = "LT-ORD-04"


class AgreementNotInForce(Conflict):
    """Money is taken only under an agreement that both parties have signed."""

    title = Text("协议尚未生效", "The agreement is not in force")
    detail = Text(
        "订单 {order} 的协议须由双方签署后方可支付。",
        "Both parties sign the agreement of {order} before it can be paid.",
    )
    rule = "LT-ORD-05"
