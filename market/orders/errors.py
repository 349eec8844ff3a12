"""Refusals of orders."""

from typing import Final

from kernel.errors import Conflict, FieldError, Forbidden, Unprocessable
from kernel.text import Text
from market.orders.states import OrderState


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


class SellerWithoutRights(Conflict):
    """What is listed is sold only by whoever holds the rights in it today, and is admitted."""

    title = Text("提供方当前不能出售该数据", "The provider cannot sell this now")
    detail = Text("商品 {listing} 不能下单：{why}", "{listing} cannot be ordered: {why}")
    rule = "LT-ORD-07"


WITHOUT_RIGHTS: Final = {
    "suspended": Text(
        "提供方已被中心暂停；恢复后可再下单。",
        "the centre has suspended its provider; order again once it is restored.",
    ),
    "passed": Text(
        "其权利已转让给他方；请在新持有方的商品中选购。",
        "its rights have passed to another party; look for a listing of whoever holds them now.",
    ),
    "replaced": Text(
        "该数据已变更登记，原证书由新证书替代；请选购提供方以新证书挂牌的商品。",
        "the data was registered anew and its certificate replaced; look for the listing under the new one.",
    ),
    "ended": Text(
        "其登记证书已注销或撤销，不再出售。", "its certificate was cancelled or revoked; it is not sold any more."
    ),
    "expired": Text(
        "其登记证书已过有效期；提供方续展后可再下单。",
        "its certificate has run out; order again once its provider has renewed it.",
    ),
    "unregistered": Text("该商品没有登记证书；请联系提供方。", "it rests on no certificate; ask its provider."),
}
"""Why what is listed cannot be sold, one at a time, and what to do."""


class RefundNotYours(Forbidden):
    """Money is given back by the centre alone, and what the parties can do instead depends on how far the order is."""

    title = Text("退款由中心办理", "Refunds are made by the centre")
    detail = Text("只有清算员可以办理退款。{cure}", "Only the clearing officer sends money back. {cure}")
    rule = "LT-GEN-03"


REFUND_CURES: Final = {
    OrderState.PLACED: Text(
        "订单尚未付款：请调用 POST /v1/orders/{id}/cancellation 取消。",
        "Nothing is paid yet: cancel the order by POST /v1/orders/{id}/cancellation.",
    ),
    OrderState.PAID: Text(
        "请在验收前向中心的清算员提出，并附理由；在此期间不要验收。",
        "Ask the centre's clearing officer with your reason, and do not accept before it has decided.",
    ),
    OrderState.DELIVERED: Text(
        "请在验收期届满前向中心的清算员提出，并附理由；逾期未提出视为验收合格。",
        "Ask the centre's clearing officer with your reason before the time for inspection is over: silence accepts.",
    ),
}
REFUND_LATE: Final = Text(
    "订单已验收、结算或终止，不再退款；有争议的，按协议的争议条款处理。",
    "The order is accepted, settled or over and not refunded any more; see the agreement's article on disputes.",
)


class ListingHeld(Conflict):
    """The centre has taken the listing aside because the rights behind it no longer carry what it offers."""

    title = Text("商品已被中止出售", "The listing is held")
    detail = Text(
        "商品 {listing} 因不符合规则 {held_by} 暂停出售，原因消除后恢复。",
        "The listing {listing} is held under the rule {held_by}, and comes back when nothing stands against it.",
    )
    rule = "LT-ORD-08"


class ListingLapsed(Conflict):
    """Something that the listing rests on is over by its day; the sweep that holds it may come a little later."""

    title = Text("商品所依据的内容已过期", "What the listing rests on is over")
    detail = Text(
        "依规则 {by}，该商品所依据的内容自 {since} 起已过期，更新后再售。",
        "By the rule {by} what the listing rests on is over since {since}; it is sold again once renewed.",
    )
    rule = "LT-LST-15"


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


def disputed(objection: str) -> FieldError:
    """An objection that is open, as a fault of the listing."""
    text = Text(f"异议 {objection} 尚未了结", f"The objection {objection} is open")
    return FieldError("/listing_id", text, "LT-CLS-05")
