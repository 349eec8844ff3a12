"""Refusals of ratings."""

from kernel.errors import Conflict, Forbidden
from kernel.text import Text


class RatingNotYours(Forbidden):
    """Only the buyer of an order rates it."""

    title = Text("评价由买方作出", "The buyer rates an order")
    detail = Text("订单 {order} 只能由其买方评价。", "The order {order} is rated by its buyer alone.")
    rule = "LT-RAT-01"


class RatingNotVerified(Conflict):
    """The order's delivery has not been accepted, so nobody has verified what would be rated."""

    title = Text("交付尚未验收", "The delivery has not been accepted")
    detail = Text(
        "订单 {order} 处于“{state}”状态；验收（含到期默示验收）之后方可评价。",
        "The order {order} is {state}; it is rated after its delivery was accepted, in words or by silence.",
    )
    rule = "LT-RAT-01"


class RatingRepeated(Conflict):
    """The order is rated already."""

    title = Text("该订单已有评价", "The order is rated already")
    detail = Text(
        "订单 {order} 已有评价 {rating}；提供方答复前可修改该评价。",
        "The order {order} has the rating {rating}; edit that one until the provider has answered.",
    )
    rule = "LT-RAT-01"


class RatingClosed(Conflict):
    """The provider has answered, or an officer has taken the words away: what was answered or judged stays."""

    title = Text("评价不可再修改", "The rating can no longer be edited")
    detail = Text(
        "评价 {rating} 已获提供方答复，或其文字已依规撤下，不可再修改。",
        "The rating {rating} was answered by the provider, or its words were taken away; it stays as it is.",
    )
    rule = "LT-RAT-02"


class RatingAnswered(Conflict):
    """A provider answers a rating once."""

    title = Text("已答复该评价", "The rating is answered already")
    detail = Text(
        "评价 {rating} 已有提供方答复；每条评价答复一次。",
        "The rating {rating} has the provider's answer; there is one.",
    )
    rule = "LT-RAT-03"


class RatingWithoutText(Conflict):
    """There are no words to take away."""

    title = Text("该评价没有可撤下的文字", "The rating has no words to take away")
    detail = Text(
        "评价 {rating} 没有文字，或其文字已撤下；星级不得删除。",
        "The rating {rating} has no words, or they were taken away before; stars are never deleted.",
    )
    rule = "LT-RAT-04"
