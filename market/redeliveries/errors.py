"""Refusals of redeliveries."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class RedeliveryUntimely(Conflict):
    """It is asked for while what was delivered is inspected, and no complaint is open."""

    title = Text("此时不能请求重新交付", "A redelivery cannot be asked for now")
    detail = Text(
        "{order} 处于“{state}”状态{complaint}；验收期内且无未结投诉时可以请求，其他情形请用 POST /v1/complaints 投诉。",
        "{order} is {state}{complaint}. It is asked for within the inspection while no complaint is open;"
        " otherwise complain by POST /v1/complaints.",
    )
    rule = "LT-RDL-01"


class RedeliveryOpen(Conflict):
    """Another one waits."""

    title = Text("已有未结的重新交付", "A redelivery is open already")
    detail = Text("重新交付 {redelivery} 至 {until} 尚未了结。", "The redelivery {redelivery} waits until {until}.")
    rule = "LT-RDL-01"


class RedeliveriesTooMany(Conflict):
    """An order is delivered again so many times by agreement; what still does not conform is a complaint."""

    title = Text("重新交付次数已满", "It was delivered again too often")
    detail = Text(
        "一个订单经协商最多重新交付 {limit} 次；仍不符的，请用 POST /v1/complaints 投诉。",
        "An order is delivered again at most {limit} times by agreement: complain by POST /v1/complaints.",
    )
    rule = "LT-RDL-01"


class RedeliveryLate(Conflict):
    """The time to answer or to deliver is over, whether or not that is written down yet."""

    title = Text("期限已过", "The time is over")
    detail = Text(
        "重新交付 {redelivery} 的期限已于 {due_at} 届满。",
        "The time of the redelivery {redelivery} was over at {due_at}.",
    )
    rule = "LT-RDL-03"


class RedeliveryOfComplaint(Conflict):
    """What a complaint's outcome requires is delivered in the complaint, whose record it enters."""

    title = Text("请在投诉中重新交付", "Deliver it in the complaint")
    detail = Text(
        "该重新交付系投诉 {complaint} 的处理结果，请用 POST /v1/complaints/{complaint}/redelivery。",
        "It is the outcome of the complaint {complaint}: use POST /v1/complaints/{complaint}/redelivery.",
    )
    rule = "LT-RDL-02"


class RedeliveryUnfit(Unprocessable):
    """Delivered again is what was agreed, or a later revision that the listing went on with."""

    title = Text("不能以该版本重新交付", "That revision cannot be delivered again")
    detail = Text(
        "重新交付的版本应为协议版本 {agreed}，或商品其后更新上架的版本：{later}。",
        "Delivered again is the agreed revision {agreed}, or a later one of the listing: {later}.",
    )
    rule = "LT-RDL-02"
