"""Why a channel key is not made, or does not open anything."""

from kernel.errors import Conflict, Forbidden, Unauthenticated
from kernel.text import Text


class ChannelKeyUnknown(Unauthenticated):
    """No channel key was sent, or it is unknown or revoked."""

    title = Text("通道密钥无效", "The channel key is not valid")
    detail = Text(
        "请在 Authorization 头中以 Bearer 方式提供有效的通道密钥；密钥在订单处领取。",
        "Send a valid channel key as a Bearer token; keys are taken at the order.",
    )
    rule = "LT-CHN-01"


class ChannelKeyExpired(Unauthenticated):
    """The channel key was valid until its day came, or the overlap after its replacement ended."""

    title = Text("通道密钥已到期", "The channel key has expired")
    detail = Text(
        "该密钥已于 {since} 到期，请领取新的密钥。", "The key expired at {since}; take a new one at the order."
    )
    rule = "LT-CHN-01"


class ChannelClosed(Forbidden):
    """The key is genuine, but the order, its agreement or its licence no longer entitles its recipient."""

    title = Text("通道已关闭", "The channel is closed")
    detail = Text(
        "订单状态为“{order_status}”，协议状态为“{agreement_status}”，该通道不再提供数据。",
        "The order is {order_status} and the agreement {agreement_status}: the channel gives no data.",
    )
    rule = "LT-CHN-02"


class TooManyChannelKeys(Conflict):
    """As many keys of the agreement are in force as may be at one time."""

    title = Text("有效的通道密钥已达上限", "Too many channel keys are in force")
    detail = Text(
        "该协议已有 {count} 个有效密钥，上限为 {limit}；请先撤销或等待到期。",
        "{count} keys of this agreement are in force, {limit} may be: revoke one, or let it expire.",
    )
    rule = "LT-CHN-01"


class ChannelKeyOver(Conflict):
    """A key that is revoked, expired or already replaced is not replaced again."""

    title = Text("该密钥不能更换", "The key cannot be replaced")
    detail = Text(
        "该密钥已撤销、到期或已被更换；请领取新的密钥。",
        "The key is revoked, expired or replaced already; take a new one.",
    )
    rule = "LT-CHN-01"
