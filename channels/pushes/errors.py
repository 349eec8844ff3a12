"""Refusals of pushes, and what a buyer's store says that ends one."""

from kernel.errors import Conflict, TooMany, Unavailable, Unprocessable
from kernel.text import Text


class PushTargetUnfit(Unprocessable):
    """The address or the prefix cannot be written to; every fault is listed."""

    title = Text("推送目的地有误", "The target of the push cannot be used")
    detail = Text("有 {count} 处不符，请逐项更正。", "{count} faults; correct each of them.")
    rule = "LT-PSH-01"


class TooManyPushTargets(TooMany):
    """The order has as many targets as one may have."""

    title = Text("推送目的地过多", "There are too many targets")
    detail = Text(
        "每个订单最多 {limit} 个推送目的地；请先移除不用的。",
        "An order has {limit} targets at the most; remove one first.",
    )
    rule = "LT-PSH-01"


class PushTargetNotReady(Conflict):
    """The target has not been checked yet, was refused, or was removed."""

    title = Text("推送目的地尚不可用", "The target is not ready")
    detail = Text(
        "推送目的地当前状态为“{state}”；检查通过后方可推送，被拒的请更正后另行设置。",
        "The target is {state}. It takes pushes once its check has passed; set another in place of a refused one.",
    )
    rule = "LT-PSH-01"


class PushUnderWay(Conflict):
    """A target takes one push at a time."""

    title = Text("推送正在进行", "A push is under way")
    detail = Text(
        "该目的地正在接收推送 {push}；请等待其结束或先取消。",
        "The target takes {push}; wait for its end, or cancel it.",
    )
    rule = "LT-PSH-02"


class PushAddressRefused(Unprocessable):
    """The name of the store leads to an address that is not public."""

    title = Text("存储地址不可用", "The address of the store is refused")
    detail = Text(
        "存储域名指向非公网地址，未发送任何数据。",
        "The store's name leads to an address that is not public; nothing was sent.",
    )
    rule = "LT-PSH-01"


class PushStoreUnreachable(Unavailable):
    """The store did not answer, or answered that it cannot now; the push is tried again for as long as it may be."""

    title = Text("存储暂不可达", "The store cannot be reached")
    detail = Text("存储未能应答：{failure}。", "The store did not answer: {failure}.")
    rule = "LT-PSH-02"


class PushAccessDenied(Unprocessable):
    """The store does not take the credential, or it may not write under the prefix."""

    title = Text("存储拒绝访问", "The store denies access")
    detail = Text(
        "存储拒绝了所给凭证（{code}）；请核对密钥、区域以及对该前缀的读写权限。",
        "The store refused the credential ({code}); check keys, region, and that it may write and read the prefix.",
    )
    rule = "LT-PSH-01"


class PushBucketMissing(Unprocessable):
    """There is no such bucket at the store."""

    title = Text("存储桶不存在", "There is no such bucket")
    detail = Text("该地址没有名为 {bucket} 的存储桶。", "There is no bucket {bucket} at the address.")
    rule = "LT-PSH-01"


class PushObjectExists(Unprocessable):
    """An object of that name lies in the bucket; nothing of the buyer's is ever overwritten."""

    title = Text("对象已存在", "The object exists")
    detail = Text(
        "存储桶中已有对象 {key}，未作改动；请移走该对象，或为目的地另设前缀。",
        "The bucket holds {key} already, and it was left untouched; move it away, or set a target of another prefix.",
    )
    rule = "LT-PSH-02"


class PushStoreRedirects(Unprocessable):
    """The store sends its callers elsewhere, which is not followed."""

    title = Text("存储要求转往他处", "The store redirects")
    detail = Text(
        "存储返回 {status}（{code}），不予跟随；请填写该桶所在区域及其地址。",
        "The store answers {status} ({code}), which is not followed; name the bucket's own region and endpoint.",
    )
    rule = "LT-PSH-01"


class PushRequestRefused(Unprocessable):
    """The store refused a request of the protocol, or its answer is none."""

    title = Text("存储拒绝请求", "The store refused the request")
    detail = Text(
        "存储对 {operation} 返回 {status}（{code}）。", "The store answered {operation} with {status} ({code})."
    )
    rule = "LT-PSH-02"


class PushedObjectAltered(Unprocessable):
    """What the store gives back is not what was sent."""

    title = Text("回读内容不一致", "The store gives back something else")
    detail = Text(
        "回读对象 {key}，内容与所交付文件的摘要不符。", "The object {key}, read back, has not the digest of the file."
    )
    rule = "LT-PSH-02"


class PushTooLate(Unprocessable):
    """The push, or the check of its target, came to no end in the time that it may take."""

    title = Text("推送超过时限", "The push came to no end in time")
    detail = Text(
        "未能在 {since} 开始的期限内完成，已中止。", "Begun at {since}, it was not done in its time and has been ended."
    )
    rule = "LT-PSH-02"


TRANSIENT = (PushStoreUnreachable,)
"""What may pass by itself."""
