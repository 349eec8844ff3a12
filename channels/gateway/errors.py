"""Refusals of the gateway: to providers, to callers, and about what an upstream did."""

from kernel.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, TooLarge, Unavailable, Unprocessable
from kernel.text import Text


class InterfaceUnfit(Unprocessable):
    """The interface cannot be registered as it is described; every fault is listed."""

    title = Text("接口说明有误", "The interface cannot be registered")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-GTW-01"


class TooManyVersions(Conflict):
    """An asset has had as many versions of its interface on one day as it may have."""

    title = Text("当日接口版本数已达上限", "No more versions of the interface today")
    detail = Text("每日最多登记 {limit} 个版本。", "{limit} versions may be registered on a day.")
    rule = "LT-GTW-01"


class OperationUnknown(NotFound):
    """The interface has no such operation, or the agreement no interface."""

    title = Text("接口没有该操作", "The interface has no such operation")
    detail = Text(
        "请按该产品的接口说明（OpenAPI）调用；说明之外的路径与方法一律不转发。",
        "Call what the product's OpenAPI document describes; no other path or method is passed on.",
    )
    rule = "LT-GTW-02"


class CallsCarryNoMarks(Forbidden):
    """What is handed out under the agreement bears marks, and an answer of the upstream could bear none."""

    title = Text("该协议的数据须带标记，不经接口提供", "What is handed out bears marks, and is not called")
    detail = Text(
        "该协议约定副本带有标记，接口的答复无法标记；请经下载、打包、共享或推送取得数据。",
        "The agreement's copies bear marks, which an answer of the interface cannot; fetch the data by links, bundles,"
        " shares or pushes.",
    )
    rule = "LT-TRC-02"


class CallUnreadable(InvalidInput):
    """The request can be read in more than one way, so it is not passed on."""

    title = Text("请求无法转发", "The request cannot be passed on")
    detail = Text("请更正后重试：{reason}。", "Correct it and send it again: {reason}.")
    rule = "LT-GTW-02"


class CallTooLarge(TooLarge):
    """The request is larger than one that is passed on."""

    rule = "LT-GTW-02"


class CallTooSlow(DomainError):
    """The body of the request did not arrive in time, so it is not passed on."""

    status = 408
    title = Text("请求体未及时到达", "The request did not arrive in time")
    detail = Text(
        "请求体须在 {limit_seconds} 秒内发送完整；请重新发送。",
        "A request's body is sent within {limit_seconds} seconds; send it again.",
    )
    rule = "LT-GTW-02"


class UpgradeUnsupported(DomainError):
    """The gateway passes on requests and their answers, and no other protocol."""

    status = 501
    title = Text("不支持协议升级", "No other protocol is passed on")
    detail = Text("网关不转发 WebSocket 等升级请求。", "The gateway passes on no WebSocket and no other upgrade.")
    rule = "LT-GTW-02"


class CallNameReused(Conflict):
    """The Idempotency-Key stands for another request under this agreement."""

    title = Text("该调用编号已用于其他内容", "The call's name stands for another request")
    detail = Text(
        "Idempotency-Key {call} 已用于内容不同的调用；请为新的调用使用新的编号。",
        "The Idempotency-Key {call} stands for a call with another content; name a new call anew.",
    )
    rule = "LT-GTW-03"


class CallUnderWay(Conflict):
    """The call of this name was passed on and is not answered yet."""

    title = Text("同一调用正在进行", "The call is under way")
    detail = Text(
        "调用 {call} 正在进行，请在 {retry_after_seconds} 秒后重试。",
        "The call {call} is under way; ask again in {retry_after_seconds} seconds.",
    )
    rule = "LT-GTW-03"


class CallUnsettled(Unavailable):
    """The call was answered and could not be counted: its answer is given to nobody who may not be charged for it."""

    title = Text("调用未能结算", "The call could not be settled")
    detail = Text(
        "调用 {call} 已得到答复，但未能结算，故不予转达；请以同一 Idempotency-Key 在 {retry_after_seconds} 秒后重试。",
        "The call {call} was answered but could not be settled, so the answer is not passed on; ask again by the same"
        " Idempotency-Key in {retry_after_seconds} seconds.",
    )
    rule = "LT-GTW-03"


class UsesSpent(Forbidden):
    """The uses that the agreement permits are spent, with those that are under way."""

    title = Text("协议的使用次数已用完", "The uses of the agreement are spent")
    detail = Text(
        "协议许可 {bound} 次，已用（含进行中）{used} 次。",
        "The agreement permits {bound} uses, and {used} are used or under way.",
    )
    rule = "LT-GTW-03"


class MeterRefused(Forbidden):
    """The plan's meter lets no more through: its quota, the buyer's limit or the balance is reached."""

    title = Text("计费规则不许可本次调用", "The plan lets no more calls through")
    detail = Text("计量“{meter}”：{reason}", "Meter {meter}: {reason}")
    rule = "LT-GTW-03"


class UpstreamFailed(DomainError):
    """The provider's service gave no answer that can be passed on; nothing is charged."""

    status = 502
    title = Text("提供方服务未给出有效答复", "The provider's service gave no valid answer")
    detail = Text("原因：{reason}。本次调用不计费。", "Because: {reason}. The call is not charged.")
    rule = "LT-GTW-04"


class UpstreamSilent(UpstreamFailed):
    """The provider's service did not answer in time; nothing is charged."""

    status = 504
    title = Text("提供方服务未及时答复", "The provider's service did not answer in time")


class NoTestCalls(Forbidden):
    """The provider offers no test calls, or those of the day are spent."""

    title = Text("没有可用的试用次数", "No test call is left")
    detail = Text(
        "该产品每日可试用 {limit} 次，今日已用 {used} 次。",
        "The product may be tried {limit} times a day, and {used} are used today.",
    )
    rule = "LT-GTW-05"
