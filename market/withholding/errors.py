"""Refusals of withholding."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class NothingToWithhold(Conflict):
    """What a party has been paid out already, or never shared in, cannot be kept back."""

    title = Text("没有可暂扣的款项", "There is nothing to keep back")
    detail = Text(
        "{party} 在订单 {order} 中尚未付出的份额为 {left}；已付出的只能通过退款追回。",
        "Of the order {order} {party} has {left} that is not paid out; what was paid out comes back by a refund only.",
    )
    rule = "LT-STL-04"


class NotASharer(Unprocessable):
    """Only a share of those who share in the order's money is kept back."""

    title = Text("该主体不参与分配", "The party does not share in the money")
    detail = Text(
        "订单 {order} 的分配对象为：{sharers}。",
        "The money of the order {order} is shared by {sharers}.",
    )
    rule = "LT-STL-04"


class RedirectToItself(Unprocessable):
    """A share is redirected to somebody else; to whom it was meant for it is released."""

    title = Text("改付对象与原对象相同", "It is redirected to whom it was meant for")
    detail = Text("{party} 即原收款方；请改用解除暂扣。", "{party} was to get it; release it instead.")
    rule = "LT-STL-04"


class ShareUnderComplaint(Conflict):
    """What is held for a complaint moves with the complaint."""

    title = Text("款项因投诉暂扣", "The share is held for a complaint")
    detail = Text(
        "该份额因投诉 {complaint} 暂扣，随投诉的结果处理，不单独决定。",
        "The share is held for the complaint {complaint} and goes by its outcome, not by a decision of its own.",
    )
    rule = "LT-CMP-03"
