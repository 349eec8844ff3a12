"""Refusals about webhooks."""

from kernel.errors import Conflict, InvalidInput
from kernel.text import Text


class WebhookAddressRefused(InvalidInput):
    """Messages go to public addresses by https only, so that the centre cannot be turned against a network inside."""

    title = Text("回调地址不可用", "The webhook address is refused")
    detail = Text("回调地址须为公网 https 地址。", "A webhook goes to a public address by https.")
    rule = "LT-GEN-06"


class WebhookKindUnknown(InvalidInput):
    """An address that asks for what never happens would wait in silence for ever."""

    title = Text("没有此类事件", "There is no such kind of event")
    detail = Text("请从所列事件种类中选择。", "Choose from the kinds of events that are listed.")


class WebhookLimitReached(Conflict):
    """A party has a bounded number of addresses."""

    title = Text("回调地址数量已达上限", "No more webhook addresses")
    detail = Text("每个主体最多可设 {limit} 个回调地址。", "A party can have {limit} webhook addresses.")
    rule = "LT-GEN-06"


class WebhookDisabled(Conflict):
    """The address was given up after days of failure; nothing is sent until its owner enables it."""

    title = Text("回调地址已停用", "The webhook is disabled")
    detail = Text(
        "请先通过 activation 接口重新启用。",
        "Enable it first: POST its activation.",
    )
