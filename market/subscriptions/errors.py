"""Refusals of subscriptions."""

from kernel.errors import Conflict, Forbidden, Unprocessable
from kernel.text import Text


class SubscriptionNotYours(Forbidden):
    """The buyer decides how it pays, whether a trial goes on, and whether a subscription goes on."""

    title = Text("该事项由买方决定", "The buyer decides this")
    detail = Text(
        "付款方式、试用转订与取消由买方办理；提供方可以依约解除合同。",
        "How it pays, whether a trial goes on and whether to cancel is the buyer's; a provider may end the agreement.",
    )
    rule = "LT-SUB-02"


class SubscriptionOver(Conflict):
    """Nothing is changed on a subscription that is over, or whose last period runs."""

    title = Text("订阅已结束或已申请取消", "The subscription is over, or was cancelled")
    detail = Text(
        "订阅 {subscription} 的状态为“{state}”，取消生效时间：{cancel_at}。",
        "The subscription {subscription} is {state}; cancelled as of: {cancel_at}.",
    )
    rule = "LT-SUB-02"


class SpendLimitFaulty(Unprocessable):
    """A limit is an amount of the plan's currency, not below zero."""

    title = Text("限额不成立", "This is no limit")
    detail = Text("限额须为 {currency} 且不小于零。", "The limit is in {currency} and not below zero.")
    rule = "LT-SUB-02"
