"""Refusals of meters."""

from kernel.errors import Conflict, Unprocessable
from kernel.text import Text


class UsesFaulty(Unprocessable):
    """Reported uses that cannot be counted; each is named with its reason, and none of the batch is stored."""

    title = Text("用量不能计入", "The uses cannot be counted")
    detail = Text(
        "有 {count} 处不能计入，整批未入账；请按所列逐项改正后重新报送。",
        "{count} of them cannot be counted, and none of the batch is stored: mend each as listed and report again.",
    )
    rule = "LT-MTR-02"


class EventIdReused(Conflict):
    """The name stands for another use."""

    title = Text("该事件编号已用于另一用量", "The event's id stands for another use")
    detail = Text(
        "事件 {event_id} 已以其他内容入账；更正须以新编号报送并以 corrects 指明原事件。",
        "{event_id} is stored with another content; a correction has an id of its own and names it in `corrects`.",
    )
    rule = "LT-MTR-01"


class QuotaUsedUp(Unprocessable):
    """The use would go beyond the units that there are."""

    title = Text("用量额度已用完", "The units are used up")
    detail = Text(
        "计量“{meter}”额度为 {quota}，已用 {used}，不足以再用 {wanted}。",
        "The meter {meter} has {quota} units, of which {used} are used: {wanted} more are not there.",
    )
    rule = "LT-MTR-04"


class SpendLimitReached(Unprocessable):
    """The buyer has set how much a period may come to."""

    title = Text("已达到本期支出限额", "The spending limit of the period is reached")
    detail = Text(
        "计入后本期将为 {would_be}，而买方设定的限额为 {limit}；买方可以提高限额。",
        "With it the period would come to {would_be}, and the buyer's limit is {limit}; the buyer may raise it.",
    )
    rule = "LT-MTR-04"


class PrepaidTooLow(Unprocessable):
    """The prepaid balance does not hold what the use costs."""

    title = Text("预付余额不足", "The prepaid balance is too low")
    detail = Text(
        "该次使用需 {wanted}，可用余额为 {available}；充值后重试。",
        "The use costs {wanted}, and {available} is there: top the balance up and try again.",
    )
    rule = "LT-MTR-05"


class SubscriptionClosed(Conflict):
    """Nothing is used under a subscription that is suspended or over."""

    title = Text("订阅当前不可使用", "The subscription cannot be used now")
    detail = Text(
        "订阅 {subscription} 的状态为“{state}”；欠费中止的，付清后恢复。",
        "The subscription {subscription} is {state}; one that is suspended for arrears goes on once they are paid.",
    )
    rule = "LT-MTR-04"


class UseDecided(Conflict):
    """What became of a use was said before, and otherwise."""

    title = Text("该用量已有结果", "What became of the use is settled")
    detail = Text(
        "事件 {event_id} 已为“{state}”；更正请以新事件报送差额。",
        "{event_id} is {state} already; report a difference as a correction.",
    )
    rule = "LT-MTR-03"
