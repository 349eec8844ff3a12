"""Refusals of renewals."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class RenewalNotYours(Forbidden):
    """The provider offers a renewal, and the consumer asks for one by other ways."""

    title = Text("续订由提供方提出", "The provider offers a renewal")
    detail = Text(
        "续订由提供方提出、使用方选择；请与提供方协商，或另行下单。",
        "The provider offers a renewal and the consumer opts in; negotiate with the provider, or order anew.",
    )
    rule = "LT-CON-35"


class RenewalNotInWindow(Unprocessable):
    """It is too early or too late to offer a renewal of this agreement."""

    title = Text("不在续订期间内", "It is not the time to renew")
    detail = Text(
        "该许可的最后一日为 {ends_on}，续订可自 {opens_on} 起至 {closes_on} 止提出。",
        "The licence has its last day on {ends_on}: its renewal is offered from {opens_on} to {closes_on}.",
    )
    rule = "LT-CON-35"


class RenewalPriceNotice(Unprocessable):
    """The price rises, and is not announced early enough."""

    title = Text("涨价通知期不足", "The higher price is announced too late")
    detail = Text(
        "续订涨价须至少提前 {notice_days} 个日历日；今日提出的，新价最早自 {earliest} 起，而续订自 {starts_on} 开始。",
        "A higher price needs {notice_days} calendar days: offered today, it may begin on {earliest} at the earliest,"
        " and the renewal begins on {starts_on}.",
    )
    rule = "LT-CON-36"


class RenewalFaulty(Unprocessable):
    """The terms are not those of a renewal of this agreement; every fault is named."""

    title = Text("续订条件不成立", "These are no terms of a renewal")
    detail = Text(
        "续订条件有 {count} 处须更正，请按所列逐项修改。",
        "The terms of the renewal are to be corrected in {count} places; mend each as it is listed.",
    )
    rule = "LT-CON-37"


class RenewalOpen(Conflict):
    """The agreement has a renewal that waits, or that was accepted."""

    title = Text("已有续订", "There is a renewal already")
    detail = Text(
        "合同 {agreement} 已有续订 {renewal}，状态为“{state}”。",
        "The agreement {agreement} has the renewal {renewal}, which is {state}.",
    )
    rule = "LT-CON-35"


class RenewalExpired(Conflict):
    """The time to opt in is over."""

    title = Text("续订要约已失效", "The offer to renew has expired")
    detail = Text(
        "续订 {renewal} 已于 {expires_at} 失效；需要时请提供方重新提出，或另行下单。",
        "The renewal {renewal} expired at {expires_at}; ask the provider to offer it anew, or order anew.",
    )
    rule = "LT-CON-35"


class AgreementNotRenewable(Conflict):
    """Only an agreement that binds both, and whose licence runs, is renewed."""

    title = Text("该合同不可续订", "The agreement cannot be renewed")
    detail = Text(
        "合同 {agreement} 处于“{state}”状态；只有仍有约束力的合同可以续订，其他请另行下单。",
        "The agreement {agreement} is {state}: one that binds both is renewed; order anew instead.",
    )
    rule = "LT-CON-37"
